"""A last look at documents that were left out, where the letter says that a material is enclosed and none was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailbot.deciding.case import Case
from mailbot.deciding.filename import read_name
from mailbot.deciding.intent import has_enclosures, own_words, promised, says_nothing_to_send
from mailbot.deciding.lexicon import any_of, lexicon_of
from mailbot.deciding.plain import squeeze
from mailbot.model import BODY, Disposition, FileVerdict, Item

_COUNTED = frozenset({Disposition.FILED, Disposition.REPLACED, Disposition.DUPLICATE})
_SOME_LENGTH = 200  # characters: a list of enclosures is shorter


def not_overlooked(verdicts: Sequence[FileVerdict], case: Case) -> tuple[FileVerdict, ...]:
    """The verdicts; a document of some length that its contents alone left out waits for a person while what the letter names is not found.

    总结、照片、案例见附件 over a story that reads like news: before a unit is told that its case is missing, somebody looks at the story.
    """
    missed = _announced(case) - _found(verdicts, case)
    if not missed:
        return tuple(verdicts)
    names = "、".join(case.rulebook.materials[material].name for material in sorted(missed))
    because = f"来信说附有{names}，却没有找到，需人工核对"
    return tuple(
        replace(verdict, disposition=Disposition.UNSURE, because=f"{verdict.because}；{because}")
        if verdict.disposition is Disposition.IGNORED and item.path not in case.told.files and _could_be_one(item, case)
        else verdict
        for verdict, item in zip(verdicts, case.facts.items, strict=True)
    )


def _announced(case: Case) -> set[str]:
    """The document materials that the sender's words name, without what he has not or sends later."""
    if case.automatic is not None or case.unit.unit is None or not has_enclosures(case.facts):
        return set()
    if says_nothing_to_send(case.facts, case.rulebook) is not None:
        return set()
    words = own_words(case.facts)
    documents = (case.rulebook.materials[material] for material in lexicon_of(case.rulebook).documents)
    named = {one.id for one in documents if any_of(squeeze(word) for word in (one.name, *one.strong)).search(words)}
    return named - promised(case.facts, case.rulebook)


def _found(verdicts: Sequence[FileVerdict], case: Case) -> set[str]:
    """What this mail brings or may bring, and what the unit has sent before."""
    here = {material for verdict in verdicts if verdict.disposition in _COUNTED for material in verdict.materials}
    before = {one.material for filings in case.memory.filed.values() for one in filings if one.unit == case.unit.unit and one.current}
    waiting = any(verdict.disposition.needs_person for verdict in verdicts)
    return set(case.rulebook.materials) if waiting else here | before


def _could_be_one(item: Item, case: Case) -> bool:
    """Whether it is a text of some length whose name does not say that it is something else (签到表, 新闻稿, 报送函)."""
    if item.path == BODY or not item.kind.is_document or item.reading is None or len(item.reading.text) < _SOME_LENGTH:
        return False
    name = read_name(item.name, lexicon_of(case.rulebook))
    return not name.other and not name.form
