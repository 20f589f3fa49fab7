"""A letter that was taken for spam is said once more in a few plain words; if these are refused too, a person takes over.

NetEase judges by the text (mail-facts 1.7, DT:SPM), and other words were enough where this was tried: so the text changes once, the
letter stays the same one, with its number, its Message-ID and its claims.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.parser import BytesHeaderParser

from mailbot.app import App
from mailbot.deciding.wording import day, last_moment, render
from mailbot.mailing.letter import Threading, compose
from mailbot.model import Address, Letter, LetterKind
from mailbot.receipts import waiving
from mailbot.rulebook import BRIEF
from mailbot.storing.records import Records
from mailbot.storing.rows import LetterRow

_KINDS = {
    LetterKind.CONFIRM: "收齐",
    LetterKind.MISSING: "缺件",
    LetterKind.ASK_UNIT: "询问单位",
    LetterKind.ASK_AGAIN: "请重发",
    LetterKind.ACK: "核对",
    LetterKind.CHASE: "催报",
}


@dataclass(frozen=True, slots=True)
class Reworded:
    """The new words of a letter: subject, text, and the bytes to send."""

    subject: str
    text: str
    message: bytes


def reworded(app: App, records: Records, letter: LetterRow) -> Reworded | None:
    """The letter in a few words; None when these are its words already, or when nothing but its claims is known (a rebuilt ledger)."""
    if not letter.message:
        return None
    subject, text = _in_brief(app, records, letter)
    if text == letter.text:
        return None
    sender = Address(app.config.answering.sender_name, app.config.answering.sender)
    said = Letter(letter.kind, letter.to_address, subject, text)
    return Reworded(subject, text, compose(said, _thread(letter.message), sender, letter.message_id, app.now()))


def _in_brief(app: App, records: Records, letter: LetterRow) -> tuple[str, str]:
    """Subject and text, a function of the letter alone: so the letter itself tells whether it was put in brief before."""
    book = app.rulebook
    campaign, unit = book.campaign, book.units.get(letter.unit_id or "")
    until = waiving(book, records.waivers(unit.id))[1] if unit else None
    values = {
        "单位": unit.name if unit else "",
        "编号": f"第{letter.mail_number}号" if letter.mail_number else "",
        "种类": _KINDS[letter.kind],
        "缺": [book.materials[material].name for material in letter.missing if material in book.materials],
        "截止": last_moment(until or campaign.deadline, campaign.timezone),
        "迟": letter.late,
        "办公室": campaign.office,
        "电话": list(campaign.phones),
        "年份": campaign.year,
        "活动": campaign.name,
        "日期": day(letter.created_at, campaign.timezone),
    }
    return render(book.letters[BRIEF], values)


def _thread(message: bytes) -> Threading:
    """The ids that the first words were threaded by."""
    headers = BytesHeaderParser().parsebytes(message)
    answered = str(headers.get("In-Reply-To", "")).strip()
    known = tuple(one for one in str(headers.get("References", "")).split() if one != answered)
    return Threading(answered, known)
