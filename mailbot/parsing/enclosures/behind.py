"""Files joined to another one (图种, copy /b): no program that opens the one shows the other."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import olefile

from mailbot.model import FileKind
from mailbot.parsing.enclosures.found import Found, named
from mailbot.parsing.zipnames import open_zip
from mailbot.parsing.ziptype import zip_kind

_ZIPPED = frozenset({FileKind.ARCHIVE, FileKind.DOCX, FileKind.PPTX, FileKind.XLSX, FileKind.ODF, FileKind.OFD})
_COMPOUND = frozenset({FileKind.DOC, FileKind.PPT, FileKind.XLS, FileKind.ENCRYPTED})
_PACKERS = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_STARTS = (b"PK\x03\x04", *_PACKERS, b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1", b"\x1f\x8b\x08")
_NEXT = rb"[\r\n\x00 ]{0,16}(" + b"|".join(map(re.escape, _STARTS)) + rb")"
# How a JPEG, a PNG, a GIF, a PDF begins; its end, and another file right behind that.
_ENDS = (
    (b"\xff\xd8", re.compile(rb"\xff\xd9" + _NEXT)),
    (b"\x89PNG", re.compile(rb"IEND\xaeB`\x82" + _NEXT)),
    (b"GIF8", re.compile(rb"\x00;" + _NEXT)),
    (b"%PDF-", re.compile(rb"%%EOF" + _NEXT)),
)
_SMALLEST_ZIP = 22
"""Bytes of a directory with nothing in it."""


def joined_to(path: Path, kind: FileKind) -> Iterator[Found]:
    """What is joined to the file at `path`, which is of `kind`: a zip (ARCHIVE too) is read from its end, anything else from its start."""
    content = path.read_bytes()
    if kind in _ZIPPED:
        if (start := zip_start(path)) >= _SMALLEST_ZIP:
            yield Found(named("接在前面的文件", content[:start]), content[:start])
        start = _after_zip(content)
    else:
        start = _joined_at(path, content, kind)
    if start:
        yield Found(named("接在后面的文件", content[start:]), content[start:])


def file_in_tail(path: Path, size: int) -> Iterator[Found]:
    """The file that the last `size` bytes are, where they are one."""
    content = path.read_bytes()[-size:].lstrip(b"\r\n\x00") if size else b""
    if content.startswith(_STARTS):
        yield Found(named("接在后面的文件", content), content)


def zip_start(path: Path) -> int:
    """Where the zip that ends the file begins; 0 if it is the whole file, or none that can be read."""
    try:
        with open_zip(path) as archive:
            return min((member.header_offset for member in archive.infolist()), default=archive.start_dir)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return 0


def _joined_at(path: Path, content: bytes, kind: FileKind) -> int:
    """The first place at which another file begins, 0 if there is none."""
    if kind in _COMPOUND:
        end = _compound_end(path)
        follows = content[end : end + 32].lstrip(b"\r\n\x00").startswith(_STARTS)
        return end if end and (follows or zip_start(path) >= end) else 0
    places = [match.start(1) for start, pattern in _ENDS if content.startswith(start) and (match := pattern.search(content))]
    if kind is not FileKind.PDF:  # a PDF holds its attachments as they are
        places += [place for mark in _PACKERS if (place := content.find(mark, 1)) > 0]
    if (start := zip_start(path)) and (kind is not FileKind.PDF or b"%%EOF" in content[max(0, start - 1024) : start]):
        places += [start] if _is_whole(content[start:]) else []
    return min(places, default=0)


def _after_zip(content: bytes) -> int:
    """Where another file begins behind the directory of a zip, be it in its comment; 0 if none does."""
    end = content.rfind(b"PK\x05\x06") + _SMALLEST_ZIP
    return min((place for mark in _STARTS if (place := content.find(mark, end)) >= 0), default=0) if end >= _SMALLEST_ZIP else 0


def _is_whole(content: bytes) -> bool:
    """Whether a zip is an archive or a document; the theme that Office keeps as a zip in its older files is neither."""
    return zip_kind(io.BytesIO(content), content[:65536]) is not FileKind.OTHER


def _compound_end(path: Path) -> int:
    """Where the last sector in use ends, 0 where that cannot be told."""
    try:
        with olefile.OleFileIO(str(path)) as compound:
            used = [number for number, entry in enumerate(compound.fat) if entry != olefile.FREESECT]
            return (max(used) + 2) * compound.sectorsize if used else 0
    except Exception:  # olefile raises OSError, IndexError, struct.error, TypeError over broken sectors
        return 0
