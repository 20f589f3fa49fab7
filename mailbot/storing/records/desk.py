"""What the desk asks: what changed since, what waits for a person, what is of a unit; and letters that a person takes in hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, or_, select, update

from mailbot.model import Disposition, LetterState, MailState
from mailbot.storing import tables
from mailbot.storing.deskrows import LetterBrief, OpenMail
from mailbot.storing.records import build
from mailbot.storing.records.ledger import Ledger
from mailbot.storing.rows import EventRow, ItemRow, KnowledgeRow, LetterRow, MailRow

_mail, _item, _letter, _event, _filing = tables.mail.c, tables.item.c, tables.letter.c, tables.event.c, tables.filing.c
_DEAD = (LetterState.SUPERSEDED, LetterState.SILENCED)
_ENDED_BADLY = (LetterState.UNCERTAIN, LetterState.REFUSED)
_OPEN = tuple(disposition for disposition in Disposition if disposition.needs_person)
_BRIEF = tuple(_letter[name] for name in ("number", "unit_id", "kind", "state", "due_at", "finished_at", "bounced", "created_at"))
_MANY = 500
"""Values in one IN (…): SQLite takes 32,766, the plan stays good with fewer."""


@dataclass(frozen=True, slots=True)
class About:
    """What an act or a page speaks of."""

    mails: tuple[int, ...] = ()
    unit: str | None = None
    letters: tuple[int, ...] = ()


class Desk(Ledger):
    """Reads for the pages, and what a person does to letters."""

    def newest_event(self) -> int:
        """The id of the newest event, 0 in a new ledger: it rises with every change that anybody can see."""
        return self.connection.scalar(select(func.max(_event.id))) or 0

    def event_by_id(self, key: int) -> EventRow | None:
        """One event."""
        return self._one(select(tables.event).where(_event.id == key), build.event)

    def events_since(self, last: int, most: int) -> tuple[EventRow, ...]:
        """The events after `last`, oldest first, at most so many."""
        return self._all(select(tables.event).where(_event.id > last).order_by(_event.id).limit(most), build.event)

    def newest_about(self, about: About) -> int:
        """The id of the newest event about any of these, 0 if there is none."""
        conditions = _about(about)
        return (self.connection.scalar(select(func.max(_event.id)).where(or_(*conditions))) or 0) if conditions else 0

    def events_about(self, about: About, since: int = 0) -> tuple[EventRow, ...]:
        """The events after `since` about any of these, oldest first."""
        conditions = _about(about)
        if not conditions:
            return ()
        return self._all(select(tables.event).where(_event.id > since, or_(*conditions)).order_by(_event.id), build.event)

    def units_of_mails(self, numbers: Iterable[int]) -> set[str]:
        """Every unit that has filings of these mails, or that they are of."""
        found: set[str] = set()
        for some in _portions(numbers):
            found.update(self.connection.scalars(select(_filing.unit_id).where(_filing.mail_number.in_(some)).distinct()))
            for unit, units in self.connection.execute(select(_mail.unit_id, _mail.units).where(_mail.number.in_(some))):
                found.update([unit] if unit else [], units)
        return found

    def units_of_letters(self, numbers: Iterable[int]) -> set[str]:
        """The units that these letters are about."""
        found: set[str] = set()
        for some in _portions(numbers):
            found.update(unit for unit in self.connection.scalars(select(_letter.unit_id).where(_letter.number.in_(some))) if unit)
        return found

    def last_letters(self, units: Iterable[str] | None = None) -> Mapping[str, LetterBrief]:
        """The newest letter of each unit (of these) that was not taken back."""
        living = select(func.max(_letter.number)).where(_letter.unit_id.is_not(None), _letter.state.not_in(_DEAD)).group_by(_letter.unit_id)
        found: dict[str, LetterBrief] = {}
        for narrowed in [living] if units is None else [living.where(_letter.unit_id.in_(some)) for some in _portions(units)]:
            for brief in self._all(select(*_BRIEF).where(_letter.number.in_(narrowed)), build.brief):
                found[brief.unit_id or ""] = brief
        return found

    def open_mails(self) -> tuple[OpenMail, ...]:
        """Mails that need a person, the oldest arrival first."""
        columns = (_mail.number, _mail.received_at, _mail.state, _mail.unit_id, _mail.units, _mail.links)
        waiting = select(*columns).where(_mail.needs_person, _mail.state != MailState.KEPT)
        return self._all(waiting.order_by(_mail.received_at, _mail.number), build.open_mail)

    def open_items(self) -> Sequence[tuple[int, int, Disposition]]:
        """Id, mail and disposition of every file that needs a person, of mails that are not automatic."""
        waiting = select(_item.id, _item.mail_number, _item.disposition).join(tables.mail, _mail.number == _item.mail_number)
        waiting = waiting.where(_item.disposition.in_(_OPEN), _mail.automatic.is_(None), _mail.state != MailState.KEPT)
        rows = self.connection.execute(waiting.order_by(_item.mail_number, _item.position))
        return [(key, number, Disposition(disposition)) for key, number, disposition in rows]

    def open_letters(self) -> tuple[LetterBrief, ...]:
        """Letters that wait to be released, or that ended badly and nobody has taken note of it, oldest first."""
        # Two questions, each with an index of its own: together they would read 100,000 letters.
        waiting = select(*_BRIEF).where(_letter.state.in_((LetterState.HELD, *_ENDED_BADLY)))
        waiting = waiting.where(or_(_letter.state == LetterState.HELD, _letter.noted.is_(False)))
        back = select(*_BRIEF).where(_letter.bounced, _letter.noted.is_(False))
        found = {brief.number: brief for statement in (waiting, back) for brief in self._all(statement, build.brief)}
        return tuple(found[number] for number in sorted(found))

    def open_addresses(self) -> tuple[KnowledgeRow, ...]:
        """Addresses that were only seen, oldest first."""
        known = tables.knowledge.c
        seen = select(tables.knowledge).where(known.kind == "address", known.confirmed.is_(False), known.revoked_at.is_(None))
        return self._all(seen.order_by(known.id), build.knowledge)

    def knowledge_by_id(self, key: int) -> KnowledgeRow | None:
        """One entry, whether or not it was taken back."""
        return self._one(select(tables.knowledge).where(tables.knowledge.c.id == key), build.knowledge)

    def items_of(self, numbers: Iterable[int]) -> tuple[ItemRow, ...]:
        """The files of several mails."""
        found: list[ItemRow] = []
        for some in _portions(numbers):
            statement = select(tables.item).where(_item.mail_number.in_(some)).order_by(_item.mail_number, _item.position)
            found += self._all(statement, build.item)
        return tuple(found)

    def item(self, key: int) -> ItemRow | None:
        """One file by its id."""
        return self._one(select(tables.item).where(_item.id == key), build.item)

    def item_like(self, sha256: str) -> ItemRow | None:
        """Any file with these bytes."""
        return self._one(select(tables.item).where(_item.sha256 == sha256).limit(1), build.item)

    def mails_of_unit(self, unit_id: str) -> tuple[MailRow, ...]:
        """Mails that are the unit's, have filings of it, or, while they wait for a person, may be the unit's; oldest first."""
        named = _names(unit_id)
        # A mail with several units has filings of each, or waits for a person: no need to read 100,000 JSON texts.
        may_be = or_(*(column.like(named, escape="/") for column in _json_texts()))
        numbers = {
            *self.connection.scalars(select(_mail.number).where(_mail.unit_id == unit_id)),
            *self.connection.scalars(select(_filing.mail_number).where(_filing.unit_id == unit_id)),
            *self.connection.scalars(select(_mail.number).where(_mail.needs_person, may_be)),
        }
        rows: list[MailRow] = []
        for some in _portions(numbers):
            rows += self._all(select(tables.mail).where(_mail.number.in_(some)), build.mail)
        return tuple(sorted(rows, key=lambda row: (row.received_at, row.number)))

    def letters_of_unit(self, unit_id: str) -> tuple[LetterRow, ...]:
        """Letters about the unit, oldest first."""
        return self._all(select(tables.letter).where(_letter.unit_id == unit_id).order_by(_letter.number), build.letter)

    def held_letters(self) -> tuple[int, ...]:
        """The letters that wait to be released, oldest first."""
        return tuple(self.connection.scalars(select(_letter.number).where(_letter.state == LetterState.HELD).order_by(_letter.number)))

    def bounced_count(self) -> int:
        """How many letters came back."""
        return self.connection.scalar(select(func.count()).where(_letter.bounced)) or 0

    def letters_found(self, wanted: Sequence[ColumnElement[bool]], most: int, skip: int) -> tuple[tuple[LetterRow, ...], int]:
        """A page of letters that meet every condition of `letter_filter`, the newest first, and how many there are."""
        found: Select[Any] = select(tables.letter).where(*wanted)
        count = self.connection.scalar(select(func.count()).select_from(tables.letter).where(*wanted)) or 0
        return self._all(found.order_by(_letter.number.desc()).limit(most).offset(skip), build.letter), count

    def take_letter(self, number: int, now: datetime, **fields: object) -> None:
        """Change a letter as a person says: its words, its state, that its end was noted."""
        if fields.get("state") == LetterState.PENDING:
            fields = {"due_at": now, "finished_at": None, "noted": False, **fields}
        changed = update(tables.letter).where(_letter.number == number).values(**fields).returning(_letter.number)
        self._change_letters(changed, words="message" in fields)

    def newest_letter(self) -> int:
        """The highest number of a letter."""
        return self.connection.scalar(select(func.max(_letter.number))) or 0

    def see_to(self, number: int, done: bool) -> None:
        """A mail that could not be settled needs nobody any more, or somebody again."""
        self._change(update(tables.mail).where(_mail.number == number).values(needs_person=not done))

    def neighbours(self, number: int) -> tuple[int | None, int | None]:
        """The numbers of the mails before and after this one."""
        earlier: int | None = self.connection.scalar(select(func.max(_mail.number)).where(_mail.number < number))
        later: int | None = self.connection.scalar(select(func.min(_mail.number)).where(_mail.number > number))
        return earlier, later

    def arrivals_since(self, number: int) -> Sequence[tuple[int, datetime]]:
        """Number and arrival of every mail above `number`."""
        rows = self.connection.execute(select(_mail.number, _mail.received_at).where(_mail.number > number).order_by(_mail.number))
        return [(at_number, at) for at_number, at in rows]


def letter_filter(state: LetterState | None, bounced: bool, kind: str | None, units: Iterable[str], text: str) -> list[ColumnElement[bool]]:
    """Conditions for `letters_found`: `text` in address or subject, or the letter about one of `units`."""
    wanted: list[ColumnElement[bool]] = []
    if state is not None:
        wanted.append(_letter.state == state)
    if bounced:
        wanted.append(_letter.bounced)
    if kind is not None:
        wanted.append(_letter.kind == kind)
    if text:
        inside = f"%{_escaped(text.lower())}%"
        named = [func.lower(column).like(inside, escape="/") for column in (_letter.to_address, _letter.subject)]
        wanted.append(or_(*named, _letter.unit_id.in_(list(units))))
    return wanted


def _about(about: About) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if about.mails:
        conditions.append(_event.mail_number.in_(about.mails))
    if about.unit is not None:
        conditions.append(_event.unit_id == about.unit)
    if about.letters:
        conditions.append(_event.letter_number.in_(about.letters))
    return conditions


def _portions(values: Iterable[Any]) -> Iterable[list[Any]]:
    everything = list(values)
    return (everything[start : start + _MANY] for start in range(0, len(everything), _MANY))


def _json_texts() -> tuple[ColumnElement[str], ColumnElement[str]]:
    return cast(_mail.units, Text), cast(_mail.candidates, Text)


def _names(unit_id: str) -> str:
    return f'%"{_escaped(unit_id)}"%'


def _escaped(text: str) -> str:
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")
