"""Letters that a person asks for: how the unit stands now, told to an address that is known for it; doubt never speaks."""

from __future__ import annotations

from dataclasses import replace

from mailbot.answering import Case, Manner, letter_for
from mailbot.app import STOPPED
from mailbot.concluding import conclude
from mailbot.config import Mode
from mailbot.deciding.answer import chase
from mailbot.desk.doing import WriteTo
from mailbot.desk.stroke import NotSoError, Stroke, follow_up
from mailbot.mailing.letter import Threading, compose, message_id
from mailbot.model import Address, Letter, LetterKind, LetterState, MailState
from mailbot.receipts import unit_receipt
from mailbot.storing.records import Records
from mailbot.storing.rows import LetterRow, MailRow, NewLetter

_ABOUT_STATE = (LetterKind.CONFIRM, LetterKind.MISSING)
_STAFF_SERIAL = 10_000
"""Letters that a person has written are counted apart from those that a mail causes by itself."""


def to_read(records: Records, unit: str) -> tuple[int, ...]:
    """The mail that a letter to the unit answers."""
    mail = newest_mail(records, unit)
    return (mail.number,) if mail else ()


def newest_mail(records: Records, unit: str) -> MailRow | None:
    """The unit's newest settled mail that came by mail."""
    settled = (MailState.SETTLED, MailState.UNSURE)
    own = [row for row in records.mails_of_unit(unit) if row.unit_id == unit and row.state in settled and row.origin != "desk"]
    return own[-1] if own else None


def write_to(stroke: Stroke, act: WriteTo) -> None:
    """A letter about how the unit stands now; doubt never speaks."""
    stroke.unit_name(act.unit)
    letter = _letter_about(stroke, act.unit, act.to)
    if isinstance(letter, str):
        raise NotSoError(letter)
    _queue(stroke, letter, act.unit)
    stroke.say(f"给 {letter.to} 写一封信：{letter.subject}。")


def offer(stroke: Stroke, unit: str) -> None:
    """The follow-up letter to the unit, if there is one to write; it is only written down when the person wants it."""
    letter = _letter_about(stroke, unit, None)
    if isinstance(letter, str):
        return
    if stroke.manner is Manner.KEEP:
        return
    _queue(stroke, letter, unit)


def _letter_about(stroke: Stroke, unit: str, to: str | None) -> Letter | str:
    """The letter, or in Chinese why there is none."""
    receipt, known = unit_receipt(stroke.book, stroke.records, unit), addresses(stroke, unit)
    reasons = {
        "config.yaml 里回信方式是 off，不写信。": stroke.app.config.answering.mode is Mode.OFF,
        "这个单位还有材料待核，核完再写信，以免说错。": receipt.unsure > 0,
        f"{to} 不是这个单位登记过的邮箱。": to is not None and to.lower() not in known,
    }
    if (reason := next((reason for reason, holds in reasons.items() if holds), None)) is not None:
        return reason
    letter = _answer_now(stroke, unit)
    if letter is not None and letter.kind in _ABOUT_STATE:
        return replace(letter, to=(to or letter.to).lower())
    if not receipt.missing:
        return "材料已收齐，没有什么要说的。"
    address = to or (letter.to if letter else next(iter(known), None))
    if address is None:
        return "没有这个单位的邮箱地址，请用电话联系。"
    return chase(stroke.book.units[unit], receipt, stroke.book, address, stroke.now)


def _answer_now(stroke: Stroke, unit: str) -> Letter | None:
    """What the unit's newest mail would be answered if it came now."""
    mail = newest_mail(stroke.records, unit)
    if mail is None or mail.number not in stroke.facts:
        return None
    facts = stroke.facts[mail.number]
    judgement = conclude(stroke.app, stroke.records, mail, facts).judgement
    letter = letter_for(Case(stroke.app, stroke.records, mail, facts, judgement), unit)
    return letter if isinstance(letter, Letter) else None


def addresses(stroke: Stroke, unit: str) -> list[str]:
    """Addresses that are the unit's: of who wrote last, taught by a person, from the roster."""
    learned = [row.key for row in reversed(stroke.records.knowledge("address")) if row.value == unit and row.confirmed]
    wrote = [row.from_address for row in stroke.records.mails_of_unit(unit) if row.unit_id == unit and row.origin != "desk"]
    mail = newest_mail(stroke.records, unit)
    found = [mail.from_address if mail else "", *learned, *reversed(wrote), *stroke.book.units[unit].addresses]
    own = stroke.app.own_addresses
    return [address for address in dict.fromkeys(one.lower() for one in found) if "@" in address and address not in own]


def _queue(stroke: Stroke, letter: Letter, unit: str) -> None:
    records = stroke.records
    mail = newest_mail(records, unit)
    message = stroke.facts[mail.number].message if mail is not None and mail.number in stroke.facts else None
    threading = Threading(message.message_id, message.references) if message else Threading()
    records.supersede(unit, letter.to, None, stroke.now)
    put_letter(stroke, letter, threading, mail.number if mail else None)


def put_letter(stroke: Stroke, letter: Letter, threading: Threading, mail: int | None) -> None:
    """Queue it: the person has seen its words, so it is due now."""
    records, app = stroke.records, stroke.app
    ours = sender(stroke)
    name = message_id(app.identity, mail or 0, letter.kind, _STAFF_SERIAL + records.newest_letter() + 1, ours.address)
    new = NewLetter(
        kind=letter.kind,
        to_address=letter.to,
        subject=letter.subject,
        text=letter.text,
        message=compose(letter, threading, ours, name, stroke.now),
        message_id=name,
        due_at=stroke.now,
        mail_number=mail,
        unit_id=letter.unit,
        received=letter.received,
        missing=letter.missing,
        late=letter.late,
    )
    number = records.queue(new, stroke.now)
    row = records.letter(number)
    assert row is not None
    stroke.letters.append(follow_up(row))
    _warn_of_twins(stroke, row)
    stroke.note("letter_written", letter=number, unit=letter.unit, mail=mail, undo={"letters": [[number, LetterState.SILENCED.value, 0]]})
    warn_of_caps(stroke, letter.to, letter.unit)
    warn_if_stopped(stroke)


def sender(stroke: Stroke) -> Address:
    """We ourselves."""
    answering = stroke.app.config.answering
    return Address(answering.sender_name, answering.sender)


def _warn_of_twins(stroke: Stroke, row: LetterRow) -> None:
    left = (LetterState.SENT, LetterState.UNCERTAIN)
    for other in stroke.records.letters_of_unit(row.unit_id) if row.unit_id else ():
        same = (other.kind, set(other.received), set(other.missing)) == (row.kind, set(row.received), set(row.missing))
        if other.number != row.number and other.state in left and same and other.to_address == row.to_address:
            stroke.warnings.append(f"内容相同的信已经给 {row.to_address} 发过（第{other.number}封）。")
            break


def warn_of_caps(stroke: Stroke, address: str, unit: str | None) -> None:
    """Say when the letter would be one too many today."""
    caps, counts = stroke.app.config.answering, stroke.records.sent_counts(stroke.now, address, unit)
    if counts.address_day >= caps.per_address_day or counts.unit_day >= caps.per_unit_day:
        stroke.warnings.append("今天给这个地址或单位的信已到上限，这一封不会发出；请明天再发，或用电话联系。")


def warn_if_stopped(stroke: Stroke) -> None:
    """Say when nothing leaves at present."""
    if stroke.records.setting(STOPPED) is not None:
        stroke.warnings.append("现在发信处于停止状态，恢复发信以后才会发出。")
