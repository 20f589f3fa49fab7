"""The ledger as `model.Memory`: mappings that ask the database when they are asked, so that 100,000 filings cost one mail nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from sqlalchemy import Connection, or_, select

from mailbot.model import Filed, Memory
from mailbot.storing import tables
from mailbot.storing.records import build

Value = TypeVar("Value")


class Remembered(Mapping[str, Value]):
    """A read-only mapping over the open transaction: one query for a key, everything read (once) only when it is walked through."""

    def __init__(self, one: Callable[[str], Value | None], everything: Callable[[], dict[str, Value]]) -> None:
        self._one = one
        self._everything = everything
        self._whole: dict[str, Value] | None = None
        self._asked: dict[str, Value | None] = {}

    def __getitem__(self, key: str) -> Value:
        if self._whole is not None:
            return self._whole[key]
        if key not in self._asked:
            self._asked[key] = self._one(key)
        value = self._asked[key]
        if value is None:
            raise KeyError(key)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> dict[str, Value]:
        if self._whole is None:
            self._whole = self._everything()
        return self._whole


def memory_over(connection: Connection, units: frozenset[str], before: int | None = None) -> Memory:
    """The memory of the ledger as it stands in this transaction.

    With `units`, only knowledge about these; with `before`, only filings of mails that arrived before that one.
    """
    return Memory(
        addresses=_learned(connection, "address", units),
        aliases=_learned(connection, "alias", units),
        phrases=_learned(connection, "phrase", frozenset()),
        seen=_learned(connection, "address", units, confirmed=False),
        filed=_filed(connection, before),
        letters=_letters(connection),
    )


def _learned(connection: Connection, kind: str, wanted: frozenset[str], *, confirmed: bool = True) -> Mapping[str, str]:
    """What was learned, confirmed (or not yet), and not taken back; the newest word about a key counts."""
    known = tables.knowledge.c
    standing = (known.kind == kind, known.confirmed.is_(confirmed), known.revoked_at.is_(None))
    newest = select(known.key, known.value).where(*standing).order_by(known.id.desc())

    def one(key: str) -> str | None:
        value: str | None = connection.scalar(newest.with_only_columns(known.value).where(known.key == key).limit(1))
        return value if not wanted or value in wanted else None

    def everything() -> dict[str, str]:
        rows = connection.execute(newest).all()
        return {key: value for key, value in reversed(rows) if not wanted or value in wanted}

    return Remembered(one, everything)


def _filed(connection: Connection, before: int | None) -> Mapping[str, tuple[Filed, ...]]:
    filing, item = tables.filing, tables.item
    every = (
        select(filing, item.c.name, item.c.sha256, item.c.fingerprint, item.c.text_key)
        .join(item, item.c.id == filing.c.item_id)
        .order_by(filing.c.received_at, filing.c.id)
    )
    if before is not None:
        arrived = select(tables.mail.c.received_at).where(tables.mail.c.number == before).scalar_subquery()
        earlier = (filing.c.received_at == arrived) & (filing.c.mail_number < before)
        every = every.where(or_(filing.c.received_at < arrived, earlier))

    def one(sha256: str) -> tuple[Filed, ...] | None:
        rows = connection.execute(every.where(item.c.sha256 == sha256)).mappings()
        return tuple(build.filed(dict(row)) for row in rows) or None

    def everything() -> dict[str, tuple[Filed, ...]]:
        found: dict[str, list[Filed]] = defaultdict(list)
        for row in connection.execute(every).mappings():
            found[row["sha256"]].append(build.filed(dict(row)))
        return {sha256: tuple(filings) for sha256, filings in found.items()}

    return Remembered(one, everything)


def _letters(connection: Connection) -> Mapping[str, tuple[str, str, int]]:
    letter = tables.letter.c
    every = select(letter.message_id, letter.unit_id, letter.kind, letter.mail_number)

    def one(message_id: str) -> tuple[str, str, int] | None:
        row = connection.execute(every.where(letter.message_id == message_id)).first()
        return None if row is None else (row[1] or "", row[2], row[3] or 0)

    def everything() -> dict[str, tuple[str, str, int]]:
        return {row[0]: (row[1] or "", row[2], row[3] or 0) for row in connection.execute(every)}

    return Remembered(one, everything)
