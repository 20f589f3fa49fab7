"""What a person does with letters: lets them go, puts them into other words, takes them back, sends them once more, stops all."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes
from email.message import Message

from mailbot.app import STOPPED
from mailbot.desk.doing import CancelLetters, EditLetter, NoteLetter, ReleaseLetters, ResendLetter, StopSending
from mailbot.desk.stroke import NotSoError, Stroke, follow_up
from mailbot.desk.writing import addresses, put_letter, sender, warn_if_stopped, warn_of_caps
from mailbot.mailing.letter import Threading, compose
from mailbot.model import Letter, LetterKind, LetterState
from mailbot.receipts import overtaken, unit_receipt
from mailbot.storing.records import About, Records
from mailbot.storing.rows import LetterRow

_WAITING = (LetterState.HELD, LetterState.PENDING)
_ABOUT_STATE = (LetterKind.CONFIRM, LetterKind.MISSING, LetterKind.CHASE)
_ENDED = (LetterState.UNCERTAIN, LetterState.REFUSED, LetterState.SILENCED)


def about(records: Records, numbers: Sequence[int]) -> About:
    """The letters and the mails that caused them: settled anew, a mail may have put a waiting letter into other words."""
    rows = [row for number in numbers if (row := records.letter(number)) is not None]
    mails = tuple(dict.fromkeys(row.mail_number for row in rows if row.mail_number is not None))
    return About(mails=mails, letters=tuple(numbers))


def release(stroke: Stroke, act: ReleaseLetters) -> None:
    """Held letters go in the next round."""
    rows = [row for row in _rows(stroke, act.numbers) if row.state is LetterState.HELD]
    if not rows:
        raise NotSoError("这些信已不在等待放行。")
    for row in rows:
        stroke.records.take_letter(row.number, stroke.now, state=LetterState.PENDING)
        _note(stroke, "letter_released", row)
        stroke.letters.append(follow_up(row))
    stroke.say(f"放行 {len(rows)} 封信，运行中的 mailbot 会马上发出。")
    warn_if_stopped(stroke)


def cancel(stroke: Stroke, act: CancelLetters) -> None:
    """Waiting letters never leave."""
    rows = [row for row in _rows(stroke, act.numbers) if row.state in _WAITING]
    if not rows:
        raise NotSoError("这些信已经发出或已经取消。")
    for row in rows:
        stroke.records.take_letter(row.number, stroke.now, state=LetterState.SILENCED, finished_at=stroke.now)
        _note(stroke, "letter_cancelled", row)
    stroke.say(f"取消 {len(rows)} 封信，不再发出。")


def edit(stroke: Stroke, act: EditLetter) -> None:
    """Other words; recipient, thread and Message-ID stay."""
    (row,) = _rows(stroke, (act.number,))
    subject, text = act.subject.strip(), act.text.strip()
    if row.state not in _WAITING or row.attempts:
        raise NotSoError("这封信已经发出，不能再改。")
    if not subject or not text:
        raise NotSoError("主题和正文都不能空着。")
    old = message_from_bytes(row.message)
    letter = Letter(row.kind, row.to_address, subject, text, row.unit_id)
    message = compose(letter, _threading(old), sender(stroke), row.message_id, stroke.now)
    stroke.records.take_letter(row.number, stroke.now, subject=subject, text=text, message=message, edited=True)
    words = [row.number, row.subject, row.text, row.edited, row.message.hex()]
    stroke.note("letter_edited", letter=row.number, unit=row.unit_id, mail=row.mail_number, undo={"words": [words]})
    stroke.say(f"第{row.number}封信改用新的文字。")


def resend(stroke: Stroke, act: ResendLetter) -> None:
    """Once more, if it still holds: the same bytes to the same address, or the same words to another."""
    (row,) = _rows(stroke, (act.number,))
    if row.state not in (*_ENDED, LetterState.SENT) and not row.bounced:
        raise NotSoError("这封信正在等待发出，不用重发。")
    if not row.message:
        raise NotSoError("这封信是重建登记以前发的，没有留下原文，不能重发。")
    if row.kind in _ABOUT_STATE and not _holds(stroke, row):
        raise NotSoError("情况已变，这封信的内容不再准确。请在单位页面用“给这个单位写信”写一封新的。")
    if act.to is not None and act.to.strip().lower() != row.to_address.lower():
        _to_another(stroke, row, act.to.strip().lower())
        return
    if row.state is LetterState.SENT and not row.bounced:
        _once_more(stroke, row)
        return
    stroke.records.take_letter(row.number, stroke.now, state=LetterState.PENDING, bounced=False)
    _note(stroke, "letter_resent", row)
    stroke.letters.append(follow_up(row))
    stroke.say(f"第{row.number}封信再发一次，收件人 {row.to_address}。")
    if row.state is LetterState.UNCERTAIN:
        stroke.warnings.append("上一次可能已经送到，对方也许会收到两封同样的信。")
    warn_of_caps(stroke, row.to_address, row.unit_id)


def note(stroke: Stroke, act: NoteLetter) -> None:
    """A person knows how it ended."""
    (row,) = _rows(stroke, (act.number,))
    stroke.records.take_letter(row.number, stroke.now, noted=True)
    stroke.note("letter_noted", letter=row.number, unit=row.unit_id, mail=row.mail_number, undo={"unnote": [row.number]})
    stroke.say(f"第{row.number}封信的结果已知悉，从待办中移出。")


def stop(stroke: Stroke, act: StopSending) -> None:
    """Nothing leaves any more."""
    because = f"工作人员{stroke.by}停止了发信" + (f"：{act.because.strip()}" if act.because.strip() else "") + "。"
    stroke.records.set_setting(STOPPED, because)
    stroke.note("sending_stopped", because=because, undo={"resume": True})
    stroke.say("停止发送全部回信；收信和登记照常进行。")


def resume(stroke: Stroke) -> None:
    """Letters leave again."""
    because = stroke.records.setting(STOPPED)
    if because is None:
        raise NotSoError("发信没有停止。")
    stroke.records.forget_setting(STOPPED)
    stroke.note("sending_resumed", because=because, undo={"stop": because})
    stroke.say("恢复发信。")


def _once_more(stroke: Stroke, row: LetterRow) -> None:
    """A letter that has left and, as the unit says, did not come: the same words as a letter of its own."""
    letter = Letter(row.kind, row.to_address, row.subject, row.text, row.unit_id, row.received, row.missing, row.late)
    put_letter(stroke, letter, _threading(message_from_bytes(row.message)), row.mail_number)
    stroke.say(f"把第{row.number}封信照原样再发一次，收件人 {row.to_address}。")


def _holds(stroke: Stroke, row: LetterRow) -> bool:
    """Whether what the letter says of its unit is so now: what is missing, and that there is time left for it."""
    if row.unit_id is None or row.unit_id not in stroke.book.units:
        return False
    receipt = unit_receipt(stroke.book, stroke.records, row.unit_id)
    in_time = row.kind is LetterKind.CONFIRM or not overtaken(stroke.book, receipt, row, stroke.now)
    return set(receipt.missing) == set(row.missing) and in_time


def _to_another(stroke: Stroke, row: LetterRow, to: str) -> None:
    if row.unit_id is None or row.unit_id not in stroke.book.units or to not in addresses(stroke, row.unit_id):
        raise NotSoError(f"{to} 不是这个单位登记过的邮箱。请先在单位页面把它记为该单位的邮箱。")
    letter = Letter(row.kind, to, row.subject, row.text, row.unit_id, row.received, row.missing, row.late)
    put_letter(stroke, letter, Threading(), row.mail_number)
    stroke.records.take_letter(row.number, stroke.now, noted=True)
    stroke.say(f"把第{row.number}封信改发给 {to}。")


def _rows(stroke: Stroke, numbers: Sequence[int]) -> list[LetterRow]:
    rows = [stroke.records.letter(number) for number in dict.fromkeys(numbers)]
    if not rows or None in rows:
        raise NotSoError("没有这封信。")
    return [row for row in rows if row is not None]


def _note(stroke: Stroke, what: str, row: LetterRow, **detail: object) -> None:
    before = [[row.number, row.state.value, row.attempts]]
    stroke.note(what, letter=row.number, unit=row.unit_id, mail=row.mail_number, **detail, undo={"letters": before})


def _threading(message: Message) -> Threading:
    return Threading(str(message.get("In-Reply-To", "")).strip(), tuple(str(message.get("References", "")).split()))
