"""What the office knows, as values: the campaign, its materials, its units, its words and letters (rules/ -> `mailbot.loading`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Campaign:
    """One collection: what is asked, by when, by whom. `deadline` is the last moment that is in time (aware)."""

    name: str
    year: int
    deadline: datetime
    timezone: ZoneInfo
    office: str
    phones: tuple[str, ...]
    mailboxes: tuple[str, ...]  # our own addresses
    activity: tuple[str, ...]  # names of the activity: 全民终身学习活动周 …
    themes: tuple[str, ...] = ()
    past_themes: tuple[str, ...] = ()
    other_activities: tuple[str, ...] = ()  # look-alike activities: 职业教育活动周 …
    starts: datetime | None = None  # nothing that arrived before this is answered, if config names no go-live


@dataclass(frozen=True, slots=True)
class Side:
    """One side of how a material is written (组织部署: 领导小组, 印发…通知): seen when `least` different ones of its words are."""

    name: str
    words: tuple[str, ...]
    least: int = 1


@dataclass(frozen=True, slots=True)
class Material:
    """One thing each unit must send.

    `pictures`: it is made of pictures (photos count one by one), else of documents. `strong` words decide in a file name or title,
    `weak` ones need another sign, `against` ones speak against it. `phrases` and `headings` are looked for in the text.
    `writing` are the sides by which a text without any of these is known.
    `compounds` are longer words whose ending decides otherwise (案例总结 is no summary: listed with the case's id).
    """

    id: str
    name: str
    measure: str  # 份, 张, 个
    needed: int = 1
    wanted: int | None = None  # asked number where more is a hint, None = as many as they like
    pictures: bool = False
    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    writing: tuple[Side, ...] = ()
    compounds: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()  # ASCII or pinyin file names: summary, zongjie


class Addressed(StrEnum):
    """Whether the notice addresses a unit: chased | accepted, never chased | accepted, shown to staff."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the roster. `aliases` decide alone as longest match, `weak_aliases` need a second sign; `domains` decide alone."""

    id: str
    name: str
    kind: str
    city: str = ""
    addressed: Addressed = Addressed.YES
    aliases: tuple[str, ...] = ()
    weak_aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    weak_domains: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outsider:
    """A body that writes in or is named but is no unit; `belongs_to` are unit ids staff will most likely book it on."""

    name: str
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    belongs_to: tuple[str, ...] = ()
    why: str = ""
    organizer: bool = False  # the province office: never answered automatically, never evidence


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Names a matcher must not confuse, with the rule in words (shown to staff as the reason)."""

    kind: str
    names: tuple[str, ...]
    units: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Words:
    """Word lists that a clerk may change; each is used by one rule in `deciding`."""

    other_documents: tuple[str, ...] = ()  # 通知, 方案, 签到表 …: in a name or title, none of the materials
    other_forms: tuple[str, ...] = ()  # 百姓学习之星 推介表 …: another call
    plan_signs: tuple[str, ...] = ()  # 指导思想, 工作要求, 拟: text of a plan or notice
    news_signs: tuple[str, ...] = ()  # 本报讯, 供稿, 摄影 …
    cover_signs: tuple[str, ...] = ()  # 此函, 特此报告, 请查收附件: a covering letter
    template_signs: tuple[str, ...] = ()  # XX学院, 请在此处填写: template text left in
    partners: tuple[str, ...] = ()  # 与, 联合, 携手, 走进 …: the name after it is not the sender
    decoration_names: tuple[str, ...] = ()  # logo, 二维码, image001 …: picture names that are no photos
    page_names: tuple[str, ...] = ()  # 签到表, 扫描, 证书 …: pictures of pages or tables
    correction: tuple[str, ...] = ()
    supplement: tuple[str, ...] = ()
    withdrawal: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    no_question: tuple[str, ...] = ()  # 政策咨询, 咨询电话: holds a word of `question` and asks nothing
    thanks: tuple[str, ...] = ()
    promise: tuple[str, ...] = ()
    nothing_to_send: tuple[str, ...] = ()  # 我校没有开展此项活动
    advert: tuple[str, ...] = ()
    automatic_subjects: tuple[str, ...] = ()  # regular expressions
    automatic_openings: tuple[str, ...] = ()
    service_senders: tuple[str, ...] = ()  # local parts: postmaster, mailer-daemon, noreply …
    public_mail: tuple[str, ...] = ()  # domains that never name a unit: qq.com, 163.com …


OTHER, FORM = "=other", "=form"
"""What a word speaks for beside the materials: a document that is none of them (a notice, a plan), the form of another call. No id of a
material can be written so: one that is called form, for 报名表, was once taken for another call's."""

NO_MATERIAL: Mapping[str, str] = {OTHER: "不是材料", FORM: "另外的征集"}

BRIEF = "brief"
"""The template that says any letter in a few words, for when the server took the full one for spam."""


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """Subject and text of one letter, in Jinja2 (sandboxed), from rules/letters/<kind>.txt."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All of rules/. Mappings keep the order of the files: the roster's order is the table's order."""

    campaign: Campaign
    materials: Mapping[str, Material]
    units: Mapping[str, Unit]
    kinds: Mapping[str, str]  # unit kind -> Chinese heading, in table order
    words: Words
    letters: Mapping[str, LetterTemplate]  # LetterKind value, or BRIEF -> template
    outsiders: tuple[Outsider, ...] = ()
    counties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # unit id -> county-level names under it
    lookalikes: tuple[Lookalike, ...] = ()

    @property
    def addressed(self) -> tuple[Unit, ...]:
        """The units that are asked and chased, in roster order."""
        return tuple(unit for unit in self.units.values() if unit.addressed is Addressed.YES)
