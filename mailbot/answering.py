"""What a settled mail is answered: one letter for each unit in it, written into the outbox in the mail's own commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mailbot.app import App
from mailbot.config import Mode
from mailbot.deciding.answer import answer
from mailbot.deciding.question import Question
from mailbot.deciding.recipient import recipient
from mailbot.mailing.letter import Threading, compose, message_id
from mailbot.model import Address, Disposition, Facts, Judgement, Letter, LetterKind, LetterState, Silence
from mailbot.receipts import unit_receipt
from mailbot.storing.records import Records
from mailbot.storing.rows import LetterRow, MailRow, NewLetter

FRUITLESS = 2
FRUITLESS_DAYS = timedelta(days=7)
"""How many letters within how many days an address gets for mails that bring nothing."""

AT_ONCE = timedelta(hours=12)
"""Within this time after a letter a mail may be a machine's answer to it: then `FRUITLESS` letters that told nothing new are enough."""

PATIENCE = 6
"""How many letters within these days a more leisurely address gets that sends more and more of what its unit sent already."""

_SKEW = timedelta(minutes=10)  # the server's clock stamps the mail, ours the letter

_BRINGS = (Disposition.FILED, Disposition.REPLACED)
_TRIED = (LetterState.CLAIMED, LetterState.SENT, LetterState.UNCERTAIN, LetterState.REFUSED)


class Manner(StrEnum):
    """What becomes of the letters that a settled mail deserves."""

    CONFIGURED = "configured"  # as config.yaml says: sent after the quiet time, or held
    LEAVE = "leave"  # a person has seen the words and says so
    KEEP = "keep"  # a person does not want them to leave: written down as cancelled
    NOTHING = "nothing"  # said once and elsewhere, when all that belongs together is settled: not written at all


@dataclass(frozen=True, slots=True)
class Case:
    """One settled mail as answering needs it, inside the transaction that settles it."""

    app: App
    records: Records
    mail: MailRow
    facts: Facts
    judgement: Judgement
    manner: Manner = Manner.CONFIGURED


def answer_mail(case: Case) -> None:
    """Queue the letters that the mail deserves; what was never attempted for the same unit and address is superseded."""
    records, mail, now = case.records, case.mail, case.app.now()
    if (reason := _never(case.app, records, mail)) is not None:
        records.event("silence", "mailbot", now, mail=mail.number, because=reason)
        return
    if case.manner is Manner.NOTHING:
        records.withdraw(mail.number, (), now)
        return
    said: list[int] = []
    for unit in case.judgement.units or (None,):
        outcome = letter_for(case, unit)
        if isinstance(outcome, Silence):
            records.event("silence", "mailbot", now, mail=mail.number, unit=unit, because=outcome.because)
        else:
            said.append(_queue(case, outcome))
    # Settled anew, a mail may have something else to say: 请告知是哪个单位 must not wait beside 已收齐.
    records.withdraw(mail.number, said, now)


def _never(app: App, records: Records, mail: MailRow) -> str | None:
    """Why this mail is not answered whatever it holds."""
    if app.config.answering.mode is Mode.OFF:
        return "回信已关闭"
    if not mail.answer:
        return "导入的邮件不回信"
    live = app.live_since(records)
    if mail.received_at < live:
        return f"启用时间 {live.astimezone(app.rulebook.campaign.timezone):%Y-%m-%d %H:%M} 以前到达，只归档不回信"
    return None


def letter_for(case: Case, unit: str | None) -> Letter | Silence:
    """What this mail deserves to be answered about this unit (about none), as the ledger stands in the open transaction."""
    app, records = case.app, case.records
    known = app.rulebook.units.get(unit) if unit else None
    # What a person has seen to is no reason to ask or to doubt any more.
    facts = replace(case.facts, links=(), doubts=(), whole=0) if case.judgement.seen_to else case.facts
    to = recipient(facts, app.rulebook, known, app.own_addresses)
    if to is None:
        return Silence("没有唯一、可信的回信地址")
    if _in_circles(case, to):
        return Silence("短期内已多次回信，来信没有带来新的材料，不再自动回信，请工作人员看")
    said = answer(
        Question(
            judgement=case.judgement,
            facts=facts,
            unit=known,
            receipt=unit_receipt(app.rulebook, records, unit) if unit else None,
            number=case.mail.number,
            received_at=case.mail.received_at,
            arrived=tuple(filed for filed in records.filed(unit) if filed.mail == case.mail.number) if unit else (),
            rulebook=app.rulebook,
            now=app.now(),
            to=to,
        )
    )
    if case.judgement.seen_to and isinstance(said, Letter) and said.kind is LetterKind.ACK:
        return Silence("工作人员已处理，不再写“正在核对”")
    return said


def _in_circles(case: Case, to: str) -> bool:
    """Whether the address was answered for nothing: a robot that answers every letter, in words of its own or with a file, without a mark.

    What it encloses may be filed each time. But a unit that sends what it had not sent yet is always answered, and one that adds to it
    is no robot that answers at once.
    """
    records, number, since = case.records, case.mail.number, case.app.now() - FRUITLESS_DAYS
    if records.brings_news(number):
        return False
    left = records.letters_since_news(to, number, since)
    at_once = any(-_SKEW <= case.mail.received_at - moment <= AT_ONCE for moment in left)
    if len(left) >= (FRUITLESS if at_once else PATIENCE):
        return True
    if any(file.disposition in _BRINGS or (file.disposition is Disposition.UNSURE and file.materials) for file in case.judgement.files):
        return False
    return records.fruitless_letters(to, number, since) >= FRUITLESS


def _queue(case: Case, letter: Letter) -> int:
    """The number of the letter that says this, written now or before."""
    app, records, mail = case.app, case.records, case.mail
    earlier = records.letters(mail=mail.number)
    standing = next((row for row in earlier if _same(letter, row) and _stands(row, case.manner)), None)
    if standing is not None:
        return standing.number
    records.supersede(letter.unit, letter.to, None, app.now())
    answering, message = app.config.answering, case.facts.message
    name = _message_id(case, letter, earlier)
    threading = Threading(message.message_id, message.references)
    sender = Address(answering.sender_name, answering.sender)
    return records.queue(
        NewLetter(
            kind=letter.kind,
            to_address=letter.to,
            subject=letter.subject,
            text=letter.text,
            message=compose(letter, threading, sender, name, app.now()),
            message_id=name,
            due_at=app.now() if case.manner is Manner.LEAVE else _due(app, mail),
            state=_state(case),
            mail_number=mail.number,
            unit_id=letter.unit,
            received=letter.received,
            missing=letter.missing,
            late=letter.late,
        ),
        app.now(),
        again=case.manner is Manner.LEAVE,
    )


def _stands(row: LetterRow, manner: Manner) -> bool:
    """Whether a letter with the same claims need not be written again: it has left, or waits in a person's own words or for a person."""
    waits = row.attempts == 0 and row.state in (LetterState.HELD, LetterState.PENDING)
    return row.state in _TRIED or (waits and (row.edited or manner is Manner.KEEP))


def _state(case: Case) -> LetterState:
    match case.manner:
        case Manner.LEAVE:
            return LetterState.PENDING
        case Manner.KEEP | Manner.NOTHING:
            return LetterState.SILENCED
        case Manner.CONFIGURED:
            return LetterState.HELD if case.app.holds(case.records, case.mail.received_at) else LetterState.PENDING


def _message_id(case: Case, letter: Letter, earlier: Sequence[LetterRow]) -> str:
    """One for each unit in the mail, and one more each time it was settled anew; never one that a letter to another unit bears."""
    taken = {row.message_id for row in earlier if row.unit_id != letter.unit}
    serial = 100 * sum(1 for row in earlier if row.state in _TRIED and row.kind == letter.kind and row.unit_id == letter.unit)
    sender = case.app.config.answering.sender
    while (name := message_id(case.app.identity, case.mail.number, letter.kind, serial, sender)) in taken:
        serial += 1
    return name


def _due(app: App, mail: MailRow) -> datetime:
    """The quiet time counts from the last arrival: three mails of one clerk in a row get one answer."""
    return mail.received_at + app.quiet


def _same(letter: Letter, row: LetterRow) -> bool:
    return (
        letter.kind == row.kind
        and letter.unit == row.unit_id
        and set(letter.received) == set(row.received)
        and set(letter.missing) == set(row.missing)
    )
