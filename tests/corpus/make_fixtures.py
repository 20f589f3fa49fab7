"""Makes fixtures/ with LibreOffice (once, by hand): the old Office formats that no Python library writes."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path

from mailbot.demo import makers

from . import texts
from .pieces import FIXTURES
from .roster import roster

# file in fixtures/, unit, text
TEXTS = (
    ("summary-songyuan.wps", "jyj-songyuan", "summary"),
    ("summary-baicheng.doc", "jyj-baicheng", "summary"),
    ("summary-jljy.doc", "jljy", "summary"),
    ("summary-lyvtc.rtf", "lyvtc", "summary"),
    ("summary-bcyz.odt", "bcyz", "summary"),
    ("case-siping.doc", "jyj-siping", "case"),
    ("case-lyvtc.doc", "lyvtc", "case"),
    ("case-songyuan.wps", "jyj-songyuan", "case"),
    ("both-liaoyuan.doc", "jyj-liaoyuan", "both"),
    ("plan-baicheng.doc", "jyj-baicheng", "plan"),
)


def made(rng: random.Random, unit: str, kind: str) -> bytes:
    name = roster()[unit].name
    lines = {
        "summary": lambda: texts.summary(rng, name, rng.choice(("plain", "two", "slogan"))),
        "case": lambda: texts.case(rng, name),
        "both": lambda: texts.combined(rng, name),
        "plan": lambda: texts.plan(rng, name),
    }[kind]()
    return makers.docx(lines)


def convert(source: bytes, extension: str, target: str, folder: Path, profile: str) -> bytes:
    (folder / f"in.{extension}").write_bytes(source)
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{profile}",
        "--convert-to",
        target,
        "--outdir",
        str(folder),
        str(folder / f"in.{extension}"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return (folder / f"in.{target}").read_bytes()


def main(profile: str) -> None:
    FIXTURES.mkdir(exist_ok=True)
    rng = random.Random(20221117)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, unit, kind in TEXTS:
            target = {"wps": "doc"}.get(file.rpartition(".")[2], file.rpartition(".")[2])
            (FIXTURES / file).write_bytes(convert(made(rng, unit, kind), "docx", target, folder, profile))


if __name__ == "__main__":
    main(sys.argv[1])
