"""What every part of `Records` stands on: one open transaction, and the ways to read rows and to note events in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Insert, Table, UpdateBase, bindparam, insert, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from mailbot.storing import tables
from mailbot.storing.rows import EventRow

Value = TypeVar("Value")
Fields = Mapping[str, Any]

# What every mail runs is built once, here and in the modules beside: building a statement costs more than SQLite takes to run it.
_SETTING = select(tables.setting.c.value).where(tables.setting.c.key == bindparam("this"))
_insert: Callable[[Table], Insert] = cache(insert)


class Ledger:
    """The open transaction. `noted` are the events of this transaction, for the journal once it is committed."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.noted: list[EventRow] = []
        self._letters: dict[int, bool] = {}  # those that this transaction has changed, and whether it gave them other words

    def setting(self, key: str) -> str | None:
        """The remembered value, None if there is none."""
        value: str | None = self.connection.scalar(_SETTING, {"this": key})
        return value

    def set_setting(self, key: str, value: str) -> None:
        """Remember `value` under `key`."""
        changed = update(tables.setting).where(tables.setting.c.key == key).values(value=value)
        if not self._change(changed):
            self._add(tables.setting, key=key, value=value)

    def forget_setting(self, key: str) -> None:
        """Forget what was remembered under `key`, if anything."""
        self.connection.execute(tables.setting.delete().where(tables.setting.c.key == key))

    def settings(self, prefix: str) -> Mapping[str, str]:
        """What is remembered under keys that begin with `prefix`, by the rest of the key."""
        named = select(tables.setting.c.key, tables.setting.c.value).where(tables.setting.c.key.startswith(prefix, autoescape=True))
        return {key.removeprefix(prefix): value for key, value in self.connection.execute(named.order_by(tables.setting.c.key))}

    def identity(self) -> str:
        """The uuid that database and storage share, "" before the first start."""
        return self.setting("identity") or ""

    def create_identity(self, identity: str) -> None:
        """Give this ledger its uuid; ValueError if it has another one."""
        known = self.identity()
        if known not in ("", identity):
            raise ValueError(f"the ledger is {known} already")
        self.set_setting("identity", identity)

    def event(  # noqa: PLR0913, PLR0917  # one argument a column
        self,
        what: str,
        actor: str,
        now: datetime,
        mail: int | None = None,
        unit: str | None = None,
        letter: int | None = None,
        **detail: object,
    ) -> int:
        """Note that something happened; `detail` must fit into JSON. Returns the event's id.

        The row can never be changed again; after the commit one line of JSON follows in storage/events.jsonl.
        """
        number = self._add(
            tables.event, at=now, actor=actor, what=what, mail_number=mail, unit_id=unit, letter_number=letter, detail=detail
        )
        self.noted.append(EventRow(number, now, actor, what, mail, unit, letter, detail))
        return number

    def _add(self, table: Table, **fields: object) -> int:
        """Insert one row; its integer key, 0 where the key is no number."""
        key = self.connection.execute(_insert(table), fields).inserted_primary_key
        return key[0] if key and isinstance(key[0], int) else 0

    def _change(self, statement: UpdateBase, given: Fields | None = None) -> int:
        """Run an UPDATE or DELETE; how many rows it touched."""
        return int(self.connection.execute(statement, given).rowcount)

    def _change_letters(self, statement: ReturningUpdate[int], given: Fields | None = None, *, words: bool = False) -> int:
        """Run an UPDATE that returns the numbers of the letters it touched; how many. Each of them goes into the journal."""
        numbers: list[int] = [row[0] for row in self.connection.execute(statement, given)]
        for number in numbers:
            self._touch_letter(number, words=words)
        return len(numbers)

    def _touch_letter(self, number: int, *, words: bool) -> None:
        self._letters[number] = words or self._letters.get(number, False)

    def _one(self, statement: Executable, build: Callable[[Fields], Value], given: Fields | None = None) -> Value | None:
        row = self.connection.execute(statement, given).mappings().first()
        return None if row is None else build(dict(row))

    def _all(self, statement: Executable, build: Callable[[Fields], Value], given: Fields | None = None) -> tuple[Value, ...]:
        return tuple(build(dict(row)) for row in self.connection.execute(statement, given).mappings())
