"""总表: every unit's receipt as it stands, filtered and sorted, with the sums above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from mailbot.app import LAST_POLL, STOPPED
from mailbot.desk.boardvalues import (
    Board,
    BoardGroup,
    BoardRow,
    Day,
    Health,
    LetterMark,
    MaterialHead,
    Show,
    Sort,
    Totals,
    Wanted,
)
from mailbot.desk.desk import Desk
from mailbot.desk.standing import Picture
from mailbot.model import LetterState, Receipt, UnitState
from mailbot.rulebook import Addressed, Unit

__all__ = [
    "Board",
    "BoardGroup",
    "BoardRow",
    "Day",
    "Health",
    "LetterMark",
    "MaterialHead",
    "Show",
    "Sort",
    "Totals",
    "Wanted",
    "board",
    "board_row",
    "fits",
    "token",
]

_EVERYTHING = Wanted()


def board(desk: Desk, wanted: Wanted = _EVERYTHING) -> Board:
    """The page as the ledger stands now."""
    book, now = desk.app.rulebook, _local(desk, desk.app.now())
    picture = desk.standing.picture()
    rows = [_row(desk, unit, picture) for unit in book.units.values() if _shown(unit, picture.receipts[unit.id])]
    fitting = [row for row in rows if _fits_words(desk, row, wanted)]
    chosen = [row for row in fitting if fits(row, wanted.show, now, book.campaign.deadline)]
    ordered = _ordered(desk, chosen, wanted)
    part = ordered[(wanted.page - 1) * wanted.per_page : wanted.page * wanted.per_page] if wanted.per_page else ordered
    return Board(
        title=f"{book.campaign.name} 收件登记表",
        deadline=_local(desk, book.campaign.deadline),
        now=now,
        materials=tuple(MaterialHead(material.id, material.name, material.measure) for material in book.materials.values()),
        kinds=book.kinds,
        groups=_grouped(desk, part, wanted),
        found=len(chosen),
        totals=_totals(rows, fitting, now, book.campaign.deadline),
        days=_days(desk, picture, rows),
        health=_health(desk, picture),
        token=str(picture.upto),
    )


def board_row(desk: Desk, unit: str) -> BoardRow | None:
    """One row, for a partial update; None for a unit that is not on the roster."""
    known = desk.app.rulebook.units.get(unit)
    return _row(desk, known, desk.standing.picture()) if known else None


def token(desk: Desk) -> str:
    """The cheap change token (one indexed read): poll it for SSE; changed = fetch the page anew."""
    return str(desk.app.database.last_event())


def fits(row: BoardRow, show: Show, now: datetime, deadline: datetime) -> bool:
    """Whether a row belongs to a filter."""
    receipt = row.receipt
    match show:
        case Show.ALL:
            return True
        case Show.NONE:
            return receipt.state is UnitState.NONE
        case Show.MISSING:
            return bool(receipt.missing) and any(item.count for item in receipt.items.values())
        case Show.LATE:
            return receipt.late or (bool(receipt.missing) and now > (row.until or deadline))
        case Show.UNSURE:
            return receipt.unsure > 0
        case Show.COMPLETE:
            return receipt.state is UnitState.COMPLETE


def _shown(unit: Unit, receipt: Receipt) -> bool:
    """Who is asked always, who is merely accepted only once something came."""
    return unit.addressed is Addressed.YES or receipt.last_received_at is not None or receipt.unsure > 0


def _row(desk: Desk, unit: Unit, picture: Picture) -> BoardRow:
    letter, phoned, until = picture.letters.get(unit.id), picture.phoned.get(unit.id), picture.until.get(unit.id)
    mark = None
    if letter is not None:
        at = letter.finished_at or letter.due_at
        state = LetterState.UNCERTAIN if letter.state is LetterState.CLAIMED else letter.state
        mark = LetterMark(letter.number, letter.kind, state, _local(desk, at), letter.bounced)
    return BoardRow(
        unit=unit.id,
        name=unit.name,
        kind=unit.kind,
        asked=unit.addressed is Addressed.YES,
        receipt=picture.receipts[unit.id],
        letter=mark,
        phoned_at=_local(desk, phoned) if phoned else None,
        until=_local(desk, until) if until else None,
    )


def _fits_words(desk: Desk, row: BoardRow, wanted: Wanted) -> bool:
    if wanted.kind and row.kind != wanted.kind:
        return False
    words = wanted.text.casefold().split()
    if not words:
        return True
    unit = desk.app.rulebook.units[row.unit]
    names = " ".join((unit.name, unit.city, unit.id, *unit.aliases, *unit.weak_aliases)).casefold()
    return all(word in names for word in words)


_ORDER = (UnitState.UNSURE, UnitState.PARTIAL, UnitState.NONE, UnitState.COMPLETE)
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


def _ordered(desk: Desk, rows: list[BoardRow], wanted: Wanted) -> list[BoardRow]:
    """Roster order is kept among equals, also backwards."""
    keys: Mapping[Sort, Callable[[BoardRow], Any]] = {
        Sort.ROSTER: lambda row: list(desk.app.rulebook.kinds).index(row.kind) if row.kind in desk.app.rulebook.kinds else 0,
        Sort.NAME: lambda row: row.name,
        Sort.STATE: lambda row: _ORDER.index(row.receipt.state),
        Sort.LAST: lambda row: -(row.receipt.last_received_at or _LONG_AGO).timestamp(),
        Sort.UNSURE: lambda row: -row.receipt.unsure,
        Sort.LETTER: lambda row: -(row.letter.at if row.letter else _LONG_AGO).timestamp(),
    }
    return sorted(rows, key=keys[wanted.sort], reverse=wanted.backwards)


def _grouped(desk: Desk, rows: list[BoardRow], wanted: Wanted) -> tuple[BoardGroup, ...]:
    if wanted.sort is not Sort.ROSTER:
        return (BoardGroup("", "", tuple(rows)),) if rows else ()
    by_kind: dict[str, list[BoardRow]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    return tuple(BoardGroup(kind, desk.app.rulebook.kinds.get(kind, kind), tuple(found)) for kind, found in by_kind.items())


def _totals(rows: list[BoardRow], fitting: list[BoardRow], now: datetime, deadline: datetime) -> Totals:
    asked = [row.receipt for row in rows if row.asked]
    states = Counter(receipt.state for receipt in asked)
    return Totals(
        units=len(asked),
        complete=states[UnitState.COMPLETE],
        partial=states[UnitState.PARTIAL],
        none=states[UnitState.NONE],
        unsure=states[UnitState.UNSURE],
        late=sum(receipt.late for receipt in asked),
        shown={show: sum(fits(row, show, now, deadline) for row in fitting) for show in Show},
    )


def _days(desk: Desk, picture: Picture, rows: list[BoardRow]) -> tuple[Day, ...]:
    """Every day from the first arrival to the last one or the deadline, whichever is later, at most a year."""
    zone = desk.app.rulebook.campaign.timezone
    materials: Counter[date] = Counter()
    complete: Counter[date] = Counter()
    for row in rows:
        firsts = [item.first_received_at for item in row.items.values() if item.first_received_at is not None]
        materials.update(first.astimezone(zone).date() for first in firsts)
        if row.asked and row.receipt.state is UnitState.COMPLETE and firsts:
            complete[max(firsts).astimezone(zone).date()] += 1
    if not picture.mails_by_day:
        return ()
    start, deadline = min(picture.mails_by_day), desk.app.rulebook.campaign.deadline.astimezone(zone).date()
    end = max(*picture.mails_by_day, start, min(deadline, start + timedelta(days=366)))
    start = max(start, end - timedelta(days=366))
    days, sofar = [], sum(count for day, count in complete.items() if day < start)
    for offset in range((end - start).days + 1):
        day = start + timedelta(days=offset)
        sofar += complete[day]
        days.append(Day(day, materials[day], picture.mails_by_day.get(day, 0), sofar))
    return tuple(days)


def _health(desk: Desk, picture: Picture) -> Health:
    config, now = desk.app.config, desk.app.now()
    with desk.app.database.reading() as records:
        poll, stopped = records.setting(LAST_POLL), records.setting(STOPPED)
    last = datetime.fromisoformat(poll) if poll else None
    age = (now - last).total_seconds() if last else None
    patience = 3 * (config.inbox.poll_seconds + config.inbox.poll_jitter_seconds)
    return Health(
        last_poll=_local(desk, last) if last else None,
        poll_age=age,
        silent=age is None or age > patience,
        sending=config.answering.mode.value,
        stopped=stopped,
        reconciliation=picture.sums.sentence,
        agrees=picture.sums.equal,
        waiting=picture.waiting,
        todo=len(picture.openings),
    )


def _local(desk: Desk, moment: datetime) -> datetime:
    return moment.astimezone(desk.app.rulebook.campaign.timezone)
