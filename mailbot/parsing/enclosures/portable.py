"""Files attached to a PDF: those of the whole document and those pinned to a page."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from mailbot.model import FileKind
from mailbot.parsing.documents.pdf import MAX_PAGES
from mailbot.parsing.enclosures.found import Found, kind_of

_OF_PROGRAMS = (".xml", ".json", ".joboptions", ".fdf", ".xfdf", ".icc", ".ttf", ".otf", ".css", ".tex", ".bib")
"""What programs attach for one another: the figures of an invoice, settings of a printer."""
_PIN = b"FileAttachment"
# Many objects squeezed into one stream (ISO 32000-1, 7.5.7).
_OBJECTS = re.compile(rb"/ObjStm\b[^>]{0,300}>>\s{0,4}stream\r?\n")
OBJECT_BYTES = 16 * 1024 * 1024
_UNKNOWN = frozenset({FileKind.OTHER, FileKind.TXT, FileKind.HTML, FileKind.EMPTY})


def attached_to(path: Path) -> Iterator[Found]:
    """The files attached to the PDF at `path`; raises PdfiumError where it cannot be opened."""
    with pypdfium2.PdfDocument(path) as document:
        for number in range(document.count_attachments()):
            yield from _sent(document.get_attachment(number))
        for number in range(min(len(document), MAX_PAGES) if _may_be_pinned(path.read_bytes()) else 0):
            yield from _pinned(document[number])


def _may_be_pinned(content: bytes) -> bool:
    """Whether any page may hold a file. To ask the pages costs as much as to read them, so the bytes are asked first."""
    if _PIN in content:
        return True
    for match in _OBJECTS.finditer(content):
        squeezed = content[match.end() : content.find(b"endstream", match.end())]
        try:
            if _PIN in zlib.decompressobj().decompress(squeezed, OBJECT_BYTES):
                return True
        except zlib.error:
            return True  # squeezed in another way, or locked
    return False


def _pinned(page: pypdfium2.PdfPage) -> Iterator[Found]:
    try:
        for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
            note = pdfium.FPDFPage_GetAnnot(page, number)
            if note and pdfium.FPDFAnnot_GetSubtype(note) == pdfium.FPDF_ANNOT_FILEATTACHMENT:
                raw = pdfium.FPDFAnnot_GetFileAttachment(note)
                if raw:
                    yield from _sent(pypdfium2.PdfAttachment(raw, page.pdf))
            if note:
                pdfium.FPDFPage_CloseAnnot(note)
    finally:
        page.close()


def _sent(attachment: pypdfium2.PdfAttachment) -> Iterator[Found]:
    name = attachment.get_name()
    content = bytes(attachment.get_data())
    if not (name.lower().endswith(_OF_PROGRAMS) and kind_of(content, name) in _UNKNOWN):
        yield Found(name or "附件", content)
