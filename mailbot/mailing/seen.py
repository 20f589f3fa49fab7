"""The values of the inbox: a place on the server, what is known of a mail before its body, and one folder of the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """One place on the server. UIDVALIDITY is 0 where the server names none; NetEase's INBOX always says 1 (mail-facts 1.4)."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the server says of a mail before its body is fetched.

    `size` (RFC822.SIZE, bytes) is a hint, 0 if the server did not say. `received_at` is INTERNALDATE in Chinese time: the moment
    of arrival that decides about late or not; where the server gives none, the moment it was asked.
    """

    seen: Seen
    size: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as LIST shows it: decoded name, flags in lower case (`\\junk`), the character between levels."""

    name: str
    flags: frozenset[str]
    delimiter: str = "/"


@dataclass(frozen=True, slots=True)
class Opened:
    """A folder opened read-only: how many mails the server says it holds (None if it does not say), and its UIDVALIDITY."""

    name: str
    exists: int | None
    uidvalidity: int


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of the mailbox is used and how much it holds, in bytes."""

    used: int
    limit: int
