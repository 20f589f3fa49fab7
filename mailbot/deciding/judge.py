"""Judges one mail: whose it is, what each file becomes, and whether a person must look. The one place where doubt is decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from mailbot.deciding.bounce import Returned, returned
from mailbot.deciding.case import Case, open_case, own_mailboxes
from mailbot.deciding.collecting import DECISIVE
from mailbot.deciding.doubts import doubts, nothing_enclosed, unread
from mailbot.deciding.files import COUNTED, judge_files
from mailbot.deciding.intent import asks_beside, has_enclosures, says_nothing_to_send, speaks_of_before
from mailbot.deciding.links import material_links
from mailbot.deciding.signs import Place
from mailbot.deciding.statements import is_reply
from mailbot.model import BODY, CUT_SHORT, Facts, FileKind, FileVerdict, Intent, Judgement, MailState, Memory, Told
from mailbot.rulebook import Addressed, Rulebook

_SUBMITS = frozenset({Intent.SUBMIT, Intent.CORRECT, Intent.SUPPLEMENT})
_NOTHING_TOLD = Told()
NOTHING_FOUND = "来信说到材料，但没有找到可以登记的文件"
_SHORT_ANSWER = 80
"""Letters of own text up to which 我们是某某学院 is all that a reply says."""

_SHOWN = 60
"""Letters of a malformed From that staff are shown."""

_WORTH_READING = 8
"""Letters of own text from which a known unit's mail that asks, sends and promises nothing is read by a person."""


def judge(facts: Facts, rulebook: Rulebook, memory: Memory, received_at: datetime, told: Told = _NOTHING_TOLD) -> Judgement:
    """The whole verdict over one mail.

    `received_at` is the arrival (aware); `told` is what staff decided about this mail and stands above every rule.
    Pure: the same arguments give the same judgement. Nothing that a mail can hold makes it raise.
    """
    case = open_case(facts, rulebook, memory, received_at, told)
    files = judge_files(case)
    person, state = tuple(dict.fromkeys(_for_a_person(case, files))), _state(case, files)
    if state is MailState.UNSURE and not person:
        person = (case.unit.because,)
    back = returned(facts, own_mailboxes(rulebook))
    return Judgement(
        state=state,
        unit=case.unit,
        intent=_intent(case, files),
        files=files,
        because=tuple(dict.fromkeys((case.unit.because, *person))),
        doubts=(*_doubts(case, files), *(reason for reason in person if reason == NOTHING_FOUND)),
        automatic=case.automatic.because if case.automatic else None,
        needs_person=bool(person),
        about_letter=_about_letter(facts, memory, back),
        bounced=back is not None,
        seen_to=told.done,
    )


def _intent(case: Case, files: Sequence[FileVerdict]) -> Intent:
    """A text that is itself the material submits, whatever its last sentence asks."""
    counted = any(file.disposition in COUNTED for file in files)
    if counted and case.intent not in (*_SUBMITS, Intent.WITHDRAW):
        return Intent.SUBMIT
    return case.intent


def _state(case: Case, files: Sequence[FileVerdict]) -> MailState:
    if _intent(case, files) is Intent.WITHDRAW and case.told == _NOTHING_TOLD:
        return MailState.UNSURE  # whatever program wrote it: what is to become of the material, a person decides
    waiting = any(file.disposition.needs_person for file in files)
    counted = any(file.disposition in COUNTED for file in files)
    if case.automatic is not None and not waiting and not counted:
        return MailState.AUTOMATIC
    if waiting:
        return MailState.UNSURE
    nobody = case.unit.unit is None and not counted and case.told.unit is None and not case.told.done
    return MailState.UNSURE if nobody and not case.unrelated and _intent(case, files) in (*_SUBMITS, Intent.QUESTION) else MailState.SETTLED


def _doubts(case: Case, files: Sequence[FileVerdict]) -> tuple[str, ...]:
    """What a person has seen to is in doubt no more; a file that waits still is."""
    return unread(files) if case.told.done else doubts(case.facts, files, case.rulebook)


def _for_a_person(case: Case, files: Sequence[FileVerdict]) -> Iterator[str]:
    """Every reason why staff must look at this mail, in Chinese; none means that the bot is done with it."""
    waiting = [file for file in files if file.disposition.needs_person]
    if waiting:
        yield f"有{len(waiting)}份文件需要人工核对" if len(waiting) > 1 else f"“{waiting[0].path}”需要人工核对：{waiting[0].because}"
    counted = any(file.disposition in COUNTED for file in files)
    intent = _intent(case, files)
    if case.told.done:
        return
    if intent is Intent.WITHDRAW:
        yield "来信要求撤回材料，由工作人员决定"
    if case.automatic is not None and case.automatic.weak and _encloses(case):
        yield f"{case.automatic.because}，但随信有附件；没有回信，请看是不是人写的"
    if case.automatic is not None and not (counted or waiting) and not (case.automatic.weak and not case.automatic.speechless):
        # What a machine enclosed may not get lost unseen either; a bounce that was cut short lost nothing of ours.
        yield from (doubt for doubt in case.facts.doubts if not (case.automatic.empty and doubt == CUT_SHORT))
        return
    yield from case.facts.doubts
    if case.told.unit == "" or case.unrelated:
        return
    yield from _said(case, intent, counted=counted, waiting=bool(waiting))


def _encloses(case: Case) -> bool:
    """Whether a file came that is more than how a mail looks, or the words of a mail inside."""
    leaves = [item for item in case.facts.items if item.path != BODY and not (item.inside and item.kind in (FileKind.TXT, FileKind.HTML))]
    return any(not item.inline if item.picture is None else not item.picture.kind.adorns for item in leaves)


def _said(case: Case, intent: Intent, *, counted: bool, waiting: bool) -> Iterator[str]:
    """Reasons in what the sender says."""
    facts, rulebook = case.facts, case.rulebook
    if (shown := _no_mailbox(facts)) is not None:
        yield f"发件人写成“{shown}”，不是规范的邮箱地址，不能据此回信"
    if intent is Intent.QUESTION:
        yield "来信有问题要答复"
    elif (asked := asks_beside(facts, rulebook)) is not None:
        yield f"来信除了报送材料，还有问题要答复（“{asked}”）"
    if _is_chased(case) and (words := says_nothing_to_send(facts, rulebook)) is not None:
        yield f"来信说“{words}”，由工作人员决定是否不再催报"
    if material_links(facts, rulebook):
        yield "材料放在链接里，需要人工下载"
    if (sentence := nothing_enclosed(facts, rulebook)) is not None:
        yield sentence
    elif intent in _SUBMITS and not (counted or waiting or has_enclosures(facts) or material_links(facts, rulebook)) and not _came(case):
        yield NOTHING_FOUND
    silent = counted or case.unit.unit is None or len(facts.message.own.strip()) < _WORTH_READING
    if intent is Intent.NOTHING and not silent and not _only_says_who(case):
        yield "来信内容需要人工阅读"


def _came(case: Case) -> bool:
    """案例和照片昨天已经发过了，请再查一下: and so it is, nothing of the unit is missing; our letter tells it."""
    filed = {one.material for filings in case.memory.filed.values() for one in filings if one.unit == case.unit.unit and one.current}
    return filed >= set(case.rulebook.materials) and speaks_of_before(case.facts)


def _no_mailbox(facts: Facts) -> str | None:
    """What stands in From where that names no mailbox: an answer would go to a guess."""
    written = [value.strip() for value in facts.message.headers.get("from", ()) if value.strip()]
    return written[0][:_SHOWN] if written and not facts.message.from_ else None


def _is_chased(case: Case) -> bool:
    """Whether anything would be asked of the unit; to one that the notice does not address 没有案例 changes nothing."""
    unit = case.unit.unit
    return unit is None or case.rulebook.units[unit].addressed is Addressed.YES


def _only_says_who(case: Case) -> bool:
    """A short reply that tells which unit it is from and nothing else: the answer to our question."""
    message = case.facts.message
    told = any(sign.place is Place.STATED and sign.strength >= DECISIVE and sign.units == (case.unit.unit,) for sign in case.signs.mail)
    return told and is_reply(message.subject) and len(message.own.strip()) <= _SHORT_ANSWER


def _about_letter(facts: Facts, memory: Memory, back: Returned | None) -> str | None:
    """Our letter that this mail answers or reports lost (or, from systems that name only a recipient, that address)."""
    ids = back.ids if back else (facts.message.in_reply_to, *reversed(facts.message.references))
    known = next((letter for one in ids if (letter := _known(one, memory)) is not None), None)
    return known or (back and back.recipient) or None


def _known(message_id: str, memory: Memory) -> str | None:
    """The Message-ID as the ledger writes it: some programs lose the brackets."""
    bare = message_id.strip().strip("<>")
    return next((form for form in (message_id, f"<{bare}>", bare) if bare and form in memory.letters), None)
