"""Reads odt, ods and odp (OASIS OpenDocument): paragraphs, table rows, page headers, pictures."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lxml.etree import _Element

from mailbot.model import Problem
from mailbot.parsing.documents.draft import Draft
from mailbot.parsing.documents.package import Package, attribute, local
from mailbot.parsing.unreadable import UnreadableError

_PARAGRAPHS = frozenset({"p", "h"})
_SPACES = {"tab": "\t", "line-break": "\n", "s": " "}
# Tracked changes keep what was deleted; notes are remarks of reviewers.
_SKIPPED = frozenset({"tracked-changes", "annotation"})


def read(path: Path, draft: Draft) -> None:
    """Fills `draft`; raises UnreadableError (ENCRYPTED for a locked one), or what zipfile and lxml raise over broken parts."""
    with Package(path) as package:
        if b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise UnreadableError(Problem.ENCRYPTED)
        if "content.xml" not in package.names:
            raise UnreadableError(Problem.CORRUPT)
        lines = _Lines(draft)
        lines.take(package.walk("content.xml"))
        for name in lines.pictures:
            draft.picture(package.read(name))
        _headings(package, draft)
        draft.pages = _pages(package)


class _Lines:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._skipping = 0
        self._open: list[list[str]] = []
        self._cells: list[list[str]] = []
        self.pictures: dict[str, None] = {}

    def take(self, events: Iterable[tuple[str, _Element]]) -> None:
        for event, element in events:
            tag = local(element)
            if tag in _SKIPPED:
                self._skipping += 1 if event == "start" else -1
                if event == "end":
                    self._tail(element)
            elif self._skipping:
                continue
            elif event == "start":
                self._start(tag)
            else:
                self._end(tag, element)

    def _start(self, tag: str) -> None:
        # Text before the first child is complete only at the end event; each child adds its own tail, so the order holds.
        if tag in _PARAGRAPHS:
            self._open.append([])
        elif tag == "table-row":
            self._cells.append([])

    def _end(self, tag: str, element: _Element) -> None:
        if tag in _PARAGRAPHS and self._open:
            line = (element.text or "") + "".join(self._open.pop())
            if self._cells:
                self._cells[-1].append(" ".join(line.split()))
            else:
                for part in line.split("\n"):
                    self._draft.line(part)
        elif tag == "table-row" and self._cells:
            row = self._cells.pop()
            if any(row):
                self._draft.line("\t".join(row))
        elif self._open:
            self._open[-1].append(_SPACES.get(tag, "") or self._own_text(tag, element))
        if tag == "image":
            self.pictures[attribute(element, "href").removeprefix("./")] = None
        self._tail(element)

    @staticmethod
    def _own_text(tag: str, element: _Element) -> str:
        return element.text or "" if tag in ("span", "a") else ""

    def _tail(self, element: _Element) -> None:
        if self._open:
            self._open[-1].append(element.tail or "")


def _headings(package: Package, draft: Draft) -> None:
    inside = 0
    for event, element in package.walk("styles.xml"):
        tag = local(element)
        if tag in ("header", "header-first"):
            inside += 1 if event == "start" else -1
        elif inside and event == "end" and tag in _PARAGRAPHS:
            draft.heading("".join(element.itertext()))


def _pages(package: Package) -> int | None:
    for event, element in package.walk("meta.xml"):
        if event == "end" and local(element) == "document-statistic":
            count = attribute(element, "page-count")
            return int(count[:6]) if count.isdigit() else None
    return None
