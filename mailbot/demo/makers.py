"""Real sample files by real libraries, the same bytes for the same arguments: Word, Excel, PowerPoint, PDF, zip."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Protocol

DIGITS = "一二三四五六七八九十"
_EPOCH = (2022, 12, 20, 9, 0, 0)
_UTF8_NAME = 0x800  # general purpose bit 11 of a zip entry


def docx(
    paragraphs: Sequence[str],
    pictures: Sequence[bytes] = (),
    captions: Sequence[str] = (),
    table: Sequence[tuple[str, str]] = (),
    header: str = "",
) -> bytes:
    """A Word document: the first paragraph is its title, 一、 lines are headings, pictures (with captions below) follow the text.

    `table` gives rows of a two-column form, as 推荐表 are made; `header` a page header (the letterhead).
    """
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    document = Document()
    document.styles["Normal"].font.size = Pt(14)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    for number, text in enumerate(paragraphs):
        paragraph = document.add_paragraph(text)
        if number == 0:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if paragraph.runs and (number == 0 or text[1:2] == "、"):
            paragraph.runs[0].bold = True
    if table:
        grid = document.add_table(rows=0, cols=2, style="Table Grid")
        for left, right in table:
            cells = grid.add_row().cells
            cells[0].text, cells[1].text = left, right
    for number, picture in enumerate(pictures):
        document.add_picture(io.BytesIO(picture), width=Cm(12))
        if number < len(captions):
            document.add_paragraph(captions[number])
    return _saved(document)


def xlsx(rows: Sequence[Sequence[str | int]], title: str = "Sheet1") -> bytes:
    """A workbook of one sheet."""
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return _saved(workbook)


def pptx(slides: Sequence[tuple[str, str, bytes | None]]) -> bytes:
    """Slides of (title, text, JPEG or nothing)."""
    from office_oxide import PptxWriter

    show = PptxWriter()
    for title, text, picture in slides:
        number = show.add_slide()
        show.set_slide_title(number, title)
        if text:
            show.add_slide_text(number, text)
        if picture:
            show.add_slide_image(number, picture, "jpeg", 914400, 1828800, 7315200, 4572000)
    return _dated(bytes(show.to_bytes()))


def pdf(paragraphs: Sequence[str], pictures: Sequence[bytes] = ()) -> bytes:
    """A PDF with a text layer in STSong-Light (a CID font that every reader has), pictures after the text."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader

    canvas, out = _canvas()
    height = A4[1]
    y = height - 80
    for number, text in enumerate(paragraphs):
        size = 18 if number == 0 else 12
        canvas.setFont("STSong-Light", size)
        for line in _lines(text, 22 if number == 0 else 36):
            if y < 80:
                canvas.showPage()
                canvas.setFont("STSong-Light", size)
                y = height - 80
            canvas.drawString(72, y, line)
            y -= size * 1.7
    for picture in pictures:
        canvas.showPage()
        canvas.drawImage(ImageReader(io.BytesIO(picture)), 72, height - 440, 450, 338)
    canvas.save()
    return out.getvalue()


def scanned_pdf(pages: Sequence[bytes]) -> bytes:
    """A PDF of page pictures without a text layer, as a copier or 扫描全能王 makes it."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader

    canvas, out = _canvas()
    for page in pages:
        canvas.drawImage(ImageReader(io.BytesIO(page)), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def zip_gbk(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip as Windows Explorer, WinRAR and 360 write it in China: GBK names without flag bit 11 (mail-facts 4)."""
    return _zip(members, "gb18030", flag=0)


def zip_mac(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip as macOS writes it: UTF-8 names, yet without flag bit 11."""
    return _zip(members, "utf-8", flag=0)


def zip_utf8(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip with UTF-8 names and flag bit 11."""
    return _zip(members, "utf-8", flag=_UTF8_NAME)


def _zip(members: Iterable[tuple[str, bytes]], charset: str, flag: int) -> bytes:
    """Written entry by entry (APPNOTE 4.3), since Python's zipfile cannot write a name that is neither ASCII nor flagged UTF-8."""
    body, directory, count = bytearray(), bytearray(), 0
    year, month, day, hour, minute, second = _EPOCH
    stamp = (hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day)
    for name, content in members:
        raw = name.encode(charset)
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush()
        common = struct.pack("<HHHHHIIIHH", 20, flag, 8, *stamp, zlib.crc32(content), len(packed), len(content), len(raw), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0x20, len(body)) + raw
        body += b"PK\x03\x04" + common + raw + packed
        count += 1
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


class _Saves(Protocol):
    def save(self, target: io.BytesIO, /) -> object: ...


def _saved(document: _Saves) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return _dated(out.getvalue())


def _dated(package: bytes) -> bytes:
    """The same OOXML package with one fixed date on every member and on the document, so that equal arguments give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for member in sorted(source.infolist(), key=lambda each: (each.filename != "[Content_Types].xml", each.filename)):
            content = source.read(member)
            if member.filename == "docProps/core.xml":
                content = _core(content)
            target.writestr(zipfile.ZipInfo(member.filename, _EPOCH), content, zipfile.ZIP_DEFLATED, compresslevel=1)
    return out.getvalue()


def _core(content: bytes) -> bytes:
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", b"2022-12-20T01:00:00Z", content)


@cache
def _register_font() -> None:
    from reportlab import rl_config
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont

    registerFont(UnicodeCIDFont("STSong-Light"))
    rl_config.useA85 = 0  # pictures stay bytes, as scanners and WPS write them


def _canvas() -> tuple[Any, io.BytesIO]:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    _register_font()
    out = io.BytesIO()
    return Canvas(out, pagesize=A4, invariant=1), out


def _lines(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), width)] or [""]
