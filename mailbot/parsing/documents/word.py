"""Reads docx: paragraphs, tables, text boxes, page headers, and the pictures that the text really shows (ECMA-376 part 1)."""

from __future__ import annotations

import re
from pathlib import Path

from mailbot.model import Problem
from mailbot.parsing.documents.draft import Draft
from mailbot.parsing.documents.ooxml import Lines
from mailbot.parsing.documents.package import Package, local
from mailbot.parsing.unreadable import UnreadableError


def read(path: Path, draft: Draft) -> None:
    """Fills `draft`; raises UnreadableError, or what zipfile and lxml raise over broken parts."""
    with Package(path) as package:
        main = _main_part(package)
        for name in package.names:
            if re.fullmatch(r"word/header\d*\.xml", name):
                _heading(package, name, draft)
        lines = Lines(draft)
        try:
            lines.take(package.walk(main))
        finally:
            # A broken end does not hide the pictures that stand before it.
            targets = package.related(main)
            for identifier in lines.pictures:
                draft.picture(package.read(targets.get(identifier, "")))
        draft.pages = _pages(package)


def _main_part(package: Package) -> str:
    for target in package.related("").values():
        if re.fullmatch(r"word/document\w*\.xml", target) and target in package.names:
            return target
    if "word/document.xml" in package.names:
        return "word/document.xml"
    raise UnreadableError(Problem.CORRUPT)


def _heading(package: Package, name: str, draft: Draft) -> None:
    header = Draft(2000)
    Lines(header).take(package.walk(name))
    draft.heading(header.finish().text)


def _pages(package: Package) -> int | None:
    for event, element in package.walk("docProps/app.xml"):
        if event == "end" and local(element) == "Pages" and (element.text or "").isdigit():
            return int(element.text[:6]) or None
    return None
