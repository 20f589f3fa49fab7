"""The mail's own text as a document: the summary itself when it is long and written like one, else just a letter."""

from __future__ import annotations

import re
from dataclasses import replace

from mailbot.deciding.documents import NO_SIGN, document_verdict
from mailbot.deciding.filename import read_title
from mailbot.deciding.lexicon import Lexicon, lexicon_of
from mailbot.deciding.nothing import none_of_them
from mailbot.deciding.weighing import Weighed, weigh
from mailbot.model import BODY, Disposition, Facts, FileVerdict, Item, Memory
from mailbot.rulebook import Rulebook

_SHORT = 100  # Chinese characters: 总结正文如下（未做成附件） with less than this is an announcement
_LONG = 200
_VERY_LONG = 500
_TITLE_LENGTH = 60
_REPORTS = 4.0  # headings or writing that are a material's throughout

_GREETING = re.compile(r"^[^。]{0,30}(?:[:：]|[您你]好[!！,，。]?|请查收[。!！]?)\s*$")
# 某校活动周工作总结直接写在邮件里：, 总结见下：, 现将我院工作总结报告如下：
_ANNOUNCEMENT = re.compile(
    r"^(?P<what>[^。]{2,60}?)(?:我?(?:就|已|现|直接)*(?:写|贴|粘贴|放|附|发)?在?(?:这封|本|此)?(?:邮件|正文|下面|下方|信)(?:里|中|内|上|面)?|(?:报告|汇报|介绍)?(?:如下|附后|见下))\s*[:：]\s*$"
)
_ENCLOSING = re.compile(r"报送|上报|附件|清单|目录|名单")


def _without_greeting(item: Item, lexicon: Lexicon) -> Item:
    """The text without 老师您好，总结如下： above its title; where there is no title below, what was announced so is the title."""
    if item.reading is None:
        return item
    lines = item.reading.text.splitlines()
    announced = ""
    while lines and (not (line := lines[0].strip()) or _GREETING.match(line) or _ANNOUNCEMENT.match(line)):
        announced = _announced(line, lexicon) or announced
        del lines[0]
    if announced and lines and not _names_one(lines[0].strip()[:_TITLE_LENGTH], lexicon):
        lines.insert(0, announced)
    head = tuple(line.strip() for line in lines if line.strip())[:12]
    return replace(item, reading=replace(item.reading, text="\n".join(lines), head=head))


def _announced(line: str, lexicon: Lexicon) -> str:
    found = _ANNOUNCEMENT.match(line)
    if found is None or _ENCLOSING.search(line):
        return ""
    return found["what"] if _names_one(found["what"], lexicon) else ""


def _names_one(line: str, lexicon: Lexicon) -> bool:
    return len([material for material in read_title(line, lexicon).strong() if material in lexicon.documents]) == 1


def body_verdict(item: Item, facts: Facts, rulebook: Rulebook, memory: Memory) -> FileVerdict:
    """FILED when the text is itself a material, UNSURE when it may be one that is not enclosed, else IGNORED as a letter."""
    item = _without_greeting(item, lexicon_of(rulebook))
    weighed = weigh(item, facts, rulebook, memory)
    contents = weighed.contents
    letter = FileVerdict(BODY, Disposition.IGNORED, "邮件正文，是来信说明")
    if contents.size < _SHORT or none_of_them(contents, weighed.name):
        return letter
    enclosed = any(other.path != BODY and other.kind.is_document for other in facts.items)
    if _reports(weighed) and (contents.numbered >= 2 or contents.size >= _LONG):
        verdict = document_verdict(item, facts, rulebook, memory)
        if not enclosed:
            return verdict
        if verdict.disposition is Disposition.FILED:
            return _beside_enclosures(verdict, facts, rulebook, memory) or letter
        if verdict.disposition is Disposition.UNSURE and (titled := _titled_missing(weighed, memory)) is not None:
            return titled
    return _perhaps(weighed, enclosed, memory) or letter


def _reports(weighed: Weighed) -> bool:
    contents = weighed.contents
    titled = any(material in weighed.lexicon.documents for material in contents.naming.strong())
    written = max(weighed.text_says.values(), default=0) >= _REPORTS
    return titled or written or bool(contents.phrases) or any(len(headings) >= 2 for headings in contents.headings.values())


def _titled_missing(weighed: Weighed, memory: Memory) -> FileVerdict | None:
    """A text titled as a material that is not enclosed: it is that where all else it leans to is enclosed, else a person's question."""
    documents, facts, rulebook = weighed.lexicon.documents, weighed.facts, weighed.rulebook
    titled = [material for material in weighed.contents.naming.strong() if material in documents]
    if len(titled) != 1 or _enclosed_already(titled[0], facts, rulebook, memory):
        return None
    rivals = [material for material in documents if material not in titled and weighed.text_says[material]]
    title, evidence = weighed.title_of((titled[0],)), tuple(weighed.evidence)
    if all(_enclosed_already(material, facts, rulebook, memory) for material in rivals):
        because = f"正文的标题写明是{title}，附件里没有{title}"
        return FileVerdict(BODY, Disposition.FILED, because, materials=(titled[0],), count=1, evidence=evidence)
    return FileVerdict(BODY, Disposition.UNSURE, f"正文的标题像{title}，附件里没有{title}，需人工核对", evidence=evidence)


def _perhaps(weighed: Weighed, enclosed: bool, memory: Memory) -> FileVerdict | None:
    """A long text that leans to a material which is not enclosed: to call it a letter would be to tell the unit that this is missing."""
    contents, evidence = weighed.contents, tuple(weighed.evidence)
    leaning = [material for material in weighed.lexicon.documents if weighed.text_says[material]]
    missing = len(leaning) == 1 and not _enclosed_already(leaning[0], weighed.facts, weighed.rulebook, memory)
    if enclosed and missing and contents.size >= _LONG:
        title = weighed.title_of((leaning[0],))
        return FileVerdict(BODY, Disposition.UNSURE, f"正文很长，像是{title}，附件里没有{title}，需人工核对", evidence=evidence)
    if not enclosed and contents.size >= _VERY_LONG and contents.numbered >= 2:
        return FileVerdict(BODY, Disposition.UNSURE, "正文很长，像是材料本身，需人工核对", evidence=evidence)
    return None


def _enclosed_already(material: str, facts: Facts, rulebook: Rulebook, memory: Memory) -> bool:
    documents = (other for other in facts.items if other.path != BODY and other.kind.is_document and other.reading is not None)
    verdicts = (document_verdict(other, facts, rulebook, memory) for other in documents)
    return any(material in verdict.materials or verdict.disposition is Disposition.UNSURE for verdict in verdicts)


def _beside_enclosures(verdict: FileVerdict, facts: Facts, rulebook: Rulebook, memory: Memory) -> FileVerdict | None:
    """The text counts beside enclosed files only if none of them is the same material already."""
    for other in facts.items:
        if other.path == BODY or not other.kind.is_document or other.reading is None:
            continue
        enclosed = document_verdict(other, facts, rulebook, memory)
        if enclosed.because.endswith(NO_SIGN):
            continue  # whatever it is, it shows nothing of what the text plainly is
        same = not set(verdict.materials).isdisjoint(enclosed.materials)
        if same or enclosed.disposition is Disposition.UNSURE:
            return None
    return verdict
