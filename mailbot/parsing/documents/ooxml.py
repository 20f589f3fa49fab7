"""Turns the XML of WordprocessingML and DrawingML (both spell text `t`, paragraph `p`, table `tbl`) into lines in reading order."""

from __future__ import annotations

from collections.abc import Iterable

from lxml.etree import _Element

from mailbot.parsing.documents.draft import Draft
from mailbot.parsing.documents.package import attribute, local

# Fallback repeats in VML what Choice says in DrawingML; moved-away and deleted text is no longer there.
_SKIPPED = frozenset({"Fallback", "moveFrom", "del"})
_SPACES = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}


class Lines:
    """Takes XML events and gives lines to a draft; the cells of a table row become one line, parted by tabs.

    `pictures` collects the relation ids of the pictures shown, in order.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._skipping = 0
        self._paragraphs: list[list[str]] = []
        self._rows: list[list[list[str]]] = []
        self.pictures: dict[str, None] = {}

    def take(self, events: Iterable[tuple[str, _Element]]) -> None:
        """Feeds all events, to the end: photos stand after a text that is longer than the cap, too."""
        for event, element in events:
            tag = local(element)
            if tag in _SKIPPED:
                self._skipping += 1 if event == "start" else -1
            elif self._skipping:
                continue
            elif event == "start":
                self._start(tag)
            else:
                self._end(tag, element)

    def _start(self, tag: str) -> None:
        if tag == "p":
            self._paragraphs.append([])
        elif tag == "tr":
            self._rows.append([])
        elif tag == "tc" and self._rows:
            self._rows[-1].append([])

    def _end(self, tag: str, element: _Element) -> None:
        if tag == "t":
            self._append(element.text or "")
        elif tag in _SPACES:
            self._append(_SPACES[tag])
        elif tag == "p" and self._paragraphs:
            self._emit("".join(self._paragraphs.pop()))
        elif tag == "tr" and self._rows:
            row = self._rows.pop()
            self._emit("\t".join(" ".join(cell) for cell in row))
        elif tag == "textpath":  # WordArt of the VML age: the red letterhead of many offices
            self._emit(attribute(element, "string"))
        elif tag in ("blip", "imagedata"):
            identifier = attribute(element, "embed") or attribute(element, "id")
            if identifier:
                self.pictures[identifier] = None

    def _append(self, text: str) -> None:
        if self._paragraphs:
            self._paragraphs[-1].append(text)

    def _emit(self, line: str) -> None:
        if self._rows and self._rows[-1]:
            if line.strip():
                self._rows[-1][-1].append(" ".join(line.split()))
        else:
            for part in line.split("\n"):
                self._draft.line(part)
