"""The last stretch of the road: due letters leave one at a time, and whatever happens to one is written down before the next.

claim (commit) -> SMTP -> sent | later | refused | uncertain (commit). SMTP cannot be exactly-once (RFC 1047): a letter that was claimed
when the process died is uncertain, never queued again by itself; only a confirmation is repeated, once, with the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from mailbot.app import STOPPED, App
from mailbot.errors import TryLater
from mailbot.failpoints import failpoint
from mailbot.mailing.post import Outcome, Posted
from mailbot.model import LetterKind, LetterState
from mailbot.receipts import overtaken, unit_receipt
from mailbot.rewording import reworded
from mailbot.storing.records import Records
from mailbot.storing.rows import LetterRow

log = logging.getLogger(__name__)

RESUME = "问题解决后运行 mailbot letters --resume 恢复发信；收信和登记不受影响。"

REWORDED_AFTER = timedelta(minutes=2)
"""How long a letter waits that was taken for spam and reworded: the next attempt at once would look like more of it."""

NOTICES = (LetterKind.MISSING, LetterKind.CHASE)
"""The letters that speak of missing items."""

REPEAT_AFTER = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(days=2)
MAX_WAIT = timedelta(hours=6)


class Mailer(Protocol):
    """The post office as sending needs it (`mailing.post.Post`)."""

    def send(self, message: bytes, to: str) -> Posted: ...


def recover(app: App) -> None:
    """At start: a letter found claimed was being sent when the process died; whether it arrived is not known."""
    with app.database.transaction() as records:
        for letter in records.abandoned_claims(app.now()):
            records.note_end(letter, LetterState.UNCERTAIN, app.now(), reason="发送时程序中断")


def send(app: App, post: Mailer, stop: Callable[[], bool], *, notices: bool = True) -> int:
    """Send every letter that is due; returns how many left.

    Without `notices` none that speaks of missing items: the inbox may hold what could not be fetched.

    Raises TryLater when the server takes nothing at present, also because the account was refused: from then on nothing is sent until
    a person says so (`mailbot letters --resume`, or the desk), and receiving goes on.
    """
    sent = 0
    with app.database.transaction() as records:
        if records.setting(STOPPED) is not None:
            return 0
        records.repeat_uncertain(app.now() - REPEAT_AFTER, app.now())
    while not stop():
        letter = _claim(app, notices=notices)
        if letter is None:
            break
        failpoint("claimed")
        posted = post.send(letter.message, letter.to_address)
        sent += posted.outcome is Outcome.SENT
        with app.database.transaction() as records:
            _finish(app, records, letter, posted)
        failpoint("noted")
        if posted.outcome is Outcome.STOP:
            raise TryLater(f"{posted.sentence} {RESUME}", login=True)
        if posted.everyone:
            raise TryLater(posted.sentence)
    return sent


def _claim(app: App, *, notices: bool) -> LetterRow | None:
    """The next letter that is due, still true and within the caps, claimed; None when there is none."""
    while True:
        with app.database.transaction() as records:
            # A person may have stopped everything since the round began.
            if _full(app, records) or records.setting(STOPPED) is not None:
                return None
            letter = records.claim_due(app.now(), () if notices else NOTICES)
            if letter is None:
                return None
            reason = _no_longer_true(app, records, letter)
            if reason is not None:
                records.finish(letter.number, LetterState.SUPERSEDED, reason, app.now())
                continue
            if _too_many_to_one(app, records, letter):
                records.finish(letter.number, LetterState.SILENCED, "超过对同一地址或同一单位每天的回信上限，未发", app.now())
                records.event("letter_silenced", "mailbot", app.now(), letter=letter.number, unit=letter.unit_id)
                continue
            return letter


def _no_longer_true(app: App, records: Records, letter: LetterRow) -> str | None:
    """Why a waiting letter must not go out any more: doubt never speaks, and what it says is missing or complete must be so."""
    if letter.kind not in (*NOTICES, LetterKind.CONFIRM) or letter.unit_id is None:
        return None
    receipt = unit_receipt(app.rulebook, records, letter.unit_id)
    if letter.kind is LetterKind.CONFIRM:
        return "情况已变，材料并未收齐，收齐回执不发" if receipt.missing else None
    if receipt.unsure:
        return "有材料正在核对，缺件通知不发"
    if set(receipt.missing) != set(letter.missing):
        return "情况已变，缺件通知不再准确"
    # A notice that answers a mail and was not tried yet is written anew in time (rechecking); another one staff write anew.
    anew = letter.kind is LetterKind.CHASE or letter.attempts > 1
    if anew and overtaken(app.rulebook, receipt, letter, app.now()) and not letter.edited:
        return "写信以后截止时间已过，信里的说法不再准确，请重新写一封"
    return None


def _full(app: App, records: Records) -> bool:
    """Whether the account has sent as much as it may for now."""
    counts = records.sent_counts(app.now())
    return counts.last_15_minutes >= app.config.answering.per_15_minutes or counts.last_day >= app.config.answering.per_day


def _too_many_to_one(app: App, records: Records, letter: LetterRow) -> bool:
    """Whether this address or this unit was written to often enough today; the counts hold the letter itself, which is claimed."""
    counts = records.sent_counts(app.now(), address=letter.to_address, unit=letter.unit_id)
    return counts.address_day > app.config.answering.per_address_day or counts.unit_day > app.config.answering.per_unit_day


def _finish(app: App, records: Records, letter: LetterRow, posted: Posted) -> None:
    now = app.now()
    match posted.outcome:
        case Outcome.SENT:
            state, due = LetterState.SENT, None
        case Outcome.UNCERTAIN:
            state, due = LetterState.UNCERTAIN, None
        case Outcome.REFUSED:
            state, due = LetterState.REFUSED, None
        case Outcome.SPAM:
            state, due = _say_it_otherwise(app, records, letter)
        case Outcome.STOP:
            state, due = LetterState.PENDING, now
            records.set_setting(STOPPED, posted.sentence)
        case Outcome.LATER:
            state, due = _later(letter, posted, now)
    records.finish(letter.number, state, posted.sentence, now, due_at=due)
    records.note_end(letter, state, now, code=posted.code)
    log.info("letter %d: %s (%d)", letter.number, state, posted.code)


def _say_it_otherwise(app: App, records: Records, letter: LetterRow) -> tuple[LetterState, datetime | None]:
    """Put a letter that was taken for spam in fewer words, once; the second time it is a person's (mail-facts 7 no. 37)."""
    brief = reworded(app, records, letter)
    if brief is None:
        return LetterState.REFUSED, None
    records.reword(letter.number, brief.subject, brief.text, brief.message)
    return LetterState.PENDING, app.now() + (timedelta(0) if app.once else REWORDED_AFTER)


def _later(letter: LetterRow, posted: Posted, now: datetime) -> tuple[LetterState, datetime | None]:
    if now - letter.created_at > GIVE_UP_AFTER:
        return LetterState.REFUSED, None
    backoff = timedelta(minutes=2) * 2 ** min(letter.attempts, 8)
    return LetterState.PENDING, now + min(MAX_WAIT, max(backoff, timedelta(seconds=posted.wait_seconds)))
