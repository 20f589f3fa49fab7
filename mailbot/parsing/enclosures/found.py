"""A file found inside another one, and which of them anybody sent on purpose."""

from __future__ import annotations

import io
from dataclasses import dataclass

from mailbot.model import FileKind, Problem
from mailbot.parsing.filetype import sniff_open
from mailbot.parsing.leaves import extension_of

_K = FileKind
_SENT = frozenset({_K.DOCX, _K.DOC, _K.PDF, _K.PPTX, _K.PPT, _K.RTF, _K.ODF, _K.OFD, _K.ARCHIVE, _K.MESSAGE, _K.TNEF, _K.ENCRYPTED})
"""Kinds that are never there to draw the file around them. A workbook is: it stands behind a chart, or is the table shown."""

SHEETS = frozenset({_K.XLSX, _K.XLS})
_DRAWINGS = (".emz", ".wmz", ".svgz", ".sldx")
"""What Office draws with: pictures that are gzip by their bytes, a slide by itself."""


@dataclass(frozen=True, slots=True)
class Found:
    """One file inside another: its bytes, None when they cannot be taken out (`problem` says why)."""

    name: str
    content: bytes | None
    problem: Problem | None = None


def kind_of(content: bytes, name: str) -> FileKind:
    """What the bytes are, like a file of that name."""
    return sniff_open(io.BytesIO(content), name)


def is_sent(content: bytes, name: str) -> bool:
    """Whether the bytes are a document, an archive or a mail: something that is sent, not a part of what is around it."""
    return not name.lower().endswith(_DRAWINGS) and kind_of(content, name) in _SENT


def named(stem: str, content: bytes) -> str:
    """`stem` with the extension that the bytes deserve."""
    return f"{stem}.{extension_of(content[:64], kind_of(content, ''), '')}"
