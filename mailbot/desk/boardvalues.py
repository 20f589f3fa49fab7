"""总表 as values: what a person wants to see of it, its rows, sums, days and health."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from mailbot.model import ItemReceipt, LetterKind, LetterState, Receipt


class Show(StrEnum):
    """The filters of the address bar; a unit may fit several."""

    ALL = "all"
    NONE = "none"  # 未报: nothing on file, nothing waiting
    MISSING = "missing"  # 缺项: something on file, something missing, nothing waiting
    LATE = "late"  # 逾期: something came late, as the workbook and the status document count it
    UNSURE = "unsure"  # 待核: something waits for a person
    COMPLETE = "complete"  # 齐全


class Sort(StrEnum):
    """The orders of the table; `roster` groups by kind."""

    ROSTER = "roster"
    NAME = "name"
    STATE = "state"
    LAST = "last"  # the newest arrival first
    UNSURE = "unsure"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants to see; `page` counts from 1, 0 rows a page = all."""

    show: Show = Show.ALL
    kind: str = ""  # a key of rulebook.kinds, "" = every kind
    text: str = ""  # in name, aliases or city
    sort: Sort = Sort.ROSTER
    backwards: bool = False
    page: int = 1
    per_page: int = 0


@dataclass(frozen=True, slots=True)
class LetterMark:
    """The letter that a unit got last, or is going to get."""

    number: int
    kind: LetterKind
    state: LetterState
    at: datetime
    bounced: bool


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One unit. `asked`: addressed by the notice (counts in the totals)."""

    unit: str
    name: str
    kind: str
    asked: bool
    receipt: Receipt
    letter: LetterMark | None = None
    phoned_at: datetime | None = None
    until: datetime | None = None  # extension

    @property
    def items(self) -> Mapping[str, ItemReceipt]:
        """Per material id: received, count, first time, late, waived."""
        return self.receipt.items


@dataclass(frozen=True, slots=True)
class BoardGroup:
    """Rows of one kind under its heading; with another sort than `roster` there is one group with heading ""."""

    kind: str
    heading: str
    rows: tuple[BoardRow, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Asked units by state, and how many of all fit each filter."""

    units: int
    complete: int
    partial: int
    none: int
    unsure: int
    late: int
    shown: Mapping[Show, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Day:
    """How many materials came for the first time on a day (campaign's time zone), and how many units became complete with it."""

    day: date
    materials: int
    mails: int
    units_complete: int  # cumulative at the end of the day


@dataclass(frozen=True, slots=True)
class Health:
    """Whether mailbot works: `poll_age` seconds since the last complete look at the inbox (None = never), `silent` = red."""

    last_poll: datetime | None
    poll_age: float | None
    silent: bool
    sending: str  # send | hold | off
    stopped: str | None  # why nothing is sent until a person resumes it
    reconciliation: str  # the Chinese line
    agrees: bool
    waiting: int  # mails that are not yet settled
    todo: int  # entries of 待办
    held: int = 0  # letters among them that wait to be released


@dataclass(frozen=True, slots=True)
class MaterialHead:
    """A column."""

    id: str
    name: str
    measure: str


@dataclass(frozen=True, slots=True)
class Board:
    """The whole page. `token` changes whenever anything on it may have changed."""

    title: str
    deadline: datetime
    now: datetime
    materials: tuple[MaterialHead, ...]
    kinds: Mapping[str, str]
    groups: tuple[BoardGroup, ...]
    found: int  # rows that fit, of all pages
    totals: Totals
    days: tuple[Day, ...]
    health: Health
    token: str
