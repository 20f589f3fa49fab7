"""Writing single cells of a sheet so that nothing in them is ever taken for a formula or keeps the workbook from being saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from urllib.parse import quote

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from mailbot.reporting import styles
from mailbot.reporting.shown import harmless

MOST_CHARACTERS = 32_767
"""What one cell of a workbook holds (Excel specifications and limits), counted in UTF-16 units."""

_LINE, _HIGHEST = 14.5, 400.0  # points; Excel allows 409 a row


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes into one sheet; `local` turns an aware moment into the office's clock time."""

    sheet: Worksheet
    local: Callable[[datetime], datetime]

    def text(self, line: int, column: int, text: str, style: str) -> Cell:
        """Text as text: a subject that begins with = is no formula, neither now nor after somebody has edited the cell."""
        shown = harmless(text)
        encoded = shown.encode("utf-16-le")
        if len(encoded) > MOST_CHARACTERS * 2:
            shown = encoded[: MOST_CHARACTERS * 2].decode("utf-16-le", "ignore")
        cell = self._cell(line, column, style)
        if shown:
            cell.value = shown
            cell.data_type = "s"
            cell.quotePrefix = True
        return cell

    def number(self, line: int, column: int, number: int | None, style: str = styles.CENTRED) -> None:
        """A number, or nothing."""
        self._cell(line, column, style).value = number

    def moment(self, line: int, column: int, when: datetime | None, style: str = styles.DATE) -> None:
        """A date and time that can be sorted and filtered."""
        self._cell(line, column, style).value = self.local(when) if when else None

    def link(self, line: int, column: int, target: str | None) -> None:
        """A link that opens a folder (its path ends with a slash) or a file; percent-encoded, as the target of a relationship is a URI
        (ECMA-376 part 2)."""
        cell = self.text(line, column, "打开" if target else "", styles.LINK)
        if target:
            cell.hyperlink = quote(target)
            # Setting a hyperlink replaces the style by openpyxl's own.
            cell.style = styles.LINK

    def fit(self, line: int, *texts: tuple[str, float]) -> None:
        """Make the line as high as its wrapped texts need in columns of these widths; LibreOffice and WPS do not do it by themselves."""
        lines = max(sum(ceil(max(1, _width(part)) / width) for part in harmless(text).split("\n")) for text, width in texts)
        self.sheet.row_dimensions[line].height = min(_HIGHEST, _LINE * lines + 2)

    def _cell(self, line: int, column: int, style: str) -> Cell:
        cell = self.sheet.cell(line, column)
        assert isinstance(cell, Cell), "cells are merged only after they are written"
        cell.style = style
        return cell


def _width(text: str) -> int:
    """The width in digits of the default font: a Chinese character takes two."""
    return sum(2 if sign >= "\u2e80" else 1 for sign in text[:2000])
