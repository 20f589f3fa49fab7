"""What a document is: its signs decide where they agree; contents beat the name, and real conflict is a person's question."""

from __future__ import annotations

import re
from dataclasses import replace

from mailbot.deciding.album import is_captioned_album, names_photos, pictures_inside
from mailbot.deciding.content import Contents
from mailbot.deciding.filename import same_stem
from mailbot.deciding.lexicon import STRONG
from mailbot.deciding.misfit import misfit
from mailbot.deciding.nothing import Nothing, none_of_them
from mailbot.deciding.sections import sections
from mailbot.deciding.weighing import Weighed, weigh
from mailbot.model import BODY, Disposition, Evidence, Facts, FileKind, FileVerdict, Item, Memory
from mailbot.rulebook import OTHER, Rulebook

_NO_TEXT = 15  # Chinese characters: below this there is nothing to judge by
_PAPERS = 4  # papers of one file that are looked at
_NO_TEXT_RECOGNISED = 40  # the same for a scan: a seal and a page number are no contents
_DECIDES = 5.0  # a title, a set phrase, or three headings of its own
_LEAD = 3.0  # how far the best must be before the next
_WRITTEN_LIKE = 6.0  # headings and writing together, without a title or a set phrase, still leave a plain name its say
_BLANK = re.compile(r"[×✕xX○〇□]{2,}|[×xX](?=[年月日人场次])|此处填写|请[^,。;()\n]{0,6}填写|_{3,}")
_BLANKS = 5
_BETWEEN_BLANKS = 40  # Chinese characters for each blank: a text with a few left in has hundreds
_SOME_SIGN = 3.0  # a table that says less than this is a table
_HEADINGS_ALONE = 4.0  # two headings of its own and none of another's decide a text of some length
_EMPTY_FORM = 12  # Chinese characters beside the labels: fewer is a form sent back empty
ELSEWHERE = "另一项活动"
"""The source of the evidence that a document is of another activity."""

NO_SIGN = "从标题、正文和文件名都看不出是哪一种材料，需人工核对"
"""Why a document with text is undecided; `elimination` may still decide it by the files beside it."""

_LINK = re.compile(r"https?:|www\.")
_STORE = re.compile(r"网盘|云盘|提取码|访问码|超大附件|下载|pan\.")  # behind such a link lie files
_SHEETS = frozenset({FileKind.XLS, FileKind.XLSX})
_SOME_LENGTH = 150  # Chinese characters
_PARAGRAPH = 100  # characters: a line under a photo is shorter

Choice = tuple[tuple[str, ...], str]
"""The document materials something is, with the reason; nothing, with the reason for doubt ("" if there is simply no sign)."""


def document_verdict(item: Item, facts: Facts, rulebook: Rulebook, memory: Memory) -> FileVerdict:
    """The verdict over one readable document: filed with its materials, none of them, or unsure with the reason."""
    weighed = weigh(item, facts, rulebook, memory)
    verdict = _verdict(weighed)
    return _of_scan(weighed, verdict) if weighed.reading.scanned else verdict


def _verdict(weighed: Weighed) -> FileVerdict:
    if weighed.contents.size < (_NO_TEXT_RECOGNISED if weighed.reading.scanned else _NO_TEXT):
        return _without_text(weighed)
    nothing = none_of_them(weighed.contents, weighed.name)
    if nothing and not (nothing.kind == "titled" and is_captioned_album(weighed)):
        return _nothing(weighed, nothing)
    materials, because = _choose(weighed)
    pictures, count = pictures_inside(weighed, materials)
    if not materials and (not pictures or weighed.named):
        return _undecided(weighed, because)
    return _fitting(weighed, (*materials, *pictures), count, because or f"里面是照片，共{count}张")


def _of_scan(weighed: Weighed, verdict: FileVerdict) -> FileVerdict:
    """The verdict over recognised text, said to be one; the file of the same name beside it outweighs characters read wrongly."""
    if verdict.disposition is Disposition.UNSURE and (copy := _stamped_copy(weighed)) is not None:
        return copy
    return replace(verdict, because=f"扫描件（已识别文字）：{verdict.because}")


def _nothing(weighed: Weighed, nothing: Nothing) -> FileVerdict:
    """None of the materials; but the only photos of a mail, inside a news item, are not to be lost."""
    only_photos = nothing.kind == "news" and weighed.photos > 0 and not weighed.photos_elsewhere
    sure = nothing.sure and not only_photos
    weighed.evidence.append(Evidence("正文", nothing.because, OTHER, 3 if sure else 1))
    because = f"{nothing.because}，里面有{weighed.photos}张照片，需人工核对" if only_photos else nothing.because
    return weighed.verdict(Disposition.IGNORED if sure else Disposition.UNSURE, because)


def _choose(weighed: Weighed) -> Choice:
    several = _several(weighed)
    if several:
        return several, f"内容包括{weighed.title_of(several)}"
    ranked = sorted(weighed.lexicon.documents, key=lambda material: -weighed.text_says[material])
    if not ranked:
        return (), ""
    best, score = ranked[0], weighed.text_says[ranked[0]]
    lead = score - (weighed.text_says[ranked[1]] if len(ranked) > 1 else 0)
    if weighed.named and best not in weighed.named:
        return _against_name(weighed, best, score, lead)
    if len(weighed.named) > 1:
        return (), f"文件名写了{weighed.title_of(weighed.named)}，正文里没有都看到"
    alone = score >= _HEADINGS_ALONE and lead >= _HEADINGS_ALONE and weighed.contents.size >= _SOME_LENGTH
    if alone or (score >= _DECIDES and lead >= _LEAD):
        return (best,), f"标题或正文的写法表明是{weighed.title_of((best,))}"
    return _with_name(weighed)


def _several(weighed: Weighed) -> tuple[str, ...]:
    """Two materials in one document: both in the title, each a part or a signed paper of its own, or both in the name and seen in the
    text."""
    contents, documents = weighed.contents, weighed.lexicon.documents
    listed = contents.letter or bool(contents.naming.other_strength)  # 关于报送总结、案例的函 lists what is enclosed
    found = set(contents.parts) | {material for material in contents.naming.strong() if material in documents and not listed}
    if len(found) < 2:
        seen = {*contents.parts, *contents.begun}
        found = {material for material in weighed.named if weighed.text_says[material] >= 2 or material in seen}
    if len(found) < 2:
        found = _papers(weighed)
    return tuple(material for material in documents if material in found) if len(found) > 1 else ()


def _papers(weighed: Weighed) -> set[str]:
    """What the separately signed papers of one file are: one must be plain, the others may lean, or be named by the file."""
    plainly, leaning = set[str](), set[str]()
    for paper in sections(weighed.reading)[:_PAPERS]:
        alone = weigh(replace(weighed.item, name="", reading=paper), weighed.facts, weighed.rulebook, Memory())
        scores = sorted(((score, material) for material, score in alone.text_says.items()), reverse=True)
        (score, best), (second, _) = scores[0], scores[1] if len(scores) > 1 else (0.0, "")
        if none_of_them(alone.contents, alone.name) is None and score - second >= 2:
            (plainly if score >= _DECIDES and score - second >= _LEAD else leaning).add(best)
    return plainly | leaning if plainly or set(weighed.named) == leaning else set()


def _against_name(weighed: Weighed, best: str, score: float, lead: float) -> Choice:
    """Name and text differ: a text that is plain wins, a text that merely leans is a person's question."""
    named = weighed.title_of(weighed.named)
    by_name = max(weighed.text_says[material] for material in weighed.named)
    if score >= _DECIDES and by_name <= 2 and lead >= _LEAD and _titled_or_told(weighed, best):
        return (best,), f"文件名写的是{named}，内容是{weighed.title_of((best,))}，以内容为准"
    leans = score - by_name <= 2 or (score <= _WRITTEN_LIKE and not _titled_or_told(weighed, best))
    if len(weighed.named) == 1 and leans:
        return weighed.named, f"文件名写明是{named}"
    return (), f"文件名写的是{named}，内容却像{weighed.title_of((best,))}"


def _titled_or_told(weighed: Weighed, material: str) -> bool:
    """Headings alone never overrule a name: many a case is written under 基本情况 and 下一步打算."""
    return material in weighed.contents.phrases or material in weighed.contents.naming.strong()


def _with_name(weighed: Weighed) -> Choice:
    """Text and name together, where neither alone is enough."""
    documents = weighed.lexicon.documents
    total = {material: weighed.text_says[material] + weighed.name_says.get(material, 0) for material in documents}
    ranked = sorted(documents, key=lambda material: -total[material])
    best = ranked[0]
    lead = total[best] - (total[ranked[1]] if len(ranked) > 1 else 0)
    if best in weighed.named and lead >= 2 and not weighed.name.other_strength:
        return (best,), f"文件名写明是{weighed.title_of((best,))}，内容与之相符"
    contrary = max((weighed.text_says[material] for material in documents if material != best), default=0)
    if best == weighed.called and not weighed.named and not contrary and weighed.text_says[best] and not weighed.name.other_strength:
        return (best,), f"邮件主题写明是{weighed.title_of((best,))}，只有这一份文件，内容与之相符"
    if total[best] >= _DECIDES and lead >= _LEAD:
        return (best,), f"文件名和内容都表明是{weighed.title_of((best,))}"
    return (), ""


def _without_text(weighed: Weighed) -> FileVerdict:
    """No text layer: an album of photos, a stamped copy of a file beside it, or a scan that a person must read."""
    pictures, count = pictures_inside(weighed, ())
    if pictures and not weighed.named:
        return weighed.verdict(Disposition.FILED, f"里面是照片，共{count}张", pictures, count)
    if weighed.name.other_strength >= STRONG and not weighed.name.strong():
        return weighed.verdict(Disposition.IGNORED, f"文件名写明是“{weighed.name.other}”，不是要收的材料")
    if (copy := _stamped_copy(weighed)) is not None:
        return copy
    if _LINK.search(weighed.contents.text) and not _STORE.search(weighed.contents.text) and not weighed.named:
        return weighed.verdict(Disposition.IGNORED, "里面只有网页链接，不是材料")
    if weighed.item.kind is FileKind.TXT and weighed.contents.text and not weighed.name.strong():
        return weighed.verdict(Disposition.IGNORED, "只有几个字的文本文件（如密码、链接），不是材料")
    return weighed.verdict(Disposition.UNSURE, _why_no_text(weighed))


def _stamped_copy(weighed: Weighed) -> FileVerdict | None:
    twin = _twin(weighed)
    if twin is None:
        return None
    because = f"扫描件，与同一封邮件里的“{twin.name}”同名，按同一份材料登记"
    return weighed.verdict(Disposition.FILED, because, weighed.named, 1)


def _why_no_text(weighed: Weighed) -> str:
    if weighed.reading.scanned:
        return "识别出的文字太少，需人工核对"
    if weighed.reading.unread:
        return f"扫描件没有文字层，需人工核对（{weighed.reading.unread}）"
    if weighed.reading.pictures or (weighed.reading.pages or 0) > 0:
        return "扫描件没有文字层，需人工核对"
    if weighed.item.reading is None:
        return "文件内容无法自动读取，需人工核对"
    return "文件里几乎没有文字，可能是空白文件，需人工核对"


def _twin(weighed: Weighed) -> Item | None:
    """The readable file of the same name beside a stamped scan (总结.docx and 总结（盖章）.pdf), if the name says what it is."""
    if len(weighed.named) != 1:
        return None
    stem, folder = same_stem(weighed.item.name), weighed.item.path.rpartition("/")[0]
    for item in weighed.facts.items:
        beside = item.path != weighed.item.path and item.path.rpartition("/")[0] == folder and item.kind.is_document
        if beside and same_stem(item.name) == stem and item.reading is not None and len(item.reading.text) >= 100:
            return item
    return None


def _undecided(weighed: Weighed, because: str) -> FileVerdict:
    """Neither filed nor plainly none: support files and forms go by their name, the rest to a person."""
    name, title = weighed.name, weighed.contents.naming
    word = name.other if name.other_strength >= STRONG else title.other if title.other_strength >= STRONG else ""
    if word and not weighed.named:
        return weighed.verdict(Disposition.IGNORED, f"名称是“{word}”，不是要收的材料")
    if (
        weighed.item.kind in _SHEETS
        and not weighed.named
        and not title.strong()
        and max(weighed.text_says.values(), default=0) < _SOME_SIGN
    ):
        return weighed.verdict(Disposition.IGNORED, "电子表格，名称和标题都不是要收的材料")
    photos = [material for material in weighed.lexicon.pictures if names_photos(weighed, material)]
    if photos and not weighed.named and weighed.photos_elsewhere and _captions(weighed):
        return weighed.verdict(Disposition.IGNORED, f"{weighed.title_of((photos[0],))}的文字说明，照片另有文件")
    if photos and not weighed.named and _captions(weighed):
        return weighed.verdict(Disposition.UNSURE, f"名称写的是{weighed.title_of((photos[0],))}，里面没有找到照片")
    return weighed.verdict(Disposition.UNSURE, because or NO_SIGN)


def _captions(weighed: Weighed) -> bool:
    """Short lines that show no sign of a document material; 老照片里的城市课, told in paragraphs, is no list of captions."""
    longest = max(map(len, weighed.contents.text.splitlines()), default=0)
    return longest < _PARAGRAPH and not any(weighed.text_says.values())


def _is_unfilled(contents: Contents) -> bool:
    """Whether what was to be filled in still stands open nearly everywhere: ××单位于×月×日…（一）××××××."""
    blanks = len(_BLANK.findall(contents.text))
    return blanks >= _BLANKS and contents.size < blanks * _BETWEEN_BLANKS


def _fitting(weighed: Weighed, materials: tuple[str, ...], count: int, because: str) -> FileVerdict:
    """What it is, is clear; last question: is it of this year and this activity?"""
    contents, campaign = weighed.contents, weighed.rulebook.campaign
    name = "" if weighed.item.path == BODY else weighed.item.name
    odd = misfit(contents, name, materials, campaign, weighed.lexicon)
    if odd.doubt:
        weighed.evidence.append(Evidence(ELSEWHERE if odd.elsewhere else "年份与活动", odd.doubt, "", 3))
        return weighed.verdict(Disposition.UNSURE, odd.doubt)
    labelled = any(len(contents.headings.get(material, ())) >= 2 for material in materials if material in weighed.lexicon.documents)
    if labelled and contents.filled < _EMPTY_FORM:
        return weighed.verdict(Disposition.UNSURE, "像是没有填写的空表或只有小标题，需人工核对")
    if _is_unfilled(contents):
        return weighed.verdict(Disposition.UNSURE, "像是没有填写的模板，需人工核对")
    hints = [odd.hint] if odd.hint else []
    if contents.template:
        hints.append(f"文件“{weighed.item.name}”里还留有模板文字“{contents.template[0]}”，请核对")
    return replace(weighed.verdict(Disposition.FILED, because, materials, count or 1), hints=tuple(hints))
