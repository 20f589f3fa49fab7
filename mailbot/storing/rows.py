"""The ledger's rows as frozen values: what goes in (New…) and what comes out (…Row)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailbot.model import Disposition, Evidence, FileKind, Intent, LetterKind, LetterState, Link, MailState, Problem


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail as it is kept: its raw bytes are on disk already; what only parsing knows may be "" and comes with `JudgedMail`.

    `size` is the mail's own: more than the raw bytes where it was over the cap and cut.
    """

    sha256: str
    received_at: datetime
    size: int
    folder: str = ""
    message_id: str = ""
    from_address: str = ""
    from_name: str = ""
    subject: str = ""
    origin: str = "imap"  # or "ingest"
    answer: bool = True  # False: filed, never answered


@dataclass(frozen=True, slots=True)
class NewPlace:
    """Where on the server a mail stands: decoded folder name, UIDVALIDITY, UID."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class NewFiling:
    """An item counted as a material of a unit; `replaces` are ids of filings that are history from now on."""

    unit_id: str
    material: str
    count: int
    replaces: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NewItem:
    """One leaf with its outcome and its filings."""

    path: str
    name: str
    sha256: str
    size: int
    kind: FileKind
    disposition: Disposition
    because: str
    original_name: str = ""
    problem: Problem | None = None
    unit_id: str | None = None
    materials: tuple[str, ...] = ()
    count: int = 0
    stored_as: str | None = None
    evidence: tuple[Evidence, ...] = ()
    fingerprint: str = ""
    text_key: str = ""
    filings: tuple[NewFiling, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedMail:
    """What settling found out about a mail. `parts` is the number of leaves that parsing saw; None = as many as items are given.

    `message_id`, `from_address`, `from_name`, `subject`: None leaves what `keep` wrote.
    """

    state: MailState
    unit_id: str | None = None
    units: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    needs_person: bool = False
    automatic: str | None = None
    intent: Intent = Intent.NOTHING
    alias_of: int | None = None
    parts: int | None = None
    message_id: str | None = None
    from_address: str | None = None
    from_name: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter for the outbox; `message` are the bytes that will be sent, unchanged, at every attempt."""

    kind: LetterKind
    to_address: str
    subject: str
    text: str
    message: bytes
    message_id: str
    due_at: datetime
    state: LetterState = LetterState.PENDING
    mail_number: int | None = None
    unit_id: str | None = None
    received: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A person's word about a mail (`path` None) or one file of it; what is None stays as judged."""

    actor: str
    mail_number: int
    path: str | None = None
    unit_id: str | None = None
    materials: tuple[str, ...] | None = None
    disposition: Disposition | None = None
    done: bool | None = None


@dataclass(frozen=True, slots=True)
class MailRow:
    """One kept mail."""

    number: int
    sha256: str
    message_id: str
    from_address: str
    from_name: str
    subject: str
    received_at: datetime
    folder: str
    size: int
    origin: str
    answer: bool
    state: MailState
    attempts: int
    parts: int
    unit_id: str | None
    units: tuple[str, ...]
    candidates: tuple[str, ...]
    because: tuple[str, ...]
    doubts: tuple[str, ...]
    links: tuple[Mapping[str, Any], ...]  # the fields of model.Link, ready for JSON
    evidence: tuple[Evidence, ...]  # whose it is
    needs_person: bool
    automatic: str | None
    intent: Intent
    settled_at: datetime | None
    kept_at: datetime
    alias_of: int | None
    purged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One leaf of a mail with its outcome; `position` counts from 1 in the order of the mail."""

    id: int
    mail_number: int
    position: int
    path: str
    name: str
    original_name: str
    sha256: str
    size: int
    kind: FileKind
    problem: Problem | None
    unit_id: str | None
    materials: tuple[str, ...]
    count: int
    disposition: Disposition
    stored_as: str | None
    because: str
    evidence: tuple[Evidence, ...]
    fingerprint: str
    text_key: str


@dataclass(frozen=True, slots=True)
class FilingRow:
    """One filing; `name`, `sha256`, `fingerprint` and `text_key` are its item's."""

    id: int
    mail_number: int
    item_id: int
    unit_id: str
    material: str
    count: int
    received_at: datetime
    current: bool
    replaced_by: int | None
    path: str
    name: str
    sha256: str
    fingerprint: str
    text_key: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter of the outbox."""

    number: int
    mail_number: int | None
    unit_id: str | None
    kind: LetterKind
    to_address: str
    subject: str
    text: str
    message: bytes = field(repr=False)
    message_id: str
    state: LetterState
    due_at: datetime
    attempts: int
    received: tuple[str, ...]
    missing: tuple[str, ...]
    late: bool
    last_reply: str
    created_at: datetime
    claimed_at: datetime | None
    finished_at: datetime | None
    bounced: bool
    edited: bool
    noted: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    """One thing that happened; `actor` is "mailbot" or the person's name."""

    id: int
    at: datetime
    actor: str
    what: str
    mail_number: int | None
    unit_id: str | None
    letter_number: int | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A person's word about a mail or a file."""

    id: int
    at: datetime
    actor: str
    mail_number: int
    path: str | None
    unit_id: str | None
    materials: tuple[str, ...] | None
    disposition: Disposition | None
    done: bool | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class KnowledgeRow:
    """Something learned: `kind` address | alias | phrase, `key` -> `value` (a unit's or a material's id)."""

    id: int
    kind: str
    key: str
    value: str
    source: str
    at: datetime
    confirmed: bool
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """A unit need not send `material` (None = any) or may send it `until` a later moment."""

    id: int
    unit_id: str
    material: str | None
    until: datetime | None
    note: str
    actor: str
    at: datetime
    revoked_at: datetime | None
