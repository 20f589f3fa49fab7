"""The rows that only the desk reads, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from mailbot.model import LetterKind, LetterState


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
    """The letter that a unit got last, without its words."""

    number: int
    unit_id: str
    kind: LetterKind
    state: LetterState
    due_at: datetime
    finished_at: datetime | None
    bounced: bool


@dataclass(frozen=True, slots=True)
class VisitRow:
    """An open session."""

    token: str
    name: str
    at: datetime
    expires_at: datetime
