"""The outbox: letters are queued with the mail's outcome, claimed one by one before they leave, and finished with the server's answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, literal, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from mailbot.model import Disposition, LetterKind, LetterState, MailState
from mailbot.storing import tables
from mailbot.storing.records import build, letterlog
from mailbot.storing.records.ledger import Ledger
from mailbot.storing.rows import LetterRow, NewLetter
from mailbot.storing.snapshots import continue_counting
from mailbot.storing.sums import SentCounts

INTERRUPTED = "发送时程序中断，不知道对方是否收到"
"""The last word about a letter that was being sent when mailbot died."""

_letter, _mail = tables.letter.c, tables.mail.c
# A refused letter never reached anybody, but a claimed or uncertain one may have: the caps count what may have left.
_LEFT = (LetterState.CLAIMED, LetterState.SENT, LetterState.UNCERTAIN)


def _untouched() -> ColumnElement[bool]:
    return _letter.state.in_((LetterState.HELD, LetterState.PENDING)) & (_letter.attempts == 0)


def _news(mail: ColumnElement[Any]) -> ColumnElement[bool]:
    filed, before = tables.filing.alias().c, tables.filing.alias().c
    earlier = exists().where(before.unit_id == filed.unit_id, before.material == filed.material, before.mail_number < filed.mail_number)
    return exists().where(filed.mail_number == mail, ~earlier)


# Built once: building a statement costs more than SQLite takes to run it. No unit is a unit of its own here.
_same_unit = _letter.unit_id.is_not_distinct_from(bindparam("unit", type_=_letter.unit_id.type))
_OF_MAIL = update(tables.letter).where(_letter.mail_number == bindparam("mail"), _same_unit, _untouched()).returning(_letter.number)
_ABOUT = (
    update(tables.letter)
    .where(_same_unit, func.lower(_letter.to_address) == bindparam("address"), _untouched())
    .where(or_(_letter.mail_number.is_(None), _letter.mail_number != bindparam("mail")))
    .returning(_letter.number)
)
_BY_MESSAGE_ID = select(tables.letter).where(_letter.message_id == bindparam("this"))
_LETTERS_OF_MAIL = select(tables.letter).where(_letter.mail_number == bindparam("this")).order_by(_letter.number)


class Outbox(Ledger):
    """The third stretch of the road."""

    def queue(self, letter: NewLetter, now: datetime, *, again: bool = False) -> int:
        """Put a letter into the outbox and return its number.

        It takes the place of what the same mail was going to say to the same unit before it was settled anew. A letter that was
        attempted under the same Message-ID, or that a person cancelled, stands as it is; `again`: the person wants it after all.
        """
        fields = _letter_fields(letter, now)
        known = self.letter_by_message_id(letter.message_id)
        if letter.mail_number is not None:
            superseded = {"unit": letter.unit_id, "mail": letter.mail_number, "state": LetterState.SUPERSEDED, "finished_at": now}
            self._change_letters(_OF_MAIL, superseded)
        if known is None:
            number = self._add(tables.letter, **fields)
            self._touch_letter(number, words=True)
            return number
        if known.attempts == 0 and (again or known.state != LetterState.SILENCED):
            self._change_letters(_letter_numbered(known.number, **fields, finished_at=None), words=True)
        return known.number

    def supersede(self, unit_id: str | None, to_address: str, except_number: int | None, now: datetime) -> int:
        """Withdraw the letters to this address about this unit (about no unit) that were never attempted; how many.

        A burst of mails gets one answer, and letters are cumulative: the newest says it all. Another clerk of the same unit wrote
        from another address and still gets an answer. `except_number` is the mail whose letters stay.
        """
        about = {"unit": unit_id, "address": to_address.lower(), "mail": except_number or 0}
        return self._change_letters(_ABOUT, {**about, "state": LetterState.SUPERSEDED, "finished_at": now})

    def withdraw(self, mail: int, except_numbers: Iterable[int], now: datetime) -> int:
        """Withdraw what the mail was going to say and does not say any more; how many letters that were."""
        own = update(tables.letter).where(_letter.mail_number == mail, _letter.number.not_in(list(except_numbers)), _untouched())
        return self._change_letters(own.values(state=LetterState.SUPERSEDED, finished_at=now).returning(_letter.number))

    def claim_due(self, now: datetime, without: Collection[LetterKind] = ()) -> LetterRow | None:
        """Take the one letter that is due longest, so that nobody else sends it; None when nothing is due.

        Commit before handing it to the server: a claim that is found after a crash may have left (`abandoned_claims`).
        """
        due = self.next_due(now, without)
        return self.letter(due.number) if due and self.claim(due.number, now) else None

    def next_due(self, now: datetime, without: Collection[LetterKind] = ()) -> LetterRow | None:
        """The letter that is due longest, still unclaimed, of any kind but those `without`.

        Not to an address of which a mail is kept and not settled yet: it may hold what the letter misses, and will be answered itself.
        """
        unread = exists().where(_mail.state == MailState.KEPT, func.lower(_mail.from_address) == func.lower(_letter.to_address))
        pending = select(tables.letter).where(
            _letter.state == LetterState.PENDING, _letter.due_at <= now, _letter.kind.not_in(without), ~unread
        )
        return self._one(pending.order_by(_letter.due_at, _letter.number).limit(1), build.letter)

    def claim(self, number: int, now: datetime) -> bool:
        """Take a pending letter; False when somebody else was faster, or it is not pending any more."""
        pending = update(tables.letter).where(_letter.number == number, _letter.state == LetterState.PENDING)
        claimed = pending.values(state=LetterState.CLAIMED, attempts=_letter.attempts + 1, claimed_at=now)
        return self._change_letters(claimed.returning(_letter.number)) == 1

    def earliest_due(self) -> datetime | None:
        """When the next pending letter is due, None when none is pending."""
        moment: datetime | None = self.connection.scalar(select(func.min(_letter.due_at)).where(_letter.state == LetterState.PENDING))
        return moment

    def repeat_uncertain(self, before: datetime, now: datetime) -> int:
        """Queue the same bytes once more for letters of an uncertain end that was before `before`; how many.

        Only kinds that may arrive twice (`LetterKind.may_repeat`), and only after their first attempt: at most one repeat. None of which
        a rebuilt ledger does not know the bytes.
        """
        kinds = [kind for kind in LetterKind if kind.may_repeat]
        once = update(tables.letter).where(_letter.state == LetterState.UNCERTAIN, _letter.kind.in_(kinds), _letter.attempts == 1)
        once = once.where(_letter.finished_at <= before, _letter.message != b"")
        repeated = {"state": LetterState.PENDING, "due_at": now, "finished_at": None}
        return self._change_letters(once.values(repeated).returning(_letter.number))

    def finish(self, number: int, state: LetterState, reply: str, now: datetime, due_at: datetime | None = None) -> None:
        """Write how an attempt ended, with the server's words. PENDING puts the letter back, due at `due_at` (None = now)."""
        fields: dict[str, Any] = {"state": state, "last_reply": reply, "finished_at": now}
        if state == LetterState.PENDING:
            fields |= {"finished_at": None, "due_at": due_at or now}
        self._change_letters(_letter_numbered(number, **fields))

    def note_end(self, letter: LetterRow, state: LetterState, now: datetime, **detail: object) -> None:
        """Note how an attempt to send the letter ended.

        The claims stand in the journal, so that a rebuilt ledger knows what was said already and does not say it again.
        """
        said: dict[str, object] = {"kind": letter.kind, "message_id": letter.message_id, "to": letter.to_address}
        said |= {"received": letter.received, "missing": letter.missing, "late": letter.late}
        self.event(f"letter_{state}", "mailbot", now, mail=letter.mail_number, unit=letter.unit_id, letter=letter.number, **said, **detail)

    def reword(self, number: int, subject: str, text: str, message: bytes) -> None:
        """Give a letter other words; what it claims, and its Message-ID, stay."""
        self._change_letters(_letter_numbered(number, subject=subject, text=text, message=message), words=True)

    def abandoned_claims(self, now: datetime) -> tuple[LetterRow, ...]:
        """Letters that were being sent when mailbot died: from now on uncertain, never simply queued again (RFC 1047)."""
        numbers = list(self.connection.scalars(select(_letter.number).where(_letter.state == LetterState.CLAIMED)))
        if not numbers:
            return ()
        ended = {"state": LetterState.UNCERTAIN, "finished_at": now, "last_reply": INTERRUPTED}
        self._change_letters(update(tables.letter).where(_letter.number.in_(numbers)).values(ended).returning(_letter.number))
        return self._all(select(tables.letter).where(_letter.number.in_(numbers)).order_by(_letter.number), build.letter)

    def sent_counts(self, now: datetime, address: str | None = None, unit: str | None = None) -> SentCounts:
        """How many letters left or may have left, as the ledger knows it: restarting mailbot resets no cap."""
        since_day = _letter.claimed_at > now - timedelta(days=1)
        since_quarter = _letter.claimed_at > now - timedelta(minutes=15)
        counts = select(
            func.count().filter(since_quarter),
            func.count(),
            func.count().filter(func.lower(_letter.to_address) == (address or "").lower()),
            func.count().filter(_letter.unit_id == (unit or "")),
        ).where(_letter.state.in_(_LEFT), since_day)
        return SentCounts(*self.connection.execute(counts).one())

    def fruitless_letters(self, address: str, mail: int, since: datetime) -> int:
        """How many letters may have left for the address since `since`, for other mails, after the last one that brought material."""
        item = tables.item.c
        brought = item.disposition.in_((Disposition.FILED, Disposition.REPLACED))
        brings = select(item.id).where(item.mail_number == _letter.mail_number, brought).exists()
        left = select(brings).where(func.lower(_letter.to_address) == address.lower(), _letter.state.in_(_LEFT), _letter.claimed_at > since)
        answers = left.where(_letter.mail_number != mail).order_by(_letter.number.desc())
        return sum(1 for _ in takewhile(lambda fruitful: not fruitful, self.connection.scalars(answers)))

    def brings_news(self, mail: int) -> bool:
        """Whether the mail brought its unit a material of which no earlier mail brought anything."""
        return bool(self.connection.scalar(select(_news(literal(mail)))))

    def letters_since_news(self, address: str, mail: int, since: datetime) -> list[datetime]:
        """When letters may have left for the address since `since`, for other mails: the newest first, back to the last for such news."""
        left = select(_letter.claimed_at, _news(_letter.mail_number)).where(
            func.lower(_letter.to_address) == address.lower(),
            _letter.state.in_(_LEFT),
            _letter.claimed_at > since,
            _letter.mail_number != mail,
        )
        moments: list[datetime] = []
        for moment, news in self.connection.execute(left.order_by(_letter.number.desc())):
            moments.append(moment)
            if news:
                break
        return moments

    def release(self, numbers: Iterable[int], now: datetime) -> int:
        """Let held letters go; how many were held."""
        held = update(tables.letter).where(_letter.number.in_(list(numbers)), _letter.state == LetterState.HELD)
        return self._change_letters(held.values(state=LetterState.PENDING, due_at=now).returning(_letter.number))

    def hold_all(self, reply: str) -> int:
        """Let a person decide about every letter that may have left without this ledger knowing it; how many."""
        repeatable = [kind for kind in LetterKind if kind.may_repeat]
        unsure = _letter.state.in_((LetterState.CLAIMED, LetterState.UNCERTAIN)) & _letter.kind.in_(repeatable)
        doubtful = update(tables.letter).where(or_(_letter.state == LetterState.PENDING, unsure))
        return self._change_letters(doubtful.values(state=LetterState.HELD, last_reply=reply, finished_at=None).returning(_letter.number))

    def cancel(self, numbers: Iterable[int], now: datetime) -> int:
        """Never send these letters, as far as they have not left; how many that were."""
        waiting = or_(_letter.state == LetterState.HELD, _letter.state == LetterState.PENDING)
        statement = update(tables.letter).where(_letter.number.in_(list(numbers)), waiting)
        return self._change_letters(statement.values(state=LetterState.SILENCED, finished_at=now).returning(_letter.number))

    def mark_bounced(self, number: int) -> None:
        """Note that the letter came back."""
        self._change_letters(_letter_numbered(number, bounced=True, noted=False))

    def note_letters(self) -> None:
        """Note how every letter stands that this transaction has changed, once each and just before the commit."""
        changed, self._letters = self._letters, {}
        for number, words in sorted(changed.items()):
            row = self.letter(number)
            if row is not None:
                detail = letterlog.as_detail(row, words=words)
                about = (row.mail_number, row.unit_id, row.number)
                self.event(letterlog.LETTER, "mailbot", letterlog.changed_at(row), *about, **detail)

    def put_letters(self, rows: Iterable[LetterRow]) -> None:
        """Write letters as they were, under their own numbers, also over what stands there; not noted: their events are known."""
        for row in rows:
            fields = {**asdict(row), "received": list(row.received), "missing": list(row.missing)}
            if not self._change(update(tables.letter).where(_letter.number == row.number).values(fields)):
                self._add(tables.letter, **fields)
        if self.connection.dialect.name == "postgresql":
            continue_counting(self.connection)

    def letters(self, state: LetterState | None = None, mail: int | None = None, unit: str | None = None) -> tuple[LetterRow, ...]:
        """Letters in the order they were written, narrowed by what is given."""
        if mail is not None and state is None and unit is None:
            return self._all(_LETTERS_OF_MAIL, build.letter, {"this": mail})
        statement = select(tables.letter).order_by(_letter.number)
        wanted = ((_letter.state, state), (_letter.mail_number, mail), (_letter.unit_id, unit))
        for column, value in wanted:
            statement = statement if value is None else statement.where(column == value)
        return self._all(statement, build.letter)

    def letter_counts(self) -> Mapping[LetterState, int]:
        """How many letters are in each state."""
        counts = self.connection.execute(select(_letter.state, func.count()).group_by(_letter.state))
        return {LetterState(state): count for state, count in counts}

    def letters_all(self) -> tuple[LetterRow, ...]:
        """Every letter in the order they were written."""
        return self.letters()

    def letter(self, number: int) -> LetterRow | None:
        """One letter by its number."""
        return self._one(select(tables.letter).where(_letter.number == number), build.letter)

    def letter_by_message_id(self, message_id: str) -> LetterRow | None:
        """Our letter with this Message-ID, None if it is not ours."""
        return self._one(_BY_MESSAGE_ID, build.letter, {"this": message_id})

    def letter_to(self, address: str) -> LetterRow | None:
        """The newest letter that left for this address, None if none did: a bounce may name nothing but the address."""
        left = select(tables.letter).where(func.lower(_letter.to_address) == address.lower(), _letter.state.in_(_LEFT))
        return self._one(left.order_by(_letter.number.desc()).limit(1), build.letter)


def _letter_numbered(number: int, **fields: object) -> ReturningUpdate[int]:
    return update(tables.letter).where(_letter.number == number).values(fields).returning(_letter.number)


def _letter_fields(letter: NewLetter, now: datetime) -> dict[str, Any]:
    return {
        "mail_number": letter.mail_number,
        "unit_id": letter.unit_id,
        "kind": letter.kind,
        "to_address": letter.to_address,
        "subject": letter.subject,
        "text": letter.text,
        "message": letter.message,
        "message_id": letter.message_id,
        "state": letter.state,
        "due_at": letter.due_at,
        "attempts": 0,
        "received": list(letter.received),
        "missing": list(letter.missing),
        "late": letter.late,
        "last_reply": "",
        "created_at": now,
        "bounced": False,
        "edited": False,
        "noted": False,
    }
