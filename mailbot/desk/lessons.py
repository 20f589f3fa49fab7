"""What mailbot has learned: addresses, names and phrases, each an entry in the ledger that a person can see, add or take back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mailbot.app import App
from mailbot.desk.naming import material_named, unit_named
from mailbot.errors import ConfigError
from mailbot.storing.records import Revocable

KINDS = {"address": "邮箱", "alias": "名称", "phrase": "词语"}


@dataclass(frozen=True, slots=True)
class Lesson:
    """Something a person teaches: this address or name is of `means` (a unit), or this phrase speaks for `means` (a material)."""

    kind: str
    key: str
    means: str
    by: str


def lessons(app: App) -> list[dict[str, Any]]:
    """Every entry that was not taken back, the oldest first; `confirmed` ones count, the others are hints."""
    with app.database.reading() as records:
        return [
            {
                "id": row.id,
                "kind": row.kind,
                "key": row.key,
                "means": row.value,
                "name": _name(app, row.kind, row.value),
                "source": row.source,
                "confirmed": row.confirmed,
            }
            for row in records.knowledge()
        ]


def teach(app: App, lesson: Lesson) -> str:
    """Write a confirmed entry; it counts from the next mail on, and `replay` applies it to unsure ones. Returns the sentence."""
    key = lesson.key.strip()
    if not key:
        raise ConfigError(f"请写明要记住的{KINDS[lesson.kind]}。")
    phrase = lesson.kind == "phrase"
    value = material_named(app.rulebook, lesson.means) if phrase else unit_named(app.rulebook, lesson.means)
    if lesson.kind == "address":
        key = key.lower()
    with app.database.transaction() as records:
        records.learn(lesson.kind, key, value, lesson.by, True, app.now())
        records.event("taught", lesson.by, app.now(), kind=lesson.kind, key=key, value=value)
    return f"已记住：{KINDS[lesson.kind]}“{key}” → {_name(app, lesson.kind, value)}。"


def forget(app: App, number: int, by: str) -> str:
    """Take an entry back; ConfigError when there is none with this number. Returns the sentence."""
    with app.database.transaction() as records:
        row = records.knowledge_by_id(number)
        if row is None or not records.revoke(Revocable.KNOWLEDGE, number, app.now()):
            raise ConfigError(f"没有编号为 {number} 的记忆。用 mailbot knowledge 查看编号。")
        records.event("forgotten", by, app.now(), entry=number, kind=row.kind, key=row.key, value=row.value)
    return f"已撤销第 {number} 条。"


def _name(app: App, kind: str, value: str) -> str:
    known = app.rulebook.materials.get(value) if kind == "phrase" else app.rulebook.units.get(value)
    return known.name if known else value
