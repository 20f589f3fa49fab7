"""The one document that no sign decides, in a mail whose other documents are plain: what is left over is what it must be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from mailbot.deciding.album import pictures_inside
from mailbot.deciding.case import Case
from mailbot.deciding.documents import NO_SIGN
from mailbot.deciding.intent import own_words, promised, promises
from mailbot.deciding.lexicon import any_of, lexicon_of, plain
from mailbot.deciding.plain import squeeze
from mailbot.deciding.weighing import Weighed, weigh
from mailbot.model import BODY, Disposition, Evidence, FileVerdict, Intent, Item

_COUNTED = frozenset({Disposition.FILED, Disposition.REPLACED, Disposition.DUPLICATE})
_NUMBER = re.compile(r"^(?:附件|附)?\s*(\d{1,2})(?!\d)")
_STORY_LENGTH = 150  # Chinese characters
_LITTLE = 2.0  # a word of a title that says little: 纪实
_SOME_LENGTH = 100  # Chinese characters: a few lines are no report and no case


def by_elimination(files: Sequence[FileVerdict], case: Case) -> FileVerdict | None:
    """The new verdict over the one undecided document of a mail; None if there is none, several, or more than one thing it may be.

    总结.docx, photos and 一位司机的大学梦.docx under “总结、照片、案例见附件”: the third is the case. Besides what is left over, the
    letter must name the material, the document lean to it, its number be the material's in the notice (附件3.docx), or all else be there.
    """
    undecided = [file for file in files if file.path != BODY and file.disposition is Disposition.UNSURE and file.because.endswith(NO_SIGN)]
    if len(undecided) != 1 or undecided[0].unit is None:
        return None
    verdict = undecided[0]
    documents = lexicon_of(case.rulebook).documents
    beside = {material for file in files if file.disposition in _COUNTED and file.unit == verdict.unit for material in file.materials}
    beside |= _filed_before(undecided[0].unit, case)
    to_come = promised(case.facts, case.rulebook)
    left = [material for material in documents if material not in beside | to_come]
    if len(left) != 1 or len(documents) < 2 or (not to_come and promises(case.facts, case.rulebook) is not None):
        return None
    item = next(item for item in case.facts.items if item.path == verdict.path)
    weighed = weigh(item, case.facts, case.rulebook, case.memory)
    if weighed.contents.size < _SOME_LENGTH or not (_fits(weighed, left[0], case) or _completes(weighed, left[0], beside, case)):
        return None
    return _filed(verdict, weighed, left[0], item)


def _filed_before(unit: str, case: Case) -> set[str]:
    """What the unit has sent already; a mail that corrects may bring any of it again."""
    if case.intent is Intent.CORRECT:
        return set()
    return {filed.material for filings in case.memory.filed.values() for filed in filings if filed.unit == unit and filed.current}


def _fits(weighed: Weighed, material: str, case: Case) -> bool:
    number = _NUMBER.match(plain(weighed.item.name))
    numbered = number is not None and int(number.group(1)) == list(case.rulebook.materials).index(material) + 1
    return numbered or _leans(weighed, material) or _named_in_letter(material, case)


def _completes(weighed: Weighed, material: str, beside: set[str], case: Case) -> bool:
    """A text of some length that leans to nothing much, where all else has come: 云端上的村晚学习课.docx beside summary and photos."""
    leaning = max((weighed.text_says[one] for one in weighed.lexicon.documents if one != material), default=0)
    return beside >= set(case.rulebook.materials) - {material} and weighed.contents.size >= _STORY_LENGTH and leaning <= _LITTLE


def _named_in_letter(material: str, case: Case) -> bool:
    rules = case.rulebook.materials[material]
    return any_of(squeeze(word) for word in (rules.name, *rules.strong)).search(own_words(case.facts)) is not None


def _leans(weighed: Weighed, material: str) -> bool:
    """Whether every sign that the document has for a document material is for this one."""
    documents = weighed.lexicon.documents
    leaning = {one for one in documents if weighed.text_says[one] + weighed.name_says.get(one, 0) > 0}
    return leaning == {material}


def _filed(verdict: FileVerdict, weighed: Weighed, material: str, item: Item) -> FileVerdict:
    pictures, count = pictures_inside(weighed, (material,))
    title = weighed.title_of((material,))
    return replace(
        verdict,
        disposition=Disposition.FILED,
        materials=(material, *pictures),
        count=count or 1,
        because=f"同一封邮件里其余文件都已认定，只有“{item.name}”可能是{title}",
        evidence=(*verdict.evidence, Evidence("其余文件", "都已认定", material, 2)),
    )
