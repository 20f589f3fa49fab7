"""Reads pdf with pdfium: text, pages, pictures; a page that is only a picture, or only drawn shapes, is a PAGE (a scan)."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from mailbot.model import Picture, PictureKind, Problem
from mailbot.parsing.documents.draft import Draft
from mailbot.parsing.picture import look_bytes, look_image
from mailbot.parsing.unreadable import UnreadableError

MAX_PAGES = 300
MAX_OBJECTS = 20_000
PAGE_SHARE = 0.6
"""A picture that covers this share of a page without text is the page."""

# Typesetters put a gap between Chinese and the digits of a date (局 2022 年 9 月) that is no character of the text.
_CJK_GAP = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\d+ ?[年月日号])|(?<=\d) (?=[年月日号])")

BITMAP_PIXELS = 40_000_000
RENDER_PIXELS = 600


def read(path: Path, draft: Draft) -> None:
    """Fills `draft`; raises UnreadableError: ENCRYPTED when a password is asked for, CORRUPT, TOO_LARGE over 300 pages."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(Problem.ENCRYPTED if "password" in str(error).lower() else _broken(path)) from None
    with document:
        draft.pages = len(document)
        blank: list[int] = []
        for number in range(min(len(document), MAX_PAGES)):
            if not _page(document, number, draft):
                blank.append(number)
        if draft.empty and not draft.finish().pictures:
            _drawn_pages(document, blank[:3], draft)
        if len(document) > MAX_PAGES:
            raise UnreadableError(Problem.TOO_LARGE)


def _page(document: pypdfium2.PdfDocument, number: int, draft: Draft) -> bool:
    """Takes one page; False when neither text nor picture is on it."""
    page = document[number]
    try:
        words = page.get_textpage()
        text = words.get_text_range() if words.count_chars() else ""
        if not draft.full:
            draft.text(_CJK_GAP.sub("", text))
        bare = len(text.strip()) < 20
        area = page.get_width() * page.get_height()
        found = False
        for count, image in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4)):
            if count >= MAX_OBJECTS:
                raise UnreadableError(Problem.TOO_LARGE)
            found = _image(image, draft, page_area=area if bare else 0.0) or found
        return found or bool(text.strip())
    finally:
        page.close()


def _image(image: pypdfium2.PdfImage, draft: Draft, page_area: float) -> bool:
    picture = _look(image)
    if picture is None:
        return False
    left, bottom, right, top = image.get_bounds()
    covers = page_area and (right - left) * (top - bottom) >= PAGE_SHARE * page_area
    if covers and picture.kind is not PictureKind.PHOTO:  # an album has whole-page photos
        picture = replace(picture, kind=PictureKind.PAGE, because="整页都是这张图，没有文字层")
    draft.looked(picture)
    return True


def _look(image: pypdfium2.PdfImage) -> Picture | None:
    width, height = image.get_px_size()
    if width * height > BITMAP_PIXELS:
        return Picture(width, height, 0, PictureKind.UNKNOWN, because="图太大，没有细看")
    content = bytes(image.get_data(decode_simple=True))
    if "DCTDecode" in image.get_filters():
        return look_bytes(content)[0]
    try:
        bitmap = image.get_bitmap(render=False)
    except pypdfium2.PdfiumError:
        return None
    return look_image(bitmap.to_pil(), len(content))[0]


def _drawn_pages(document: pypdfium2.PdfDocument, numbers: list[int], draft: Draft) -> None:
    """Pages without text and pictures may still be drawn: letters as outlines, as some printers' drivers make them."""
    for number in numbers:
        page = document[number]
        scale = min(2.0, RENDER_PIXELS / max(page.get_width(), page.get_height(), 1))
        rendered = page.render(scale=scale).to_pil().convert("RGB")
        low, high = rendered.convert("L").getextrema()
        if high - low > 30:
            buffer = io.BytesIO()
            rendered.save(buffer, "PNG")
            picture = look_image(rendered, buffer.tell())[0]
            if picture is not None:
                draft.looked(replace(picture, kind=PictureKind.PAGE, because="整页是画出来的，没有文字层"))


def _broken(path: Path) -> Problem:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 2048))
        return Problem.CORRUPT if b"%%EOF" in file.read() else Problem.TRUNCATED
