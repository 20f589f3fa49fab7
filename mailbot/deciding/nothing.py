"""Documents that are none of the materials: our own notice, a plan, a news item, a covering letter, another call's form."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.deciding.content import Contents
from mailbot.deciding.filename import Naming
from mailbot.deciding.lexicon import STRONG

_COVER_LENGTH = 400  # Chinese characters: longer than this a letter holds the material itself (vocabulary 9)
_NEWS_LENGTH = 1500
# What was done, not what will be: grammar of any report.
_DONE = re.compile(r"(?:开展|举办|组织|完成|进行|取得|发放|参加|召开|制作|印发)了|共计|累计|[\d余多][人场]次|\d+余?[人场次个]|圆满|历时")
_DATELINE = re.compile(r"^\W*本[报网站刊台校]讯", re.MULTILINE)  # no summary opens so, whatever the file is called


@dataclass(frozen=True, slots=True)
class Nothing:
    """That it is none of the materials: surely (ignored), or so that a person must look."""

    kind: str
    because: str
    sure: bool = True


def none_of_them(contents: Contents, name: Naming) -> Nothing | None:
    """The first sign that the text is none of the materials; None if nothing speaks so."""
    return (
        _own_notice(contents)
        or _nothing_to_send(contents)
        or _form(contents, name)
        or _titled(contents, name)
        or _cover(contents)
        or _plan(contents, name)
        or _news(contents, name)
    )


def _told(contents: Contents) -> bool:
    """The text itself reports (现将……情况总结如下), or its title says what it is without any 函 or 通知 in it."""
    return bool(contents.phrases) or (bool(contents.naming.strong()) and not contents.naming.other_strength and not contents.letter)


def _own_notice(contents: Contents) -> Nothing | None:
    return Nothing("notice", "是本次征集的通知，不是材料") if contents.notice else None


def _nothing_to_send(contents: Contents) -> Nothing | None:
    """A short paper that says there was no activity is for a person, whatever it is titled."""
    if not contents.nothing_to_send or contents.size >= _COVER_LENGTH or contents.numbered >= 2:
        return None
    return Nothing("nothing to send", f"文件里说“{contents.nothing_to_send[0]}”，需人工核对", sure=False)


def _form(contents: Contents, name: Naming) -> Nothing | None:
    if _told(contents):
        return None
    form = contents.naming.form or (name.form if not name.strong() else "")
    return Nothing("form", f"是“{form}”的材料，属于另外的征集") if form else None


def _titled(contents: Contents, name: Naming) -> Nothing | None:
    title = contents.naming
    if title.other_strength < STRONG or title.strong():
        return None
    if contents.phrases and contents.numbered >= 2:
        return None
    confirmed = len(contents.plan) > 1 or len(contents.news) > 1 or bool(contents.cover) or not name.strong()
    if confirmed:
        return Nothing("titled", f"标题写明是“{title.other}”，不是要收的材料")
    return Nothing("titled", f"文件名像要收的材料，标题却写的是“{title.other}”", sure=False)


def _cover(contents: Contents) -> Nothing | None:
    """A letter that only lists what is enclosed; with 一、二、三、 or a page and a half it is the report itself."""
    if not contents.cover or contents.numbered >= 2 or contents.size >= _COVER_LENGTH or _told(contents):
        return None
    if len(contents.cover) < 2 and not contents.naming.other and not contents.letter:
        return None
    return Nothing("cover", "是报送材料的函，正文不含总结或案例内容")


def _plan(contents: Contents, name: Naming) -> Nothing | None:
    signs = contents.plan
    if len(signs) < 2 or contents.phrases or len(_DONE.findall(contents.text)) >= 3:
        return None
    reason = f"内容是方案或通知（“{'”“'.join(signs[:3])}”），说的是将要做的事"
    if contents.naming.strong():
        return Nothing("plan", f"标题像要收的材料，{reason}", sure=False) if len(signs) >= 3 else None
    if any(len(headings) >= 2 for headings in contents.headings.values()):
        return None
    return Nothing("plan", reason, sure=not name.strong() or (len(signs) >= 3 and not _DONE.search(contents.text)))


def _news(contents: Contents, name: Naming) -> Nothing | None:
    signs = contents.news
    if len(signs) < 2 or contents.numbered >= 2 or contents.size > _NEWS_LENGTH or _told(contents):
        return None
    if any(len(headings) >= 2 for headings in contents.headings.values()):
        return None
    reason = f"是新闻稿（“{'”“'.join(signs[:3])}”）"
    credited = bool(name.other) or len(signs) > 2
    return Nothing("news", reason, sure=bool(_DATELINE.search(contents.text)) or (credited and not name.strong()))
