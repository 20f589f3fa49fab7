"""The words of rules/ made searchable: one pattern that finds every word of every material, longest first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from mailbot.deciding.once import once_per_rulebook
from mailbot.rulebook import FORM, OTHER, Campaign, Material, Rulebook, Side, Words

STRONG, WEAK = 3, 1


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one word of the rules speaks for, and how strongly (3 decides, 1 needs another sign)."""

    speaks_for: str
    strength: int


@dataclass(frozen=True, slots=True)
class Sought:
    """One side of how a material is written, its words as patterns."""

    name: str
    words: tuple[re.Pattern[str], ...]
    least: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every rule word as one pattern; `meanings` maps the found (normalised) word to all that it can mean."""

    pattern: re.Pattern[str]
    meanings: dict[str, tuple[Meaning, ...]]
    foreign: dict[str, str]  # whole ASCII words of a file name -> material
    against: dict[str, re.Pattern[str]]  # material -> words that speak against it
    phrases: dict[str, re.Pattern[str]]
    headings: dict[str, str]  # heading word -> the one material that owns it
    writing: dict[str, tuple[Sought, ...]]
    whole: frozenset[str]  # materials that report on the campaign as a whole, not on one event in it
    pictures: tuple[str, ...]
    documents: tuple[str, ...]
    activity: re.Pattern[str]
    document_words: re.Pattern[str]  # strong words of document materials: a quick look before a line is read as a title
    activity_names: tuple[str, ...]
    other_activity: re.Pattern[str]


@lru_cache(maxsize=2048)
def plain_word(word: str) -> str:
    """`plain` for the words of the rules, which are asked for with every document."""
    return plain(word)


def plain(text: str) -> str:
    """One spelling for matching: NFKC (full-width -> ASCII), lower case; 〇 and ○ stay for the years."""
    return unicodedata.normalize("NFKC", text).casefold()


@once_per_rulebook
def lexicon_of(rulebook: Rulebook) -> Lexicon:
    """The lexicon of a rulebook, built once."""
    materials, words, campaign = tuple(rulebook.materials.values()), rulebook.words, rulebook.campaign
    meanings = _meanings(materials, words)
    activity = _activity_words(campaign)
    return Lexicon(
        pattern=any_of(meanings),
        meanings=meanings,
        foreign={plain(word): material.id for material in materials for word in material.foreign},
        against={material.id: any_of(material.against) for material in materials},
        phrases={material.id: _phrases(material.phrases) for material in materials},
        headings=_own_headings(materials),
        writing={material.id: tuple(map(_sought, material.writing)) for material in materials if material.writing},
        whole=frozenset(material.id for material in materials if _reports_on_the_whole(material, activity)),
        pictures=tuple(material.id for material in materials if material.pictures),
        documents=tuple(material.id for material in materials if not material.pictures),
        activity=any_of((*activity, *campaign.themes)),
        document_words=any_of(_key(word) for one in materials if not one.pictures for word in (*one.strong, *one.compounds, one.name)),
        activity_names=campaign.activity,
        other_activity=_other_activity(campaign.other_activities, activity),
    )


def _meanings(materials: tuple[Material, ...], words: Words) -> dict[str, tuple[Meaning, ...]]:
    """Word -> meanings; a compound (案例总结) is a strong word that wins by its length."""
    found: dict[str, list[Meaning]] = {}

    def add(speaks_for: str, strength: int, listed: Iterable[str]) -> None:
        for word in listed:
            key = _key(word)
            known = found.setdefault(key, [])
            if key and all(meaning.speaks_for != speaks_for for meaning in known):
                known.append(Meaning(speaks_for, strength))

    everything = {_key(word) for material in materials for word in material.strong}
    for material in materials:
        add(material.id, STRONG, (*material.strong, *_lengthened(material.compounds, everything), material.name))
        add(material.id, WEAK, material.weak)
    add(FORM, STRONG, words.other_forms)
    add(OTHER, STRONG, words.other_documents)
    found.pop("", None)
    return {word: tuple(known) for word, known in found.items()}


def _lengthened(compounds: Iterable[str], strong: set[str]) -> Iterator[str]:
    """案例登记表 stands for 典型案例登记表 and 优秀案例登记表 too: every strong word that ends like its beginning may take that place."""
    for compound in compounds:
        yield compound
        key = _key(compound)
        for begin in strong:
            if key.startswith(begin):
                yield from (word + key[len(begin) :] for word in strong if word.endswith(begin))


def _key(word: str) -> str:
    """Matching leaves out 的 (工作情况的汇报 = 工作情况汇报) and spaces."""
    return re.sub(r"[的\s]", "", plain(word))


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of the words, longest first; no word at all never matches."""
    return _any_of(tuple(words))


@lru_cache(maxsize=128)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    listed = sorted({plain(word) for word in words if word.strip()}, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, listed)) or r"(?!)")


def _phrases(listed: tuple[str, ...]) -> re.Pattern[str]:
    """Phrases of the text; … stands for up to 60 characters of one sentence (现将…情况总结如下)."""
    made = []
    for phrase in listed:
        pieces = [re.escape(piece) for piece in re.split(r"…+|\.{3,}", plain(phrase)) if piece]
        if pieces:
            made.append(r"[^。!?\n]{0,60}?".join(pieces))
    return re.compile("|".join(made) or r"(?!)")


_NUMBER = r"(?:\d[\d.,]*|[一二两三四五六七八九十百]+)余?"


def _sought(side: Side) -> Sought:
    """… in a word stands for up to 30 characters of one sentence, a capital N that stands alone for a number (N年来)."""
    made = []
    for word in side.words:
        pieces = []
        for piece in re.split(r"…+|\.{3,}", word):
            pieces.append(_NUMBER.join(re.escape(plain(part)) for part in re.split(r"(?<![A-Za-z])N(?![A-Za-z])", piece)))
        made.append(re.compile(r"[^。!?\n]{0,30}?".join(pieces)))
    return Sought(side.name, tuple(made), side.least)


def _own_headings(materials: tuple[Material, ...]) -> dict[str, str]:
    """Headings that belong to one material alone; a shared one (主要做法) tells nothing."""
    owners: dict[str, set[str]] = {}
    for material in materials:
        for heading in material.headings:
            owners.setdefault(plain(heading), set()).add(material.id)
    return {heading: next(iter(ids)) for heading, ids in owners.items() if len(ids) == 1 and heading}


def _activity_words(campaign: Campaign) -> tuple[str, ...]:
    """The activity's names and their common short ending (全民终身学习活动周 -> 活动周)."""
    names = tuple(name for name in campaign.activity if name.strip())
    return (*names, *(name[-3:] for name in names if len(name) >= 6))


def _reports_on_the_whole(material: Material, activity: tuple[str, ...]) -> bool:
    """A 工作总结 or 活动周总结 must be about the campaign; a case tells of one event and may never name it."""
    return not material.pictures and any(word.startswith("工作") or any(name in word for name in activity) for word in material.strong)


def _other_activity(listed: tuple[str, ...], activity: tuple[str, ...]) -> re.Pattern[str]:
    """Look-alike activities; the name of a department (继续教育学院, 社区教育中心) is none."""
    own = {plain(name) for name in activity}
    kept = sorted({plain(name) for name in listed if plain(name) not in own}, key=lambda word: (-len(word), word))
    if not kept:
        return re.compile(r"(?!)")
    return re.compile("(?:" + "|".join(map(re.escape, kept)) + r")(?!学院|中心|学校|大学|基地|处|部|科|办|系|协会)")
