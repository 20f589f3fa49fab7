"""What a unit reads: nothing that is meant for staff, nothing about another unit, and no more of the register than is sure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from mailbot.deciding.answer import chase
from mailbot.deciding.receipt import receipt
from mailbot.deciding.wording import how_late
from mailbot.model import Disposition, Evidence, LetterKind, Problem, UnitVerdict
from mailbot.rulebook import Rulebook
from tests.deciding_materials.conftest import SHANGHAI
from tests.deciding_materials.making import document, photo, picture
from tests.deciding_materials.test_answer import LATE, SUMMARY, Case, verdict, without_case

CASE = document("典型活动案例.docx")


def in_doubt(rulebook: Rulebook, because: str, **other: Any) -> Case:
    """A summary that is filed and a case that a person must look at."""
    doubtful = replace(verdict(CASE, Disposition.UNSURE, **other), because=because)
    return Case(rulebook, verdict(SUMMARY), doubtful, items=(SUMMARY, CASE))


@pytest.mark.parametrize(
    ("because", "told"),
    [
        ("扫描件没有文字层，需人工核对（未安装文字识别组件 ocr）", "扫描件没有文字层"),
        ("标题或正文的写法表明是典型活动案例；压缩包“材料.zip”不完整，取出的文件需人工核对", "压缩包“材料.zip”不完整"),
        ("同样的文件已作为工作总结登记（第3号），请核实", "同样的文件已作为工作总结登记"),
        ("标题写的是2021年，本次要的是2022年", "标题写的是2021年，本次要的是2022年"),
    ],
)
def test_the_reason_why_a_file_is_looked_at_leaves_out_what_staff_are_to_do(because: str, told: str, rulebook: Rulebook) -> None:
    written = in_doubt(rulebook, because).letter()
    assert f"“典型活动案例.docx”：{told}\n" in written.text
    assert not any(word in written.text for word in ("人工", "ocr", "核实", "第3号"))


def test_no_unit_is_told_what_another_one_has_sent(rulebook: Rulebook) -> None:
    other = next(unit.name for unit in rulebook.units.values() if unit.name != "长春工业大学")
    written = in_doubt(rulebook, f"同样的文件已登记在“{other}”名下（第3号），请核实是哪个单位的").letter()
    assert other not in written.text
    assert "“典型活动案例.docx”：登记在哪个单位名下，需要核对" in written.text


def test_an_acknowledgement_tells_what_is_in_the_register_and_nothing_of_the_rest(rulebook: Rulebook) -> None:
    written = in_doubt(rulebook, "像是没有填写的空表或只有小标题，需人工核对").letter()
    assert written.kind is LetterKind.ACK
    assert "到目前为止已经登记的材料：\n· 工作总结：已收到1份（2022年12月20日收到）\n\n" in written.text
    assert "精彩学习活动照片" not in written.text


def test_a_request_to_send_again_tells_what_is_in_the_register(rulebook: Rulebook) -> None:
    locked = document("典型活动案例.docx", problem=Problem.ENCRYPTED)
    written = Case(rulebook, verdict(SUMMARY), verdict(locked, Disposition.UNREADABLE), items=(SUMMARY, locked)).letter()
    assert written.kind is LetterKind.ASK_AGAIN
    assert "· 工作总结：已收到1份" in written.text


def test_an_address_that_names_the_unit_in_one_place_only_is_told_nothing_of_its_register(rulebook: Rulebook) -> None:
    case = in_doubt(rulebook, "几乎没有文字")
    sign = Evidence("邮件主题", case.unit.name, case.unit.id, 2)
    barely = UnitVerdict(case.unit.id, "", evidence=(sign,), new_address=True)
    written = case.letter(judgement=replace(case.judgement, unit=barely))
    assert written.kind is LetterKind.ACK
    assert "已经登记" not in written.text


def test_an_acknowledgement_of_late_material_says_how_late_it_came(rulebook: Rulebook) -> None:
    case = in_doubt(rulebook, "几乎没有文字")
    case.when = LATE
    written = case.letter()
    assert written.late
    assert "本次材料收到时已超过截止时间3天" in written.text


def test_a_chase_letter_keeps_to_the_extension_that_was_granted(rulebook: Rulebook) -> None:
    case = without_case(rulebook)
    state = receipt(case.unit.id, case.arrived, rulebook, until=LATE + timedelta(days=5))
    written = chase(case.unit, state, rulebook, "jxjy@ccut.edu.cn", LATE)
    assert not written.late
    assert "截止时间为2023年1月5日" in written.text
    assert "已过" not in written.text


def test_many_photos_with_the_same_remark_get_one_sentence(rulebook: Rulebook) -> None:
    items = tuple(picture(f"照片{n}.jpg", photo(width=320, height=240)) for n in range(1, 41))
    small = (replace(verdict(item), hints=(f"照片“{item.name}”像素较小（320×240），如有原图欢迎补发",)) for item in items)
    written = Case(rulebook, *small, items=items).letter()
    assert "· 照片“照片1.jpg”等40张像素较小，如有原图欢迎补发\n" in written.text
    assert written.text.count("像素较小") == 1


@pytest.mark.parametrize(
    ("when", "told"),
    [("2022-12-28T17:00:30", "1分钟"), ("2022-12-28T19:30", "2小时"), ("2022-12-29T00:01", "1天"), ("2023-01-02T09:00", "5天")],
)
def test_lateness_is_told_in_the_unit_that_a_clerk_would_use(when: str, told: str) -> None:
    limit = datetime(2022, 12, 28, 17, tzinfo=SHANGHAI)
    assert how_late(datetime.fromisoformat(when).replace(tzinfo=SHANGHAI), limit, SHANGHAI) == told
