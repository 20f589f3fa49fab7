"""Tells what a zip file is by the names of its members: Office, OpenDocument, OFD, a program or just an archive."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Collection
from typing import BinaryIO

from mailbot.model import FileKind

_LISTED_MEMBERS = 20_000
"""A document never has more members; listing 100,000 costs 126 MB (reliability 2)."""

_LOCAL_NAME = re.compile(rb"PK\x03\x04.{22}(..)..", re.S)
_TAIL_BYTES = 22 + 65535


def zip_kind(file: BinaryIO, head: bytes) -> FileKind:
    """The kind of an open file that starts as a zip; a zip cut short is judged by the members that still show."""
    names = _names(file) or _local_names(file, head)
    if "OFD.xml" in names:
        return FileKind.OFD
    if "mimetype" in names and head[30:].startswith(b"mimetypeapplication/vnd.oasis.opendocument"):
        return FileKind.ODF
    if "AndroidManifest.xml" in names or "META-INF/MANIFEST.MF" in names:
        return FileKind.EXECUTABLE
    if "[Content_Types].xml" in names or "_rels/.rels" in names:
        return _office_kind(names)
    return FileKind.ARCHIVE


def _office_kind(names: Collection[str]) -> FileKind:
    # WPS and Word write backslashes now and then.
    folders = [name.replace("\\", "/").partition("/")[0].lower() for name in names]
    shares = {kind: folders.count(folder) for folder, kind in _FOLDERS.items()}
    best = max(shares, key=lambda kind: shares[kind])
    # Cut short before its first real part, or an office format of no use to us: its parts are no files that anybody sent.
    return best if shares[best] else FileKind.OTHER


_FOLDERS = {"word": FileKind.DOCX, "xl": FileKind.XLSX, "ppt": FileKind.PPTX}


def _names(file: BinaryIO) -> Collection[str]:
    """The names in the central directory; nothing when it is missing, too long or broken."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 12 > len(tail) or struct.unpack_from("<H", tail, at + 10)[0] > _LISTED_MEMBERS:
        return ()
    try:
        with zipfile.ZipFile(file) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError):
        return ()


def _local_names(file: BinaryIO, head: bytes) -> Collection[str]:
    file.seek(0)
    start = file.read(4 * 1024 * 1024) if len(head) >= 64 * 1024 else head
    names = set()
    for match in _LOCAL_NAME.finditer(start):
        length = struct.unpack("<H", match[1])[0]
        names.add(start[match.end() : match.end() + length].decode("utf-8", "replace"))
    return names
