"""rules/ as it was read the last time: as long as no byte of it has changed, it need not be read and looked through again (0.3 s).

Only what had no slip is remembered, so whoever has a slip reads it with its line from the files themselves. The notebook is plain JSON
in the storage folder, where mail only ever writes below raw/, filed/, 待核实/ and work/.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailbot import __version__
from mailbot.rulebook import Addressed, Campaign, LetterTemplate, Lookalike, Material, Outsider, Rulebook, Side, Unit, Words

Fields = Mapping[str, Any]


def remembered_rules(folder: Path, notebook: Path) -> Rulebook:
    """The same as `load_rules`, from `notebook` where that speaks of exactly these files; else read, and noted there."""
    now = _fingerprint(folder)
    book = _noted(notebook, now)
    if book is None:
        from mailbot.loading.rules import load_rules  # with all that looks for slips, Jinja2 among it

        book = load_rules(folder)
        _note(notebook, {"of": now, "rules": asdict(book)})
    return book


def _fingerprint(folder: Path) -> str:
    """Every byte of every file in rules/, and the program that reads them: another version may read them otherwise."""
    digest = sha256(__version__.encode())
    here = Path(__file__).parent
    for file in (*sorted(here.glob("*.py")), here.parent / "rulebook.py"):
        seen = file.stat()
        digest.update(f"{file.name}\0{seen.st_size}\0{seen.st_mtime_ns}\0".encode())
    for file in sorted([*folder.glob("*.yaml"), *folder.glob("letters/*.txt")]):
        with suppress(OSError):  # what cannot be read is told by `load_rules`
            content = file.read_bytes()
            digest.update(f"{file.relative_to(folder)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _noted(notebook: Path, wanted: str) -> Rulebook | None:
    try:
        noted = json.loads(notebook.read_bytes())
        return _rulebook(noted["rules"]) if noted["of"] == wanted else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _note(notebook: Path, noted: object) -> None:
    """Write it down whole or not at all; a folder that cannot be written to only costs the time again."""
    fresh = notebook.with_name(f"{notebook.name}.{os.getpid()}")
    with suppress(OSError):
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w", encoding="utf-8") as file:
                json.dump(noted, file, ensure_ascii=False, default=str)
            fresh.replace(notebook)
        finally:
            fresh.unlink(missing_ok=True)


def _rulebook(fields: Fields) -> Rulebook:
    return Rulebook(
        campaign=_campaign(fields["campaign"]),
        materials={name: _material(one) for name, one in fields["materials"].items()},
        units={name: Unit(**{**_tuples(one), "addressed": Addressed(one["addressed"])}) for name, one in fields["units"].items()},
        kinds=fields["kinds"],
        words=Words(**_tuples(fields["words"])),
        letters={kind: LetterTemplate(**one) for kind, one in fields["letters"].items()},
        outsiders=tuple(Outsider(**_tuples(one)) for one in fields["outsiders"]),
        counties=_tuples(fields["counties"]),
        lookalikes=tuple(Lookalike(**_tuples(one)) for one in fields["lookalikes"]),
    )


def _material(fields: Fields) -> Material:
    return Material(**{**_tuples(fields), "writing": tuple(Side(**_tuples(side)) for side in fields["writing"])})


def _campaign(fields: Fields) -> Campaign:
    zone = ZoneInfo(fields["timezone"])
    moments = {name: datetime.fromisoformat(fields[name]).astimezone(zone) for name in ("deadline", "starts") if fields[name]}
    return Campaign(**{**_tuples(fields), **moments, "timezone": zone})


def _tuples(fields: Fields) -> dict[str, Any]:
    """JSON knows no tuples, and the rulebook no lists."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
