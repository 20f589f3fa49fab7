"""邮件: a mail as it was read, its parts as a tree with outcomes, and the evidence behind every verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.desk.desk import Desk
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
class MailPage:
    """The whole page. `text` is plain text, hostile: escape it. `version` goes into `apply`."""

    number: int
    sha256: str
    message_id: str
    from_name: str
    from_address: str
    to: str
    cc: str
    subject: str
    date: datetime | None  # what the mail claims
    received_at: datetime
    folder: str
    origin: str  # imap | ingest | rebuild | desk
    size: int
    state: MailState
    unit: Named | None
    units: tuple[Named, ...]
    candidates: tuple[Named, ...]
    because: tuple[str, ...]
    doubts: tuple[str, ...]
    automatic: str | None
    needs_person: bool
    text: str
    quoted: str
    forwarded: str
    tree: tuple[Node, ...]
    files: tuple[FileView, ...]
    links: tuple[LinkView, ...]
    evidence: tuple[Sign, ...]
    letters: tuple[LetterView, ...]
    acts: tuple[ActView, ...]
    earlier: int | None
    later: int | None
    version: str


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes to send as an attachment: a path inside the storage that we chose, the name for Content-Disposition, the size."""

    path: str
    name: str
    size: int
    media_type: str = "application/octet-stream"


def mail_page(desk: Desk, number: int) -> MailPage | None:
    """The page of a mail, None when there is no such number. Reads the raw mail again (0.1 to 1 s for the first time)."""
    raise NotImplementedError


def raw_mail(desk: Desk, number: int) -> Download | None:
    """The .eml, None when there is no such mail or its file is gone."""
    raise NotImplementedError


def file_download(desk: Desk, item: int) -> Download | None:
    """The bytes of one file by its id; taken out of the raw mail when it is not filed. None when it is not there."""
    raise NotImplementedError
