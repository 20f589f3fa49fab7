"""Reads rtf with striprtf; the pictures' hexadecimal bytes are taken out first, because they are nearly all of a large file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from striprtf import striprtf

from mailbot.model import Problem
from mailbot.parsing.documents.draft import Draft
from mailbot.parsing.unreadable import UnreadableError

MAX_BYTES = 128 * 1024 * 1024
MAX_TEXT_BYTES = 5 * 1024 * 1024
"""striprtf takes 12 s for 48 MB (libraries 1)."""

_to_text: Callable[..., str] = striprtf.rtf_to_text
_HEX = re.compile(rb"[0-9a-fA-F\s]{128,}")
# Two bytes of GBK, the second escaped or bare; after \u they only repeat for old readers what \u says.
_PAIR = re.compile(r"\\u-?\d+ ?(?:\\'[0-9a-fA-F]{2}){0,2}|\\'([89a-fA-F][0-9a-fA-F])(?:\\'([0-9a-fA-F]{2})|([@-\[\]-z|~]))")
_HIGH = re.compile(rb"[\x80-\xff]")
_CELL = re.compile(r"\\(?:nest)?cell(?![a-z])")
_HEADER = re.compile(r"\{\\header[lrf]?(?![a-z])")


def read(path: Path, draft: Draft) -> None:
    """Fills `draft`; raises UnreadableError(TOO_LARGE) for more than 5 MB of text."""
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableError(Problem.TOO_LARGE)
    content = path.read_bytes()
    for match in _HEX.finditer(content):
        _picture(match[0], draft)
    content = _HEX.sub(b"", content)
    if len(content) > MAX_TEXT_BYTES:
        raise UnreadableError(Problem.TOO_LARGE)
    start = content.find(b"{\\rtf")
    # WPS writes raw GBK bytes where the specification wants \'xx: the same bytes, escaped.
    text = _HIGH.sub(lambda match: b"\\'%02x" % match[0][0], content[max(start, 0) :]).decode("ascii")
    if "\\ansicpg936" in text or "\\fcharset134" in text:
        text = _PAIR.sub(_chinese, text)
    text = _CELL.sub(r"\\tab", text)
    draft.text(_to_text(text, errors="replace"))
    heading = _HEADER.search(text)
    if heading:
        draft.heading(_plain(text, heading.start()))


def _chinese(match: re.Match[str]) -> str:
    """One pair as its character: striprtf takes a second byte below 80 (镕 is E9 46) for a letter of its own."""
    first, second, bare = match.groups()
    if first is None:
        return match[0]
    return bytes([int(first, 16), int(second, 16) if second else ord(bare)]).decode("gb18030", "replace")


def _plain(text: str, start: int) -> str:
    """The text of the group that opens at `start`, read as a small document of its own with the code page of the whole."""
    depth, end = 0, start
    for end in range(start, min(len(text), start + 20_000)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            break
    page = re.search(r"\\ansicpg\d+", text)
    body = re.sub(r"^\{\\header[lrf]?", "", text[start:end])
    return _to_text("{\\rtf1\\ansi" + (page[0] if page else "") + body + "}", errors="replace")


def _picture(digits: bytes, draft: Draft) -> None:
    compact = b"".join(digits.split())
    if compact[:6].lower() == b"ffd8ff" or compact[:16].lower() == b"89504e470d0a1a0a":
        draft.picture(bytes.fromhex(compact[: len(compact) // 2 * 2].decode("ascii")))
