"""Pages of one document that came as pictures, one file a page (总结1.jpg, 总结2.jpg): known by their names, read as one text."""

from __future__ import annotations

import re
from dataclasses import replace

from mailbot.deciding.content import read_contents
from mailbot.deciding.lexicon import STRONG, lexicon_of, plain
from mailbot.model import Facts, FileKind, Item, Reading
from mailbot.rulebook import Rulebook

_EXTENSION = re.compile(r"\.[a-z0-9]{1,5}\s*$")
_NUMBER = re.compile(r"\d+")
_AROUND_NUMBER = re.compile(r"第[一二三四五六七八九十\d]+[页张]|[\d\s_\-—.()\[\]【】]+|副本")
_HEADING = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[、.])")


def series(name: str) -> str:
    """What the names of pages in a row share: 总结1.jpg and 总结 (2).jpg -> 总结; of a camera's names what stands before the number."""
    return _AROUND_NUMBER.sub("", _EXTENSION.sub("", plain(name)))


def recognised(item: Item) -> bool:
    """Whether it is a picture of a page whose text was recognised."""
    return item.kind is FileKind.IMAGE and item.reading is not None and item.reading.scanned


def as_one(item: Item, facts: Facts, rulebook: Rulebook) -> tuple[Item, int]:
    """The page `item` with the text of all pages of its document, and how many those are.

    Pages belong together when they lie in one folder and their names differ by a number alone; a page with a title of its own
    begins a new document, since a phone numbers everything in a row.
    """
    together: list[Item] = []
    for page in _row_of(item, facts):
        if together and _begins(page, rulebook):
            if item in together:
                break
            together = []
        together.append(page)
    readings = [page.reading for page in together if page.reading is not None]
    whole = Reading("\n".join(reading.text for reading in readings), readings[0].head, pages=len(readings), scanned=True)
    return replace(item, reading=whole), len(readings)


def _row_of(item: Item, facts: Facts) -> list[Item]:
    """The recognised pages that `item` stands in a row with, itself among them, by their numbers, else as they came."""
    key = (item.path.rpartition("/")[0], series(item.name))
    row = [page for page in facts.items if recognised(page) and (page.path.rpartition("/")[0], series(page.name)) == key]
    return sorted(row, key=lambda page: [int(number) for number in _NUMBER.findall(plain(page.path.rpartition("/")[2]))])


def _begins(page: Item, rulebook: Rulebook) -> bool:
    """Whether a page has a title that says what it is; a numbered heading (四、典型案例) goes on with what was before."""
    reading = page.reading or Reading()
    if not reading.head or _HEADING.match(plain(reading.head[0])):
        return False
    naming = read_contents(reading, rulebook, lexicon_of(rulebook)).naming
    return bool(naming.strong()) or naming.other_strength >= STRONG
