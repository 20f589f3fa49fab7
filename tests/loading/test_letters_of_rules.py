"""The letters of rules/: slips in them are told with file and line, and the shipped ones read as they should."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from mailbot.loading.rules import load_rules
from mailbot.loading.shipped import shipped_rules
from mailbot.model import LetterKind
from mailbot.rulebook import BRIEF, Rulebook

from .conftest import Collection

SLIPS = [
    ("unknown variable", "{{ 日期 }}", "{{ 今日 }}", "{{ 今日 }}", ("没有“今日”可以填",)),
    ("misspelt variable", "{{ 办公室 }}", "{{ 办工室 }}", "办工室", ("是不是想写“办公室”",)),
    ("unknown field", "{{ 件.文件 }}", "{{ 件.文件名 }}", "件.文件名", ("没有“文件名”可以填", "“文件”")),
    ("if without end", "{% if 提示 %}", "{% if 提示 %}{% if 迟 %}", "{{ 日期 }}", ("没有结束", "{% endif %}")),
    ("end without if", "{{ 日期 }}", "{% endif %}{{ 日期 }}", "{% endif %}{{ 日期", ("信的写法有误",)),
    ("single brace", "{{ 日期 }}", "{{ 日期 }", "{{ 日期 }", ("信的写法有误",)),
    ("Chinese punctuation", "{{ 日期 }}", "{{ 日期。}}", "{{ 日期。", ("中文标点",)),
    ("unknown filter", '电话|join("；")', "电话|连接", "电话|连接", ("“|”后面的名称不认识",)),
    ("no such material", "{{ 日期 }}", '{% if "案例集" in 缺 %}快{% endif %}{{ 日期 }}', "案例集", ("材料里没有“案例集”",)),
    ("id instead of name", "{{ 日期 }}", '{% if "summary" in 缺 %}快{% endif %}{{ 日期 }}', "summary", ("是材料的标识", "写成“工作总结”")),
    ("no subject", "主题：", "标题：", "标题：", ("第一行不是主题", "主题：…")),
]


@pytest.mark.parametrize(("old", "new", "at", "parts"), [slip[1:] for slip in SLIPS], ids=[slip[0] for slip in SLIPS])
def test_a_slip_in_a_letter_is_told_with_its_line(collection: Collection, old: str, new: str, at: str, parts: tuple[str, ...]) -> None:
    collection.change("letters/missing.txt", old, new)
    (slip,) = collection.slips("letters/missing.txt")
    assert slip.line == collection.line_of("letters/missing.txt", at)
    assert all(part in f"{slip.wrong}\n{slip.hint}" for part in parts), str(slip)


def test_a_letter_that_is_not_there_is_told(collection: Collection) -> None:
    collection.path("letters/chase.txt").unlink()
    (slip,) = collection.slips("letters/chase.txt")
    assert slip.wrong == "缺少这封信（催报）"


def test_a_letter_without_text_is_told(collection: Collection) -> None:
    collection.path("letters/ack.txt").write_text("主题：已收到\n\n", encoding="utf-8")
    (slip,) = collection.slips("letters/ack.txt")
    assert "没有正文" in slip.wrong


# ---- the shipped letters, rendered ----

RECEIVED = datetime(2022, 12, 27, 15, 32, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rules(shipped_rules())


def values(rulebook: Rulebook, **changed: Any) -> dict[str, Any]:
    campaign = rulebook.campaign
    found: dict[str, Any] = {
        "单位": "长春工业大学",
        "编号": "第42号",
        "来信主题": "长春工业大学活动周材料",
        "收到时间": "2022年12月27日15:32",
        "本次": [
            {"文件": "工作总结.docx", "材料": "工作总结", "说明": ""},
            {"文件": "照片.zip", "材料": "精彩学习活动照片", "说明": "共8张"},
        ],
        "清单": [
            {"材料": "工作总结", "状态": "已收到1份", "说明": ""},
            {"材料": "精彩学习活动照片", "状态": "已收到8张", "说明": ""},
            {"材料": "典型活动案例", "状态": "未收到", "说明": ""},
        ],
        "缺": ["典型活动案例"],
        "截止": "2022年12月28日",
        "迟": False,
        "逾期": "",
        "迟说明": "",
        "提示": [],
        "待核": [],
        "链接": [],
        "读不出": [],
        "来信大小": "",
        "上限": "",
        "每封": "",
        "办公室": campaign.office,
        "电话": list(campaign.phones),
        "年份": campaign.year,
        "活动": campaign.name,
        "候选": [],
        "日期": "2022年12月27日",
    }
    return found | changed


def render(rulebook: Rulebook, kind: str, **changed: Any) -> tuple[str, str]:
    environment = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template, filled = rulebook.letters[kind], values(rulebook, **changed)
    return environment.from_string(template.subject).render(filled), environment.from_string(template.text).render(filled)


EVERY = [kind.value for kind in LetterKind]


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("late", [False, True])
def test_every_letter_is_tidy_plain_text_that_tells_whom_to_ask(rulebook: Rulebook, kind: str, late: bool) -> None:
    subject, text = render(
        rulebook,
        kind,
        迟=late,
        逾期="2天" if late else "",
        迟说明="本次来件晚于截止时间，我们照常登记。" if late else "",
        提示=["请留意。"],
        待核=["材料.doc"],
    )
    assert "\n" not in subject
    assert not re.search(r"[{}%#]|\bNone\b|https?:|\[\]", subject + text)
    assert not re.search(r"\n{3,}|[ \t]\n|。。|，，|（）", text), text
    assert text.rstrip().endswith("2022年12月27日")
    for sign in ("0431-88905322", "0431-82857798", "吉林省教育厅", "您好！", "直接回复本邮件"):
        assert sign in text, sign


@pytest.mark.parametrize("kind", [kind for kind in EVERY if kind not in ("chase", "ask_unit")])
def test_receipts_name_unit_and_number_and_say_that_a_repeat_counts_once(rulebook: Rulebook, kind: str) -> None:
    subject, text = render(rulebook, kind)
    assert "长春工业大学" in subject
    assert "第42号" in subject
    assert text.startswith("长春工业大学：\n\n您好！贵单位2022年12月27日15:32发来的邮件“长春工业大学活动周材料”已收到，回执编号为第42号")
    assert "如重复收到编号相同的回执，以一封为准。" in text


def test_the_confirmation_repeats_what_came_and_the_whole_checklist(rulebook: Rulebook) -> None:
    _, text = render(rulebook, "confirm", 缺=[])
    assert "1. 工作总结.docx——工作总结\n2. 照片.zip——精彩学习活动照片（共8张）\n" in text
    assert "· 工作总结：已收到1份\n· 精彩学习活动照片：已收到8张\n" in text
    assert "已经收齐" in text
    assert "缺" not in text


def test_the_missing_letter_names_what_is_missing_and_the_deadline(rulebook: Rulebook) -> None:
    subject, text = render(rulebook, "missing")
    assert subject == "【长春工业大学】来件已登记，尚缺典型活动案例（回执第42号）"
    assert "尚缺典型活动案例，报送截止时间为2022年12月28日，烦请贵单位在此之前补报。\n" in text


def test_the_missing_letter_is_polite_after_the_deadline(rulebook: Rulebook) -> None:
    _, text = render(rulebook, "missing", 迟=True, 逾期="2天", 迟说明="本次来件晚于截止时间2天，我们照常登记。")
    assert "现已超过2天，烦请贵单位尽快补报。\n" in text
    assert "本次来件晚于截止时间2天，我们照常登记。\n" in text


def test_the_acknowledgement_claims_nothing_about_what_is_missing(rulebook: Rulebook) -> None:
    subject, text = render(rulebook, "ack", 待核=["附件“材料.doc”"])
    assert "缺" not in subject + text
    assert "收齐" not in subject + text
    assert "· 附件“材料.doc”\n" in text


@pytest.mark.parametrize("kind", ["ack", "ask_again"])
def test_a_letter_to_an_unknown_unit_calls_it_nothing(rulebook: Rulebook, kind: str) -> None:
    subject, text = render(rulebook, kind, 单位="", 来信主题="", 读不出=["案例.rar：文件加了密码，打不开"])
    assert subject.startswith("【来件】")
    assert text.startswith("您好！\n\n您2022年12月27日15:32发来的邮件已收到")
    assert "贵单位" not in text


def test_the_question_numbers_the_candidates(rulebook: Rulebook) -> None:
    subject, text = render(rulebook, "ask_unit", 候选=["长春大学", "长春大学旅游学院"])
    assert "第42号" in subject
    assert "1. 长春大学\n2. 长春大学旅游学院\n\n直接回复本邮件，写明单位全称即可" in text


def test_the_question_without_candidates_is_one_sentence(rulebook: Rulebook) -> None:
    _, text = render(rulebook, "ask_unit", 本次=[])
    assert "请问这份材料由哪个单位报送？直接回复本邮件，写明单位全称即可。" in text
    assert "1." not in text


def test_the_second_request_names_locked_files_and_links_with_their_end(rulebook: Rulebook) -> None:
    _, text = render(
        rulebook, "ask_again", 读不出=["案例.rar：文件加了密码，打不开"], 链接=["照片.zip（QQ邮箱超大附件，2023年1月25日到期）"]
    )
    assert "1. 案例.rar：文件加了密码，打不开\n" in text
    assert "1. 照片.zip（QQ邮箱超大附件，2023年1月25日到期）\n" in text
    assert "将有关文件作为普通附件重新发送" in text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("收齐", "贵单位的材料已经收齐，不必再报。"),
        ("缺件", "目前尚缺典型活动案例，请于2022年12月28日之前补报，已收到的不必重发。"),
        ("询问单位", "请回复报送单位的全称"),
        ("请重发", "请将有关文件作为普通附件重新发送。"),
        ("核对", "正在核对，目前不必重新发送。"),
        ("催报", "尚未收到贵单位的典型活动案例，请于2022年12月28日之前报送"),
    ],
)
def test_every_kind_of_letter_can_be_said_in_brief(rulebook: Rulebook, kind: str, said: str) -> None:
    subject, text = render(rulebook, "brief", 种类=kind)
    assert subject == "长春工业大学来件的回复（第42号）"
    assert said in text
    assert ("第42号" in text) is (kind != "催报")
    assert "0431-88905322" in text
    assert not re.search(r"\n{3,}|[{}%#]|https?:", text)
    assert len(text) < 170


def test_the_brief_words_know_when_it_is_late_and_when_the_unit_is_unknown(rulebook: Rulebook) -> None:
    assert "截止时间2022年12月28日已过，请尽快补报" in render(rulebook, "brief", 种类="缺件", 迟=True)[1]
    subject, text = render(rulebook, "brief", 种类="询问单位", 单位="")
    assert (subject, text[:4]) == ("您来件的回复（第42号）", "您好！\n")


def test_the_brief_words_cannot_speak_of_what_only_the_mail_knew(collection: Collection) -> None:
    collection.change("letters/brief.txt", "{{ 日期 }}", "{{ 来信主题 }}{{ 日期 }}")
    (slip,) = collection.slips("letters/brief.txt")
    assert "没有“来信主题”可以填" in slip.wrong


def test_letters_for_different_mails_are_different_texts(rulebook: Rulebook) -> None:
    one = render(rulebook, "confirm")
    other = render(rulebook, "confirm", 单位="延边大学", 编号="第43号", 来信主题="", 本次=values(rulebook)["本次"][:1])
    assert one[0] != other[0]
    assert len(set(one[1].split("\n")) - set(other[1].split("\n"))) >= 3


def test_letters_hold_no_name_of_one_collection() -> None:
    for kind in (*EVERY, BRIEF):
        text = Path(shipped_rules(), "letters", f"{kind}.txt").read_text(encoding="utf-8")
        assert not re.search(r"活动周|2022|0431|吉林|案例|总结", text), kind
