"""Who may sit at the desk: users with argon2 hashes, sessions that expire, and a brake on guessing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from math import ceil

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mailbot.app import App
from mailbot.errors import ConfigError
from mailbot.storing.deskrows import PersonRow, VisitRow
from mailbot.storing.records import Records


class Role(StrEnum):
    """A viewer sees everything and does nothing."""

    STAFF = "staff"
    VIEWER = "viewer"


ROLES = {Role.STAFF: "工作人员", Role.VIEWER: "只能查看"}


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


_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's parameters for argon2id: 40 ms on one core, so that ten people who log in at once do not stop the daemon."""
_NOBODY = _HASHER.hash(secrets.token_hex(16))
"""Checked for a name that does not exist, so that the time it takes does not tell."""

PROLONG_AFTER = timedelta(minutes=10)
SHORTEST = 8
_WINDOW = timedelta(minutes=15)
_FREE_TRIES = {"name": 5, "where": 20}
_MOST_WAIT = timedelta(minutes=15)
_WRONG = "用户名或密码不对。"


def log_in(app: App, name: str, password: str, where: str) -> Visit | NotLoggedIn:
    """Open a session. `where` is the client's address: attempts are counted for name and address. Slow on purpose."""
    name, now = name.strip(), app.now()
    keys = {"name": f"name:{name[:100].casefold()}", "where": f"where:{where[:100]}"}
    with app.database.reading() as records:
        wait = max(_wait(records.attempts(key, now - _WINDOW), _FREE_TRIES[sort], now) for sort, key in keys.items())
        person = records.person(name)
    if wait > timedelta(0):
        return NotLoggedIn(f"尝试次数太多，请过 {ceil(wait.total_seconds() / 60)} 分钟再试。", wait.total_seconds())
    known = _matches(person.password if person else _NOBODY, password) and person is not None
    with app.database.transaction() as records:
        if not known or person is None or person.disabled:
            for key in keys.values():
                records.note_attempt(key, now, now - timedelta(days=1))
            return NotLoggedIn(_WRONG)
        records.forget_attempts(keys["name"])
        fresh = _HASHER.hash(password) if _HASHER.check_needs_rehash(person.password) else person.password
        person = replace(person, password=fresh, last_login=now)
        records.set_person(person)
        token, until = secrets.token_urlsafe(32), now + lifetime(app)
        records.open_visit(VisitRow(_hash(token), name, now, until))
    return Visit(_user(person), token, _csrf(token), until)


def visit(app: App, token: str) -> Visit | None:
    """The session behind a cookie, prolonged by use; None when it is unknown, expired, or its user disabled."""
    now, key = app.now(), _hash(token)
    with app.database.reading() as records:
        row = records.visit(key)
        person = records.person(row.name) if row else None
    if row is None or person is None or person.disabled or row.expires_at <= now:
        return None
    until = row.expires_at
    if now + lifetime(app) - until > PROLONG_AFTER:  # not at every look: a write waits for the disk
        until = now + lifetime(app)
        with app.database.transaction() as records:
            records.prolong_visit(key, until)
    return Visit(_user(person), token, _csrf(token), until)


def lifetime(app: App) -> timedelta:
    """How long a session lasts without use: `web: session` of config.yaml."""
    return timedelta(hours=app.config.web.session_hours)


def log_out(app: App, token: str) -> None:
    """Close a session."""
    with app.database.transaction() as records:
        records.close_visit(_hash(token))


def users(app: App) -> tuple[User, ...]:
    """Everybody, by name."""
    with app.database.reading() as records:
        return tuple(_user(row) for row in records.persons())


def add(app: App, name: str, password: str, role: Role, by: str) -> str:
    """Add a user; returns the sentence. ConfigError when the name is taken or the password too short."""
    name = name.strip()
    if not name or len(name) > 50 or not name.isprintable():
        raise ConfigError("用户名不能空着，也不能超过 50 个字。")
    _check(password)
    with app.database.transaction() as records:
        known = records.person(name)
        if known is not None and not known.disabled:
            raise ConfigError(f"已经有用户“{name}”。改密码请用 mailbot user password {name}。")
        records.set_person(PersonRow(name, _HASHER.hash(password), role.value, False, app.now(), None))
        records.event("user_added", by, app.now(), name=name, role=role.value)
    return f"已添加用户“{name}”（{ROLES[role]}）。"


def remove(app: App, name: str, by: str) -> str:
    """Disable a user and close the sessions; the name stays in what was done."""
    with app.database.transaction() as records:
        person = _known(records, name)
        records.set_person(replace(person, disabled=True))
        records.close_visits(person.name)
        records.event("user_removed", by, app.now(), name=person.name)
    return f"用户“{person.name}”已停用，不能再登录。"


def set_password(app: App, name: str, password: str, by: str) -> str:
    """Give a user (also a disabled one, who may log in again) a new password; closes the sessions."""
    _check(password)
    with app.database.transaction() as records:
        person = _known(records, name)
        records.set_person(replace(person, password=_HASHER.hash(password), disabled=False))
        records.close_visits(person.name)
        records.forget_attempts(f"name:{person.name.casefold()}")
        records.event("user_password", by, app.now(), name=person.name)
    return f"用户“{person.name}”的密码已更换，请用新密码登录。"


def _wait(failures: tuple[datetime, ...], free: int, now: datetime) -> timedelta:
    """How long until the next try: nothing for the first few, then doubling from 15 seconds on."""
    beyond = len(failures) - free
    if beyond < 0:
        return timedelta(0)
    pause: timedelta = min(_MOST_WAIT, timedelta(seconds=15) * 2 ** min(beyond, 10))
    return max(timedelta(0), failures[0] + pause - now)


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _check(password: str) -> None:
    if len(password) < SHORTEST:
        raise ConfigError(f"密码太短，至少 {SHORTEST} 个字符。")


def _known(records: Records, name: str) -> PersonRow:
    person = records.person(name.strip())
    if person is None:
        raise ConfigError(f"没有用户“{name}”。用 mailbot user list 查看全部用户。")
    return person


def _user(row: PersonRow) -> User:
    return User(row.name, Role(row.role), row.disabled, row.last_login)


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _csrf(token: str) -> str:
    """Another secret of the same session: who knows the form's value does not know the cookie."""
    return sha256(f"csrf:{token}".encode("utf-8", "replace")).hexdigest()
