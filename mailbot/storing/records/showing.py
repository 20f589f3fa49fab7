"""What is shown: mails, items and events as they stand, what waits for a person, and the sums that must agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, func, or_, select

from mailbot.model import Disposition, MailState
from mailbot.storing import tables
from mailbot.storing.records import build
from mailbot.storing.records.receiving import Receiving
from mailbot.storing.rows import EventRow, ItemRow, MailRow
from mailbot.storing.sums import Reconciliation

_OPEN_DISPOSITIONS = tuple(disposition for disposition in Disposition if disposition.needs_person)
_mail = tables.mail.c
_item = tables.item.c


def _may_be() -> ColumnElement[bool]:
    # Names as they stand in the JSON text: a mail may belong to several units, a column holds only one.
    texts = (cast(column, Text).like(bindparam("quoted"), escape="/") for column in (_mail.units, _mail.candidates))
    return or_(_mail.unit_id == bindparam("this"), *texts)


# Built once: every settled mail asks them about its unit, and building costs more than SQLite takes to answer.
_ITEMS = select(tables.item).where(_item.mail_number == bindparam("this")).order_by(_item.position)
_OPEN_MAILS = select(_mail.number, _mail.unit_id, _mail.units, _mail.candidates).where(_mail.needs_person)
_OPEN_MAILS_OF = _OPEN_MAILS.where(_may_be())
_OPEN_ITEMS = (
    select(_item.mail_number, _item.unit_id, _mail.unit_id, _mail.units, _mail.candidates)
    .join(tables.mail, _mail.number == _item.mail_number)
    .where(_item.disposition.in_(_OPEN_DISPOSITIONS), _mail.automatic.is_(None))
)
_OPEN_ITEMS_OF = _OPEN_ITEMS.where(or_(_item.unit_id == bindparam("this"), _item.unit_id.is_(None) & _may_be()))
_ARRIVED_AGAIN = (
    select(_mail.state, func.count(tables.place.c.id) - func.count(_mail.number.distinct()))
    .join(tables.place, tables.place.c.mail_number == _mail.number)
    .where(_mail.state.in_([state for state in MailState if state is not MailState.SETTLED]), tables.place.c.state == "kept")
    .group_by(_mail.state)
)


class Showing(Receiving):
    """Reads for the desk, the table and the letters."""

    def mails(self, state: MailState | None = None) -> tuple[MailRow, ...]:
        """Mails by number, of one state or all."""
        statement = select(tables.mail).order_by(_mail.number)
        return self._all(statement if state is None else statement.where(_mail.state == state), build.mail)

    def kept_count(self) -> int:
        """How many mails are kept, in whatever state."""
        return self._count(select(func.count()).select_from(tables.mail))

    def mail(self, number: int) -> MailRow | None:
        """One mail by its number."""
        return self._one(select(tables.mail).where(_mail.number == number), build.mail)

    def mail_by_sha256(self, sha256: str) -> MailRow | None:
        """The mail with these raw bytes."""
        return self._one(select(tables.mail).where(_mail.sha256 == sha256), build.mail)

    def mails_with_message_id(self, message_id: str) -> tuple[MailRow, ...]:
        """The mails that claim this Message-ID, a sender's claim that decides nothing alone."""
        return self._all(select(tables.mail).where(_mail.message_id == message_id).order_by(_mail.number), build.mail)

    def items(self, number: int) -> tuple[ItemRow, ...]:
        """The leaves of one mail in its order."""
        return self._all(_ITEMS, build.item, {"this": number})

    def items_all(self) -> tuple[ItemRow, ...]:
        """The leaves of all mails."""
        return self._all(select(tables.item).order_by(_item.mail_number, _item.position), build.item)

    def events(self, mail: int | None = None, unit: str | None = None, limit: int = 100) -> tuple[EventRow, ...]:
        """The last `limit` events (of a mail, of a unit), oldest first."""
        event = tables.event.c
        statement = select(tables.event).order_by(event.id.desc()).limit(limit)
        for column, value in ((event.mail_number, mail), (event.unit_id, unit)):
            statement = statement if value is None else statement.where(column == value)
        return tuple(reversed(self._all(statement, build.event)))

    def unsure_of(self, unit_id: str) -> int:
        """How much waits for a person that is, or may be, this unit's: files, and mails of which no file waits."""
        escaped = unit_id.replace("/", "//").replace("%", "/%").replace("_", "/_")
        return self._open(_OPEN_MAILS_OF, _OPEN_ITEMS_OF, {"this": unit_id, "quoted": f'%"{escaped}"%'}).get(unit_id, 0)

    def unsure_all(self) -> Mapping[str, int]:
        """`unsure_of` for every unit that has anything waiting."""
        return self._open(_OPEN_MAILS, _OPEN_ITEMS, {})

    def _open(self, mails: Select[Any], items: Select[Any], given: Mapping[str, str]) -> Mapping[str, int]:
        about: dict[int, set[str]] = {}
        for number, unit, units, candidates in self.connection.execute(mails, given):
            about[number] = _whose(unit, units, candidates)
        counts: Counter[str] = Counter()
        covered: dict[int, set[str]] = defaultdict(set)
        for number, item_unit, unit, units, candidates in self.connection.execute(items, given):
            whose = {item_unit} if item_unit else _whose(unit, units, candidates)
            counts.update(whose)
            covered[number] |= whose
        for number, whose in about.items():
            counts.update(whose - covered[number])
        return counts

    def reconciliation(self) -> Reconciliation:
        """The sums over everything that ever arrived; of 100,000 mails only the narrow indexes are read."""
        place = tables.place.c
        places = Counter(dict(self._pairs(select(place.state, func.count()).group_by(place.state))))
        mails = self.connection.execute(select(_mail.state, func.count(), func.sum(_mail.parts)).group_by(_mail.state)).all()
        having = select(func.count(place.mail_number), func.count(place.mail_number.distinct())).where(place.state == "kept")
        placed, distinct = self.connection.execute(having).one()
        states = Counter({state: count for state, count, _ in mails})
        ingested = states.total() - distinct
        # An arrival is a place: a mail that arrived twice counts twice. Those beyond the first are few, and so are all but the settled.
        again = Counter(dict(self._pairs(_ARRIVED_AGAIN)))
        for state, count in again.items():
            states[state] += count
        states[MailState.SETTLED] += placed - distinct - again.total()
        unfetched = self.unfetched()
        return Reconciliation(
            on_server=places.total() + unfetched,
            kept=places["kept"] + ingested,
            vanished=places["vanished"],
            excluded=places["excluded"],
            filed=states[MailState.SETTLED],
            automatic=states[MailState.AUTOMATIC],
            unsure=states[MailState.UNSURE],
            stuck=states[MailState.STUCK],
            waiting=states[MailState.KEPT],
            parts=sum(parts or 0 for _, _, parts in mails),
            outcomes=self._count(select(func.count()).select_from(tables.item)),
            ingested=ingested,
            repeated=places["kept"] - distinct,
            unfetched=unfetched,
        )

    def _pairs(self, statement: Select[Any]) -> list[tuple[str, int]]:
        return [(name, count) for name, count in self.connection.execute(statement)]

    def _count(self, statement: Select[Any]) -> int:
        return int(self.connection.scalar(statement) or 0)


def _whose(unit: str | None, units: Iterable[str], candidates: Iterable[str]) -> set[str]:
    """The units a mail is, or may be, of: once the unit is sure, candidates no longer count."""
    sure = {unit} if unit else set()
    return sure | set(units) or set(candidates)
