"""单位: one unit's checklist, files, time line, addresses, notes and what it was granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.desk.board import BoardRow
from mailbot.desk.desk import Desk
from mailbot.desk.mailpage import ActView, FileView, LetterView, Named
from mailbot.model import ItemReceipt, MailState


@dataclass(frozen=True, slots=True)
class Line:
    """One material of the checklist with its files, the current ones first, then older versions and duplicates."""

    material: Named
    measure: str
    needed: int
    item: ItemReceipt
    files: tuple[FileView, ...]


@dataclass(frozen=True, slots=True)
class MailBrief:
    """A mail on the time line or in a list."""

    number: int
    received_at: datetime
    from_name: str
    from_address: str
    subject: str
    state: MailState
    needs_person: bool
    because: str
    files: int
    may_be: bool = False  # not decided: the unit is only a candidate


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the time line, exactly one of the three."""

    at: datetime
    mail: MailBrief | None = None
    letter: LetterView | None = None
    act: ActView | None = None


@dataclass(frozen=True, slots=True)
class AddressView:
    """An address of the unit: from the roster, learned, or only seen (`confirmed` False: approve or forget it)."""

    id: int | None  # None: from rules/units.yaml, not to be forgotten here
    address: str
    source: str
    confirmed: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note or a phone mark (`phoned`)."""

    id: int
    at: datetime
    by: str
    text: str
    phoned: bool


@dataclass(frozen=True, slots=True)
class WaiverView:
    """What was granted: 免报 (`until` None) of a material (None = all of them), or 延期."""

    id: int
    material: Named | None
    until: datetime | None
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UnitPage:
    """The whole page."""

    row: BoardRow
    city: str
    remark: str  # the roster's own note
    aliases: tuple[str, ...]
    deadline: datetime  # the unit's own
    checklist: tuple[Line, ...]
    others: tuple[FileView, ...]  # files that are none of the materials, or unsure
    timeline: tuple[Moment, ...]  # newest first
    addresses: tuple[AddressView, ...]
    notes: tuple[NoteView, ...]
    waivers: tuple[WaiverView, ...]
    version: str


def unit_page(desk: Desk, unit: str) -> UnitPage | None:
    """The page of a unit by its id, None when it is not on the roster."""
    raise NotImplementedError
