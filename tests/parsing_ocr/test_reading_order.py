"""Boxes on a page become text in the order a person reads it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mailbot.parsing.pagelines import Box, page_text


def line(text: str, top: float, left: float = 150, right: float = 1090) -> Box:
    return Box(left, top, right, top + 36, text)


def test_a_paragraph_that_runs_over_lines_is_one_line() -> None:
    boxes = [
        line("关于报送工作总结", 100, 400, 800),
        line("为深入贯彻党的二十大精神，落实通知要求，", 200, left=210),
        line("我校组织了活动，现总结如下。", 250, right=600),
        line("一、基本情况", 300, 210, 400),
    ]
    assert page_text(boxes).split("\n") == [
        "关于报送工作总结",
        "为深入贯彻党的二十大精神，落实通知要求，我校组织了活动，现总结如下。",
        "一、基本情况",
    ]


def test_a_heading_begins_a_line_even_where_nothing_is_indented() -> None:
    boxes = [line("学校高度重视，成立了领导小组，统筹推进。", 100), line("二、主要做法", 150, right=350)]
    assert page_text(boxes).split("\n") == ["学校高度重视，成立了领导小组，统筹推进。", "二、主要做法"]


def test_cells_of_a_row_are_apart_and_a_spread_title_is_together() -> None:
    row = [line("王建国", 200, 300, 400), line("1", 202, 160, 175), line("南湖社区", 199, 600, 730)]
    title = [line(letter, 100, left, left + 40) for letter, left in (("总", 560), ("工", 300), ("作", 430), ("结", 690))]
    assert page_text([*row, *title]).split("\n") == ["工作总结", "1\t王建国\t南湖社区"]


def test_a_page_laid_askew_is_still_read_row_by_row() -> None:
    slope = 0.03  # 28 pixels over a line, most of a line's height
    straight = [line(f"第{number}行左边的文字写得相当长", 100 + 50 * number, 150, 640) for number in range(8)]
    straight += [line(f"第{number}行右边", 100 + 50 * number, 800, 1090) for number in range(8)]
    askew = [
        replace(
            box,
            top=box.top + slope * (box.left + box.right) / 2,
            bottom=box.bottom + slope * (box.left + box.right) / 2,
            rise=slope * (box.right - box.left),
        )
        for box in straight
    ]
    assert page_text(askew) == page_text(straight)
    assert page_text(askew).split("\n")[3] == "第3行左边的文字写得相当长\t第3行右边"


@given(
    st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 3000), st.floats(0, 900), st.floats(0, 90), st.text("总结\t 一、1", max_size=5)))
)
def test_no_character_is_lost_or_made_up(places: list[tuple[float, float, float, float, str]]) -> None:
    boxes = [Box(left, top, left + width, top + height, text) for left, top, width, height, text in places]
    assert sorted("".join(page_text(boxes).split())) == sorted("".join("".join(box.text for box in boxes).split()))
