"""The ledger as `model.Memory`: mappings that ask the database when they are asked, so that 100,000 filings cost one mail nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection, bindparam, or_, select

from mailbot.model import Filed, Memory
from mailbot.storing import tables
from mailbot.storing.records import build

Value = TypeVar("Value")


# Built once: building a statement costs more than SQLite takes to run it.
_known = tables.knowledge.c
_STANDING = (
    select(_known.key, _known.value)
    .where(_known.kind == bindparam("kind"), _known.confirmed == bindparam("confirmed"), _known.revoked_at.is_(None))
    .order_by(_known.id.desc())
)
_OF_KEY = _STANDING.with_only_columns(_known.value).where(_known.key == bindparam("this"))
_letter = tables.letter.c
_LETTERS = select(_letter.message_id, _letter.unit_id, _letter.kind, _letter.mail_number)
_LETTER = _LETTERS.where(_letter.message_id == bindparam("this"))
_filing, _item = tables.filing.c, tables.item.c
_FILED = (
    select(tables.filing, _item.name, _item.sha256, _item.fingerprint, _item.text_key)
    .join(tables.item, _item.id == _filing.item_id)
    .order_by(_filing.received_at, _filing.id)
)
_arrived = select(tables.mail.c.received_at).where(tables.mail.c.number == bindparam("before")).scalar_subquery()
_earlier = (_filing.received_at == _arrived) & (_filing.mail_number < bindparam("before"))
_FILED_BEFORE = _FILED.where(or_(_filing.received_at < _arrived, _earlier))
_FILED_SAME = _FILED.where(_item.sha256 == bindparam("this"))
_FILED_BEFORE_SAME = _FILED_BEFORE.where(_item.sha256 == bindparam("this"))


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
    """What was learned, confirmed (or not yet), and not taken back.

    Of confirmed words about a key the newest counts; what nobody confirmed counts only where all of it says the same: an
    address that wrote for two schools speaks for neither.
    """
    given = {"kind": kind, "confirmed": confirmed}

    def one(key: str) -> str | None:
        return meant(connection.scalars(_OF_KEY, given | {"this": key}).all())

    def everything() -> dict[str, str]:
        values: dict[str, list[str]] = defaultdict(list)
        for key, value in connection.execute(_STANDING, given):
            values[key].append(value)
        return {key: value for key, said in values.items() if (value := meant(said)) is not None}

    def meant(newest_first: Sequence[str]) -> str | None:
        if not newest_first or not (confirmed or len(set(newest_first)) == 1):
            return None
        return newest_first[0] if not wanted or newest_first[0] in wanted else None

    return Remembered(one, everything)


def _filed(connection: Connection, before: int | None) -> Mapping[str, tuple[Filed, ...]]:
    every, given = (_FILED, {}) if before is None else (_FILED_BEFORE, {"before": before})

    def one(sha256: str) -> tuple[Filed, ...] | None:
        same = _FILED_SAME if before is None else _FILED_BEFORE_SAME
        rows = connection.execute(same, {**given, "this": sha256}).mappings()
        return tuple(build.filed(dict(row)) for row in rows) or None

    def everything() -> dict[str, tuple[Filed, ...]]:
        found: dict[str, list[Filed]] = defaultdict(list)
        for row in connection.execute(every, given).mappings():
            found[row["sha256"]].append(build.filed(dict(row)))
        return {sha256: tuple(filings) for sha256, filings in found.items()}

    return Remembered(one, everything)


def _letters(connection: Connection) -> Mapping[str, tuple[str, str, int]]:
    def one(message_id: str) -> tuple[str, str, int] | None:
        row = connection.execute(_LETTER, {"this": message_id}).first()
        return None if row is None else (row[1] or "", row[2], row[3] or 0)

    def everything() -> dict[str, tuple[str, str, int]]:
        return {row[0]: (row[1] or "", row[2], row[3] or 0) for row in connection.execute(_LETTERS)}

    return Remembered(one, everything)
