"""The people at the desk: who may log in, open sessions, failed attempts, and what they wrote down about units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select, update

from mailbot.storing import tables
from mailbot.storing.deskrows import NoteRow, PersonRow, VisitRow
from mailbot.storing.records import build
from mailbot.storing.records.ledger import Ledger

_person, _visit, _attempt, _note = tables.person.c, tables.visit.c, tables.attempt.c, tables.note.c


class People(Ledger):
    """Persons, visits, attempts and notes."""

    def persons(self) -> tuple[PersonRow, ...]:
        """Everybody, by name."""
        return self._all(select(tables.person).order_by(_person.name), build.person)

    def person(self, name: str) -> PersonRow | None:
        """One of them."""
        return self._one(select(tables.person).where(_person.name == name), build.person)

    def set_person(self, row: PersonRow) -> None:
        """Write a person down, new or changed."""
        fields = {"password": row.password, "role": row.role, "disabled": row.disabled, "last_login": row.last_login}
        if not self._change(update(tables.person).where(_person.name == row.name).values(fields)):
            self._add(tables.person, name=row.name, at=row.at, **fields)

    def open_visit(self, row: VisitRow) -> None:
        """Note a session, and forget those that have expired."""
        self._change(delete(tables.visit).where(_visit.expires_at < row.at))
        self._add(tables.visit, token=row.token, name=row.name, at=row.at, expires_at=row.expires_at)

    def visit(self, token: str) -> VisitRow | None:
        """The session with this hash."""
        return self._one(select(tables.visit).where(_visit.token == token), build.visit)

    def prolong_visit(self, token: str, until: datetime) -> None:
        """Let a session live longer."""
        self._change(update(tables.visit).where(_visit.token == token).values(expires_at=until))

    def close_visit(self, token: str) -> None:
        """Forget one session."""
        self._change(delete(tables.visit).where(_visit.token == token))

    def close_visits(self, name: str) -> None:
        """Forget every session of a person."""
        self._change(delete(tables.visit).where(_visit.name == name))

    def note_attempt(self, key: str, now: datetime, keep_since: datetime) -> None:
        """Count a failed login, and forget those before `keep_since`."""
        self._change(delete(tables.attempt).where(_attempt.at < keep_since))
        self._add(tables.attempt, key=key, at=now)

    def attempts(self, key: str, since: datetime) -> tuple[datetime, ...]:
        """When logins failed, the newest first."""
        statement = select(_attempt.at).where(_attempt.key == key, _attempt.at >= since).order_by(_attempt.at.desc())
        return tuple(self.connection.scalars(statement))

    def forget_attempts(self, key: str) -> None:
        """A login went well."""
        self._change(delete(tables.attempt).where(_attempt.key == key))

    def note(self, unit_id: str, text: str, phoned: bool, actor: str, now: datetime) -> int:  # one argument a column
        """Write something down about a unit; returns the note's id."""
        return self._add(tables.note, unit_id=unit_id, text=text, phoned=phoned, actor=actor, at=now)

    def notes(self, unit_id: str) -> tuple[NoteRow, ...]:
        """What stands about a unit, the newest first."""
        statement = select(tables.note).where(_note.unit_id == unit_id, _note.revoked_at.is_(None)).order_by(_note.id.desc())
        return self._all(statement, build.note)

    def phoned(self) -> Mapping[str, datetime]:
        """When each unit was last phoned."""
        calls = select(_note.unit_id, func.max(_note.at)).where(_note.phoned, _note.revoked_at.is_(None)).group_by(_note.unit_id)
        return {unit: at for unit, at in self.connection.execute(calls)}  # noqa: C416  # a Row is no pair to dict()
