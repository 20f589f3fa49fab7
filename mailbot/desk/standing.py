"""Where every unit stands, kept in memory and brought up to date from the events since: 100,000 mails are counted only once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from mailbot.app import App
from mailbot.desk.openings import Opening, openings
from mailbot.model import Receipt
from mailbot.receipts import receipts, unit_receipt, waiving
from mailbot.storing.deskrows import LetterBrief
from mailbot.storing.records import Records
from mailbot.storing.rows import EventRow
from mailbot.storing.sums import Reconciliation

_MOST_EVENTS = 2000
"""With more news than this everything is read anew, which costs as much."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The units as they stood after event `upto`; all values of one moment."""

    upto: int
    receipts: Mapping[str, Receipt]
    letters: Mapping[str, LetterBrief]
    phoned: Mapping[str, datetime]
    until: Mapping[str, datetime]
    unsure: Mapping[str, int]
    mails_by_day: Mapping[date, int]
    newest_mail: int
    sums: Reconciliation
    waiting: int
    openings: tuple[Opening, ...]


@dataclass
class Standing:
    """The newest picture; `picture` brings it up to date."""

    app: App
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _last: Picture | None = None

    def picture(self) -> Picture:
        """The picture of this moment."""
        with self._lock, self.app.database.reading() as records:
            newest = records.newest_event()
            if self._last is None or self._last.upto != newest:
                self._last = self._anew(records, newest) if self._last is None else self._updated(records, self._last, newest)
            return self._last

    def _anew(self, records: Records, newest: int) -> Picture:
        rows = records.arrivals_since(0)
        return Picture(
            upto=newest,
            receipts=receipts(self.app.rulebook, records),
            letters=records.last_letters(),
            phoned=records.phoned(),
            until=self._extensions(records),
            unsure=records.unsure_all(),
            mails_by_day=self._by_day(rows),
            newest_mail=rows[-1][0] if rows else 0,
            sums=records.reconciliation(),
            waiting=records.unsettled_count(),
            openings=openings(records),
        )

    def _updated(self, records: Records, before: Picture, newest: int) -> Picture:
        events = records.events_since(before.upto, _MOST_EVENTS + 1)
        if len(events) > _MOST_EVENTS or newest < before.upto:
            return self._anew(records, newest)
        unsure = records.unsure_all()
        touched = _touched(records, events) | {unit for unit in {*unsure, *before.unsure} if unsure.get(unit) != before.unsure.get(unit)}
        touched &= self.app.rulebook.units.keys()
        rows = records.arrivals_since(before.newest_mail)
        counted = Counter(before.mails_by_day)
        counted.update(self._by_day(rows))
        letters = {unit: letter for unit, letter in before.letters.items() if unit not in touched}
        return Picture(
            upto=newest,
            receipts={**before.receipts, **{unit: unit_receipt(self.app.rulebook, records, unit) for unit in touched}},
            letters={**letters, **records.last_letters(touched)},
            phoned=records.phoned(),
            until=self._extensions(records),
            unsure=unsure,
            mails_by_day=counted,
            newest_mail=rows[-1][0] if rows else before.newest_mail,
            sums=records.reconciliation(),
            waiting=records.unsettled_count(),
            openings=openings(records),
        )

    def _extensions(self, records: Records) -> Mapping[str, datetime]:
        rows = records.waivers_all()
        found = {
            unit: waiving(self.app.rulebook, tuple(row for row in rows if row.unit_id == unit))[1] for unit in {r.unit_id for r in rows}
        }
        return {unit: until for unit, until in found.items() if until is not None}

    def _by_day(self, rows: Iterable[tuple[int, datetime]]) -> Counter[date]:
        zone = self.app.rulebook.campaign.timezone
        return Counter(at.astimezone(zone).date() for _, at in rows)


def _touched(records: Records, events: Iterable[EventRow]) -> set[str]:
    """Every unit whose receipt or last letter may be another after these events."""
    units: set[str] = set()
    mails: set[int] = set()
    letters: set[int] = set()
    for event in events:
        units.update(event.detail.get("touched", ()))
        units.update([event.unit_id] if event.unit_id else ())
        mails.update([event.mail_number] if event.mail_number else ())
        letters.update([event.letter_number] if event.letter_number else ())
    return units | records.units_of_mails(mails) | records.units_of_letters(letters)
