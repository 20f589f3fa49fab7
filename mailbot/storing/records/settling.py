"""Settling: the next mail, its attempts, its outcome with items and filings in one stroke, and what a unit has on file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, func, insert, select, update

from mailbot.model import BODY, Filed, Intent, MailState, Memory
from mailbot.storing import tables
from mailbot.storing.records import build
from mailbot.storing.records.ledger import Ledger
from mailbot.storing.records.memory import memory_over
from mailbot.storing.rows import DecisionRow, FilingRow, JudgedMail, MailRow, NewItem

_Standing = dict[tuple[str, str, str], int]

_mail = tables.mail.c
_NEXT = select(tables.mail).where(_mail.state == MailState.KEPT).order_by(_mail.received_at, _mail.number).limit(1)
_COUNT_ATTEMPT = update(tables.mail).where(_mail.number == bindparam("this")).values(attempts=_mail.attempts + 1)
_ATTEMPTS = select(_mail.attempts).where(_mail.number == bindparam("this"))
_DECISIONS = (
    select(tables.decision)
    .where(tables.decision.c.mail_number == bindparam("this"), tables.decision.c.revoked_at.is_(None))
    .order_by(tables.decision.c.id)
)
_ALIKE = (
    select(_mail.number)
    .where(_mail.message_id == bindparam("id"), _mail.from_address == bindparam("sender"), _mail.number < bindparam("this"))
    .where(_mail.settled_at.is_not(None))
    .order_by(_mail.number)
)
_UNDECIDED = (
    select(_mail.number)
    .where(_mail.from_address == bindparam("sender"), _mail.state == MailState.UNSURE, _mail.unit_id.is_(None))
    .where(_mail.number != bindparam("this"), ~exists().where(tables.decision.c.mail_number == _mail.number))
    .order_by(_mail.number)
)
_ARRIVAL = select(tables.mail.c.received_at, tables.mail.c.settled_at).where(tables.mail.c.number == bindparam("this"))
_ITEM_IDS = select(tables.item.c.position, tables.item.c.id).where(tables.item.c.mail_number == bindparam("this"))
_OUTCOME = update(tables.mail).where(tables.mail.c.number == bindparam("this"))
_NEW_ITEM, _NEW_FILING = insert(tables.item), insert(tables.filing)


def filings_with_items() -> Select[Any]:
    """Filings, oldest arrival first, each with what its item says."""
    item = tables.item.c
    return (
        select(tables.filing, item.path, item.name, item.sha256, item.fingerprint, item.text_key)
        .join(tables.item, tables.item.c.id == tables.filing.c.item_id)
        .order_by(tables.filing.c.received_at, tables.filing.c.id)
    )


_filing, _item = tables.filing.c, tables.item.c
# In the order of `Filed`: 200,000 rows by name would take three times as long.
_FILED = (
    select(_filing.unit_id, _filing.material, _filing["count"], _filing.received_at, _filing.mail_number)
    .add_columns(_item.name, _item.sha256, _filing.current, _item.fingerprint, _item.text_key)
    .join(tables.item, _item.id == _filing.item_id)
    .order_by(_filing.received_at, _filing.id)
)
_OF_UNIT = filings_with_items().where(tables.filing.c.unit_id == bindparam("this"))


class Settling(Ledger):
    """The second stretch of the road."""

    def next_unsettled(self, behind: frozenset[str] = frozenset()) -> MailRow | None:
        """The kept mail that arrived first, None when all are settled; nothing from the senders `behind`."""
        return self._one(_NEXT.where(_mail.from_address.not_in(behind)) if behind else _NEXT, build.mail)

    def crowding_senders(self, mails: int) -> frozenset[str]:
        """The addresses of which more than so many mails wait to be settled, as far as the mails say it at a glance."""
        waiting = select(_mail.from_address).where(_mail.state == MailState.KEPT, _mail.from_address != "")
        crowding = waiting.group_by(_mail.from_address).having(func.count() > mails)
        return frozenset(self.connection.scalars(crowding))

    def unsettled_count(self) -> int:
        """How many mails wait to be settled."""
        return self.connection.scalar(select(func.count()).where(tables.mail.c.state == MailState.KEPT)) or 0

    def count_attempt(self, number: int) -> int:
        """Count one more attempt, to be committed before the work: so that even a mail that kills mailbot is given up in the end."""
        self._change(_COUNT_ATTEMPT, {"this": number})
        return self.connection.scalar(_ATTEMPTS, {"this": number}) or 0

    def forgive_attempt(self, number: int) -> None:
        """Take back the last counted attempt: it ended for a reason that lies outside the mail."""
        mail = tables.mail
        self._change(update(mail).where(mail.c.number == number, mail.c.attempts > 0).values(attempts=mail.c.attempts - 1))

    def memory(self, unit_ids: Sequence[str] = (), before: int | None = None) -> Memory:
        """What judging needs to remember, looked up on demand while this transaction is open.

        With `unit_ids`, knowledge about units that are no longer on the roster is left out; with `before`, what was filed from
        the mail of that number or from one that arrived after it: so that a mail that is settled anew is no duplicate of itself.
        """
        return memory_over(self.connection, frozenset(unit_ids), before)

    def twin_of(self, number: int, message_id: str, from_address: str, sha256s: Sequence[str]) -> int | None:
        """The number of an earlier mail that is the same letter by another route, None if there is none.

        A Message-ID is the sender's claim: only with the same From and the very same files (`sha256s`, sorted, without the
        mail's own text) are two mails one letter.
        """
        item = tables.item.c
        if not message_id or not sha256s:
            return None
        for other in self.connection.scalars(_ALIKE, {"id": message_id, "sender": from_address, "this": number}).all():
            files = self.connection.scalars(select(item.sha256).where(item.mail_number == other, item.path != BODY).order_by(item.sha256))
            if files.all() == list(sha256s):
                return int(other)
        return None

    def undecided_from(self, address: str, besides: int) -> tuple[int, ...]:
        """The unsure mails of an address, but one, that are known to be nobody's and that no person has spoken about."""
        return tuple(self.connection.scalars(_UNDECIDED, {"sender": address, "this": besides}))

    def decisions(self, number: int) -> tuple[DecisionRow, ...]:
        """What staff decided about this mail and did not take back, oldest first."""
        return self._all(_DECISIONS, build.decision, {"this": number})

    def settle(self, number: int, judged: JudgedMail, items: Sequence[NewItem], now: datetime) -> None:
        """Write a mail's outcome, its items and filings, in place of any earlier ones: settling again changes nothing.

        Filings that the mail had replaced are current again before its new filings are written, and a filing that a later
        mail has replaced since stays history when it is written anew.
        """
        row = self.connection.execute(_ARRIVAL, {"this": number}).first()
        if row is None:
            raise LookupError(f"no mail has the number {number}")
        received_at, earlier = row
        overtaken = self._unfile(number) if earlier else {}
        if items:
            self.connection.execute(_NEW_ITEM, [_item_fields(number, at, item) for at, item in enumerate(items, 1)])
            self._file(number, items, received_at, overtaken)
        self.connection.execute(_OUTCOME, {**_mail_fields(judged, len(items), now), "this": number})

    def mark_stuck(self, number: int, because: str, now: datetime) -> None:
        """Set a mail aside for a person; `because` is Chinese."""
        outcome = {"state": MailState.STUCK, "because": [because], "needs_person": True, "settled_at": now}
        self._change(update(tables.mail).where(tables.mail.c.number == number).values(outcome))

    def reopen(self, number: int) -> None:
        """Let the mail be settled once more; its items and filings stand until then.

        What it had replaced is current again at once: judging it anew must find the older version that it takes the place of.
        """
        mail, filing = tables.mail, tables.filing
        mine = select(filing.c.id).where(filing.c.mail_number == number)
        self._change(update(filing).where(filing.c.replaced_by.in_(mine)).values(current=True, replaced_by=None))
        self._change(update(mail).where(mail.c.number == number).values(state=MailState.KEPT, attempts=0))

    def corrections_before_their_time(self, number: int) -> tuple[int, ...]:
        """Corrections that arrived later than this mail and were settled before it: judged anew, they find what they take the place of."""
        mine, theirs, mail = tables.filing.alias("mine"), tables.filing.alias("theirs"), tables.mail
        late = (
            select(theirs.c.mail_number)
            .distinct()
            .join(mine, (mine.c.unit_id == theirs.c.unit_id) & (mine.c.material == theirs.c.material))
            .join(mail, mail.c.number == theirs.c.mail_number)
            .where(mine.c.mail_number == number, mine.c.current, theirs.c.current, theirs.c.received_at > mine.c.received_at)
            .where(mail.c.intent == Intent.CORRECT, mail.c.state == MailState.SETTLED)
        )
        return tuple(self.connection.scalars(late))

    def filed(self, unit_id: str) -> tuple[Filed, ...]:
        """Everything the unit has on file, current and history, oldest arrival first."""
        return self._all(_OF_UNIT, build.filed, {"this": unit_id})

    def filed_all(self) -> tuple[Filed, ...]:
        """Everything on file, of all units."""
        return tuple(Filed(*row) for row in self.connection.execute(_FILED))

    def filings_of(self, unit_id: str) -> tuple[FilingRow, ...]:
        """The unit's filings with their ids, for `NewFiling.replaces`."""
        return self._all(_OF_UNIT, build.filing, {"this": unit_id})

    def filings_all(self) -> tuple[FilingRow, ...]:
        """Every filing."""
        return self._all(filings_with_items(), build.filing)

    def _unfile(self, number: int) -> _Standing:
        """Forget items and filings of the mail; returns which of the latter a later mail had replaced, and by what filing."""
        filing, item = tables.filing, tables.item
        mine = select(filing.c.id).where(filing.c.mail_number == number)
        old = self.connection.execute(
            select(item.c.path, filing.c.unit_id, filing.c.material, filing.c.replaced_by)
            .join(item, item.c.id == filing.c.item_id)
            .where(filing.c.mail_number == number, filing.c.replaced_by.is_not(None), filing.c.replaced_by.not_in(mine))
        ).all()
        self._change(update(filing).where(filing.c.replaced_by.in_(mine)).values(current=True, replaced_by=None))
        self._change(delete(filing).where(filing.c.mail_number == number))
        self._change(delete(item).where(item.c.mail_number == number))
        return {(path, unit, material): by for path, unit, material, by in old}

    def _file(self, number: int, items: Sequence[NewItem], received_at: datetime, overtaken: _Standing) -> None:
        found = self.connection.execute(_ITEM_IDS, {"this": number})
        ids: dict[int, int] = {position: key for position, key in found}  # noqa: C416  # a Row is no pair to dict()
        plain: list[dict[str, Any]] = []
        for position, new in enumerate(items, 1):
            for wanted in new.filings:
                by = overtaken.get((new.path, wanted.unit_id, wanted.material))
                fields = {
                    "mail_number": number,
                    "item_id": ids[position],
                    "unit_id": wanted.unit_id,
                    "material": wanted.material,
                    "count": wanted.count,
                    "received_at": received_at,
                    "current": by is None,
                    "replaced_by": by,
                }
                if wanted.replaces:
                    self._replace(wanted.replaces, self._add(tables.filing, **fields))
                else:
                    plain.append(fields)
        if plain:
            self.connection.execute(_NEW_FILING, plain)

    def _replace(self, older: Sequence[int], newer: int) -> None:
        filing = tables.filing
        standing = update(filing).where(filing.c.id.in_(older), filing.c.replaced_by.is_(None), filing.c.id != newer)
        self._change(standing.values(current=False, replaced_by=newer))


def _item_fields(number: int, position: int, item: NewItem) -> dict[str, Any]:
    return {
        "mail_number": number,
        "position": position,
        "path": item.path,
        "name": item.name,
        "original_name": item.original_name or item.name,
        "sha256": item.sha256,
        "size": item.size,
        "kind": item.kind,
        "problem": item.problem,
        "unit_id": item.unit_id,
        "materials": list(item.materials),
        "count": item.count,
        "disposition": item.disposition,
        "stored_as": item.stored_as,
        "because": item.because,
        "evidence": [asdict(sign) for sign in item.evidence],
        "fingerprint": item.fingerprint,
        "text_key": item.text_key,
    }


def _mail_fields(judged: JudgedMail, found: int, now: datetime) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "state": judged.state,
        "unit_id": judged.unit_id,
        "units": list(judged.units),
        "candidates": list(judged.candidates),
        "because": list(judged.because),
        "doubts": list(judged.doubts),
        "links": [asdict(link) for link in judged.links],
        "evidence": [asdict(sign) for sign in judged.evidence],
        "needs_person": judged.needs_person,
        "automatic": judged.automatic,
        "intent": judged.intent,
        "alias_of": judged.alias_of,
        "parts": found if judged.parts is None else judged.parts,
        "settled_at": now,
    }
    known = {"message_id": judged.message_id, "from_address": judged.from_address, "from_name": judged.from_name, "subject": judged.subject}
    return fields | {name: value for name, value in known.items() if value is not None}
