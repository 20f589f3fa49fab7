"""The mail's own text as a document: the summary itself when it is long and written like one, else just a letter."""

from __future__ import annotations

import re
from dataclasses import replace

from mailbot.deciding.documents import document_verdict
from mailbot.deciding.nothing import none_of_them
from mailbot.deciding.weighing import weigh
from mailbot.model import BODY, Disposition, Facts, FileVerdict, Item, Memory
from mailbot.rulebook import Rulebook

_SHORT = 100  # Chinese characters: 总结正文如下（未做成附件） with less than this is an announcement
_LONG = 200
_VERY_LONG = 500


_GREETING = re.compile(r"^[^。]{0,30}(?:[:：]|[您你]好[!！,，。]?|请查收[。!！]?)\s*$")


def _without_greeting(item: Item) -> Item:
    """The text without 老师您好，总结如下： above its title."""
    if item.reading is None:
        return item
    lines = item.reading.text.splitlines()
    while lines and (not lines[0].strip() or _GREETING.match(lines[0].strip())):
        del lines[0]
    head = tuple(line.strip() for line in lines if line.strip())[:12]
    return replace(item, reading=replace(item.reading, text="\n".join(lines), head=head))


def body_verdict(item: Item, facts: Facts, rulebook: Rulebook, memory: Memory) -> FileVerdict:
    """FILED when the text is itself a material, UNSURE when it may be one and nothing is enclosed, else IGNORED as a letter."""
    letter = FileVerdict(BODY, Disposition.IGNORED, "邮件正文，是来信说明")
    item = _without_greeting(item)
    weighed = weigh(item, facts, rulebook, memory)
    contents = weighed.contents
    if contents.size < _SHORT or none_of_them(contents, weighed.name):
        return letter
    titled = any(material in weighed.lexicon.documents for material in contents.naming.strong())
    reports = titled or bool(contents.phrases) or any(len(headings) >= 2 for headings in contents.headings.values())
    enclosed = any(other.path != BODY and other.kind.is_document for other in facts.items)
    if reports and (contents.numbered >= 2 or contents.size >= _LONG):
        verdict = document_verdict(item, facts, rulebook, memory)
        if verdict.disposition is Disposition.FILED and not enclosed:
            return verdict
        if verdict.disposition is Disposition.FILED:
            return _beside_enclosures(verdict, facts, rulebook, memory) or letter
        return letter if enclosed else verdict
    if not enclosed and contents.size >= _VERY_LONG and contents.numbered >= 2:
        return FileVerdict(BODY, Disposition.UNSURE, "正文很长，像是材料本身，需人工核对", evidence=tuple(weighed.evidence))
    return letter


def _beside_enclosures(verdict: FileVerdict, facts: Facts, rulebook: Rulebook, memory: Memory) -> FileVerdict | None:
    """The text counts beside enclosed files only if none of them is the same material already."""
    for other in facts.items:
        if other.path == BODY or not other.kind.is_document or other.reading is None:
            continue
        enclosed = document_verdict(other, facts, rulebook, memory)
        same = not set(verdict.materials).isdisjoint(enclosed.materials)
        if same or enclosed.disposition is Disposition.UNSURE:
            return None
    return verdict
