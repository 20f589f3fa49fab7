"""The rows beside the road as frozen values: places on the server, and what only the desk reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailbot.model import LetterKind, LetterState, MailState


@dataclass(frozen=True, slots=True)
class NoteRow:
    """What staff wrote down about a unit, or that they phoned."""

    id: int
    unit_id: str
    phoned: bool
    text: str
    actor: str
    at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who may log in; `password` is a hash."""

    name: str
    password: str = field(repr=False)
    role: str
    disabled: bool
    at: datetime
    last_login: datetime | None


@dataclass(frozen=True, slots=True)
class LetterBrief:
    """A letter without its words."""

    number: int
    unit_id: str | None
    kind: LetterKind
    state: LetterState
    due_at: datetime
    finished_at: datetime | None
    bounced: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VisitRow:
    """An open session."""

    token: str
    name: str
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenMail:
    """A mail that needs a person, as far as it says what for."""

    number: int
    received_at: datetime
    state: MailState
    unit_id: str | None
    units: tuple[str, ...]
    links: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place on the server: `state` is kept | vanished | excluded."""

    id: int
    folder: str
    uidvalidity: int
    uid: int
    mail_number: int | None
    state: str
    note: str
    seen_at: datetime
