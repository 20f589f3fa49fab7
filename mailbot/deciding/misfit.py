"""Whether a document that looks right belongs to this collection at all: its year, its theme, its activity."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.deciding.content import Contents, names_own
from mailbot.deciding.filename import Naming, read_name, years_in
from mailbot.deciding.lexicon import Lexicon, plain, plain_word
from mailbot.rulebook import Campaign

_EVENT_ENDINGS = ("周", "月", "节", "日", "季")
_YEAR = re.compile(r"20\d\d年?度?")
_REPORT_OF = re.compile(r"([\u4e00-\u9fff]{2,16}?)(?:活动|工作)(?:的)?(?:开展|完成|年度|全年)*(?:情况|总结|小结|汇报|报告)")
_ORGANISATION = re.compile(r"(?:学院|大学|学校|中心|院|局|处|科|部|室|市|州|县|区|系|会|我校|我院|开展|相关|各项|系列|主题|本次|年度?)$")
_ASIDE = 2  # a report that names this activity once mentions it among others
_MONTH = re.compile(r"(20\d\d)\s*年\s*(\d{1,2})\s*月")
_MONTHS = 3  # before the deadline
_FRONT = 600  # characters: title and first paragraphs, where a summary quotes its theme


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why staff must look at it (`doubt`, "" if nothing), and a gentle remark for the letter (`hint`).

    `elsewhere`: it is plainly of another activity, so that photos which came with it alone are too.
    """

    doubt: str = ""
    hint: str = ""
    elsewhere: bool = False


def misfit(contents: Contents, file_name: str, materials: tuple[str, ...], campaign: Campaign, lexicon: Lexicon) -> Misfit:
    """The first thing that does not fit this campaign; `materials` is what the document otherwise is."""
    name = read_name(file_name, lexicon)
    whole = any(material in lexicon.whole for material in materials)
    if other := _other_activity(contents, file_name, whole, lexicon):
        return Misfit(doubt=other, elsewhere=True)
    doubt = (
        _year(contents, name, whole, campaign)
        or _theme(contents, campaign)
        or _silent(contents, file_name, whole, lexicon)
        or _subject(contents, file_name, whole, lexicon)
    )
    if doubt:
        return Misfit(doubt=doubt)
    if contents.naming.years and campaign.year not in contents.naming.years:
        return Misfit(hint=f"标题写的是{contents.naming.years[0]}年，请核对是否为{campaign.year}年的材料")
    if name.years and campaign.year not in name.years:
        return Misfit(hint=f"文件名写的是{name.years[0]}年，请核对是否为{campaign.year}年的材料")
    return Misfit()


def _year(contents: Contents, name: Naming, whole: bool, campaign: Campaign) -> str:
    title_years = contents.naming.years
    written = years_in(contents.text)
    if title_years and campaign.year not in title_years and not _signed_now(contents, campaign):
        return f"标题写的是{title_years[0]}年，本次要的是{campaign.year}年"
    if not title_years and name.years and campaign.year not in name.years and campaign.year not in written:
        return f"文件名写的是{name.years[0]}年，正文没有提到{campaign.year}年"
    if contents.signed_years and max(contents.signed_years) < campaign.year:
        return f"落款日期是{contents.signed_years[-1]}年，本次要的是{campaign.year}年"
    if whole and not title_years:
        return _only_earlier([year for year in written if year >= campaign.year - 4], contents, campaign)
    return ""


def _signed_now(contents: Contents, campaign: Campaign) -> bool:
    """Whether the 落款 is of the months before the deadline: then a wrong year in the title is a slip of the pen."""
    found = _MONTH.findall(contents.text[-200:])
    signed = [int(year) * 12 + int(month) for year, month in found if 1 <= int(month) <= 12]
    now = campaign.deadline.year * 12 + campaign.deadline.month
    return bool(signed) and now - _MONTHS <= signed[-1] <= now + 1 and campaign.year in years_in(contents.text[: len(contents.text) - 20])


def _only_earlier(recent: list[int], contents: Contents, campaign: Campaign) -> str:
    """A text that opens with an earlier year and never names this one is an old one: 2021年，我校认真开展……"""
    if not recent or max(recent) >= campaign.year or not any(year in recent for year in years_in(contents.text[:_FRONT])):
        return ""
    return f"全文只提到{max(recent)}年，没有提到{campaign.year}年"


def _theme(contents: Contents, campaign: Campaign) -> str:
    if any(_loose(theme) in _loose(contents.text) for theme in campaign.themes):
        return ""
    front = _loose(contents.text[:_FRONT])
    for theme in campaign.past_themes:
        # 让学习成为一种生活方式 is also a common saying: it counts as the theme where it is called so or stands in the title.
        asked = _loose(theme)
        if asked and (asked in _loose("".join(contents.title)) or re.search(rf"主题\w{{0,12}}{re.escape(asked)}", front)):
            return f"用的是往年的主题“{theme}”"
    return ""


def _loose(text: str) -> str:
    """A theme is written with comma, blank, dash or nothing between its halves."""
    return re.sub(r"[\W_]", "", plain(text))


def _other_activity(contents: Contents, file_name: str, whole: bool, lexicon: Lexicon) -> str:
    """Another activity in the title, or in the name of a file whose title names ours not: 职业教育活动周总结, 2022年继续教育工作总结."""
    title = _YEAR.sub("", "".join(contents.title))
    if names_own(title, lexicon):
        return ""
    for place, text in (("标题", title), ("文件名", _YEAR.sub("", plain(file_name)))):
        found = lexicon.other_activity.search(text)
        if not found or names_own(text, lexicon):
            continue
        if whole or found.group().endswith(_EVENT_ENDINGS) or not contents.names_activity:
            return f"{place}写的是“{found.group()}”，不像本次活动的材料"
    return ""


def _silent(contents: Contents, file_name: str, whole: bool, lexicon: Lexicon) -> str:
    """A report on the whole activity that never names it anywhere, nor in its file name, is perhaps a report on something else."""
    named = contents.names_activity or names_own(plain(file_name), lexicon)
    return "全文没有提到本次活动" if whole and not named and contents.size >= 120 else ""


def _subject(contents: Contents, file_name: str, whole: bool, lexicon: Lexicon) -> str:
    """A report on another subject (2022年教师培训工作总结): so titled, and either silent about us at its opening or full of its subject."""
    if not whole:
        return ""
    for place, text in (("标题", "".join(contents.title)), ("文件名", plain(file_name))):
        found = _REPORT_OF.search(_YEAR.sub("", text))
        if not found or names_own(text, lexicon) or _ORGANISATION.search(found.group(1)):
            continue
        subject = found.group(1)[-4:]
        if lexicon.activity.search(subject) or any(subject in plain_word(word) for word in lexicon.activity_names):
            continue  # 终身学习活动总结: ours, without its 周
        aside = len(lexicon.activity.findall(contents.text)) < _ASIDE
        if not contents.opens_with_activity or aside or contents.text.count(subject) >= _ASIDE * 2:
            return f"{place}写的是“{found.group(1)}”的总结或报告，不像本次活动的材料"
    return ""
