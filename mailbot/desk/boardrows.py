"""The rows, sums and days of the board, made once for each picture: a filter of 5,000 units only looks at what is there already."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from mailbot.app import App
from mailbot.desk.boardvalues import BoardRow, Day, LetterMark, Show
from mailbot.desk.standing import Picture
from mailbot.model import LetterState, Receipt, UnitState
from mailbot.rulebook import Addressed, Unit

_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Line:
    """A row with what filters ask, its names and which of them it fits, and with the days on which its materials came first."""

    row: BoardRow
    names: str
    fits: frozenset[Show]
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything of one picture; `states` counts the asked units."""

    upto: int
    lines: tuple[Line, ...]
    days: tuple[Day, ...]
    asked: int
    states: Counter[UnitState]
    late: int


@dataclass
class Rows:
    """Keeps what was prepared last; a row is made anew only when something about its unit has changed."""

    app: App
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _last: Prepared | None = None
    _made: dict[str, tuple[tuple[object, ...], Line]] = field(default_factory=dict)

    def of(self, picture: Picture) -> Prepared:
        """The board's rows in roster order, of units that are shown."""
        with self._lock:
            if self._last is None or self._last.upto != picture.upto:
                self._last = self._prepared(picture)
            return self._last

    def line(self, unit: Unit, picture: Picture) -> Line:
        """The line of one unit, shown or not."""
        receipt, letter = picture.receipts[unit.id], picture.letters.get(unit.id)
        phoned, until = picture.phoned.get(unit.id), picture.until.get(unit.id)
        made_from = (receipt, letter, phoned, until)
        known = self._made.get(unit.id)
        if known is not None and known[0] == made_from:
            return known[1]
        line = self._line(unit, picture)
        self._made[unit.id] = (made_from, line)
        return line

    def _prepared(self, picture: Picture) -> Prepared:
        lines = tuple(self.line(unit, picture) for unit in self.app.rulebook.units.values() if _shown(unit, picture.receipts[unit.id]))
        asked = [line.row.receipt for line in lines if line.row.asked]
        return Prepared(
            upto=picture.upto,
            lines=lines,
            days=self._days(picture, lines),
            asked=len(asked),
            states=Counter(receipt.state for receipt in asked),
            late=sum(receipt.late for receipt in asked),
        )

    def _line(self, unit: Unit, picture: Picture) -> Line:
        receipt, letter = picture.receipts[unit.id], picture.letters.get(unit.id)
        phoned, until = picture.phoned.get(unit.id), picture.until.get(unit.id)
        mark = None
        if letter is not None:
            state = LetterState.UNCERTAIN if letter.state is LetterState.CLAIMED else letter.state
            mark = LetterMark(letter.number, letter.kind, state, self._local(letter.finished_at or letter.due_at), letter.bounced)
        row = BoardRow(
            unit=unit.id,
            name=unit.name,
            kind=unit.kind,
            asked=unit.addressed is Addressed.YES,
            receipt=receipt,
            letter=mark,
            phoned_at=self._local(phoned) if phoned else None,
            until=self._local(until) if until else None,
        )
        names = " ".join((unit.name, unit.city, unit.id, *unit.aliases, *unit.weak_aliases)).casefold()
        firsts = (item.first_received_at for item in row.items.values())
        return Line(row, names, _fits(receipt), tuple(self._local(first).date() for first in firsts if first is not None))

    def _days(self, picture: Picture, lines: tuple[Line, ...]) -> tuple[Day, ...]:
        """Every day from the first arrival to the last one or the deadline, whichever is later, at most a year."""
        zone = self.app.rulebook.campaign.timezone
        materials: Counter[date] = Counter()
        complete: Counter[date] = Counter()
        for line in lines:
            for day in line.days:
                materials[day] += 1
            if line.days and line.row.asked and line.row.receipt.state is UnitState.COMPLETE:
                complete[max(line.days)] += 1
        if not picture.mails_by_day:
            return ()
        start, deadline = min(picture.mails_by_day), self.app.rulebook.campaign.deadline.astimezone(zone).date()
        end = max(*picture.mails_by_day, start, min(deadline, start + _YEAR))
        start = max(start, end - _YEAR)
        days, so_far = [], sum(count for day, count in complete.items() if day < start)
        for offset in range((end - start).days + 1):
            day = start + timedelta(days=offset)
            so_far += complete[day]
            days.append(Day(day, materials[day], picture.mails_by_day.get(day, 0), so_far))
        return tuple(days)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.app.rulebook.campaign.timezone)


def _shown(unit: Unit, receipt: Receipt) -> bool:
    """Who is asked always, who is merely accepted only once something came."""
    return unit.addressed is Addressed.YES or receipt.last_received_at is not None or receipt.unsure > 0


def _fits(receipt: Receipt) -> frozenset[Show]:
    marks = {
        Show.ALL: True,
        Show.NONE: receipt.state is UnitState.NONE,
        Show.MISSING: receipt.state is UnitState.PARTIAL,
        Show.LATE: receipt.late,
        Show.UNSURE: receipt.unsure > 0,
        Show.COMPLETE: receipt.state is UnitState.COMPLETE,
    }
    return frozenset(show for show, holds in marks.items() if holds)
