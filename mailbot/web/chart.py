"""Receipts per day against the deadline, and how far the time has run: numbers for the SVG that the template draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mailbot.desk.board import Day

WIDTH, HEIGHT, FOOT = 720, 250, 26
"""The drawing's own units; the page scales it."""
_MOST_DAYS = 120


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: where its bar stands, and what it says."""

    day: date
    x: float
    width: float
    y: float
    height: float
    materials: int
    mails: int
    complete: int
    late: bool
    label: str  # under the bar, "" = none


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole drawing. `deadline_x` None: outside of what is shown; `line` are the points of the complete units."""

    bars: tuple[Bar, ...]
    line: str
    deadline_x: float | None
    today_x: float | None
    most: int
    units: int
    height: int = HEIGHT
    ground: int = HEIGHT - FOOT


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the time from the start to the deadline has run: 0 to 100."""

    percent: float
    over: bool
    starts: datetime


def progress(starts: datetime | None, deadline: datetime, now: datetime, days: Sequence[Day]) -> Progress:
    """From the campaign's start, else from the first arrival, else from four weeks before the deadline."""
    if starts is None:
        starts = datetime(days[0].day.year, days[0].day.month, days[0].day.day, tzinfo=deadline.tzinfo) if days else None
    if starts is None or starts >= deadline:
        starts = deadline - timedelta(weeks=4)
    done = (now - starts) / (deadline - starts)
    return Progress(round(min(1.0, max(0.0, done)) * 100, 1), now > deadline, starts)


def chart(days: Sequence[Day], deadline: datetime, now: datetime, starts: datetime | None) -> Chart | None:
    """The drawing from the first to the last day that matters; None while nothing has come."""
    if not any(day.materials or day.mails for day in days):
        return None
    known = {day.day: day for day in days}
    last_day = deadline.date()
    newest = max(known)
    last = max(newest, last_day) if (last_day - newest).days < _MOST_DAYS else newest
    first = min(known)
    if starts is not None and 0 <= (first - starts.date()).days < _MOST_DAYS // 2:
        first = starts.date()
    first = max(first, last - timedelta(days=_MOST_DAYS - 1))
    count = (last - first).days + 1
    step = WIDTH / count
    most = max([1, *(day.materials for day in days)])
    bars: list[Bar] = []
    complete = 0
    for number in range(count):
        when = first + timedelta(days=number)
        day = known.get(when, Day(when, 0, 0, complete))
        complete = day.units_complete
        height = round((HEIGHT - FOOT - 18) * day.materials / most, 1)
        bars.append(
            Bar(
                day=when,
                x=round(number * step + step * 0.14, 1),
                width=round(step * 0.72, 1),
                y=round(HEIGHT - FOOT - height, 1),
                height=height,
                materials=day.materials,
                mails=day.mails,
                complete=complete,
                late=when > last_day,
                label=_label(when, number, count),
            )
        )
    top = max(complete, 1)
    line = " ".join(f"{bar.x + bar.width / 2:.1f},{HEIGHT - FOOT - (HEIGHT - FOOT - 18) * bar.complete / top:.1f}" for bar in bars)
    return Chart(tuple(bars), line, _after(last_day, first, last, step), _middle(now.date(), first, last, step), most, complete)


def _label(when: date, number: int, count: int) -> str:
    """A date under about eight of the bars."""
    every = max(1, round(count / 8))
    return f"{when.month}/{when.day}" if number % every == 0 and number <= count - every / 2 else ""


def _after(day: date, first: date, last: date, step: float) -> float | None:
    return round(((day - first).days + 1) * step, 1) if first <= day <= last else None


def _middle(day: date, first: date, last: date, step: float) -> float | None:
    return round(((day - first).days + 0.5) * step, 1) if first <= day <= last else None
