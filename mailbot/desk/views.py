"""What several pages show: a file, a letter, a mail in brief, a link, an address, an act; moments in the campaign's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.model import Disposition, FileKind, LetterKind, LetterState, MailState, Problem


@dataclass(frozen=True, slots=True)
class Named:
    """A unit or material: its id and its Chinese name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Sign:
    """One row of the evidence table. `strength` 0 (线索) … 3 (足以决定)."""

    source: str
    text: str
    speaks_for: str  # the Chinese name
    strength: int


@dataclass(frozen=True, slots=True)
class FileView:
    """One file of a mail. `id` is what the preview and the download are asked for with: never a path."""

    id: int
    mail: int
    path: str
    name: str
    size: int
    kind: FileKind
    problem: str  # a Chinese sentence, "" = none
    disposition: Disposition
    because: str
    unit: Named | None
    materials: tuple[Named, ...]
    count: int
    stored_as: str | None
    evidence: tuple[Sign, ...]
    preview: str  # text | picture | pages | none
    current: bool = True  # False: an older version, history
    received_at: datetime | None = None
    replaced_by: int | None = None  # the mail with the newer version
    problem_kind: Problem | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One part in the tree: a folder (an archive, a nested mail) with `children`, or a file."""

    name: str
    file: FileView | None
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link instead of a file. `expires_at` None = the mail does not say (or not in words that we read)."""

    url: str
    provider: str
    name: str
    size: str
    expires: str
    code: str
    expires_at: datetime | None
    quoted: bool
    article: bool


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter. `state` is told to the outside: claimed counts as uncertain."""

    number: int
    mail: int | None
    unit: Named | None
    kind: LetterKind
    to: str
    state: LetterState
    subject: str
    text: str
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None
    last_reply: str
    bounced: bool
    attempts: int
    edited: bool
    can_release: bool
    can_edit: bool
    can_cancel: bool
    can_resend: bool
    version: str


@dataclass(frozen=True, slots=True)
class ActView:
    """Something a person did, as a line of the time line."""

    id: int
    at: datetime
    by: str
    sentence: str
    mail: int | None
    unit: str | None
    letter: int | None
    undoable: bool
    undone_by: str | None


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
    origin: str  # imap | ingest | rebuild | desk
    may_be: bool = False  # not decided: the unit is only a candidate


@dataclass(frozen=True, slots=True)
class AddressView:
    """An address of the unit: from the roster, learned, or only seen (`confirmed` False: approve or forget it)."""

    id: int | None  # None: from rules/units.yaml, not to be forgotten here
    address: str
    source: str
    confirmed: bool
    at: datetime | None
