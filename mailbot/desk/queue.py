"""待办: what needs a person, oldest first, each entry with its suggestions numbered for the keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.desk.desk import Desk
from mailbot.desk.doing import Act
from mailbot.desk.mailpage import FileView, LetterView, LinkView, Sign
from mailbot.desk.unitpage import AddressView, MailBrief


class EntryKind(StrEnum):
    """What a person is asked."""

    UNIT = "unit"  # whose mail is it
    MATERIAL = "material"  # what is this file (or whose)
    UNREADABLE = "unreadable"  # unreadable or quarantined file
    LINK = "link"  # material behind a link
    STUCK = "stuck"  # a mail that could not be settled
    READ = "read"  # a question, a withdrawal, a doubt: read it, then 已处理
    LETTER = "letter"  # uncertain, refused or bounced
    HELD = "held"  # waits to be released
    ADDRESS = "address"  # a new address to approve
    STOPPED = "stopped"  # sending has stopped


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One of the choices 1-9: what a person reads, why it is offered, and the act to preview and apply."""

    number: int
    label: str
    because: str
    act: Act


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `key` names it for good ("unit-42", "material-381"); `since` is what the order goes by."""

    key: str
    kind: EntryKind
    since: datetime
    title: str
    because: str
    suggestions: tuple[Suggestion, ...]
    version: str
    mail: MailBrief | None = None
    file: FileView | None = None
    files: tuple[FileView, ...] = ()  # all files of the mail, for 'unit'
    links: tuple[LinkView, ...] = ()
    letter: LetterView | None = None
    address: AddressView | None = None
    unit: str | None = None
    evidence: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """The entries of one page, and how many there are of each kind in all."""

    entries: tuple[Entry, ...]
    counts: dict[EntryKind, int]
    total: int
    token: str


def queue(desk: Desk, kinds: tuple[EntryKind, ...] = (), limit: int = 50) -> Queue:
    """The oldest `limit` entries (of these kinds, else of all)."""
    raise NotImplementedError


def entry(desk: Desk, key: str) -> Entry | None:
    """One entry by its key; None when it is settled."""
    raise NotImplementedError
