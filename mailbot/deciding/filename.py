"""What a file name or a title says: the last noun of each part decides, and lists (总结和案例) name several materials."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from mailbot.deciding.lexicon import STRONG, WEAK, Lexicon, Meaning, plain
from mailbot.rulebook import FORM, OTHER

_EXTENSION = re.compile(r"\.(?:[a-z0-9]{1,5}|tar\.gz)\s*$")
_DIGITS = r"[\d一二三四五六七八九十]"
_NUMBERING = re.compile(
    rf"^\s*(?:附件|附)?\s*{_DIGITS}{{0,3}}\s*(?:[、.:)_\-]|(?=\())\s*|^\s*\({_DIGITS}{{1,3}}\)\s*|^附件\s*{_DIGITS}*\s*[-_:、.]*"
)
_BRACKETS = re.compile(r"[(\[【〔《<「『]([^()\[\]【】〔〕《》<>「」『』]*)[)\]】〕》>」』]")
_PARTS = re.compile(r"[\s\-_—–~·:：|.。!?\"“”'‘’/\\]+")
_LISTED = re.compile(r"(?<=[总小结例片])加(?=[总工典案照])|和|以及|及|与|、|\+|暨|&|,|;|附(?![件属近中小高图])")
_TAIL = re.compile(rf"(?:[\d.]+|副本|copy|修改版?|最终版?|终稿|定稿|第{_DIGITS}+稿|盖章版?|扫描件?|电子版|word版?|pdf版?|公文版|新|版)+$")
_SUFFIXES = frozenset({"表", "单", "稿", "链接", "截图", "等", "类", "书", "草案"})  # 活动安排表, 美篇链接: still at the end
_SPACED = re.compile(r"(?<![一-鿿])(?:[一-鿿][ \u3000]+){2,}[一-鿿](?![一-鿿])")
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")
_CHINESE_YEAR = re.compile(r"二[〇○零oО0][一二三][〇○零o0一二三四五六七八九]")
_CHINESE_DIGITS = str.maketrans("〇○零oО一二三四五六七八九", "00000123456789")


@dataclass(slots=True)
class Naming:
    """What a name says: materials with strength (3 decides, 1 needs help), the word for a document that is none, years."""

    materials: dict[str, int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)  # material -> the word that spoke
    other: str = ""
    other_strength: int = 0
    form: str = ""
    years: tuple[int, ...] = ()

    def strong(self) -> tuple[str, ...]:
        """The materials that the name decides for."""
        return tuple(material for material, strength in self.materials.items() if strength >= STRONG)

    def says(self, material: str, strength: int, word: str) -> None:
        """Keep the strongest sign for a material."""
        if strength > self.materials.get(material, 0):
            self.materials[material] = strength
            self.words[material] = word

    def says_other(self, strength: int, word: str) -> None:
        """Keep the strongest sign that it is none of the materials."""
        if strength > self.other_strength:
            self.other, self.other_strength = word, strength


def stem_of(name: str) -> str:
    """A file name without extension and numbering, in plain spelling."""
    stem = _EXTENSION.sub("", plain(name).strip())
    shorter = _NUMBERING.sub("", stem, count=1)
    return (shorter or stem).strip()


def same_stem(name: str) -> str:
    """What two renditions of one text share: 总结.docx and 总结（盖章）.pdf -> 总结."""
    stem = re.sub(r"[\s_\-—()\[\]【】]", "", _EXTENSION.sub("", plain(name).strip()))
    return re.sub(r"(?:已?盖章|扫描件?|扫描版|签字|签章|电子版|word版?|pdf版?|红头|正式|公文版|版)+", "", stem)


def read_name(name: str, lexicon: Lexicon) -> Naming:
    """What a file name says (vocabulary 2 and 11); the extension is left out."""
    stem = stem_of(name)
    naming = read_title(stem, lexicon)
    for word in re.findall(r"[a-z]+", stem):
        if word in lexicon.foreign:
            naming.says(lexicon.foreign[word], STRONG, word)
    return naming


def read_title(title: str, lexicon: Lexicon) -> Naming:
    """What a title says; brackets add materials (总结（附典型案例）) but never take one away."""
    text = unspaced(plain(title))
    naming = Naming(years=years_in(text))
    bracketed = _BRACKETS.findall(text)
    main = _BRACKETS.sub(" ", text)
    for part in _PARTS.split(main):
        _read_listed(part, lexicon, naming)
    for part in bracketed:
        inner = Naming()
        _read_listed(re.sub(r"^(?:附|含|内含|包括)", "", part), lexicon, inner)
        for material, strength in inner.materials.items():
            # 照片（含文字说明） and 总结（含照片） tell what else is inside; they are no second title.
            softened = WEAK if part.startswith(("含", "内含", "包括")) else strength
            naming.says(material, softened, inner.words[material])
        if not naming.materials:
            naming.says_other(inner.other_strength, inner.other)
            naming.form = naming.form or inner.form
    return naming


def unspaced(text: str) -> str:
    """Spread letters closed up (工 作 总 结); a blank between two phrases stays."""
    return _SPACED.sub(lambda found: re.sub(r"[ \u3000]", "", found.group()), text)


def _read_listed(part: str, lexicon: Lexicon, naming: Naming) -> None:
    for listed in _LISTED.split(part):
        if listed:
            _read_part(listed, lexicon, naming)


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    word: str
    meanings: tuple[Meaning, ...]

    def material(self) -> Meaning | None:
        return next((meaning for meaning in self.meanings if meaning.speaks_for not in (OTHER, FORM)), None)

    def means(self, speaks_for: str) -> bool:
        return any(meaning.speaks_for == speaks_for for meaning in self.meanings)


def _read_part(part: str, lexicon: Lexicon, naming: Naming) -> None:
    """One part without list words: its last noun decides (案例征集通知 is a notice, 方案总结 a summary)."""
    text = part.replace("的", "")
    hits = [
        _Hit(found.start(), found.end(), found.group(), lexicon.meanings[found.group()])
        for found in lexicon.pattern.finditer(text)
        if len(found.group()) > 1 or found.end() == len(_TAIL.sub("", text))
    ]
    if not hits:
        return
    for hit in hits:
        if hit.means(FORM):
            naming.form = hit.word
    last = hits[-1]
    if last.material() is None:
        _read_other(part, text, hits, naming)
    else:
        _read_materials(text, hits, lexicon, naming)


def _read_other(part: str, text: str, hits: Sequence[_Hit], naming: Naming) -> None:
    """A part whose last known word is no material: decisive at its end, a mere mention elsewhere."""
    last = hits[-1]
    rest = _TAIL.sub("", text)[last.end :]
    at_end = not rest or rest in _SUFFIXES
    earlier = [meaning for hit in hits[:-1] if (meaning := hit.material())]
    for hit in hits[:-1]:
        meaning = hit.material()
        if meaning:
            # 总结的函, 总结的报告: the letter may be the summary itself, so both are only hints.
            naming.says(meaning.speaks_for, meaning.strength if not at_end else WEAK, hit.word)
    letter = at_end and bool(earlier) and part.endswith(f"的{last.word}")
    naming.says_other(WEAK if letter or not at_end else STRONG, last.word)


def _read_materials(text: str, hits: Sequence[_Hit], lexicon: Lexicon, naming: Naming) -> None:
    """A part that ends in a material: the trailing run of words that touch each other is a list (总结照片案例).

    A weak word at the end (案例推荐材料: 材料 alone would hint at a summary) leaves the decision to the strong one before it.
    """
    if not _is_strong(hits[-1]) and any(_is_strong(hit) for hit in hits):
        hits = hits[: max(at for at, hit in enumerate(hits) if _is_strong(hit)) + 1]
    run = [hits[-1]]
    for before, after in pairwise(reversed(hits)):
        if after.material() is None or before.start != after.end:
            break
        run.insert(0, after)
    chosen = _run_meanings(run, lexicon)
    strong_before = {meaning.speaks_for for hit in hits if (meaning := hit.material()) and meaning.strength >= STRONG}
    for hit, meaning in chosen:
        strength = meaning.strength
        # 案例推荐表, 典型案例…推荐材料: a weak word of the same material keeps the strong one before it.
        if meaning.speaks_for in strong_before:
            strength = STRONG
        if lexicon.against[meaning.speaks_for].search(text):
            strength = min(strength, WEAK)
        naming.says(meaning.speaks_for, strength, hit.word)
        if strength < STRONG and any(other.means(OTHER) or other.means(FORM) for other in hits):
            naming.says_other(WEAK, next(other.word for other in hits if other.means(OTHER) or other.means(FORM)))


def _is_strong(hit: _Hit) -> bool:
    meaning = hit.material()
    return meaning is not None and meaning.strength >= STRONG


def _run_meanings(run: Sequence[_Hit], lexicon: Lexicon) -> list[tuple[_Hit, Meaning]]:
    """案例照片 -> photos (a picture of it); 案例总结 with a weak 总结 -> case; 总结案例 and 总结照片案例 -> all of them."""
    pairs = [(hit, meaning) for hit in run if (meaning := hit.material())]
    if len(pairs) < 2 or len({meaning.speaks_for for _, meaning in pairs}) == 1:
        return pairs[-1:]
    if len(pairs) == 2:
        first, last = pairs[0][1], pairs[1][1]
        if last.speaks_for in lexicon.pictures and first.speaks_for not in lexicon.pictures:
            return pairs[-1:]
        if last.strength < STRONG <= first.strength:
            return pairs[:1]
    return pairs


def years_in(text: str) -> tuple[int, ...]:
    """The years a text names, in Arabic or Chinese digits, in order, each once; 20221227 is a date of one's own and counts not."""
    plainer = _CHINESE_YEAR.sub(lambda found: found.group().replace("二", "2").translate(_CHINESE_DIGITS), text)
    return tuple(dict.fromkeys(int(year) for year in _YEAR.findall(plainer)))
