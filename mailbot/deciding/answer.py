"""What a unit is told after a mail: one cumulative letter, or silence; doubt never speaks of anything missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mailbot.deciding import remarks
from mailbot.deciding.intent import promises
from mailbot.deciding.lexicon import any_of, plain
from mailbot.deciding.question import Question
from mailbot.deciding.wording import Line, checklist, clean, day, enclosed, how_late, last_moment, link_line, moment, registered, render
from mailbot.model import Disposition, Intent, Letter, LetterKind, Receipt, Silence, UnitState, megabytes
from mailbot.rulebook import Addressed, Rulebook, Unit

_MATERIAL = frozenset(set(Disposition) - {Disposition.IGNORED})
_RECEIVED = frozenset({Disposition.FILED, Disposition.REPLACED, Disposition.DUPLICATE})
_ABOUT_STATE = (LetterKind.CONFIRM, LetterKind.MISSING)
_PART = 40 * 1024**2
_ABOUT_MAIL = (LetterKind.ACK, LetterKind.ASK_AGAIN)


def answer(question: Question) -> Letter | Silence:
    """The letter to one unit about one mail, or the reason not to write; `received` and `missing` equal what the text says."""
    if question.judgement.automatic:
        return Silence(f"自动邮件，不回信：{question.judgement.automatic}")
    kind = _for_nobody(question) if question.unit is None or question.receipt is None else _for_unit(question)
    return kind if isinstance(kind, Silence) else _write(kind, question)


def chase(unit: Unit, receipt: Receipt, rulebook: Rulebook, to: str, now: datetime) -> Letter:
    """The letter by which staff ask a unit for what is still missing."""
    limit, zone = receipt.until or rulebook.campaign.deadline, rulebook.campaign.timezone
    late = now > limit
    values = _common(rulebook, now) | {
        "单位": unit.name,
        "清单": checklist(receipt, rulebook),
        "缺": _names(receipt.missing, rulebook),
        "截止": last_moment(limit, zone),
        "迟": late,
        "逾期": how_late(now, limit, zone) if late else "",
    }
    subject, text = render(rulebook.letters[LetterKind.CHASE], values)
    received = tuple(item.material for item in receipt.items.values() if item.received)
    return Letter(LetterKind.CHASE, to, subject, text, unit.id, received, receipt.missing, late)


def _for_nobody(question: Question) -> LetterKind | Silence:
    """The unit is unsure: ask, if there is material that looks like ours; never a word about any unit's state.

    Whoever sent more than the mailbox takes is told in any case: nobody else can know that the rest did not arrive.
    """
    if question.facts.whole:
        return LetterKind.ASK_AGAIN
    judgement = question.judgement
    found = {file.disposition for file in question.files} & _MATERIAL
    if judgement.units:
        return LetterKind.ACK
    if not found and not question.links:
        return Silence("没有材料，也认不出是哪个单位，请工作人员看")
    # Material of the right kind is enough to ask: three photos and no word come from a clerk in a hurry more often than from a stranger.
    looks_ours = any(file.materials for file in question.files)
    if looks_ours or found & _RECEIVED or judgement.unit.candidates or _speaks_of_us(question):
        return LetterKind.ASK_UNIT
    return Silence("认不出是哪个单位，也看不出与本次收集有关，请工作人员看")


def _speaks_of_us(question: Question) -> bool:
    message = question.facts.message
    return bool(any_of(question.rulebook.campaign.activity).search(plain(f"{message.subject}\n{message.own}")))


def _for_unit(question: Question) -> LetterKind | Silence:
    """What only the unit can mend first (a mail too large, locked or linked files), then doubt, then what the receipt says."""
    judgement, receipt = question.judgement, question.receipt
    if question.facts.whole:
        return LetterKind.ASK_AGAIN
    material = [file for file in question.files if file.disposition in _MATERIAL]
    if not material and not question.links and judgement.intent in (Intent.THANKS, Intent.NOTHING) and not judgement.doubts:
        return Silence("来信没有材料，只是道谢或告知，不必回信")
    complete = receipt is not None and receipt.state is UnitState.COMPLETE
    if question.mendable or (question.links and not complete) or question.forgotten:
        return LetterKind.ASK_AGAIN
    if question.barely_known or _doubtful(question, complete):
        return LetterKind.ACK
    if complete:
        return LetterKind.CONFIRM
    asked = question.unit is not None and question.unit.addressed is Addressed.YES
    return LetterKind.MISSING if asked else LetterKind.ACK


def _doubtful(question: Question, complete: bool) -> bool:
    judgement, receipt = question.judgement, question.receipt
    if judgement.intent in (Intent.QUESTION, Intent.WITHDRAW) or question.facts.doubts or _standing_doubts(question):
        return True
    if any(file.disposition.needs_person for file in question.files):
        return True
    if any_of(question.rulebook.words.nothing_to_send).search(plain(question.facts.message.own)) and not complete:
        return True
    return not complete and (judgement.needs_person or receipt is None or receipt.unsure > 0 or receipt.state is UnitState.UNSURE)


def _standing_doubts(question: Question) -> list[str]:
    """What forbids to speak of anything missing. That the rest was announced is none: the checklist is worded gently instead."""
    announced = promises(question.facts, question.rulebook)
    return [doubt for doubt in question.judgement.doubts if announced is None or f"“{announced}”" not in doubt]


def _write(kind: LetterKind, question: Question) -> Letter:
    """Fill the template of the kind; only confirm and missing claim the unit's state."""
    receipt = question.receipt
    received: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    if kind in _ABOUT_STATE and receipt is not None:
        received = tuple(item.material for item in receipt.items.values() if item.received)
        missing = receipt.missing
    elif kind in _ABOUT_MAIL and question.unit is not None:
        filed = {material for file in question.files if file.disposition in _RECEIVED for material in file.materials}
        received = tuple(material for material in question.rulebook.materials if material in filed)
    late = question.came_late or (bool(missing) and _written_at(question) > question.limit)
    values = _values(kind, question) | {"缺": _names(missing, question.rulebook)} | _lateness(kind, question, late)
    subject, text = render(question.rulebook.letters[kind], values)
    unit = question.unit.id if question.unit else None
    return Letter(kind, question.to, subject, text, unit, received, missing, late)


def _written_at(question: Question) -> datetime:
    return max(question.received_at, question.now)


def _lateness(kind: LetterKind, question: Question, late: bool) -> dict[str, object]:
    """The deadline, whether it is over and for how long, and how late this mail's material came."""
    zone, now = question.rulebook.campaign.timezone, _written_at(question)
    over = now > question.limit
    return {
        "截止": last_moment(question.limit, zone),
        "迟": late or (kind is LetterKind.ASK_AGAIN and over),
        "逾期": how_late(now, question.limit, zone) if over else "",
        "迟说明": "" if question.barely_known else remarks.late_sentence(question),
    }


def _values(kind: LetterKind, question: Question) -> dict[str, object]:
    rulebook, judgement = question.rulebook, question.judgement
    items = {item.path: item for item in question.facts.items}
    unread = [file.path for file in question.mendable] if kind is LetterKind.ASK_AGAIN else []
    files = [file for file in question.files if file.path not in unread]
    if question.facts.whole:  # who must send again has to know what not; a file that waits for a person is no such
        files = [file for file in files if not file.disposition.needs_person]
    candidates = [rulebook.units[unit].name for unit in judgement.unit.candidates if unit in rulebook.units]
    values: dict[str, object] = {
        "单位": question.unit.name if question.unit else "",
        "编号": f"第{question.number}号",
        "来信主题": clean(question.facts.message.subject),
        "收到时间": moment(question.received_at, rulebook.campaign.timezone),
        "本次": enclosed(files, items, rulebook, named_only=kind is LetterKind.ASK_UNIT),
        "清单": _checklist(kind, question),
        "提示": remarks.hints(kind, question),
        "待核": remarks.looked_at(question) if kind in _ABOUT_MAIL else [],
        "链接": [link_line(link) for link in question.links][: remarks.LISTED],
        "读不出": remarks.unopened(question) if kind is LetterKind.ASK_AGAIN else [],
        "候选": candidates[: remarks.LISTED] if kind is LetterKind.ASK_UNIT else [],
    }
    return _common(rulebook, question.now) | values | _oversize(question)


def _oversize(question: Question) -> dict[str, object]:
    """How large the mail is, what the mailbox takes at most, and how large a part to send may be; "" for a mail that came whole."""
    kept, whole = question.facts.size, question.facts.whole
    if not whole:
        return {}
    part = min(_PART, kept // 2)  # files grow by a third on their way
    return {"来信大小": megabytes(whole) if whole > kept + 1 else "", "上限": megabytes(kept), "每封": megabytes(part)}


def _checklist(kind: LetterKind, question: Question) -> list[Line]:
    """Every material with its state; while anything is in doubt only what is in the register already, and no word about the rest."""
    if question.receipt is None or question.barely_known:
        return []
    if kind in _ABOUT_STATE:
        return checklist(question.receipt, question.rulebook)
    return registered(question.receipt, question.rulebook) if kind in _ABOUT_MAIL else []


def _common(rulebook: Rulebook, now: datetime) -> dict[str, object]:
    campaign = rulebook.campaign
    empty = ("单位", "编号", "来信主题", "收到时间", "逾期", "迟说明", "来信大小", "上限", "每封")
    lists = ("本次", "清单", "缺", "提示", "待核", "链接", "读不出", "候选")
    return dict.fromkeys(empty, "") | {name: [] for name in lists} | {
        "迟": False, "截止": last_moment(campaign.deadline, campaign.timezone), "办公室": campaign.office, "电话": list(campaign.phones),
        "年份": campaign.year, "活动": campaign.name, "日期": day(now, campaign.timezone),
    }  # fmt: skip


def _names(materials: Sequence[str], rulebook: Rulebook) -> list[str]:
    return [rulebook.materials[material].name for material in materials]
