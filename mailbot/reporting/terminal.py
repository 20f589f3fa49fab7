"""The receipt table in the terminal, readable at 100 columns."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from mailbot.model import ItemReceipt, UnitState
from mailbot.reporting import shown
from mailbot.reporting.shown import LETTER_KINDS, UNIT_STATES, harmless
from mailbot.reporting.table import MaterialColumn, Table, TableRow

_COLOURS = {UnitState.COMPLETE: "green", UnitState.PARTIAL: "yellow", UnitState.NONE: "red", UnitState.UNSURE: "cyan"}


def print_table(table: Table, console: Console) -> None:
    """Print heading, units, sums, what waits for a person, and the reconciliation."""
    console.print(Text(harmless(table.title), style="bold"), Text(shown.heading(table)), sep="\n")
    grid = Grid(pad_edge=False, show_edge=False, header_style="bold")
    grid.add_column("单位", ratio=5, no_wrap=True, overflow="ellipsis")
    grid.add_column("状态", width=6)
    for material in table.materials:
        grid.add_column(harmless(material.name), ratio=3, no_wrap=True, overflow="ellipsis")
    grid.add_column("待核", justify="right", width=4)
    grid.add_column("最近回信", ratio=3, no_wrap=True, overflow="ellipsis")
    for group in table.groups:
        grid.add_row(Text(f"—— {harmless(group.heading)}（{len(group.rows)}）", style="bold blue"))
        for row in group.rows:
            grid.add_row(*_cells(row, table))
    console.print(grid)
    console.print(Text(shown.totals(table), style="bold"))
    for todo in table.todo:
        number = f"第{todo.number}号邮件　" if todo.number is not None else ""
        console.print(Text(f"待办：{number}{harmless(todo.what)}（{harmless(todo.why)}）", style="cyan"))
    console.print(Text(harmless(table.reconciliation), style="dim" if table.agrees else "bold white on red"))


def _cells(row: TableRow, table: Table) -> list[Text]:
    receipt = row.receipt
    cells = [Text(harmless(row.unit)), Text(UNIT_STATES[receipt.state], style=_COLOURS[receipt.state])]
    cells += [_material(receipt.items.get(material.id), material, table) for material in table.materials]
    cells.append(Text(str(receipt.unsure or ""), style="bold red"))
    letter = row.letter
    cells.append(Text(f"{LETTER_KINDS[letter.kind]} {shown.letter_state(letter)}" if letter else ""))
    return cells


def _material(item: ItemReceipt | None, material: MaterialColumn, table: Table) -> Text:
    if item is None or not item.received:
        return Text("免交", style="dim") if item is not None and item.waived else Text("✘", style="red")
    first = f" {table.local(item.first_received_at):%m-%d}" if item.first_received_at else ""
    cell = Text(f"✔ {item.count}{harmless(material.measure)}{first}")
    return cell.append(" 逾期", style="bold red") if item.late else cell
