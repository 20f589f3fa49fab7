"""The workbook as Excel or WPS will read it, whatever the mails held."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from mailbot.model import MailState
from mailbot.reporting.cells import MOST_CHARACTERS
from mailbot.reporting.table import MailLine, Table
from mailbot.reporting.workbook import workbook
from tests.reporting.tables import AS_OF, large_table, small_table

local = datetime.fromisoformat  # cells hold the office's clock time, without a zone


def reloaded(table: Table) -> Workbook:
    return load_workbook(BytesIO(workbook(table)))


def with_subject(subject: str) -> Table:
    return small_table(mails=(MailLine(1, AS_OF, subject, subject, subject, MailState.UNSURE, subject, (subject,)),))


def cells(book: Workbook) -> list[list[tuple[Any, str]]]:
    return [[(cell.value, cell.style) for row in sheet.iter_rows() for cell in row] for sheet in book.worksheets]


def line_of(book: Workbook, unit: str) -> list[Any]:
    rows = book["登记表"].iter_rows(min_row=7, values_only=True)
    return next(list(row) for row in rows if row[1] == unit)


def test_the_top_says_when_what_and_whether_it_adds_up() -> None:
    sheet = reloaded(small_table())["登记表"]
    assert [sheet.cell(row, 1).value for row in range(1, 5)] == [
        "2022年全民终身学习活动周材料收件登记表",
        "截止时间：2022年12月28日 23:59　　制表时间：2022年12月29日 09:30",
        "应报 4 个单位：齐全 1，部分 1，待核实 1，未报送 1；其中逾期 1。邮件 2 封，待办 2 项。",
        "服务器 2 封 = 已保存 2 封。核对一致。",
    ]


def test_sums_that_do_not_agree_are_red() -> None:
    assert reloaded(small_table())["登记表"]["A4"].style == "mb-note"
    red = reloaded(small_table(agrees=False))["登记表"]["A4"]
    assert (red.style, red.fill.fgColor.rgb) == ("mb-alarm", "00C00000")


def test_units_stand_in_the_given_order_under_their_kind() -> None:
    sheet = reloaded(small_table())["登记表"]
    assert [(row[0], row[1]) for row in sheet.iter_rows(min_row=7, values_only=True)] == [
        ("教育局（1）", None),
        (1, "长春市教育局"),
        ("本科院校（3）", None),
        (2, "吉林大学"),
        (3, "东北师范大学"),
        (4, "延边大学"),
    ]


def test_a_row_tells_everything_about_a_unit_in_chinese_time() -> None:
    book = reloaded(small_table())
    assert line_of(book, "吉林大学") == [
        2, "吉林大学", "部分·逾期",
        "✔", 1, local("2022-12-29 00:00:01"), "逾期",
        "✘", None, None, None,
        "✘", None, None, None,
        "活动照片、典型活动案例", None, "缺件通知", "待放行", local("2022-12-29 00:00:01"), None,
    ]  # fmt: skip
    assert line_of(book, "东北师范大学")[-6:] == ["工作总结、典型活动案例", 2, "收到回执", "退信", local("2022-12-01 10:30"), None]


def test_each_state_has_its_colour() -> None:
    sheet = reloaded(small_table())["登记表"]
    colours = {sheet.cell(row, 3).value: sheet.cell(row, 3).fill.fgColor.rgb for row in (8, 10, 11, 12)}
    assert colours == {"齐全": "00C6EFCE", "部分·逾期": "00FFEB9C", "待核实": "00DDEBF7", "未报送": "00FFC7CE"}


def test_a_unit_is_linked_to_its_folder_beside_the_workbook() -> None:
    sheet = reloaded(small_table())["登记表"]
    link = sheet.cell(8, sheet.max_column)
    assert link.hyperlink is not None
    assert (link.value, link.hyperlink.target) == ("打开", "filed/%E9%95%BF%E6%98%A5%E5%B8%82%E6%95%99%E8%82%B2%E5%B1%80/")
    assert sheet.cell(10, sheet.max_column).hyperlink is None


def test_headers_stay_in_sight_on_screen_and_paper() -> None:
    book = reloaded(small_table())
    assert book.sheetnames == ["登记表", "邮件", "待办"]
    assert [sheet.freeze_panes for sheet in book.worksheets] == ["C7", "B2", "A2"]
    assert [sheet.print_title_rows for sheet in book.worksheets] == ["$5:$6", "$1:$1", "$1:$1"]
    assert [sheet.auto_filter.ref for sheet in book.worksheets] == ["A6:U12", "A1:H3", "A1:E3"]
    assert {(sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) for sheet in book.worksheets} == {("landscape", "9")}


def test_every_mail_and_everything_to_do_has_its_line() -> None:
    book = reloaded(small_table())
    assert list(book["邮件"].iter_rows(min_row=2, max_row=2, values_only=True)) == [
        (
            1,
            local("2022-12-01 10:30"),
            "zhang@ccedu.cn",
            "长春市教育局材料",
            "长春市教育局",
            "已登记",
            "署名为长春市教育局",
            "总结.docx\n1.jpg",
        )
    ]
    assert list(book["待办"].iter_rows(min_row=2, values_only=True)) == [
        (2, "确认是哪个单位", "正文和附件写的单位不一致", "吉林大学、东北师范大学", "打开"),
        (None, "磁盘快满了", "剩余 300 MB", None, None),
    ]


def test_a_file_to_look_at_is_one_click_away() -> None:
    link = reloaded(small_table())["待办"]["E2"]
    assert link.hyperlink.target == "%E5%BE%85%E6%A0%B8%E5%AE%9E/0002-02%20%E6%9D%90%E6%96%99.zip"


@pytest.mark.parametrize(
    ("unit", "waits", "brings", "shown"),
    [("吉林大学", False, True, "已登记"), ("吉林大学", False, False, "无材料"), ("", False, False, "其他"), ("", True, False, "待办")],
)
def test_only_a_mail_that_brought_something_is_called_registered(unit: str, waits: bool, brings: bool, shown: str) -> None:
    mail = MailLine(1, AS_OF, "a@b.cn", "双十二大促", unit, MailState.SETTLED, "", waits=waits, brings=brings)
    assert reloaded(small_table(mails=(mail,)))["邮件"]["F2"].value == shown


def test_long_lists_of_files_are_counted_not_shown_whole() -> None:
    mail = MailLine(1, AS_OF, "", "", "", MailState.SETTLED, "", tuple(f"{n}.jpg" for n in range(200)))
    shown = reloaded(small_table(mails=(mail,)))["邮件"]["H2"].value
    assert shown.splitlines()[-2:] == ["9.jpg", "…… 共 200 个"]


@pytest.mark.parametrize("subject", ['=HYPERLINK("http://evil","点这里")', "=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}"])
def test_text_from_a_mail_is_never_a_formula(subject: str) -> None:
    for column in "CDEGH":
        cell = reloaded(with_subject(subject))["邮件"][f"{column}2"]
        assert (cell.value, cell.data_type, cell.quotePrefix) == (subject, "s", True)


@pytest.mark.parametrize("subject", ["\x0b", "\ud83d", "\udcff总结", "\x00\x1b[31m", "\ufffe\uffff", "照片\u202egpj.exe", "\u2028"])
def test_a_hostile_name_does_not_stop_the_table(subject: str) -> None:
    shown = reloaded(with_subject(subject))["邮件"]["D2"].value
    assert "\ufffd" in shown
    assert subject not in shown


def test_a_cell_takes_no_more_than_excel_allows() -> None:
    sheet = reloaded(with_subject("𠮷" * 40_000))["邮件"]
    assert len(sheet["D2"].value.encode("utf-16-le")) // 2 == MOST_CHARACTERS - 1  # never half of a pair
    assert len(reloaded(with_subject("总" * 40_000))["邮件"]["D2"].value) == MOST_CHARACTERS


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=()), max_size=50))
def test_no_text_at_all_stops_the_table_or_becomes_a_formula(text: str) -> None:
    sheet = reloaded(with_subject(text))["邮件"]
    assert {cell.data_type for cell in sheet[2] if cell.coordinate not in ("A2", "B2")} <= {"s", "n"}


def test_the_same_table_makes_the_same_workbook() -> None:
    one, two = reloaded(small_table()), reloaded(small_table())
    assert cells(one) == cells(two)
    assert one.properties.created == two.properties.created == local("2022-12-29 09:30")


def test_a_real_year_is_written_whole() -> None:
    content = workbook(large_table(units=81, mails=5000))
    assert load_workbook(BytesIO(content), read_only=True)["邮件"].max_row == 5001
