"""The receipt table as values: `desk` fills it from the ledger, the workbook and the terminal show it, so that they cannot disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from mailbot.model import LetterKind, LetterState, MailState, Receipt, UnitState


@dataclass(frozen=True, slots=True)
class MaterialColumn:
    """One asked material: its id in receipts, its name and measure (份, 张) in Chinese."""

    id: str
    name: str
    measure: str = "份"


@dataclass(frozen=True, slots=True)
class LastLetter:
    """The letter that a unit got last, or is going to get; `at` is when it left, else when it is due."""

    kind: LetterKind
    state: LetterState
    at: datetime | None
    bounced: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """One unit. `folder` is relative to the workbook's own folder, None while the unit has none; `asked` units count in the totals."""

    unit: str
    receipt: Receipt
    letter: LastLetter | None = None
    folder: str | None = None
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """The units of one kind under their heading (教育局, 本科院校 …)."""

    heading: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail on the second sheet; `unit` and `files` as staff should read them, whatever a sender wrote into them.

    `waits`: a person has something to do with it; `brings`: something in it is counted, or was before.
    """

    number: int
    received_at: datetime
    sender: str
    subject: str
    unit: str
    state: MailState
    because: str
    files: tuple[str, ...] = ()
    waits: bool = False
    brings: bool = True


@dataclass(frozen=True, slots=True)
class TodoLine:
    """One thing a person must do: the mail's number (None = no mail), what it is, why, who may be meant, and the file to look at."""

    number: int | None
    what: str
    why: str
    candidates: tuple[str, ...] = ()
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """How the asked units stand; `late` units are also counted under their state."""

    units: int
    complete: int
    partial: int
    none: int
    unsure: int
    late: int


@dataclass(frozen=True, slots=True)
class Table:
    """Everything on the three sheets. All moments are aware and shown in `timezone`; `reconciliation` is red unless `agrees`."""

    title: str
    deadline: datetime
    as_of: datetime
    timezone: tzinfo
    materials: tuple[MaterialColumn, ...]
    groups: tuple[Group, ...]
    mails: tuple[MailLine, ...] = ()
    todo: tuple[TodoLine, ...] = ()
    reconciliation: str = ""
    agrees: bool = True

    @property
    def rows(self) -> Iterator[TableRow]:
        """The rows of all groups in order."""
        return (row for group in self.groups for row in group.rows)

    @property
    def totals(self) -> Totals:
        """The sums over the asked units."""
        asked = [row.receipt for row in self.rows if row.asked]
        states = Counter(receipt.state for receipt in asked)
        return Totals(
            units=len(asked),
            complete=states[UnitState.COMPLETE],
            partial=states[UnitState.PARTIAL],
            none=states[UnitState.NONE],
            unsure=states[UnitState.UNSURE],
            late=sum(receipt.late for receipt in asked),
        )

    def missing_names(self, row: TableRow) -> str:
        """The materials that the unit still owes, by name."""
        return "、".join(material.name for material in self.materials if material.id in row.receipt.missing)

    def local(self, moment: datetime) -> datetime:
        """The moment as a clock on the office's wall shows it, without its zone, as a workbook wants it."""
        return moment.astimezone(self.timezone).replace(tzinfo=None)
