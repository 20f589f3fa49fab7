"""Removing personal data after its time: texts, names and addresses go; numbers, hashes, counts and moments stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import String, and_, cast, func, literal, or_, select, update

from mailbot.model import Disposition, LetterState, MailState
from mailbot.storing import tables
from mailbot.storing.records import build
from mailbot.storing.records.ledger import Ledger
from mailbot.storing.rows import MailRow

GONE = "（已清除）"

_mail, _item, _letter, _event = tables.mail.c, tables.item.c, tables.letter.c, tables.event.c
_WAITING = (LetterState.HELD, LetterState.PENDING, LetterState.CLAIMED)
_OPEN = tuple(disposition for disposition in Disposition if disposition.needs_person)
_PERSONAL = ("to", "file", "note", "subject", "text", "message", "reply")
"""The fields of an event that may name a person, or hold a person's words."""


class Purging(Ledger):
    """What becomes of mails whose personal data has had its time."""

    def purgeable(self, before: datetime) -> tuple[MailRow, ...]:
        """Mails that arrived before that moment, not purged yet, with which nobody has anything left to do."""
        open_item = select(_item.id).where(_item.mail_number == _mail.number, _item.disposition.in_(_OPEN)).exists()
        waiting = select(_letter.number).where(_letter.mail_number == _mail.number, _letter.state.in_(_WAITING)).exists()
        closed = and_(
            _mail.state.in_((MailState.SETTLED, MailState.AUTOMATIC)),
            ~_mail.needs_person,
            or_(~open_item, _mail.automatic.is_not(None)),
            ~waiting,
        )
        old = select(tables.mail).where(_mail.received_at < before, _mail.purged_at.is_(None))
        return self._all(old.where(closed).order_by(_mail.number), build.mail)

    def old_count(self, before: datetime) -> int:
        """How many mails arrived before that moment and are not purged."""
        old = select(func.count()).select_from(tables.mail).where(_mail.received_at < before, _mail.purged_at.is_(None))
        return self.connection.scalar(old) or 0

    def purged(self) -> tuple[MailRow, ...]:
        """The mails whose personal data was removed."""
        return self._all(select(tables.mail).where(_mail.purged_at.is_not(None)).order_by(_mail.number), build.mail)

    def is_purged(self, number: int) -> bool:
        """Whether the personal data of this mail was removed."""
        return self.connection.scalar(select(_mail.purged_at).where(_mail.number == number)) is not None

    def purge(self, numbers: Sequence[int], before: datetime, now: datetime) -> None:
        """Take everything personal out of these mails, their letters and events, and out of what was learned before that moment."""
        letters = []
        for number in numbers:
            letters += list(self.connection.scalars(select(_letter.number).where(_letter.mail_number == number)))
            self._blank(number, now)
        known = tables.knowledge.c
        notes, attempts = tables.note.c, tables.attempt
        self._change(update(tables.note).where(notes.at < before).values(text=GONE))
        self._change(attempts.delete().where(attempts.c.at < before))
        learned = update(tables.knowledge).where(known.kind == "address", known.at < before, known.key != GONE)
        self._change(learned.values(key=GONE, source="", revoked_at=func.coalesce(known.revoked_at, now)))
        self._redact(frozenset(numbers), frozenset(letters), before)

    def _blank(self, number: int, now: datetime) -> None:
        nobody = {"message_id": "", "from_address": "", "from_name": "", "subject": GONE}
        nothing: dict[str, Any] = {"because": [GONE], "doubts": [], "links": [], "candidates": [], "evidence": [], "purged_at": now}
        self._change(update(tables.mail).where(_mail.number == number).values(**nobody, **nothing))
        # No name that a sender could have chosen: the paths of one mail must stay apart.
        digest = self.connection.scalar(select(_mail.sha256).where(_mail.number == number))
        names: dict[str, Any] = {
            "path": literal(f"{GONE}{digest}-", String) + cast(_item.position, String),
            "name": GONE,
            "original_name": GONE,
            "stored_as": None,
            "because": "",
            "evidence": [],
        }
        self._change(update(tables.item).where(_item.mail_number == number).values(**names))
        letter = {"to_address": "", "subject": GONE, "text": "", "message": b"", "last_reply": ""}
        self._change(update(tables.letter).where(_letter.mail_number == number).values(**letter))
        decision = tables.decision.c
        named = update(tables.decision).where(decision.mail_number == number, decision.path.is_not(None))
        self._change(named.values(path=GONE))

    def _redact(self, mails: frozenset[int], letters: frozenset[int], before: datetime) -> None:
        """The events stay, with a hash where a person was named: the only time that the database lets them be changed."""
        self._let_events_change(allowed=True)
        rows = self.connection.execute(select(_event.id, _event.at, _event.mail_number, _event.letter_number, _event.detail)).all()
        for key, at, mail, letter, detail in rows:
            # What is about a unit and no mail (a note, an address taught) goes by its own moment.
            about = mail in mails or letter in letters or (at < before and mail is None and letter is None)
            clean = _hashed(detail) if about else detail
            if clean != detail:
                self._change(update(tables.event).where(_event.id == key).values(detail=clean))
        self._let_events_change(allowed=False)

    def _let_events_change(self, *, allowed: bool) -> None:
        sql = self.connection.exec_driver_sql
        if self.connection.dialect.name != "sqlite":
            sql(f"ALTER TABLE event {'DISABLE' if allowed else 'ENABLE'} TRIGGER event_append_only")
        elif allowed:
            sql("DROP TRIGGER event_no_update")
        else:
            sql("CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END")


def _hashed(detail: Mapping[str, Any]) -> dict[str, Any]:
    """A detail without the words of a person; what an act would need to be undone goes as well, since it holds them once more."""
    personal = (*_PERSONAL, "key") if detail.get("kind") == "address" else _PERSONAL
    return {name: _hash(value) if name in personal and value else value for name, value in detail.items() if name != "undo"}


def _hash(value: object) -> str:
    said = str(value)
    return said if said.startswith("sha256:") else f"sha256:{sha256(said.encode('utf-8', 'replace')).hexdigest()}"
