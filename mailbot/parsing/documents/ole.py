"""Reads doc, xls and ppt (Word or WPS) with office-oxide; finds the pictures itself, because office-oxide gives none."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import olefile
from office_oxide import Document

from mailbot.model import Problem
from mailbot.parsing.documents.draft import Draft
from mailbot.parsing.unreadable import UnreadableError

MAX_BYTES = 128 * 1024 * 1024

# OfficeArtBlipJPEG F01D and F02A, PNG F01E (MS-ODRAW 2.2.23): header, one or two 16-byte marks, one tag byte, then the file.
_BLIP = re.compile(rb"[\x1d\x1e\x2a]\xf0(.{4})", re.S)
_PICTURE_STREAMS = ("Data", "Pictures", "WordDocument", "Workbook")
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def read(path: Path, draft: Draft) -> None:
    """Fills `draft`; raises UnreadableError (ENCRYPTED for a locked file), or what olefile and office-oxide raise over broken bytes."""
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableError(Problem.TOO_LARGE)
    content = path.read_bytes()
    with olefile.OleFileIO(content) as compound:
        form = _format(compound)
        if _is_locked(compound, form):
            raise UnreadableError(Problem.ENCRYPTED)
        try:
            with Document.from_bytes(content, form) as document:
                draft.text(document.plain_text())
        finally:
            for stream in _PICTURE_STREAMS:
                if compound.exists(stream):
                    for picture in _blips(compound.openstream(stream).read()):
                        draft.picture(picture)


def _format(compound: olefile.OleFileIO) -> Literal["doc", "xls", "ppt"]:
    if compound.exists("WordDocument"):
        return "doc"
    return "ppt" if compound.exists("PowerPoint Document") else "xls"


def _is_locked(compound: olefile.OleFileIO, form: str) -> bool:
    if form == "doc":
        # FIB flag fEncrypted (MS-DOC 2.5.2).
        flags = compound.openstream("WordDocument").read(12)[10:12]
        return len(flags) == 2 and bool(struct.unpack("<H", flags)[0] & 0x0100)
    if form == "ppt":
        if not compound.exists("Current User"):
            return False
        # CurrentUserAtom.headerToken of an encrypted presentation (MS-PPT 2.3.2).
        return bool(compound.openstream("Current User").read(16)[12:16] == b"\xdf\xc4\xd1\xf3")
    stream = "Workbook" if compound.exists("Workbook") else "Book"
    return _has_filepass(compound.openstream(stream).read(64 * 1024))


def _has_filepass(records: bytes) -> bool:
    """Whether a FilePass record (0x2F) stands among the globals (MS-XLS 2.4.117)."""
    at = 0
    while at + 4 <= len(records):
        kind, size = struct.unpack_from("<HH", records, at)
        if kind == 0x2F:
            return True
        if kind == 0x0A:  # end of the globals
            return False
        at += 4 + size
    return False


def _blips(stream: bytes) -> Iterator[bytes]:
    for match in _BLIP.finditer(stream):
        size = struct.unpack("<I", match[1])[0]
        start = match.end()
        for skip in (17, 33):
            if size > skip and stream.startswith(_STARTS, start + skip):
                yield stream[start + skip : start + size]
                break
