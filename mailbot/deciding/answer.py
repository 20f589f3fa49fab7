"""What a unit is told after a mail: one cumulative letter, or silence; doubt never speaks of anything missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailbot.deciding.doubts import nothing_enclosed
from mailbot.deciding.intent import promises
from mailbot.deciding.lexicon import any_of, plain
from mailbot.deciding.links import material_links
from mailbot.deciding.wording import checklist, clean, day, enclosed, how_late, last_moment, link_line, moment, render
from mailbot.model import (
    BODY,
    Disposition,
    Facts,
    Filed,
    FileVerdict,
    Intent,
    Judgement,
    Letter,
    LetterKind,
    Link,
    Problem,
    Receipt,
    Silence,
    UnitState,
)  # fmt: skip
from mailbot.rulebook import Addressed, Rulebook, Unit

_MATERIAL = frozenset(set(Disposition) - {Disposition.IGNORED})
_RECEIVED = frozenset({Disposition.FILED, Disposition.REPLACED, Disposition.DUPLICATE})
_SENDER_CAN_MEND = frozenset({Problem.ENCRYPTED, Problem.CORRUPT, Problem.TRUNCATED, Problem.EMPTY, Problem.SEALED, Problem.FRAGMENT})
_LISTED = 8  # sentences of one kind in a letter


@dataclass(frozen=True, slots=True)
class Question:
    """All that a letter depends on. `unit` and `receipt` are None while the unit is unsure; `arrived` are this mail's filings of the unit.

    `number` is the mail's number (the receipt number), `until` a deadline extended for this unit; times are aware.
    """

    judgement: Judgement
    facts: Facts
    unit: Unit | None
    receipt: Receipt | None
    number: int
    received_at: datetime
    arrived: tuple[Filed, ...]
    rulebook: Rulebook
    now: datetime
    to: str
    until: datetime | None = None

    @property
    def limit(self) -> datetime:
        """The last moment in time for this unit."""
        return self.until or self.rulebook.campaign.deadline

    @property
    def files(self) -> tuple[FileVerdict, ...]:
        """The verdicts that concern this unit: its own, and those that nobody could assign."""
        mine = None if self.unit is None else self.unit.id
        return tuple(file for file in self.judgement.files if mine is None or file.unit in (None, mine))

    @property
    def links(self) -> tuple[Link, ...]:
        """Links to material that did not come with the mail."""
        return material_links(self.facts, self.rulebook)


def answer(question: Question) -> Letter | Silence:
    """The letter to one unit about one mail, or the reason not to write; `received` and `missing` equal what the text says."""
    if question.judgement.automatic:
        return Silence(f"自动邮件，不回信：{question.judgement.automatic}")
    kind = _for_nobody(question) if question.unit is None or question.receipt is None else _for_unit(question)
    return kind if isinstance(kind, Silence) else _write(kind, question)


def chase(unit: Unit, receipt: Receipt, rulebook: Rulebook, to: str, now: datetime) -> Letter:
    """The letter by which staff ask a unit for what is still missing."""
    late = now > rulebook.campaign.deadline
    values = _common(rulebook, now) | {
        "单位": unit.name,
        "清单": checklist(receipt, rulebook),
        "缺": _names(receipt.missing, rulebook),
        "迟": late,
    }
    subject, text = render(rulebook.letters[LetterKind.CHASE], values)
    received = tuple(item.material for item in receipt.items.values() if item.received)
    return Letter(LetterKind.CHASE, to, subject, text, unit.id, received, receipt.missing, late)


def _for_nobody(question: Question) -> LetterKind | Silence:
    """The unit is unsure: ask, if there is material that looks like ours; never a word about any unit's state."""
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
    """Locked or linked files first (only the unit can mend them), then doubt, then what the receipt says."""
    judgement, receipt = question.judgement, question.receipt
    material = [file for file in question.files if file.disposition in _MATERIAL]
    if not material and not question.links and judgement.intent in (Intent.THANKS, Intent.NOTHING) and not judgement.doubts:
        return Silence("来信没有材料，只是道谢或告知，不必回信")
    complete = receipt is not None and receipt.state is UnitState.COMPLETE
    if _mendable(question) or (question.links and not complete) or _forgotten(question):
        return LetterKind.ASK_AGAIN
    if _barely_known(question) or _doubtful(question, complete):
        return LetterKind.ACK
    if complete:
        return LetterKind.CONFIRM
    asked = question.unit is not None and question.unit.addressed is Addressed.YES
    return LetterKind.MISSING if asked else LetterKind.ACK


def _barely_known(question: Question) -> bool:
    """Whether an address never seen names the unit in one place only: it may be anybody's, so it is told nothing about the unit."""
    verdict = question.judgement.unit
    places = {sign.source for sign in verdict.evidence if sign.speaks_for == verdict.unit}
    return verdict.unit is not None and verdict.new_address and len(places) == 1


def _mendable(question: Question) -> list[FileVerdict]:
    items = {item.path: item for item in question.facts.items}
    return [
        file
        for file in question.files
        if file.disposition is Disposition.UNREADABLE
        and ((item := items.get(file.path)) is None or item.problem in (None, *_SENDER_CAN_MEND))
    ]


def _forgotten(question: Question) -> bool:
    """见附件, and nothing attached (vocabulary 11, trap 22); where the reading itself is in doubt, the sender is not to blame."""
    if question.judgement.intent not in (Intent.SUBMIT, Intent.CORRECT, Intent.SUPPLEMENT) or question.facts.doubts:
        return False
    return nothing_enclosed(question.facts, question.rulebook) is not None and not any(file.materials for file in question.files)


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
    """Fill the template of the kind; only confirm and missing speak of the unit's state."""
    speaks = kind in (LetterKind.CONFIRM, LetterKind.MISSING)
    receipt = question.receipt
    received: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    if speaks and receipt is not None:
        received = tuple(item.material for item in receipt.items.values() if item.received)
        missing = receipt.missing
    elif kind in (LetterKind.ACK, LetterKind.ASK_AGAIN) and question.unit is not None:
        filed = {material for file in question.files if file.disposition in _RECEIVED for material in file.materials}
        received = tuple(material for material in question.rulebook.materials if material in filed)
    late = _late(question, missing)
    values = _values(kind, question, missing, late)
    subject, text = render(question.rulebook.letters[kind], values)
    unit = question.unit.id if question.unit else None
    return Letter(kind, question.to, subject, text, unit, received, missing, late)


def _late(question: Question, missing: Sequence[str]) -> bool:
    """Whether the letter speaks of lateness: something of this mail came late, or something is missing after the deadline."""
    receipt = question.receipt
    if receipt is None:
        return False
    came_late = any(receipt.items[filed.material].late for filed in question.arrived if filed.material in receipt.items)
    return came_late or (bool(missing) and max(question.received_at, question.now) > question.limit)


def _values(kind: LetterKind, question: Question, missing: Sequence[str], late: bool) -> dict[str, object]:
    rulebook, judgement = question.rulebook, question.judgement
    items = {item.path: item for item in question.facts.items}
    speaks = kind in (LetterKind.CONFIRM, LetterKind.MISSING) and question.receipt is not None
    unread = [file.path for file in _mendable(question)] if kind is LetterKind.ASK_AGAIN else []
    files = [file for file in question.files if file.path not in unread]
    zone = rulebook.campaign.timezone
    candidates = [rulebook.units[unit].name for unit in judgement.unit.candidates if unit in rulebook.units]
    return _common(rulebook, question.now) | {
        "单位": question.unit.name if question.unit else "",
        "编号": f"第{question.number}号",
        "来信主题": clean(question.facts.message.subject),
        "收到时间": moment(question.received_at, zone),
        "截止": last_moment(question.limit, zone),
        "本次": enclosed(files, items, rulebook, named_only=kind is LetterKind.ASK_UNIT),
        "清单": checklist(question.receipt, rulebook) if speaks and question.receipt else [],
        "缺": _names(missing, rulebook),
        "迟": late or (kind is LetterKind.ASK_AGAIN and question.now > question.limit),
        "迟说明": _late_sentence(question) if speaks else "",
        "提示": _hints(kind, question, speaks),
        "待核": _waiting(question) if kind in (LetterKind.ACK, LetterKind.ASK_AGAIN) else [],
        "链接": [link_line(link) for link in question.links][:_LISTED],
        "读不出": _unread(question) if kind is LetterKind.ASK_AGAIN else [],
        "候选": candidates[:_LISTED] if kind is LetterKind.ASK_UNIT else [],
    }


def _common(rulebook: Rulebook, now: datetime) -> dict[str, object]:
    campaign = rulebook.campaign
    empty = ("单位", "编号", "来信主题", "收到时间", "迟说明")
    lists = ("本次", "清单", "缺", "提示", "待核", "链接", "读不出", "候选")
    return dict.fromkeys(empty, "") | {name: [] for name in lists} | {
        "迟": False, "截止": last_moment(campaign.deadline, campaign.timezone), "办公室": campaign.office, "电话": list(campaign.phones),
        "年份": campaign.year, "活动": campaign.name, "日期": day(now, campaign.timezone),
    }  # fmt: skip


def _names(materials: Sequence[str], rulebook: Rulebook) -> list[str]:
    return [rulebook.materials[material].name for material in materials]


def _late_sentence(question: Question) -> str:
    receipt = question.receipt
    if receipt is None or not any(receipt.items[filed.material].late for filed in question.arrived if filed.material in receipt.items):
        return ""
    zone = question.rulebook.campaign.timezone
    return f"本次材料收到时已超过截止时间{how_late(question.received_at, question.limit, zone)}，已按实际收到时间登记。"


def _hints(kind: LetterKind, question: Question, speaks: bool) -> list[str]:
    """Gentle remarks, never a refusal: from the files, about more pieces than asked, about what was announced."""
    if question.unit is None:
        return []
    hints = [clean(hint, 100) for file in question.files for hint in file.hints]
    if speaks and question.receipt is not None:
        for item in question.receipt.items.values():
            material = question.rulebook.materials[item.material]
            if material.wanted is not None and item.count > material.wanted and any(f.material == material.id for f in question.arrived):
                asked, got = f"{material.wanted}{material.measure}", f"{item.count}{material.measure}"
                hints.append(f"{material.name}要求{asked}，已收到{got}，均已登记；如以其中一{material.measure}为准，请回复说明")
    if kind is LetterKind.MISSING and promises(question.facts, question.rulebook) is not None:
        hints.append("来信说明其余材料另行报送，我们将在收到后一并登记")
    if question.links and kind is LetterKind.CONFIRM:
        hints.append("来信中的网盘或超大附件链接未随信收到，如其中还有需要登记的材料，请作为普通附件发送")
    return list(dict.fromkeys(hints))[:_LISTED]


def _waiting(question: Question) -> list[str]:
    """What is being looked at, file by file; with the unit unsure nothing is said about it."""
    if question.unit is None:
        return []
    names = {item.path: "邮件正文" if item.path == BODY else clean(item.name) for item in question.facts.items}
    waiting = [
        f"“{names.get(file.path, '文件')}”：{clean(file.because, 80)}"
        for file in question.files
        if file.disposition.needs_person and file.path not in {mended.path for mended in _mendable(question)}
    ]
    return waiting[:_LISTED]


def _unread(question: Question) -> list[str]:
    items = {item.path: item for item in question.facts.items}
    sentences = []
    for file in _mendable(question):
        item = items.get(file.path)
        reason = item.problem.sentence if item is not None and item.problem else file.because
        sentences.append(f"“{clean(item.name) if item else '文件'}”：{clean(reason, 60)}")
    if _forgotten(question):
        sentences.append("来信提到附件，但邮件里没有找到附件，可能没有添加成功")
    return sentences[:_LISTED]
