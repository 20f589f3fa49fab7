"""Puts what was recognised on a page into reading order: boxes to rows, rows to paragraphs. Pure geometry, in pixels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

# 一、 (二) 3. 第四章: a heading begins a paragraph, indented or not.
_HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.、]|第[一二三四五六七八九十]{1,3}[章节部])"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Box:
    """One piece of text on an upright page; `rise` is how far its upper edge sinks from its left to its right end."""

    left: float
    top: float
    right: float
    bottom: float
    text: str
    score: float = 1.0
    rise: float = 0.0

    @property
    def height(self) -> float:
        """How tall it is: about one character."""
        return max(self.bottom - self.top, 1.0)

    @property
    def characters(self) -> float:
        """How many square characters there is room for, whichever way the line runs."""
        width = max(self.right - self.left, 1.0)
        return max(width / self.height, self.height / width)

    @property
    def tall(self) -> bool:
        """Whether it stands upright as a column: on a page that lies on its side every line does."""
        return self.height > 1.5 * (self.right - self.left)


def han(text: str) -> int:
    """How many Chinese characters."""
    return len(_HAN.findall(text))


def page_text(boxes: Sequence[Box]) -> str:
    """The text of one page: a paragraph a line, cells of a table row with tabs between them."""
    rows = _rows(_levelled(boxes))
    if not rows:
        return ""
    height = median(row[0].height for row in rows)
    right = _edge([row[-1].right for row in rows])
    left = -_edge([-row[0].left for row in rows])
    paragraphs: list[str] = []
    for number, row in enumerate(rows):
        before = rows[number - 1] if number else None
        text = _row_text(row, height)
        if before is not None and len(before) == len(row) == 1 and _goes_on(before[0], row[0], (left, right), height):
            paragraphs[-1] += text
        else:
            paragraphs.append(text)
    return "\n".join(paragraphs)


def _levelled(boxes: Sequence[Box]) -> list[Box]:
    """The boxes of a page that was laid askew, as if it had lain straight: long lines tell the slope."""
    slopes = [box.rise / (box.right - box.left) for box in boxes if box.right - box.left > 6 * box.height]
    slope = median(slopes) if slopes else 0.0
    return [_lifted(box, slope * (box.left + box.right) / 2) for box in boxes]


def _lifted(box: Box, by: float) -> Box:
    return replace(box, top=box.top - by, bottom=box.bottom - by)


def _rows(boxes: Sequence[Box]) -> list[list[Box]]:
    """Boxes whose middles lie within half a line of each other, left to right; rows top to bottom."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda one: one.top + one.bottom):
        row = rows[-1] if rows else []
        if row and abs(_middle(box) - _middle(row[0])) < 0.5 * min(box.height, row[0].height):
            row.append(box)
        else:
            rows.append([box])
    return [sorted(row, key=lambda one: one.left) for row in rows]


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _edge(ends: Sequence[float]) -> float:
    """Where most lines end: the ninth of ten, so that a seal or a page number beside the text does not widen the page."""
    return sorted(ends)[int(0.9 * (len(ends) - 1))]


def _row_text(row: Sequence[Box], height: float) -> str:
    # 工　作　总　结: a spread title comes as one box for each character.
    spread = all(len(box.text.strip()) == 1 for box in row)
    text = row[0].text.strip()
    for before, box in pairwise(row):
        far = box.left - before.right > 1.5 * height and not spread
        text += ("\t" if far else "") + box.text.strip()
    return text


def _goes_on(before: Box, box: Box, edges: tuple[float, float], height: float) -> bool:
    """Whether a line continues the one above: that one is full, this one is not indented, and nothing lies between them."""
    left, right = edges
    full = before.right > right - 3 * height  # digits and 避头尾 leave up to two characters
    flush = box.left < left + 1.2 * height
    return full and flush and not _HEADING.match(box.text) and box.top - before.bottom < 1.2 * height
