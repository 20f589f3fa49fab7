"""总表 as it is drawn: also on the day when mails have come and nothing of them is filed, and with too little of a material."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.desk import board, doors
from mailbot.desk.board import Board, BoardRow, Wanted
from mailbot.desk.doing import AddNote
from mailbot.web.chart import chart, progress
from mailbot.web.rendering import environment
from mailbot.web.rows import Rows
from tests.web.conftest import STAFF, Office


def drawn(office: Office, found: Board, template: str) -> str:
    book = office.app.rulebook
    values = {
        "board": found,
        "wanted": Wanted(),
        "query": {},
        "pages": 1,
        "chart": chart(found.days, found.deadline, found.now, book.campaign.starts),
        "progress": progress(book.campaign.starts, found.deadline, found.now, found.days),
        "here": "/",
    }
    templates = environment(book)
    return templates.get_template(template).render(**values, drawn=Rows(templates).drawn)


def test_mails_of_which_nothing_is_filed_yet_are_a_chart_without_a_highest_bar(lasting: Office) -> None:
    found = board.board(lasting.desk)
    nothing = tuple(replace(day, materials=0, units_complete=0) for day in found.days)
    assert "<svg" in drawn(lasting, replace(found, days=nothing), "_board_top.html")


def test_too_few_of_a_material_are_counted_and_said_to_be_too_few(lasting: Office) -> None:
    found = board.board(lasting.desk, Wanted(text="长春工业大学"))
    row = found.groups[0].rows[0]
    few = replace(row.receipt.items["photos"], received=False, count=2)
    receipt = replace(row.receipt, items={**row.receipt.items, "photos": few})
    groups = (replace(found.groups[0], rows=(replace(row, receipt=receipt),)),)
    assert "2张，还不够" in drawn(lasting, replace(found, groups=groups), "_board_table.html")


@pytest.mark.parametrize("address", ["/", "/?show=missing", "/?text=长春&sort=last"])
def test_the_piece_for_an_open_page_holds_what_the_whole_page_shows(lasting: Office, address: str) -> None:
    client = lasting.client(STAFF)
    whole, piece = client.get(address).text, client.get(address, headers={"HX-Request": "true"}).text
    table = piece[piece.index('<section id="board"') : piece.index("</section>")]
    assert table in whole
    assert 'hx-swap-oob="true"' in piece
    assert 'id="overview" aria-label="总体情况" hx-swap-oob' not in whole


def test_only_the_row_of_a_unit_that_has_changed_is_drawn_anew(office: Office) -> None:
    rows = Rows(environment(office.app.rulebook))

    def row(unit: str) -> BoardRow:
        return next(row for group in board.board(office.desk).groups for row in group.rows if row.unit == unit)

    before = {unit: rows.drawn(row(unit)) for unit in ("ccut", "jlu")}
    doors.apply(office.desk, AddNote("ccut", "来电", phoned=True), STAFF)
    assert rows.drawn(row("jlu")) is before["jlu"]
    assert "已电话" in rows.drawn(row("ccut"))
    assert "已电话" not in before["ccut"]
