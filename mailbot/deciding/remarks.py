"""What a letter remarks on beside the checklist, in words for the unit: lateness, hints, what is looked at, what could not be opened."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailbot.deciding.intent import promises
from mailbot.deciding.question import Question
from mailbot.deciding.wording import clean, how_late
from mailbot.model import BODY, FileVerdict, LetterKind
from mailbot.rulebook import Rulebook

LISTED = 8  # sentences of one kind in a letter

_WHOSE = "登记在哪个单位名下，需要核对"
# What a reason says to staff only: what they are to do, which extra is missing, the number of somebody's mail.
_STAFF_ONLY = re.compile(r"，?(?:取出的文件)?需人工核对|，?请(?:人工确认|核实)(?:是哪个单位的|单位)?|（(?:未安装|第\d+号)[^）]*）")
_OF_A_PICTURE = re.compile(r"照片“(?P<name>[^”]*)”(?P<rest>.*)")
_ALIKE = 3  # hints of one kind up to here are given one by one
_PIXELS = re.compile(r"（\d+×\d+）")
_NAMED = re.compile(r"“[^”]*”")


def late_sentence(question: Question) -> str:
    """How late this mail's material came, "" where none of it is counted as late."""
    if not question.came_late:
        return ""
    zone = question.rulebook.campaign.timezone
    return f"本次材料收到时已超过截止时间{how_late(question.received_at, question.limit, zone)}，已按实际收到时间登记。"


def hints(kind: LetterKind, question: Question) -> list[str]:
    """Gentle remarks, never a refusal: from the files, about more pieces than asked, about what was announced."""
    if question.unit is None:
        return []
    said = _together([clean(hint, 100) for file in question.files for hint in file.hints])
    if kind in (LetterKind.CONFIRM, LetterKind.MISSING):
        said += _more_than_asked(question)
    if kind is LetterKind.MISSING and promises(question.facts, question.rulebook) is not None:
        said.append("来信说明其余材料另行报送，我们将在收到后一并登记")
    if question.links and kind is LetterKind.CONFIRM:
        said.append("来信中的网盘或超大附件链接未随信收到，如其中还有需要登记的材料，请作为普通附件发送")
    return list(dict.fromkeys(said))[:LISTED]


def _together(said: list[str]) -> list[str]:
    """Forty photos that are small get one sentence, not forty."""
    alike: dict[str, list[str]] = {}
    for hint in said:
        found = _OF_A_PICTURE.fullmatch(hint)
        alike.setdefault(_NAMED.sub("其他照片", _PIXELS.sub("", found["rest"])) if found else hint, []).append(hint)
    out: list[str] = []
    for rest, same in alike.items():
        first = _OF_A_PICTURE.fullmatch(same[0])
        out += same if first is None or len(same) <= _ALIKE else [f"照片“{first['name']}”等{len(same)}张{rest}"]
    return out


def _more_than_asked(question: Question) -> Iterator[str]:
    if question.receipt is None:
        return
    for item in question.receipt.items.values():
        material = question.rulebook.materials[item.material]
        if material.wanted is not None and item.count > material.wanted and any(f.material == material.id for f in question.arrived):
            asked, got = f"{material.wanted}{material.measure}", f"{item.count}{material.measure}"
            yield f"{material.name}要求{asked}，已收到{got}，均已登记；如以其中一{material.measure}为准，请回复说明"


def looked_at(question: Question) -> list[str]:
    """What is being looked at, file by file; with the unit unsure nothing is said about it."""
    if question.unit is None:
        return []
    names = {item.path: "邮件正文" if item.path == BODY else clean(item.name) for item in question.facts.items}
    mended = {file.path for file in question.mendable}
    waiting = [
        f"“{names.get(file.path, '文件')}”：{_for_the_unit(file, question.unit.name, question.rulebook)}"
        for file in question.files
        if file.disposition.needs_person and file.path not in mended
    ]
    return waiting[:LISTED]


def _for_the_unit(file: FileVerdict, unit: str, rulebook: Rulebook) -> str:
    """Why a file is looked at, in the unit's ear: the last reason, without what only concerns staff, and no word about another unit."""
    reason = _STAFF_ONLY.sub("", file.because.rpartition("；")[2])
    if file.unit is None or any(other.name in reason for other in rulebook.units.values() if other.name != unit):
        return _WHOSE
    return clean(reason, 80) or "正在核对"


def unopened(question: Question) -> list[str]:
    """What only the sender can mend, file by file."""
    items = {item.path: item for item in question.facts.items}
    sentences = []
    for file in question.mendable:
        item = items.get(file.path)
        reason = item.problem.sentence if item is not None and item.problem else file.because
        sentences.append(f"“{clean(item.name) if item else '文件'}”：{clean(reason, 60)}")
    if question.forgotten:
        sentences.append("来信提到附件，但邮件里没有找到附件，可能没有添加成功")
    return sentences[:LISTED]
