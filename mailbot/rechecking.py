"""A notice of missing items that waits is taken back as soon as its unit is in doubt: doubt never speaks."""

from __future__ import annotations

from mailbot.app import App
from mailbot.model import LetterKind, LetterState
from mailbot.receipts import unit_receipt

WITHDRAWN = "有材料正在核对，缺件通知不发"


def recheck(app: App) -> int:
    """Withdraw waiting notices of units that another mail has put in doubt since, and open their mails again; returns how many.

    Settled anew, such a mail is answered 已收到，正在核对 instead, so that its clerk is not left without a word.
    """
    withdrawn = 0
    with app.database.transaction() as records:
        for state in (LetterState.PENDING, LetterState.HELD):
            for letter in records.letters(state=state):
                if letter.kind is not LetterKind.MISSING or letter.attempts or letter.unit_id is None or letter.mail_number is None:
                    continue
                if unit_receipt(app.rulebook, records, letter.unit_id).unsure:
                    records.finish(letter.number, LetterState.SUPERSEDED, WITHDRAWN, app.now())
                    records.reopen(letter.mail_number)
                    records.event("letter_withdrawn", "mailbot", app.now(), mail=letter.mail_number, letter=letter.number)
                    withdrawn += 1
    return withdrawn
