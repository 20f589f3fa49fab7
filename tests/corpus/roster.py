"""The units as the generator knows them: its own copy, so that a mistake in rules/ shows instead of being repeated."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Body:
    """One unit: how it is called and from which domains it may write."""

    id: str
    name: str
    kind: str
    addressed: str
    aliases: tuple[str, ...]
    weak: tuple[str, ...]
    domains: tuple[str, ...]


@cache
def roster() -> dict[str, Body]:
    rows = json.loads(Path(__file__).with_name("roster.json").read_text("utf-8"))
    return {
        row["id"]: Body(row["id"], row["name"], row["kind"], row["addressed"], *(tuple(row[key]) for key in ("aliases", "weak", "domains")))
        for row in rows
    }
