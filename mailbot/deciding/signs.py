"""One sign of who wrote: what was seen, where, for whom it may speak and how strongly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from mailbot.deciding.context import reader_of
from mailbot.deciding.names import Mention
from mailbot.deciding.once import once_per_rulebook
from mailbot.deciding.plain import squeeze
from mailbot.deciding.roster import Sort
from mailbot.model import Evidence
from mailbot.rulebook import Rulebook


class Place(StrEnum):
    """Where a sign was seen, in the words staff read."""

    SUBJECT = "邮件主题"
    DISPLAY = "发件人名称"
    STATED = "正文说明"
    SIGNED = "正文署名"
    FORWARDED = "转发的原邮件"
    NAME = "文件名"
    FOLDER = "文件夹或压缩包名"
    TITLE = "文件标题"
    LETTERHEAD = "文件抬头"
    SEAL = "文件落款"
    FORM = "表内单位栏"
    TEXT = "文件正文"
    LETTER = "所回复的信件"
    DOMAIN = "发件邮箱域名"
    ADDRESS = "登记过的邮箱"
    SEEN = "以前来过信的邮箱"


ABOUT_FILE = frozenset({Place.NAME, Place.FOLDER, Place.TITLE, Place.LETTERHEAD, Place.SEAL, Place.FORM, Place.TEXT})
SENDER = frozenset({Place.DOMAIN, Place.ADDRESS})


@dataclass(frozen=True, slots=True)
class Sign:
    """`units` are whom it may speak for; `soft` signs may agree but never contradict (a notice or form that names a unit)."""

    place: Place
    seen: str
    units: tuple[str, ...]
    strength: int
    sort: Sort = Sort.NAME
    where: str = ""
    soft: bool = False
    shaky: bool = False

    @property
    def names_unit(self) -> bool:
        """Whether it names one unit clearly enough to stand against others."""
        return self.sort is Sort.NAME and not self.soft and self.strength >= 2 and len(self.units) == 1

    @property
    def evidence(self) -> Evidence:
        """The sign as the model keeps it."""
        source = f"{self.place}：{self.where}" if self.where else str(self.place)
        return Evidence(source, self.seen, "、".join(self.units), self.strength)


# Words that follow the bare name of a place where it stands for the place's bureau (松原市 | 2022年…, 松原市 | 扎实开展…).
_FOLLOWS_PLACE = (
    "开展|扎实|积极|全面|深入|举办|举行|关于|上报|报送|补报|补发|补交|补充|续报|再报|重发|更正|"
    "教育系统|活动|工作|圆满|成功|全市|全州|材料|推荐|典型|优秀|20[0-9]{2}"
)
_FIELD_START = re.compile(r"(?:^|[^\w]|[0-9_]|吉林省|省|案例|总结|照片|材料)$")


@once_per_rulebook
def _place_follows(rulebook: Rulebook) -> re.Pattern[str]:
    words = {squeeze(name) for name in rulebook.campaign.activity}
    for material in rulebook.materials.values():
        words |= {squeeze(word) for word in (material.name, *material.strong, *material.weak)}
    listed = "|".join(map(re.escape, sorted(filter(None, words), key=len, reverse=True)))
    return re.compile(rf"$|[^\w]|_|{_FOLLOWS_PLACE}" + (f"|{listed}" if listed else ""))


def field_like(line: str, mention: Mention, rulebook: Rulebook) -> bool:
    """Whether the bare name of a place stands like a sender's name and not like a location in a sentence."""
    before = line[max(0, mention.start - 3) : mention.start]
    return bool(_FIELD_START.search(before) and _place_follows(rulebook).match(line, mention.end))


_DEPARTMENT = re.compile("继|成教|成人|教育|职成|培训|社区|老师|同志|的|是|处|办|学校|附件|照|总|案|图")


def _ends_as_name(line: str, mention: Mention, rulebook: Rulebook) -> bool:
    """Whether what follows a short form leaves it whole: nothing, a sign, a department, the material."""
    return bool(_place_follows(rulebook).match(line, mention.end) or _DEPARTMENT.match(line, mention.end))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a line stands and how strongly a full name counts there; `running` lines are sentences, not titles or fields."""

    place: Place
    strength: int
    where: str = ""
    soft: bool = False
    running: bool = False


def signs_of(line: str, spot: Spot, rulebook: Rulebook) -> Iterator[Sign]:
    """The signs in one squeezed line: full names count the spot's strength, short forms and bare places less."""
    mentions = reader_of(rulebook).own(line, running=spot.running)
    named = any(mention.named.sort in (Sort.NAME, Sort.OUTSIDER, Sort.COUNTY) for mention in mentions)
    first = next((mention for mention in mentions if mention.named.sort is Sort.NAME), None)
    for mention in mentions:
        name = mention.named
        weight = spot.strength
        if name.sort is Sort.COUNTY and first is not None and first.start < mention.start and first.named.units[0] not in rulebook.counties:
            continue  # 长春光华学院双阳区社区教育讲座: where a school went, no body that sends through a city
        match name.sort:
            case Sort.WEAK:
                if not _ends_as_name(line, mention, rulebook):
                    continue  # 吉大一院, 长大旅院: the short form is the beginning of another's
                weight = 1
            case Sort.PLACE | Sort.COUNTY_PLACE:
                if spot.running or named or not field_like(line, mention, rulebook):
                    continue
                weight = min(spot.strength, 2) if spot.place is Place.TITLE else 1
            case _:
                pass
        yield Sign(spot.place, line[mention.start : mention.end], name.units, weight, name.sort, spot.where, spot.soft, name.shaky)


def strongest(signs: Iterable[Sign]) -> tuple[Sign, ...]:
    """One sign for each place, item and meaning, the strongest; in the order seen."""
    best: dict[tuple[object, ...], Sign] = {}
    for sign in signs:
        key = (sign.place, sign.where, sign.units, sign.sort)
        if key not in best or best[key].strength < sign.strength:
            best[key] = sign
    return tuple(best.values())
