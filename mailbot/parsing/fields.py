"""The header block of a message or part, cut into raw fields; nothing is decoded here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.parsing.spool import Spool

BLOCK_LIMIT = 4 * 1024 * 1024
"""Bytes of one header block whose fields are kept."""
FIELD_LIMIT = 5000
"""Fields kept of one block."""
VALUE_LIMIT = 128 * 1024
"""Bytes kept of one field."""

_STEP = 64 * 1024
_BLANK = re.compile(rb"\n\r*\n|\r\r(?!\n)")
_NAME = re.compile(rb"([!-9;-~]{1,200}?)[ \t]*:")
# Continuations that lost their leading blank, as found in the wild: a parameter alone on its line, right after a value that ended in ";".
_LOST_FOLD = re.compile(rb"(?i)(?:name|filename|boundary|charset|type|format)\*?\d*\*?\s*=")
_KNOWN = re.compile(rb"(?i)(?:from|to|cc|subject|date|mime-version|content-[a-z-]+|x-[\w-]+|message-id|received|reply-to|return-path):")
_HIDDEN = re.compile(rb"(?i)\r(?!\n)[ \t]*content-[a-z-]+:")
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_LINE_CR = re.compile(rb"[^\r]*\r|[^\r]+")


@dataclass(frozen=True, slots=True)
class Fields:
    """Raw fields in order (lower-case name, value with its folds), where the body starts, and whether something was left out."""

    items: tuple[tuple[str, bytes], ...]
    end: int
    cut: bool = False

    def first(self, name: str) -> bytes:
        """The first value of that name, b"" if there is none."""
        return next((value for key, value in self.items if key == name), b"")

    def every(self, name: str) -> list[bytes]:
        """All values of that name in order."""
        return [value for key, value in self.items if key == name]

    @property
    def muddled(self) -> bool:
        """Whether a field of the contents stands behind a bare CR inside another: some readers take that for a line end, others not."""
        return any(b"\r" in value and _HIDDEN.search(value) for _, value in self.items)


def read_fields(spool: Spool, start: int, end: int) -> Fields:
    """Read the header block at `start`; it ends at a blank line, at a line that is no field, or at `end`, the next boundary line."""
    block, complete = _block(spool, start, end)
    items: list[tuple[str, list[bytes]]] = []
    at, cut = 0, not complete
    lines = _LINE if b"\n" in block or b"\r" not in block else _LINE_CR
    for match in lines.finditer(block):
        line = match[0]
        if not line.rstrip(b"\r\n"):
            return Fields(_joined(items), start + match.end(), cut)
        if not _take(line, items, block, match.end(), first=at == 0):
            return Fields(_joined(items), start + match.start(), cut)
        at = match.end()
        if len(items) > FIELD_LIMIT:
            items.pop()
            cut = True
    if complete:
        return Fields(_joined(items), start + len(block), cut)
    return Fields(_joined(items), _blank_after(spool, start + len(block), end), cut=True)


def _take(line: bytes, items: list[tuple[str, list[bytes]]], block: bytes, after: int, *, first: bool) -> bool:
    """Add the line to the fields; False if it is the first line of the body."""
    if line[:1] in b" \t" and items:
        items[-1][1].append(line)
        return True
    match = _NAME.match(line)
    if match:
        items.append((match[1].decode("ascii").lower(), [line[match.end() :]]))
        return True
    if first and line.startswith((b"From ", b">From ")):
        return True  # the mark that an mbox puts before a mail
    if items and (_lost_fold(line, items[-1][1][-1]) or _KNOWN.match(block, after)):
        items[-1][1].append(b" " + line)
        return True
    return False


def _lost_fold(line: bytes, before: bytes) -> bool:
    return before.rstrip().endswith(b";") and bool(_LOST_FOLD.match(line))


def _joined(items: list[tuple[str, list[bytes]]]) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, b"".join(lines)[:VALUE_LIMIT].strip()) for name, lines in items)


def _block(spool: Spool, start: int, end: int) -> tuple[bytes, bool]:
    """The bytes up to and including the blank line, and whether that line (or `end`) was reached."""
    block = b""
    while len(block) < BLOCK_LIMIT:
        step = _STEP if len(block) < 16 * _STEP else 16 * _STEP
        piece = spool.read(start + len(block), min(step, end - start - len(block)))
        searched = max(0, len(block) - 4)
        block += piece
        blank = _BLANK.search(block, searched)
        if blank:
            return block[: blank.end()], True
        if not piece or re.match(rb"\r*\n", block):
            return block, True
    return block, False


def _blank_after(spool: Spool, at: int, end: int) -> int:
    marks = (b"\n\n", b"\r\r", b"\n\r\n")
    return min((found + len(mark) for mark in marks if (found := spool.find(mark, at, end)) >= 0), default=end)
