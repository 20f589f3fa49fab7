"""Brings a line of text to the one form in which names and words are compared."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")


def squeeze(text: str) -> str:
    """One line as names are compared: full-width forms folded, lower case, no blanks except between two Latin words.

    Letterheads spread their letters (长 春 大 学) and clerks mix full- and half-width brackets; both must not hide a name.
    """
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
    if not _SPACE.search(folded):
        return folded

    def gap(match: re.Match[str]) -> str:
        before, after = folded[max(0, match.start() - 1) : match.start()], folded[match.end() : match.end() + 1]
        return " " if is_latin(before) and is_latin(after) else ""

    return _SPACE.sub(gap, folded)


def is_latin(letter: str) -> bool:
    """Whether one character is an ASCII letter or digit."""
    return letter.isascii() and letter.isalnum()
