"""Mail addresses out of a header text, without recursion and without guessing (RFC 5322 section 3.4; CVE-2023-27043)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_ADDRESSES = 2000

_LOCAL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
_DOMAIN = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
_WELL_FORMED = re.compile(f"{_LOCAL}@{_DOMAIN}")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|[,;:]|[^"<,;:]+|.', re.S)
_QUOTED, _ANGLE = '"', "<>"
# What may follow <a@b.cn>: brackets too many, or words of their own.
_BEHIND_ANGLE = re.compile(r">*(?:\s.*)?", re.S)


@dataclass(slots=True)
class _Entry:
    """One place of a list. `shape` is its text as it stands, with quoted words and angle addresses each reduced to a mark."""

    words: list[str] = field(default_factory=list)
    shape: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)


def parse_addresses(text: str, *, whole: bool = False) -> list[tuple[str, str]]:
    """(display name, lower-case address) pairs in order; encoded words in names are left alone.

    An address counts only as it stands: 张三26@x.cn is not the mailbox 26@x.cn. `whole`: one that does not spoils the list, for nobody
    may be taken for the one sender beside it. `a@good.cn<evil@e.com>` gives both addresses; a name in quotes is only a name.
    """
    found: list[tuple[str, str]] = []
    for entry, comments in _entries(*_without_comments(text)):
        mailboxes = _of_entry(entry, comments)
        if whole and not mailboxes and "@" in "".join((*entry.shape, *entry.angles)):
            return []
        found.extend(mailboxes)
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
        elif mark == ":" and not entry.angles and "@" not in "".join(entry.shape) and text.find(";", match.end()) > 0:
            entry = _Entry()  # the name of a group: undisclosed-recipients:;
        elif mark.startswith("<") and len(mark) > 1:
            entry.angles.append(mark[1:-1].strip())
            entry.shape.append(_ANGLE)
        elif mark.startswith('"') and len(mark) > 1:
            entry.words.append(re.sub(r"\\(.)", r"\1", mark[1:-1]))
            entry.shape.append(_QUOTED)
        else:
            entry.words.append(mark)
            entry.shape.append(mark)
    yield entry, comments


def _of_entry(entry: _Entry, comments: list[str]) -> list[tuple[str, str]]:
    phrase = " ".join(word.strip() for word in entry.words if word.strip()).strip("\"' ")
    shape = "".join(entry.shape)
    if not entry.angles:
        tokens = [token for token in shape.split() if token != _QUOTED]
        address = _well_formed(tokens[0]) if len(tokens) == 1 else ""
        name = phrase.replace(tokens[0], "").strip() if address else ""
        return [(name or (comments[0] if comments else ""), address)] if address else []
    in_angles = [_well_formed(angle.removeprefix("mailto:")) for angle in entry.angles]
    behind = shape.rpartition(_ANGLE)[2]
    if not all(in_angles) or not _BEHIND_ANGLE.fullmatch(behind) or any(not _well_formed(word) for word in behind.split() if "@" in word):
        return []
    beside = map(_well_formed, shape.replace(_ANGLE, " ").replace(_QUOTED, " ").split())
    odd = [("", address) for address in beside if address and address not in in_angles]
    return odd + [(phrase, address) for address in in_angles]


def _well_formed(text: str) -> str:
    """The address in lower case, "" unless all of `text` is one within the limits of RFC 5321 section 4.5.3.1."""
    local = text.rpartition("@")[0]
    encoded = "=?" in local  # the rest of a name that was encoded together with the address
    if len(text) > 254 or encoded or not _WELL_FORMED.fullmatch(text) or local.startswith(".") or local.endswith(".") or ".." in local:
        return ""
    return text.lower()
