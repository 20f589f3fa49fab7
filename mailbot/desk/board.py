"""总表: every unit's receipt as it stands, filtered and sorted, with the sums above it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mailbot.app import LAST_POLL, STOPPED
from mailbot.desk.boardrows import Line, Prepared
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
from mailbot.desk.openings import EntryKind
from mailbot.desk.standing import Picture
from mailbot.model import UnitState

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
    "health",
    "token",
]

_EVERYTHING = Wanted()


def board(desk: Desk, wanted: Wanted = _EVERYTHING) -> Board:
    """The page as the ledger stands now."""
    book, now = desk.app.rulebook, _local(desk, desk.app.now())
    picture = desk.standing.picture()
    prepared = desk.rows.of(picture)
    fitting = _in_words(prepared.lines, wanted)
    chosen = [line.row for line in fitting if wanted.show in line.fits]
    ordered = _ordered(desk, chosen, wanted)
    first = (max(1, wanted.page) - 1) * wanted.per_page
    part = ordered[first : first + wanted.per_page] if wanted.per_page else ordered
    return Board(
        title=f"{book.campaign.name} 收件登记表",
        deadline=_local(desk, book.campaign.deadline),
        now=now,
        materials=tuple(MaterialHead(material.id, material.name, material.measure) for material in book.materials.values()),
        kinds=book.kinds,
        groups=_grouped(desk, part, wanted),
        found=len(chosen),
        totals=_totals(prepared, fitting),
        days=prepared.days,
        health=_health(desk, picture),
        token=str(picture.upto),
    )


def board_row(desk: Desk, unit: str) -> BoardRow | None:
    """One row, for a partial update; None for a unit that is not on the roster."""
    known = desk.app.rulebook.units.get(unit)
    return desk.rows.line(known, desk.standing.picture()).row if known else None


def health(desk: Desk) -> Health:
    """How mailbot does, without the table: for the head and the foot of every page."""
    return _health(desk, desk.standing.picture())


def token(desk: Desk) -> str:
    """The cheap change token (one indexed read): poll it for SSE; changed = fetch the page anew."""
    return str(desk.app.database.last_event())


def _in_words(lines: Sequence[Line], wanted: Wanted) -> list[Line]:
    words = wanted.text.casefold().split()
    return [line for line in lines if wanted.kind in ("", line.row.kind) and all(word in line.names for word in words)]


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


def _totals(prepared: Prepared, fitting: Sequence[Line]) -> Totals:
    return Totals(
        units=prepared.asked,
        complete=prepared.states[UnitState.COMPLETE],
        partial=prepared.states[UnitState.PARTIAL],
        none=prepared.states[UnitState.NONE],
        unsure=prepared.states[UnitState.UNSURE],
        late=prepared.late,
        shown={show: sum(show in line.fits for line in fitting) for show in Show},
    )


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
        held=sum(opening.kind is EntryKind.HELD for opening in picture.openings),
    )


def _local(desk: Desk, moment: datetime) -> datetime:
    return moment.astimezone(desk.app.rulebook.campaign.timezone)
