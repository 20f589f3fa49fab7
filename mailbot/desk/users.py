"""Who may sit at the desk: users with argon2 hashes, sessions that expire, and a brake on guessing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.app import App


class Role(StrEnum):
    """A viewer sees everything and does nothing."""

    STAFF = "staff"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in."""

    name: str
    role: Role
    disabled: bool
    last_login: datetime | None = None

    @property
    def may_act(self) -> bool:
        """Whether buttons work for this person."""
        return self.role is Role.STAFF and not self.disabled


@dataclass(frozen=True, slots=True)
class Visit:
    """A session: `token` goes into the cookie (HttpOnly, SameSite=Strict), the ledger knows only its hash; `csrf` goes into forms."""

    user: User
    token: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NotLoggedIn:
    """Wrong name or password, disabled, or too many attempts (`wait_seconds` > 0); the sentence never says which of the first two."""

    sentence: str
    wait_seconds: float = 0.0


def log_in(app: App, name: str, password: str, where: str) -> Visit | NotLoggedIn:
    """Open a session. `where` is the client's address: attempts are counted for name and address. Takes 50 to 100 ms on purpose."""
    raise NotImplementedError


def visit(app: App, token: str) -> Visit | None:
    """The session behind a cookie, prolonged by use; None when it is unknown, expired, or its user disabled."""
    raise NotImplementedError


def log_out(app: App, token: str) -> None:
    """Close a session."""
    raise NotImplementedError


def users(app: App) -> tuple[User, ...]:
    """Everybody, by name."""
    raise NotImplementedError


def add(app: App, name: str, password: str, role: Role, by: str) -> str:
    """Add a user; returns the sentence. ConfigError when the name is taken or the password too short."""
    raise NotImplementedError


def remove(app: App, name: str, by: str) -> str:
    """Disable a user and close the sessions; the name stays in what was done."""
    raise NotImplementedError


def set_password(app: App, name: str, password: str, by: str) -> str:
    """Give a user (also a disabled one, who may log in again) a new password; closes the sessions."""
    raise NotImplementedError
