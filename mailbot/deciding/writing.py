"""How a text is written: the sides a report on the whole campaign shows, and those that the story of one project or person shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailbot.deciding.lexicon import Lexicon

FULL, SOME = 4.0, 2.0
"""What a text that is written like a material throughout counts, and one that leans to it."""

_SIDES, _LEAD = 3, 3
_PERSONS = 4
_COUNTS = 3  # 12场, 3600人次 …: numbers in different words
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """What one text shows besides its words: whether title and opening name the campaign, its numbers, the one name or
    person it turns around."""

    titled: bool
    opens: bool
    counts: int
    repeated: str
    persons: int  # he, she and what they say


@dataclass(frozen=True, slots=True)
class Writing:
    """For which document material the writing speaks, how strongly, and by what, in Chinese."""

    material: str
    value: float
    because: str


def sides(text: str, lexicon: Lexicon) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Material -> side -> the words found; a side counts when enough different ones of its words are there."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for material, listed in lexicon.writing.items():
        for side in listed:
            words = tuple(match.group() for pattern in side.words if (match := pattern.search(text)))
            if len(words) >= side.least:
                found.setdefault(material, {})[side.name] = words
    return found


def writing(shown: Mapping[str, Mapping[str, tuple[str, ...]]], seen: Seen, lexicon: Lexicon) -> Writing | None:
    """The material that the text is written like; None where it shows too little or both.

    Only where the collection asks for one report on the whole and for one single thing: a summary and a case.
    """
    whole = [material for material in lexicon.documents if material in lexicon.whole]
    single = [material for material in lexicon.documents if material not in lexicon.whole]
    if len(whole) != 1 or len(single) != 1:
        return None
    report, story = shown.get(whole[0], {}), shown.get(single[0], {})
    reports = len(report) + (seen.titled + seen.opens + (seen.counts >= _COUNTS) if report else 0)
    of_its_own = bool(seen.repeated) + (seen.persons >= _PERSONS) + (not seen.titled and not seen.opens)
    tells = len(story) + (of_its_own if story else 0)
    if reports >= tells:
        of_campaign = seen.titled or (seen.opens and len(report) > _SIDES)  # 年度工作报告 has all its sides and is about something else
        return _weighed(whole[0], report, reports - tells if of_campaign else min(reports - tells, _LEAD - 1), "写法像总的报告：")
    turned = f"；反复写“{seen.repeated}”" if seen.repeated else ""
    return _weighed(single[0], story, tells - reports, "写法像讲一件事或一个人：", turned)


def _weighed(material: str, found: Mapping[str, tuple[str, ...]], lead: int, kind: str, more: str = "") -> Writing | None:
    if len(found) < _SIDES - 1 or lead < _LEAD - 1:
        return None
    full = len(found) >= _SIDES and lead >= _LEAD
    told = "；".join(f"{side}（{'、'.join(map(_short, words[:_SHOWN]))}）" for side, words in found.items())
    return Writing(material, FULL if full else SOME, f"{kind}{told}{more}")


def _short(word: str) -> str:
    return "".join(word.split())[:10]
