"""What forbids to tell a unit that something is missing: anything unread, linked, promised, or spoken of and not found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mailbot.deciding.intent import has_enclosures, own_words, promises, says_nothing_to_send
from mailbot.deciding.links import material_links
from mailbot.model import Disposition, Facts, FileVerdict
from mailbot.rulebook import Rulebook

_ENCLOSED = re.compile(
    r"见附件|附件(?:为|是|中|里|有|内|请|查收|:)|(?:作为|以|随信|在)附件|附上|请查收附件|现将.{0,30}?(?:发|报|送|呈)(?:上|给|送)|attach"
)
_NOT_ENCLOSED = re.compile(r"(?:没有?|无|未|缺少?|忘了?|忘记)(?:添加|上传|带|收到|看到)?附件|附件(?:已?收到|打不开|要|需|可以|怎)")


def doubts(facts: Facts, files: Sequence[FileVerdict], rulebook: Rulebook) -> tuple[str, ...]:
    """Chinese sentences, each one a reason to write 正在核对 instead of a missing-item notice."""
    return tuple(dict.fromkeys((*facts.doubts, *unread(files), *_linked(facts, rulebook), *_announced(facts, rulebook))))


def nothing_enclosed(facts: Facts, rulebook: Rulebook) -> str | None:
    """The sentence to staff when the text speaks of an attachment and none came."""
    if has_enclosures(facts) or material_links(facts, rulebook):
        return None
    text = own_words(facts)
    if _ENCLOSED.search(text) and not _NOT_ENCLOSED.search(text):
        return "正文提到附件，但邮件里没有附件"
    promised = (facts.message.headers.get("x-has-attach") or ("",))[0].strip().lower()  # Foxmail's word on its own mail
    return "邮件标明带有附件，但没有找到" if promised == "yes" else None


def unread(files: Sequence[FileVerdict]) -> tuple[str, ...]:
    """The files that wait for a person, each as a doubt."""
    verbs = {Disposition.UNREADABLE: "无法读取", Disposition.QUARANTINED: "已隔离"}
    waiting = (file for file in files if file.disposition.needs_person)
    return tuple(f"“{file.path}”{verbs.get(file.disposition, '待核实')}：{file.because}" for file in waiting)


def _linked(facts: Facts, rulebook: Rulebook) -> Iterator[str]:
    for link in material_links(facts, rulebook):
        named = f"“{link.name}”" if link.name else ""
        until = f"（{link.expires}到期）" if link.expires else ""
        yield f"有文件{named}放在{link.provider or '网盘'}链接里{until}，没有随信附上"


def _announced(facts: Facts, rulebook: Rulebook) -> Iterator[str]:
    if (words := promises(facts, rulebook)) is not None:
        yield f"来信说还有材料以后发来（“{words}”）"
    if (words := says_nothing_to_send(facts, rulebook)) is not None:
        yield f"来信说没有某项材料或没有开展活动（“{words}”）"
    if (sentence := nothing_enclosed(facts, rulebook)) is not None:
        yield sentence
