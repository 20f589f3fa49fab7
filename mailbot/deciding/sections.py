"""Two papers in one file: each ends with its own 落款, a date line, before the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from mailbot.deciding.lexicon import plain
from mailbot.model import Reading

_DATE = re.compile(
    r"^\D{0,30}?(?:20\d\d|二[〇○零oO0][一二三〇○零\d][〇○零oO0一二三四五六七八九\d])\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月[^,。;]{0,6}$"
)
_GOES_ON = re.compile(r"第?[二三四五六七八九十]{1,3}[、.章部]|\([一二三四五六七八九十\d]|\d{1,2}[、.)]|附件?\s*[::]")
_SOME_LENGTH = 150  # characters: what follows a date may be a list of enclosures, or captions


def sections(reading: Reading) -> tuple[Reading, ...]:
    """The papers of a text in their order, each with its own first lines and no pictures; the whole as one where only one is signed."""
    lines = [line.strip() for line in reading.text.splitlines() if line.strip()]
    parts = [part for part in _cut(lines) if sum(map(len, part)) >= _SOME_LENGTH]
    if len(parts) < 2:
        return (reading,)
    return tuple(replace(reading, text="\n".join(part), head=tuple(part[:12]), header="", pictures=()) for part in parts)


def _cut(lines: list[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        part.append(line)
        # A date under the title (2022年12月8日) begins a paper; one below a page of text ends it, unless the text goes on with 五、….
        if _DATE.match(plain(line)) and sum(map(len, part)) >= _SOME_LENGTH and not _GOES_ON.match(plain(following)):
            yield part
            part = []
    yield part
