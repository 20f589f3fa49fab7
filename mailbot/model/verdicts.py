"""What deciding makes of a mail: intents, evidence, verdicts; what it remembers, and what a person told it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MailState(StrEnum):
    """Where a kept mail stands."""

    KEPT = "kept"
    SETTLED = "settled"
    UNSURE = "unsure"
    AUTOMATIC = "automatic"
    STUCK = "stuck"


class Disposition(StrEnum):
    """What became of one item."""

    FILED = "filed"
    DUPLICATE = "duplicate"
    REPLACED = "replaced"  # stands at the new version that took an older one's place
    IGNORED = "ignored"
    QUARANTINED = "quarantined"
    UNREADABLE = "unreadable"
    UNSURE = "unsure"

    @property
    def needs_person(self) -> bool:
        """Whether staff must look at the item."""
        return self in (Disposition.UNSURE, Disposition.UNREADABLE, Disposition.QUARANTINED)


class Intent(StrEnum):
    """What the sender wants with the mail, as far as it says."""

    SUBMIT = "submit"
    CORRECT = "correct"  # 更正, 以此件为准: a new version
    SUPPLEMENT = "supplement"  # 补报, 补发
    WITHDRAW = "withdraw"  # 撤回: to staff
    QUESTION = "question"
    THANKS = "thanks"
    PROMISE = "promise"  # material announced but not enclosed
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sign: what was seen, where, for which unit or material it speaks, and how strongly (0 hint … 3 decides)."""

    source: str
    text: str
    speaks_for: str
    strength: int


@dataclass(frozen=True, slots=True)
class UnitVerdict:
    """Who sent it: the unit's id when sure, else None with ranked candidates; always with the reason in Chinese."""

    unit: str | None
    because: str
    candidates: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    new_address: bool = False  # decided by content from an address not seen before: shown to staff


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """What one item is: whose, which materials (ids), how many pieces, and what should become of it."""

    path: str
    disposition: Disposition
    because: str
    unit: str | None = None
    materials: tuple[str, ...] = ()
    count: int = 0
    evidence: tuple[Evidence, ...] = ()
    version: bool = False  # the sender says it takes an older one's place
    hints: tuple[str, ...] = ()  # gentle remarks for the letter


@dataclass(frozen=True, slots=True)
class Judgement:
    """The whole verdict over one mail. `doubts` forbid a missing-item notice; `automatic` names the reason never to answer."""

    state: MailState
    unit: UnitVerdict
    intent: Intent = Intent.SUBMIT
    files: tuple[FileVerdict, ...] = ()
    because: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    automatic: str | None = None
    needs_person: bool = False
    about_letter: str | None = None  # Message-ID of our own letter that this mail reports lost or answers, or the address it was lost to
    bounced: bool = False  # the mail is a report that a letter did not arrive
    seen_to: bool = False  # a person has dealt with what the mail asks, links and doubts included

    @property
    def units(self) -> tuple[str, ...]:
        """Every unit that some file or the mail itself is sure to belong to, in order of appearance."""
        named = [self.unit.unit, *(file.unit for file in self.files)]
        return tuple(dict.fromkeys(unit for unit in named if unit))


@dataclass(frozen=True, slots=True)
class Filed:
    """One filing as deciding sees it: an item counted as a material of a unit."""

    unit: str
    material: str
    count: int
    received_at: datetime
    mail: int
    name: str
    sha256: str
    current: bool = True
    fingerprint: str = ""
    text_key: str = ""  # hash of the normalised text: the Word and the PDF of one text share it


@dataclass(frozen=True, slots=True)
class Memory:
    """What the ledger knows that judging one mail needs; a plain value, so that judging stays pure.

    `addresses` maps a known address to its unit (learned from confirmed mails and from staff), `aliases` a learned name to its
    unit, `phrases` a learned phrase to its material; `filed` holds what is filed already (sha256 -> filings);
    `letters` maps the Message-IDs of our own letters to (unit id or "", kind, mail number). `seen` maps an address, not confirmed by
    anybody, to the unit that an earlier mail from it was decided for by its contents: it decides only where nothing speaks of another.
    """

    addresses: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    filed: Mapping[str, tuple[Filed, ...]] = field(default_factory=dict)
    letters: Mapping[str, tuple[str, str, int]] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToldFile:
    """What a person decided about one file; None = as judged. `materials` () = none of the materials."""

    unit: str | None = None
    materials: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What staff decided about one mail; it stands above every rule and survives replay. `unit` "" = belongs to no unit.

    `done`: a person has read the mail and seen to what it asks; only files that nobody has decided about still wait.
    """

    unit: str | None = None
    files: Mapping[str, ToldFile] = field(default_factory=dict)
    done: bool = False
