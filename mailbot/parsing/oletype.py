"""Tells what an OLE compound file is by its streams: Word, Excel, PowerPoint, a locked Office file, an Outlook message, an installer."""

from __future__ import annotations

from typing import BinaryIO

import olefile

from mailbot.model import FileKind

# Order: a Word file may embed a Workbook in a storage of its own, but the streams asked for here are top-level ones.
_STREAMS = (
    ("EncryptedPackage", FileKind.ENCRYPTED),
    ("WordDocument", FileKind.DOC),
    ("PowerPoint Document", FileKind.PPT),
    ("Workbook", FileKind.XLS),
    ("Book", FileKind.XLS),
)
_BY_NAME = {"doc": FileKind.DOC, "wps": FileKind.DOC, "xls": FileKind.XLS, "et": FileKind.XLS, "ppt": FileKind.PPT, "dps": FileKind.PPT}


def ole_kind(file: BinaryIO, extension: str) -> FileKind:
    """The kind of an open compound file; one whose directory cannot be read is what its extension says."""
    file.seek(0)
    try:
        with olefile.OleFileIO(file) as compound:
            names = {entry[0].lower() for entry in compound.listdir(streams=True, storages=True)}
    except Exception:  # olefile raises OSError, IndexError, struct.error, TypeError over broken sectors
        return _BY_NAME.get(extension, FileKind.OTHER)
    for stream, kind in _STREAMS:
        if stream.lower() in names:
            return kind
    return FileKind.OTHER
