"""Finds the names of the roster in a text: longest name first, contiguous, each mention with what it can stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.deciding.once import once_per_rulebook
from mailbot.deciding.plain import is_latin
from mailbot.deciding.roster import Named, Sort, table
from mailbot.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a squeezed text, from `start` to `end`."""

    start: int
    end: int
    named: Named


# A body below the city: what follows the county's name and makes it a sender of its own.
_COUNTY_BODY = re.compile(
    r"(?:教育|教体|教科|文教)[^\W\d_a-z]{0,4}局|教师进修学校|社区(?:教育|大学|学院)|老年大学|电大|广播电视大学|开放大学|"
    r"职业教育中心|职教中心|职业(?:技术|中等)?学校|成人(?:教育|学校)|社教中心|教育中心"
)
# What follows a unit's name and makes the whole another body (附属医院, 附中), its people or its press.
_OTHER_BODY = re.compile(
    r"附属|附中|附小|实验(?:学校|中学|小学)|第[一二三四五六七八九]+[医临]|[^\W\d_a-z与和赴在到联]{0,4}医院|出版社|校友|"
    r"教授|专家|学者|博士|研究员|生(?![命物态])"
)
# A part of the unit that stands in another place and reports to whom it will: for a person.
_BRANCH = re.compile(r"[^\W\d_a-z的与和及在到赴]{0,8}(?:分校|分部|电大|函授站|教学点|学习中心|工作站)")
_SMALL_WORDS = "是在从由为我自把的致及和与"


class Names:
    """The names of one rulebook, ready to be found; made once per rulebook by `names_of`."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.table = table(rulebook)
        self.mention_only = frozenset(unit for lookalike in rulebook.lookalikes if lookalike.kind == "mention" for unit in lookalike.units)
        lengths: dict[str, set[int]] = {}
        for name in self.table:
            lengths.setdefault(name[:2], set()).add(len(name))
        self._lengths = {head: tuple(sorted(sizes, reverse=True)) for head, sizes in lengths.items()}
        self._heads = re.compile("|".join(map(re.escape, sorted(lengths))) or "$^")

    def find(self, text: str) -> Iterator[Mention]:
        """All mentions in a text that went through `plain.squeeze`, left to right, longest first, without overlap."""
        at = 0
        while match := self._heads.search(text, at):
            found = self._longest(text, match.start())
            if found is None:
                at = match.start() + 1
                continue
            yield found
            at = found.end

    def _longest(self, text: str, at: int) -> Mention | None:
        for length in self._lengths[text[at : at + 2]]:
            named = self.table.get(text[at : at + length])
            if named is not None and (mention := _read(text, at, named)) is not None:
                return mention
        return None


def _goes_on(edge: str, beside: str) -> bool:
    """Whether a Latin name is only a piece of a longer word or of an address (jlu.edu.cn); digits may follow (JLU2022)."""
    return edge.isascii() and ((beside.isascii() and beside.isalpha()) or beside in ("@", "."))


@once_per_rulebook
def names_of(rulebook: Rulebook) -> Names:
    """The finder of a rulebook's names."""
    return Names(rulebook)


def _read(text: str, at: int, named: Named) -> Mention | None:
    """The mention that starts here, read with its neighbours; None where the letters only happen to stand together."""
    end = at + len(named.text)
    before, after = text[max(0, at - 1) : at], text[end : end + 1]
    if _goes_on(named.text[0], before) or _goes_on(named.text[-1], after):
        return None
    longer = _OTHER_BODY.match(text, end) if named.sort is Sort.NAME else _COUNTY_BODY.match(text, end)
    branch = _BRANCH.match(text, end) if named.sort is Sort.NAME else None
    if branch is not None:
        return Mention(at, branch.end(), Named(text[at : branch.end()], Sort.OUTSIDER, named.units))
    if longer is not None and named.sort is Sort.NAME:
        return Mention(at, longer.end(), Named(text[at : longer.end()], Sort.SILENT, ()))
    if longer is not None and named.sort in (Sort.COUNTY_PLACE, Sort.COUNTY_STEM):
        return Mention(at, longer.end(), Named(text[at : longer.end()], Sort.COUNTY, named.units))
    # A short form is one only as a field of its own: 长大-总结, not 沈阳工程学院 or 孩子长大了.
    inside = named.sort is Sort.WEAK and before.isalpha() and not is_latin(before) and before not in _SMALL_WORDS
    school = named.sort is Sort.PLACE and longer is not None and not longer.group().startswith("教育局")
    if inside or school or named.sort is Sort.COUNTY_STEM:
        return None
    return Mention(at, end, named)
