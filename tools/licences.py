"""docs/licences.md: the licence of every pinned dependency, as its own metadata tells it."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

DOCUMENT = Path("docs/licences.md")
RUN, DEV = Path("requirements/run.txt"), Path("requirements/dev.txt")

TOLD = {
    # Packages whose metadata say nothing, or that are installed on another system only; from their own licence files.
    "atheris": "Apache-2.0",
    "axe-playwright-python": "MIT",
    "colorama": "BSD-3-Clause",
    "imapclient": "BSD-3-Clause",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
}
NAMES = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0",
    "Python Software Foundation License": "PSF-2.0",
}
HEAD = """# Licences

mailbot is under the MIT licence. It is installed with these packages, none of which is changed or shipped with it. Written by
`make licences`; a test holds it to `requirements/`.

"""


def pinned(lock: Path) -> dict[str, str]:
    """Name -> version of every package in a lock file."""
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;]+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def licence(name: str) -> str:
    """The licence of an installed package, short."""
    if name in TOLD:
        return TOLD[name]
    try:
        known = metadata(name)
    except PackageNotFoundError:
        return "?"
    classifiers = [one.rpartition("::")[2].strip() for one in known.get_all("Classifier") or [] if one.startswith("License ::")]
    classified = " OR ".join(NAMES.get(one, one) for one in classifiers if one != "OSI Approved")
    said = (known["License"] or "").strip()
    short = said if said and "\n" not in said and len(said) < 40 else ""
    return known["License-Expression"] or classified or NAMES.get(short, short) or "?"


def document() -> str:
    """The whole of docs/licences.md."""
    run, dev = pinned(RUN), pinned(DEV)
    parts = [HEAD]
    for title, packages in (
        ("To run it (with the extras archives and demo)", run),
        ("Further extras (ocr, postgres), tests and tools", {name: version for name, version in dev.items() if name not in run}),
    ):
        rows = [f"| {name} | {version} | {licence(name)} |" for name, version in sorted(packages.items())]
        parts.append("\n".join([f"## {title}", "", "| package | version | licence |", "|---|---|---|", *rows, "", ""]))
    return "".join(parts).rstrip() + "\n"


def main() -> int:
    """Write the document."""
    DOCUMENT.write_text(document(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
