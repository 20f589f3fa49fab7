"""What a unit has sent so far, and the letters to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LetterKind(StrEnum):
    """The letters mailbot writes."""

    CONFIRM = "confirm"
    MISSING = "missing"
    ASK_UNIT = "ask_unit"
    ASK_AGAIN = "ask_again"  # unreadable, locked or linked material: please send again as attachment
    ACK = "ack"
    CHASE = "chase"

    @property
    def may_repeat(self) -> bool:
        """Whether the same bytes may be sent once more after an uncertain end (architecture section 4)."""
        return self in (LetterKind.CONFIRM, LetterKind.ACK)


class LetterState(StrEnum):
    """Where a letter stands; `claimed` is told to the outside as uncertain."""

    HELD = "held"
    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    SUPERSEDED = "superseded"
    SILENCED = "silenced"


class UnitState(StrEnum):
    """A unit's row in the table."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NONE = "none"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class ItemReceipt:
    """One material of one unit: how many pieces, when the first came, whether that was late, whether it is waived."""

    material: str
    received: bool
    count: int
    first_received_at: datetime | None
    late: bool
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """A unit's state, always computed from filings by `deciding.receipt`, so that letters, Excel and page cannot disagree.

    `until`: the end of an extension that staff granted the unit, None without one.
    """

    unit: str
    state: UnitState
    late: bool
    items: Mapping[str, ItemReceipt]
    missing: tuple[str, ...]
    unsure: int
    last_received_at: datetime | None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it is written: kind, one recipient, subject and text in Chinese, and what it claims."""

    kind: LetterKind
    to: str
    subject: str
    text: str
    unit: str | None = None
    received: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """The decision not to write, with its reason in Chinese."""

    because: str
