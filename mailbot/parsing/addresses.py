"""Mail addresses out of a header text, without recursion and without guessing (RFC 5322 section 3.4; CVE-2023-27043)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_ADDRESSES = 2000

_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,10}[A-Za-z][A-Za-z0-9-]{1,30}"
_WELL_FORMED = re.compile(_ADDRESS)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|[,;:]|[^"<,;:]+|.', re.S)


@dataclass(slots=True)
class _Entry:
    words: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)


def parse_addresses(text: str) -> list[tuple[str, str]]:
    """(display name, lower-case address) pairs in order; encoded words in names are left alone.

    `a@good.cn<evil@e.com>` gives both addresses, so that nobody takes either for the one sender; a name in quotes is only a name.
    """
    found: list[tuple[str, str]] = []
    for entry in _entries(*_without_comments(text)):
        found.extend(_of_entry(*entry))
        if len(found) > MAX_ADDRESSES:
            break
    return list({address: (name, address) for name, address in reversed(found)}.values())[::-1]


def _without_comments(text: str) -> tuple[str, list[str]]:
    """The text with balanced (comments) outside of quotes cut out, and the comments; an unbalanced bracket is a plain letter."""
    opened: list[int] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|\\.|[()]', text, re.S):
        if match[0] == "(":
            opened.append(match.start())
        elif match[0] == ")" and opened:
            start = opened.pop()
            while spans and spans[-1][0] > start:
                spans.pop()
            spans.append((start, match.end()))
    kept: list[str] = []
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    return " ".join([*kept, text[at:]]), [text[start + 1 : end - 1] for start, end in spans if end - start < 500]


def _entries(text: str, comments: list[str]) -> Iterator[tuple[_Entry, list[str]]]:
    entry = _Entry()
    for match in _TOKEN.finditer(text):
        mark = match[0]
        if mark in (",", ";"):
            yield entry, comments
            entry = _Entry()
        elif mark == ":" and not entry.angles and text.find(";", match.end()) > 0:
            entry = _Entry()  # the name of a group: undisclosed-recipients:;
        elif mark.startswith("<") and len(mark) > 1:
            entry.angles.append(mark[1:-1].strip())
        elif mark.startswith('"') and len(mark) > 1:
            entry.words.append(re.sub(r"\\(.)", r"\1", mark[1:-1]))
        else:
            entry.words.append(mark)
            entry.bare.append(mark)
    yield entry, comments


def _of_entry(entry: _Entry, comments: list[str]) -> list[tuple[str, str]]:
    phrase = " ".join(word.strip() for word in entry.words if word.strip()).strip("\"' ")
    in_angles = [address for angle in entry.angles if (address := _well_formed(angle.removeprefix("mailto:")))]
    bare = [address for found in _WELL_FORMED.findall(" ".join(entry.bare)) if (address := _well_formed(found))]
    if not in_angles:
        name = _WELL_FORMED.sub("", phrase).strip() or (comments[0] if comments else "")
        return [(name if len(bare) == 1 else "", address) for address in bare]
    odd = [("", address) for address in bare if address not in in_angles]
    return odd + [(phrase, address) for address in in_angles]


def _well_formed(text: str) -> str:
    local, _, domain = text.rpartition("@")
    if len(text) > 254 or not _WELL_FORMED.fullmatch(text) or local.startswith(".") or local.endswith(".") or ".." in local + domain:
        return ""
    return text.lower()
