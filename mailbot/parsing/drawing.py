"""Draws a file for a person to look at, a picture or a page of a PDF: always a new JPEG of ours, never the sender's bytes."""

from __future__ import annotations

from pathlib import Path

from mailbot.model import FileKind
from mailbot.parsing.filetype import sniff

QUALITY = 82
MAX_SIDE = 2400
MAX_SCALE = 4.0
"""A page of a stamp's size is not drawn larger than this."""


def draw(path: Path, name: str, out: Path, page: int, side: int) -> int:
    """Write the picture, or page `page` (from 1) of the PDF, at `path` to `out`; how many pages there are. 0: there is nothing to show.

    Raises whatever a reader raises over hostile bytes: this runs in the limited child.
    """
    side = min(max(side, 16), MAX_SIDE)
    kind = sniff(path, name)
    if kind is FileKind.IMAGE and page == 1:
        return _picture(path, out, side)
    return _page(path, out, page, side) if kind is FileKind.PDF else 0


def _picture(path: Path, out: Path, side: int) -> int:
    from mailbot.parsing.picture import open_image, upright_rgb

    with open_image(path.read_bytes()) as image:
        upright, _whole = upright_rgb(image, side)
    upright.save(out, "JPEG", quality=QUALITY, exif=b"")
    return 1


def _page(path: Path, out: Path, page: int, side: int) -> int:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        if not 1 <= page <= len(document):
            return 0
        drawn = document[page - 1]
        scale = min(MAX_SCALE, side / max(drawn.get_width(), drawn.get_height(), 1))
        drawn.render(scale=scale).to_pil().convert("RGB").save(out, "JPEG", quality=QUALITY)
        return len(document)
