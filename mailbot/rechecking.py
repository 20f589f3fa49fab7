"""A waiting notice of missing items is taken back when its unit is in doubt (doubt never speaks), or when the deadline is over."""

from __future__ import annotations

from mailbot.app import App
from mailbot.model import LetterKind, LetterState
from mailbot.receipts import overtaken, unit_receipt
from mailbot.storing.records import Records
from mailbot.storing.rows import LetterRow

WITHDRAWN = "有材料正在核对，缺件通知不发"
OVERDUE = "写信以后截止时间已过，信里的说法不再准确"
CHANGED = "情况已变，缺件通知不再准确"


def recheck(app: App) -> int:
    """Withdraw waiting notices that must not leave as they are, and open their mails again; returns how many.

    Settled anew, such a mail is answered 已收到，正在核对, that the deadline is over, or how the unit stands now, so that its clerk is not
    left without a word.
    """
    withdrawn = 0
    with app.database.transaction() as records:
        for state in (LetterState.PENDING, LetterState.HELD):
            for letter in records.letters(state=state):
                if letter.kind is not LetterKind.MISSING or letter.attempts or letter.mail_number is None:
                    continue
                if (reason := _outdated(app, records, letter)) is not None:
                    records.finish(letter.number, LetterState.SUPERSEDED, reason, app.now())
                    records.reopen(letter.mail_number)
                    records.event("letter_withdrawn", "mailbot", app.now(), mail=letter.mail_number, letter=letter.number)
                    withdrawn += 1
    return withdrawn


def _outdated(app: App, records: Records, letter: LetterRow) -> str | None:
    """Why a notice must not leave in these words any more: its unit is in doubt or stands otherwise, or the deadline is over."""
    if letter.unit_id is None:
        return None
    receipt = unit_receipt(app.rulebook, records, letter.unit_id)
    if receipt.unsure:
        return WITHDRAWN
    if set(receipt.missing) != set(letter.missing) and not letter.edited:
        return CHANGED  # a colleague's mail from another address, or a person, has changed what is missing
    return OVERDUE if overtaken(app.rulebook, receipt, letter, app.now()) and not letter.edited else None
