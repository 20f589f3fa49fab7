"""The receipt table in the terminal, readable at 100 columns."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.cells import chop_cells
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from mailbot.model import ItemReceipt, UnitState
from mailbot.reporting import shown
from mailbot.reporting.shown import LETTER_KINDS, UNIT_STATES, harmless
from mailbot.reporting.table import MaterialColumn, Table, TableRow, TodoLine

_COLOURS = {UnitState.COMPLETE: "green", UnitState.PARTIAL: "yellow", UnitState.NONE: "red", UnitState.UNSURE: "cyan"}


def print_table(table: Table, console: Console) -> None:
    """Print heading, units, sums, what waits for a person, and the reconciliation."""
    console.print(Text(harmless(table.title), style="bold"), Text(shown.heading(table)), sep="\n")
    # Every column but the first is as wide as its longest words, in cells of which a Chinese character takes two: 18 are left for the unit.
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0), header_style="bold", width=console.width)
    grid.add_column("单位", ratio=1, no_wrap=True, overflow="ellipsis")
    grid.add_column("状态", width=6, no_wrap=True)
    for material in table.materials:
        grid.add_column(harmless(material.name), width=17, no_wrap=True, overflow="ellipsis")
    grid.add_column("待核", justify="right", width=4, no_wrap=True)
    grid.add_column("最近回信", width=15, no_wrap=True, overflow="ellipsis")
    for group in table.groups:
        grid.add_row(Text(f"—— {harmless(group.heading)}（{len(group.rows)}）", style="bold blue"))
        for row in group.rows:
            grid.add_row(*_cells(row, table))
    console.print(grid)
    console.print(Text(shown.totals(table), style="bold"))
    for line in _todo(table.todo, console.width):
        console.print(Text(line, style="cyan"))
    console.print(Text(harmless(table.reconciliation), style="dim" if table.agrees else "bold white on red"))


def _todo(lines: tuple[TodoLine, ...], width: int) -> Iterator[str]:
    """One entry a mail, its files below it; broken anywhere, as Chinese text has no blanks to be broken at."""
    last: int | None = None
    for todo in lines:
        number = f"第{todo.number}号邮件　" if todo.number is not None else ""
        below = todo.number is not None and todo.number == last
        text = f"{harmless(todo.what)}（{harmless(todo.why)}）"
        first, *rest = chop_cells(f"      · {text}" if below else f"待办：{number}{text}", width)
        yield first
        indent = " " * (8 if below else 6)
        for part in chop_cells("".join(rest), width - len(indent)) if rest else ():
            yield indent + part
        last = todo.number


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
