"""The receipt table as an .xlsx: units, mails and what needs a person, on three sheets."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from mailbot.model import ItemReceipt, MailState
from mailbot.reporting import shown, styles
from mailbot.reporting.cells import Pen
from mailbot.reporting.shown import LETTER_KINDS, UNIT_STATES
from mailbot.reporting.table import Group, Table, TableRow

_HEADER = 6
_PER_MATERIAL = (("收到", 6.0), ("数量", 6.0), ("首次收到", 15.0), ("逾期", 6.0))

_MISSING = 42.0

Column = tuple[str, float]  # heading and width in characters


def workbook(table: Table) -> bytes:
    """The table as the bytes of an .xlsx file; the same table gives the same cells. Nothing in it can become a formula."""
    book = Workbook()
    book.properties.creator = "mailbot"
    book.properties.created = table.local(table.as_of)
    styles.register(book)
    units = book.worksheets[0]
    units.title = "登记表"
    _write_units(Pen(units, table.local), table)
    _write_mails(Pen(book.create_sheet("邮件"), table.local), table)
    _write_todo(Pen(book.create_sheet("待办"), table.local), table)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_units(pen: Pen, table: Table) -> None:
    columns: list[Column] = [("序号", 5), ("单位", 30), ("状态", 12)]
    columns += [column for _ in table.materials for column in _PER_MATERIAL]
    columns += [("缺少的材料", _MISSING), ("待核", 6), ("最近回信", 11), ("回信状态", 11), ("回信时间", 15), ("文件夹", 8)]
    _write_top(pen, table)
    _write_header(pen, _HEADER, columns)
    _write_material_names(pen, table)
    line, count = _HEADER, 0
    for group in table.groups:
        line += 1
        _write_group(pen, line, group, len(columns))
        for row in group.rows:
            line, count = line + 1, count + 1
            pen.number(line, 1, count)
            _write_unit(pen, line, row, table)
    _finish(pen.sheet, f"C{_HEADER + 1}", f"{_HEADER - 1}:{_HEADER}")
    pen.sheet.auto_filter.ref = f"A{_HEADER}:{get_column_letter(len(columns))}{line}"


def _write_top(pen: Pen, table: Table) -> None:
    pen.text(1, 1, table.title, styles.TITLE)
    pen.text(2, 1, shown.heading(table), styles.NOTE)
    pen.text(3, 1, shown.totals(table), styles.NOTE)
    pen.text(4, 1, table.reconciliation, styles.NOTE if table.agrees else styles.ALARM)
    pen.sheet.row_dimensions[1].height = 26


def _write_material_names(pen: Pen, table: Table) -> None:
    """The line above the header: each material's name over its columns."""
    width = len(_PER_MATERIAL)
    for place, material in enumerate(table.materials):
        first = 4 + place * width
        for column in range(first, first + width):
            pen.text(_HEADER - 1, column, material.name, styles.HEADER)
        pen.sheet.merge_cells(start_row=_HEADER - 1, end_row=_HEADER - 1, start_column=first, end_column=first + width - 1)


def _write_group(pen: Pen, line: int, group: Group, width: int) -> None:
    """A heading over its units; not merged, since Excel refuses to sort over merged cells."""
    pen.text(line, 1, f"{group.heading}（{len(group.rows)}）", styles.GROUP)
    for column in range(2, width + 1):
        pen.text(line, column, "", styles.GROUP)


def _write_unit(pen: Pen, line: int, row: TableRow, table: Table) -> None:
    receipt = row.receipt
    pen.text(line, 2, row.unit, styles.TEXT)
    pen.text(line, 3, UNIT_STATES[receipt.state] + ("·逾期" if receipt.late else ""), styles.unit_style(receipt.state))
    column = 4
    for material in table.materials:
        _write_material(pen, line, column, receipt.items.get(material.id))
        column += len(_PER_MATERIAL)
    missing = table.missing_names(row)
    pen.text(line, column, missing, styles.WRAPPED)
    pen.fit(line, (missing, _MISSING))
    pen.number(line, column + 1, receipt.unsure or None, styles.LATE)
    letter = row.letter
    pen.text(line, column + 2, LETTER_KINDS[letter.kind] if letter else "", styles.CENTRED)
    pen.text(line, column + 3, shown.letter_state(letter) if letter else "", styles.CENTRED)
    pen.moment(line, column + 4, letter.at if letter else None)
    pen.link(line, column + 5, row.folder)


def _write_material(pen: Pen, line: int, column: int, item: ItemReceipt | None) -> None:
    if item is None or not item.received:
        waived = item is not None and item.waived
        pen.text(line, column, "免" if waived else "✘", styles.CENTRED if waived else styles.LATE)
    else:
        pen.text(line, column, "✔", styles.CENTRED)
    pen.number(line, column + 1, item.count if item and item.count else None)
    pen.moment(line, column + 2, item.first_received_at if item else None)
    pen.text(line, column + 3, "逾期" if item and item.late else "", styles.LATE)


def _write_mails(pen: Pen, table: Table) -> None:
    columns = (("编号", 7), ("收到时间", 17), ("发件人", 28), ("主题", 40), ("单位", 26), ("状态", 10), ("理由", 50), ("附件", 50))
    _write_header(pen, 1, columns)
    for line, mail in enumerate(table.mails, 2):
        pen.number(line, 1, mail.number)
        pen.moment(line, 2, mail.received_at, styles.FULL_DATE)
        pen.text(line, 3, mail.sender, styles.WRAPPED)
        pen.text(line, 4, mail.subject, styles.WRAPPED)
        pen.text(line, 5, mail.unit, styles.WRAPPED)
        pen.text(line, 6, shown.mail_state(mail), styles.mail_style(MailState.UNSURE if mail.waits else mail.state))
        pen.text(line, 7, mail.because, styles.WRAPPED)
        files = shown.file_list(mail.files)
        pen.text(line, 8, files, styles.WRAPPED)
        pen.fit(line, (mail.sender, 28), (mail.subject, 40), (mail.unit, 26), (mail.because, 50), (files, 50))
    _finish(pen.sheet, "B2", "1:1")
    pen.sheet.auto_filter.ref = f"A1:H{len(table.mails) + 1}"


def _write_todo(pen: Pen, table: Table) -> None:
    columns = (("邮件编号", 9), ("事项", 50), ("原因", 60), ("可能的单位", 45), ("文件", 8))
    _write_header(pen, 1, columns)
    for line, todo in enumerate(table.todo, 2):
        pen.number(line, 1, todo.number)
        pen.text(line, 2, todo.what, styles.WRAPPED)
        pen.text(line, 3, todo.why, styles.WRAPPED)
        candidates = "、".join(todo.candidates)
        pen.text(line, 4, candidates, styles.WRAPPED)
        pen.link(line, 5, todo.file)
        pen.fit(line, (todo.what, 50), (todo.why, 60), (candidates, 45))
    _finish(pen.sheet, "A2", "1:1")
    pen.sheet.auto_filter.ref = f"A1:E{len(table.todo) + 1}"


def _write_header(pen: Pen, line: int, columns: Sequence[Column]) -> None:
    for column, (name, width) in enumerate(columns, 1):
        pen.text(line, column, name, styles.HEADER)
        pen.sheet.column_dimensions[get_column_letter(column)].width = width
    pen.sheet.row_dimensions[line].height = 22


def _finish(sheet: Worksheet, freeze: str, titles: str) -> None:
    """Keep the header in sight, on the screen and on every printed page (A4 landscape, as wide as the paper)."""
    sheet.freeze_panes = freeze
    sheet.print_title_rows = titles
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = int(sheet.PAPERSIZE_A4)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    sheet.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="第 &P 页，共 &N 页"))
