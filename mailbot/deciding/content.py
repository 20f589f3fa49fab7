"""What the text of a document says: title, set phrases, headings, parts, and the signs of notices, plans, news and covering letters."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from mailbot.deciding.byline import news_signs
from mailbot.deciding.filename import Naming, read_title, unspaced, years_in
from mailbot.deciding.lexicon import STRONG, Lexicon, plain, plain_word
from mailbot.model import Reading
from mailbot.rulebook import Campaign, Rulebook, Words

_OPENING = 300  # characters: title and first paragraph
_READ_CHARACTERS = 10_000
"""How much of a text is judged: a summary has 1,500-4,000 characters; the rest of a long text decides nothing."""

_COUNT = re.compile(r"\d+余?(?:人次|场次|人|场|次|个|名|家|期|册|份|门|项)")
_PERSON = re.compile(r"(?<![其吉维])[他她](?![们人山乡省市校处])")
_SPEECH = re.compile(r"[说道:,][:,]?[“\"]|[。!?][”\"]")  # “…。”, 说：“…
_QUOTED = re.compile(r"[“\"「『《]([^”\"」』》\n]{3,20})[”\"」』》]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_INSTRUCTION = re.compile(r"\([^()\n]*(?:填写|填报|不少于|不超过|字以内|字左右)[^()\n]*\)")  # (请填写), (不少于300字)
_ATTACHMENT_LINE = re.compile(r"^附件?\s*[\d一二三四五六七八九十]*\s*[::、.]?$")
_ADDRESSED = re.compile(r"^(.*(?:的函|的报告))[^,。;]{2,20}:$")  # a recognised page may run the addressee into the title
_NUMBER_LINE = re.compile(r"(?:[〔\[(【]\s*20\d\d\s*[〕\])】].{0,12}号|^.{2,20}文件$|^.{2,20}\(函\)$|^第?\s*\d+\s*页?$)")
_HEADING = re.compile(
    r"^(?:第[一二三四五六七八九十]{1,2}[部分章节]{1,2}|[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)|【|\d{1,2}[、.](?!\d))\s*"
)
_TOP_HEADING = re.compile(r"^(?:第[一二三四五六七八九十]{1,2}[部分章]{1,2}|[一二三四五六七八九十]{1,3}、)\s*[::]?\s*")
_LONG = re.compile(r"\d|...")  # a heading that may stand inside a longer one
_INLINE_HEADING = re.compile(r"(?:^|[\n。;!?…\s])((?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]\))[^\n。;::、]{2,30})")
_SALUTATION = re.compile(r"^各[^\n]{2,120}:\s*$", re.MULTILINE)
_ATTACHMENT_LIST = re.compile(r"附件?\s*[::]\s*(?:1|一|《)?")
_LETTER_TITLE = re.compile(r"报送.{0,60}(?:函|报告|情况说明)[\W\d]*$|的函[\W\d]*$|^函$")  # 关于报送……的函
_PROSE = re.compile(r"[了着]|如下|以下|一批|涌现|形成|通过|报送|为[^民您了]")  # 在活动中涌现出一批典型案例 introduces, it is no title
_DATE_LINE = re.compile(r"^\D{0,30}?((?:20\d\d|二[〇○零o0][一二三][〇○零o0一二三四五六七八九])\s*年[^\n]{2,12}日)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Contents:
    """All signs of one text. `begun` are materials that a line names as 案例：…; `size` counts Chinese characters, `filled` those
    beside labels and headings."""

    text: str
    size: int
    title: tuple[str, ...]
    naming: Naming
    phrases: dict[str, str]
    headings: dict[str, tuple[str, ...]]
    parts: tuple[str, ...]
    begun: frozenset[str]
    letter: bool
    numbered: int
    notice: bool
    cover: tuple[str, ...]
    plan: tuple[str, ...]
    news: tuple[str, ...]
    template: tuple[str, ...]
    nothing_to_send: tuple[str, ...]
    filled: int
    names_activity: bool
    opens_with_activity: bool
    counts: int
    repeated: str
    persons: int
    signed_years: tuple[int, ...]


def read_contents(reading: Reading, rulebook: Rulebook, lexicon: Lexicon) -> Contents:
    """The signs of a reading; an empty text gives empty signs."""
    text = unspaced(plain(reading.text[:_READ_CHARACTERS]))
    lines = tuple(line for raw in text.splitlines() if (line := raw.strip()))
    head = tuple(unspaced(plain(line)).strip() for line in reading.head) or lines[:12]
    title = title_of(head)
    segments = _segments(lines, text)
    words = rulebook.words
    return Contents(
        text=text,
        size=sum(map(len, _CHINESE.findall(text))),
        title=title,
        naming=_title_naming(title, lexicon),
        phrases=_phrases(text, lexicon),
        headings=_headings(segments, lexicon),
        parts=_parts(lines, lexicon),
        begun=frozenset(filter(None, (_begun_by(line, lexicon) for line in lines))),
        letter=bool(_LETTER_TITLE.search("".join(title))),
        numbered=len({heading for heading in _INLINE_HEADING.findall(text) if _TOP_HEADING.match(heading)}),
        notice=_is_notice(text, rulebook.campaign),
        cover=_covers(text, words),
        plan=_signs(text, words.plan_signs),
        news=news_signs(lines, words.news_signs),
        template=tuple(word for word in words.template_signs if plain_word(word) in text),
        nothing_to_send=_signs(text, words.nothing_to_send),
        filled=_filled(text, segments),
        names_activity=names_own(text, lexicon),
        opens_with_activity=names_own(text[:_OPENING], lexicon),
        counts=len(set(_COUNT.findall(text))),
        repeated=_repeated(text, title, lexicon),
        persons=len(_PERSON.findall(text)) + len(_SPEECH.findall(text)),
        signed_years=_signed_years(text),
    )


def title_of(head: tuple[str, ...]) -> tuple[str, ...]:
    """The title lines: after 附件1, letterhead and document number, before the first line that reads like a sentence or heading."""
    title: list[str] = []
    for line in (_ADDRESSED.sub(r"\1", raw) for raw in head[:8]):
        if _ATTACHMENT_LINE.match(line) or _NUMBER_LINE.search(line):
            continue
        if _is_prose(line) or (title and _HEADING.match(line)):
            break
        title.append(line)
        if len(title) == 4 or _HEADING.match(line):
            break
    return tuple(title)


def _is_prose(line: str) -> bool:
    """Sentences, salutations (省教育厅职成处：) and long lines are no title."""
    return line.endswith((":", "。", ";", ",")) or "。" in line or "\t" in line or len(line) > 60


def _title_naming(title: tuple[str, ...], lexicon: Lexicon) -> Naming:
    """The title read line by line and, where it is broken over two lines, as a whole."""
    if not title:
        return Naming()
    alone = [read_title(line, lexicon) for line in title]
    decided = any(naming.strong() or naming.other_strength >= STRONG for naming in alone)
    whole = alone[0] if decided else read_title("".join(title), lexicon)
    best = Naming(years=tuple(dict.fromkeys(year for line in title for year in years_in(line))) or whole.years)
    for naming in (*alone, whole):
        for material, strength in naming.materials.items():
            best.says(material, strength, naming.words[material])
        best.form = best.form or naming.form
    # A broken title is whole only when joined: 关于报送……工作 // 总结的函. A bare unit line after 通知 must not hide it.
    for naming in (whole, *alone[:2]):
        if not best.strong():
            best.says_other(naming.other_strength, naming.other)
    return best


def _phrases(text: str, lexicon: Lexicon) -> dict[str, str]:
    found = {material: pattern.search(text) for material, pattern in lexicon.phrases.items()}
    return {material: match.group() for material, match in found.items() if match}


def _segments(lines: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Headings and form labels: numbered lines up to their first stop, short lines, table cells, headings inside running text."""
    segments = list(_INLINE_HEADING.findall(text))
    for line in lines:
        if _HEADING.match(line):
            segments.append(re.split(r"[。;]", line, maxsplit=1)[0][:40])
        for cell in re.split(r"[\t|/]", line):
            label = cell.split(":", 1)[0].strip()
            if 2 <= len(label) <= 14 and not re.search(r"[,。]", label):
                segments.append(label)
    return tuple(dict.fromkeys(segments))


def _headings(segments: tuple[str, ...], lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for segment in segments:
        bare = _HEADING.sub("", segment).strip("】 :")
        # A word of two characters (起因, 实施) is a heading only where it is all of it: 实施方案 and 收获颇丰 are none.
        hits = [
            (heading, owner)
            for heading, owner in lexicon.headings.items()
            if (heading in segment if _LONG.search(heading) else heading == bare)
        ]
        if hits:
            heading, owner = max(hits, key=lambda hit: len(hit[0]))
            found.setdefault(owner, {})[heading] = None
    return {owner: tuple(headings) for owner, headings in found.items()}


def _parts(lines: tuple[str, ...], lexicon: Lexicon) -> tuple[str, ...]:
    """Materials that have a part of their own in the document: an own title line, or top headings that name two materials.

    A section 四、典型案例 inside a summary is no case: only where another top heading names a document material too.
    """
    titled: dict[str, None] = {}
    numbered: dict[str, None] = {}
    body_after = 0
    for line in reversed(lines):
        material = _named_by(line, lexicon)
        if material and body_after >= 60:
            (numbered if _TOP_HEADING.match(line) and not line.startswith("第") else titled)[material] = None
            body_after = 0
        else:
            body_after += len(line) if not _ATTACHMENT_LIST.match(line) else 0
    if len(numbered) > 1:
        titled.update(numbered)
    return tuple(material for material in lexicon.documents if material in titled)


def _begun_by(line: str, lexicon: Lexicon) -> str | None:
    """The document material that a short line begins with and then names: 案例：反诈“平安讲堂”. Helps a name that says so too."""
    begins = re.match(r"(?:附:?)?([^:。,]{2,8}?)[一二三1-3]?:(?=.{2,40}$)", line)
    found = lexicon.document_words.fullmatch(begins.group(1)) if begins else None
    meanings = lexicon.meanings.get(found.group(), ()) if found else ()
    return next((meaning.speaks_for for meaning in meanings if meaning.speaks_for in lexicon.documents), None)


def _named_by(line: str, lexicon: Lexicon) -> str | None:
    """The one document material that a short line is the title of; a list of attachments (1.工作总结) is none."""
    if (
        len(line) > 36
        or not lexicon.document_words.search(line.replace("的", ""))
        or line.endswith(("。", ",", ";"))
        or re.match(r"\d+[.、]", line)
        or re.match(r"附件?\s*[::]\s*\d", line)
    ):
        return None
    if (line.endswith(":") and len(line) > 12) or _PROSE.search(line):
        return None
    naming = read_title(re.sub(r"^附件?\s*\d*\s*[::]?", "", _TOP_HEADING.sub("", line)), lexicon)
    strong = [material for material in naming.strong() if material in lexicon.documents]
    if len(strong) != 1 or naming.other_strength:
        return None
    # The word must end the line: 通过典型案例宣讲引导群众 is prose cut short.
    return strong[0] if re.sub(r"[\W\d一二三四五六七八九十]+$", "", line).endswith(naming.words[strong[0]][-2:]) else None


def _is_notice(text: str, campaign: Campaign) -> bool:
    """Our own notice: our mailbox together with its salutation (各市（州）教育局，各高等院校：) or its word 通知 in the head."""
    if not any(plain_word(mailbox) in text for mailbox in campaign.mailboxes):
        return False
    return bool(_SALUTATION.search(text)) or "通知" in text[:120]


def _covers(text: str, words: Words) -> tuple[str, ...]:
    found = [word for word in words.cover_signs if plain_word(word) in text]
    if _ATTACHMENT_LIST.search(text[-400:]):
        found.append("附件：1.…")
    return tuple(found)


def _filled(text: str, segments: tuple[str, ...]) -> int:
    """Chinese characters beside the labels, headings and instructions: a form sent back empty has next to none."""
    text = _INSTRUCTION.sub("", text)
    labels = sum(len(part) for segment in segments for part in _CHINESE.findall(segment))
    return sum(map(len, _CHINESE.findall(text))) - labels


def _signs(text: str, listed: tuple[str, ...]) -> tuple[str, ...]:
    """Distinct signs in the text; a sign of one character (拟) must stand before a verb, not inside 虚拟 or 模拟."""
    found = []
    for word in listed:
        key = plain_word(word)
        alone = rf"(?<![虚模草比]){re.escape(key)}(?![合人定真])"
        if (key in text) if len(key) > 1 else len(re.findall(alone, text)) >= 2:
            found.append(word)
    return tuple(found)


def names_own(text: str, lexicon: Lexicon) -> bool:
    """Whether a text names this activity; a look-alike (职业教育活动周) does not."""
    return bool(lexicon.activity.search(lexicon.other_activity.sub(" ", text)))


def _repeated(text: str, title: tuple[str, ...], lexicon: Lexicon) -> str:
    """The one name in quotation marks that the text turns around: in its title and again, or three times and more often than any other."""
    names = Counter(name for name in _QUOTED.findall(text) if not lexicon.activity.search(name) and not lexicon.pattern.fullmatch(name))
    ranked = names.most_common(2)
    if not ranked:
        return ""
    name, times = str(ranked[0][0]), ranked[0][1]
    rival = ranked[1][1] if len(ranked) > 1 else 0
    often = times + text.count(name) // 2
    if (name in "".join(title) and text.count(name) >= 3) or (often >= 4 and times >= 2 * rival and times >= 3):
        return name
    return ""


def _signed_years(text: str) -> tuple[int, ...]:
    """The years of 落款 dates: date lines of their own among the last 200 characters."""
    return tuple(year for line in _DATE_LINE.findall(text[-200:]) for year in years_in(re.sub(r"\s", "", line)))


def title_strength(contents: Contents, material: str) -> int:
    """6 for a title that decides for the material, 2 for one that hints at it."""
    strength = contents.naming.materials.get(material, 0)
    return 6 if strength >= STRONG else 2 if strength else 0
