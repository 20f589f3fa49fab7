"""Reads plain text in whatever charset it came."""

from __future__ import annotations

import codecs
from pathlib import Path

from mailbot.parsing.charset import decode_text
from mailbot.parsing.documents.draft import Draft
from mailbot.parsing.texttype import looks_utf16

BYTES_PER_CHARACTER = 4
READ_BYTES = 200_000 * BYTES_PER_CHARACTER


def read(path: Path, draft: Draft) -> None:
    """Fills `draft` from the first 800 kB, which is more text than the cap takes."""
    with path.open("rb") as file:
        draft.text(text_of(file.read(READ_BYTES)))


def text_of(content: bytes, label: str = "") -> str:
    """Bytes as text: a BOM decides, then the look of UTF-16, then UTF-8 against GB18030."""
    if content.startswith(codecs.BOM_UTF8):
        return content[3:].decode("utf-8", "replace")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    if looks_utf16(content):
        return content.decode("utf-16-le" if content[1:2000:2].count(0) else "utf-16-be", "replace")
    return decode_text(content, label)
