"""The same table in a terminal of 100 columns."""

from __future__ import annotations

from rich.cells import cell_len
from rich.console import Console

from mailbot.reporting.table import Group, Table, TableRow, TodoLine
from mailbot.reporting.terminal import print_table
from tests.reporting.tables import large_table, receipt, small_table


def printed(table: Table) -> list[str]:
    console = Console(width=100, record=True, force_terminal=False)
    with console.capture() as capture:
        print_table(table, console)
    return capture.get().splitlines()


def test_it_fits_into_a_hundred_columns() -> None:
    assert max(cell_len(line.rstrip()) for line in printed(large_table(mails=3))) <= 100


def test_every_unit_shows_state_materials_and_letter() -> None:
    lines = printed(small_table())
    (row,) = [line for line in lines if line.startswith("吉林大学")]
    for word in ("部分", "✔ 1份 12-29 逾期", "✘", "缺件通知 待放行"):
        assert word in row
    assert any("退信" in line for line in lines if line.startswith("东北师范大学"))


def test_sums_things_to_do_and_reconciliation_follow() -> None:
    assert printed(small_table())[-4:] == [
        "应报 4 个单位：齐全 1，部分 1，待核实 1，未报送 1；其中逾期 1。邮件 2 封，待办 2 项。",
        "待办：第2号邮件　确认是哪个单位（正文和附件写的单位不一致）",
        "待办：磁盘快满了（剩余 300 MB）",
        "服务器 2 封 = 已保存 2 封。核对一致。",
    ]


def test_units_that_are_not_asked_do_not_count() -> None:
    extra = Group("其他", (TableRow("公主岭市教育局", receipt("gzl", got={}), asked=False),))
    assert any("应报 0 个单位" in line for line in printed(small_table(groups=(extra,))))


def test_neither_markup_nor_escapes_of_a_mail_reach_the_terminal() -> None:
    text = "\n".join(printed(small_table(todo=(TodoLine(1, "[red]=总结[/red]\x1b[2J", "\u202e"),))))
    assert "[red]=总结[/red]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
