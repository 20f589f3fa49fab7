"""What is decided about one mail that has been read, and how that is written down: shared by the road and by the desk.

Files are put before the commit that mentions them and deleted only after the commit that forgets them; every key and every Message-ID is
a function of the mail's number. So concluding a mail twice ends where concluding it once did.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.answering import Case, answer_mail
from mailbot.app import App
from mailbot.deciding.judge import judge
from mailbot.filing import Plan, keys_of, plan
from mailbot.model import BODY, Facts, Judgement
from mailbot.remembering import remember
from mailbot.storing.records import Records
from mailbot.storing.rows import DecisionRow, JudgedMail, MailRow
from mailbot.told import told_by


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The verdict over a mail and what will be written down; `stand` is what it was drawn from."""

    judgement: Judgement
    plan: Plan
    decisions: tuple[DecisionRow, ...]
    newest_event: int

    def still_stands(self, records: Records, number: int) -> bool:
        """Whether nothing has happened since that judging could have seen: a person's word, or another mail that was settled."""
        return records.newest_event() == self.newest_event and records.decisions(number) == self.decisions


def conclude(app: App, records: Records, mail: MailRow, facts: Facts) -> Conclusion:
    """Judge the mail as the ledger stands in this transaction; changes nothing."""
    decisions = records.decisions(mail.number)
    judgement = judge(facts, app.rulebook, records.memory(before=mail.number), mail.received_at, told_by(decisions))
    return Conclusion(judgement, plan(mail, facts, judgement, app.rulebook, records), decisions, records.newest_event())


def write_down(case: Case, wanted: Plan) -> frozenset[str]:
    """Items, filings, events and letters in the open transaction; returns the keys that nothing mentions any more."""
    app, records, row, facts = case.app, case.records, case.mail, case.facts
    before = frozenset(key for item in records.items(row.number) for key in keys_of(item, app.rulebook))
    touched = records.units_of_mails((row.number,)) if row.settled_at else set()
    twin = records.twin_of(row.number, facts.message.message_id, _sender(facts), _enclosed(facts))
    records.settle(row.number, _judged(facts, case.judgement, twin), wanted.items, app.now())
    remember(case, sorted(touched.union(case.judgement.units)))
    if (letters := app.answered.get(row.number)) is not None:
        records.put_letters(letters)
    elif twin is None:
        answer_mail(case)
    return before - frozenset(wanted.puts)


def _judged(facts: Facts, judgement: Judgement, twin: int | None) -> JudgedMail:
    message = facts.message
    sender = message.from_[0] if message.from_ else None
    because = judgement.because
    if twin is not None:
        because = (f"与第{twin}号邮件是同一封信（另一条路径送达），不重复回信", *because)
    return JudgedMail(
        state=judgement.state,
        unit_id=judgement.unit.unit,
        units=judgement.units,
        candidates=judgement.unit.candidates,
        because=because,
        doubts=judgement.doubts,
        links=facts.links,
        evidence=judgement.unit.evidence,
        needs_person=judgement.needs_person,
        automatic=judgement.automatic,
        intent=judgement.intent,
        alias_of=twin,
        parts=len(facts.items),
        message_id=message.message_id,
        from_address=sender.address if sender else "",
        from_name=sender.name if sender else "",
        subject=message.subject,
    )


def _sender(facts: Facts) -> str:
    return facts.message.from_[0].address if facts.message.from_ else ""


def _enclosed(facts: Facts) -> tuple[str, ...]:
    return tuple(sorted(item.sha256 for item in facts.items if item.path != BODY))
