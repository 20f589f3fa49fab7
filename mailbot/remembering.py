"""What settling one mail changes beyond that mail: events, a letter that came back, the answer to our question, an address seen."""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.answering import Case
from mailbot.deciding.statements import is_reply
from mailbot.model import LetterKind, MailState
from mailbot.storing.rows import LetterRow, NewDecision


def remember(case: Case, touched: Sequence[str] = ()) -> None:
    """Note what the mail says about other things, in the transaction that settles it; `touched` are units whose receipt may be another."""
    app, records, mail, judgement = case.app, case.records, case.mail, case.judgement
    unit = judgement.unit.unit
    # What shows receipts from memory reads here which of them to compute anew.
    detail: dict[str, object] = {"touched": beside} if (beside := [name for name in touched if name != unit]) else {}
    # A rebuild that finds `answered` knows that what the mail was told, if anything, stands in the journal.
    records.event("settled", "mailbot", app.now(), mail.number, unit, None, state=judgement.state.value, answered=True, **detail)
    if judgement.about_letter is not None:
        # A bounce names our Message-ID or, as NetEase's, only the address it could not reach.
        letter = records.letter_by_message_id(judgement.about_letter) or records.letter_to(judgement.about_letter)
        if letter is not None:
            _about(case, letter)
    sender = case.facts.message.from_[0].address if case.facts.message.from_ else ""
    if judgement.about_letter is None and sender and not judgement.automatic and is_reply(case.facts.message.subject):
        # Some programs lose the thread: a reply from the address that we asked last is the answer.
        letter = records.letter_to(sender)
        if letter is not None and letter.kind is LetterKind.ASK_UNIT:
            _about(case, letter)
    if sender and judgement.unit.unit and judgement.unit.new_address and judgement.state is MailState.SETTLED:
        _seen(case, sender, judgement.unit.unit)


def _seen(case: Case, sender: str, unit: str) -> None:
    """An address that plainly wrote for a unit: its mails that name nobody, earlier or later, are read with that. Staff confirm it."""
    app, records, number = case.app, case.records, case.mail.number
    new = not records.learned("address", sender)
    records.learn("address", sender, unit, f"第{number}号邮件", False, app.now())
    for earlier in records.undecided_from(sender, number) if new else ():
        records.reopen(earlier)
        records.event("replayed", "mailbot", app.now(), mail=earlier, by=number)


def _about(case: Case, letter: LetterRow) -> None:
    if case.judgement.bounced:
        case.records.mark_bounced(letter.number)
        case.records.event("letter_bounced", "mailbot", case.app.now(), mail=case.mail.number, letter=letter.number, unit=letter.unit_id)
    elif case.judgement.automatic:
        return  # an absence told, a receipt for reading, a delivery that is late or done: the letter is where it belongs
    elif letter.kind is LetterKind.ASK_UNIT and letter.mail_number is not None and letter.mail_number != case.mail.number:
        _answered(case, letter.mail_number)


def _answered(case: Case, number: int) -> None:
    """The sender told which unit he is: the mail we asked about is judged again with that. A person's word would stand above it."""
    records, unit = case.records, case.judgement.unit.unit
    asked = records.mail(number)
    sender = case.facts.message.from_[0].address if case.facts.message.from_ else ""
    if unit is None or asked is None or asked.unit_id is not None or asked.from_address != sender or records.decisions(number):
        return
    records.decide(NewDecision(f"来信答复（第{case.mail.number}号邮件）", number, None, unit), case.app.now())
    records.reopen(number)
    records.event("question_answered", "mailbot", case.app.now(), mail=number, unit=unit, by=case.mail.number)
