"""Looking at a file without handing its bytes to a browser: text, page images, thumbnails, made in the limited child, kept by hash."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mailbot.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class TextPreview:
    """What a reader got out of a document: plain text, hostile; `cut` says that there is more."""

    text: str
    cut: bool
    pages: int | None
    pictures: int
    problem: str  # a Chinese sentence, "" = none


@dataclass(frozen=True, slots=True)
class PicturePreview:
    """A picture that we made ourselves (PNG or JPEG) in storage/cache: safe to serve inline."""

    path: Path
    media_type: str
    pages: int = 1  # of a PDF


def text_of(desk: Desk, item: int) -> TextPreview | None:
    """The text of a document by the file's id; None when there is no such file."""
    raise NotImplementedError


def picture_of(desk: Desk, item: int, side: int = 320) -> PicturePreview | None:
    """A picture, turned upright and scaled to `side` (320 or 1600); HEIC too. None when it cannot be shown."""
    raise NotImplementedError


def page_of(desk: Desk, item: int, page: int = 1, side: int = 1000) -> PicturePreview | None:
    """A page of a PDF as a picture; None when it cannot be shown or there is no such page."""
    raise NotImplementedError
