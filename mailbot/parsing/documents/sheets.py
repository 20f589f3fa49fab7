"""Reads xlsx: one line a row, cells parted by tabs, formulas by the value that was stored with them."""

from __future__ import annotations

import re
from pathlib import Path

from lxml.etree import _Element

from mailbot.model import Problem
from mailbot.parsing.documents.draft import Draft
from mailbot.parsing.documents.package import Package, local
from mailbot.parsing.unreadable import UnreadableError

MAX_CELLS = 200_000
MAX_STRINGS = 200_000
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")


def read(path: Path, draft: Draft) -> None:
    """Fills `draft`; raises UnreadableError, or what zipfile and lxml raise over broken parts. Empty rows and columns cost nothing:
    only cells that are written in the file are looked at, never the declared dimension (XFD1048576)."""
    with Package(path) as package:
        sheets = package.numbered(_SHEET)
        if not sheets and "xl/workbook.xml" not in package.names:
            raise UnreadableError(Problem.UNSUPPORTED)  # xlsb keeps its cells in binary records
        strings = _strings(package)
        cells = 0
        for sheet in sheets:
            cells = _sheet(package, sheet, strings, draft, cells)
        for name in package.names:
            if name.startswith("xl/media/"):
                draft.picture(package.read(name))


def _strings(package: Package) -> list[str]:
    strings: list[str] = []
    pieces: list[str] = []
    phonetic = 0
    for event, element in package.walk("xl/sharedStrings.xml"):
        tag = local(element)
        if tag == "rPh":  # the reading of a Japanese name, not its text
            phonetic += 1 if event == "start" else -1
        elif event == "end" and tag == "t" and not phonetic:
            pieces.append(element.text or "")
        elif event == "end" and tag == "si":
            strings.append("".join(pieces))
            pieces.clear()
            if len(strings) > MAX_STRINGS:
                raise UnreadableError(Problem.TOO_LARGE)
    return strings


def _sheet(package: Package, sheet: str, strings: list[str], draft: Draft, cells: int) -> int:
    row: list[str] = []
    value = ""
    for event, element in package.walk(sheet):
        if event != "end":
            continue
        tag = local(element)
        if tag == "v":
            value = element.text or ""
        elif tag == "t":
            value += element.text or ""
        elif tag == "c":
            cells += 1
            row.append(_shown(value, element, strings))
            value = ""
            if cells > MAX_CELLS:
                raise UnreadableError(Problem.TOO_LARGE)
        elif tag == "row":
            if any(row):
                draft.line("\t".join(" ".join(cell.split()) for cell in row).strip("\t"))
            row = []
            if draft.full:
                break
    return cells


def _shown(value: str, cell: _Element, strings: list[str]) -> str:
    kind = cell.get("t")
    if kind == "s":
        return strings[int(value)] if value.isdigit() and int(value) < len(strings) else ""
    if kind in ("b", "e"):
        return ""
    # 12.000000000000002 is how Excel stores 12.
    return f"{float(value):.10g}" if kind in (None, "n") and re.fullmatch(r"-?\d{1,15}\.\d+", value) else value
