"""The rulebook that ships with mailbot, and one of another collection (报名表 + 获奖证书) made by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailbot.deciding.material import what_is
from mailbot.loading.rules import load_rules
from mailbot.model import FileVerdict, Item, Memory
from mailbot.rulebook import Campaign, LetterTemplate, Material, Rulebook, Unit, Words
from tests.deciding_materials.making import mail

RULES = Path(__file__).parents[2] / "rules"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load_rules(RULES)


@pytest.fixture(scope="session")
def judged(rulebook: Rulebook) -> Callable[..., FileVerdict]:
    """Judges one item in a mail of its own, or beside others."""

    def judge(item: Item, *others: Item, subject: str = "", memory: Memory | None = None) -> FileVerdict:
        return what_is(item, mail(item, *others, subject=subject), rulebook, memory or Memory())

    return judge


@pytest.fixture(scope="session")
def contest() -> Rulebook:
    """Twelve schools, two materials, other words: nothing of the first collection may be left in code."""
    campaign = Campaign(
        "2025年中小学机器人竞赛", 2025, datetime(2025, 5, 31, 23, 59, 59, tzinfo=SHANGHAI), SHANGHAI, "市青少年科技中心",
        ("0431-80000000",),
        ("contest@126.com",), ("中小学机器人竞赛", "机器人竞赛"),
    )  # fmt: skip
    entry = Material("entry", "报名表", "份", strong=("报名表", "报名登记表"), headings=("参赛队名称", "指导教师", "参赛项目"))
    prize = Material("prize", "获奖证书", "张", pictures=True, strong=("获奖证书", "荣誉证书", "证书"))
    unit = Unit("s01", "第一实验学校", "school", domains=("s01.edu.cn",))
    words = Words(other_documents=("通知", "登记表", "名单"), page_names=("证书", "签到表"), decoration_names=("logo", "二维码"))
    letters = {kind: LetterTemplate("{{ 单位 }}", "{{ 单位 }}您好") for kind in ("confirm", "missing", "ask_unit", "ask_again", "ack")}
    return Rulebook(campaign, {"entry": entry, "prize": prize}, {"s01": unit}, {"school": "学校"}, words, letters)
