"""Looking at a file without handing its bytes to a browser: text, page images, thumbnails, made in the limited child, kept by hash."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from mailbot.desk.desk import Desk
from mailbot.desk.fetching import file_of
from mailbot.storing.rows import ItemRow


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
    """A JPEG that we made ourselves, in storage/cache: safe to serve inline."""

    path: Path
    media_type: str
    pages: int = 1  # of a PDF


_SIDES = (320, 1000, 1600)
_TEXT = 20_000
_CACHE = "cache/previews"


def text_of(desk: Desk, item: int) -> TextPreview | None:
    """The text of a document by the file's id; None when there is no such file."""
    found = _found(desk, item)
    if found is None:
        return None
    row, path = found
    key = f"{_folder(row)}/text.json"
    with desk.drawing:
        if not desk.app.files.exists(key):
            desk.app.files.put(key, json.dumps(_read(desk, row, path), ensure_ascii=False).encode("utf-8", "replace"))
        return TextPreview(**json.loads(desk.app.files.path(key).read_text("utf-8")))


def picture_of(desk: Desk, item: int, side: int = 320) -> PicturePreview | None:
    """A picture, turned upright and scaled to `side` (320, 1000 or 1600); HEIC too. None when it cannot be shown."""
    return _drawn(desk, item, 1, side)


def page_of(desk: Desk, item: int, page: int = 1, side: int = 1000) -> PicturePreview | None:
    """A page of a PDF as a picture; None when it cannot be shown or there is no such page."""
    return _drawn(desk, item, page, side)


def _read(desk: Desk, row: ItemRow, path: Path) -> dict[str, object]:
    examined = desk.sandbox.examine(path, row.name)
    text = examined.reading.text if examined.reading else ""
    return {
        "text": text[:_TEXT],
        "cut": len(text) > _TEXT,
        "pages": examined.reading.pages if examined.reading else None,
        "pictures": len(examined.reading.pictures) if examined.reading else 0,
        "problem": examined.problem.sentence if examined.problem else "",
    }


def _drawn(desk: Desk, item: int, page: int, side: int) -> PicturePreview | None:
    """The picture out of the cache, or drawn now; that a file cannot be shown is remembered as well."""
    found = _found(desk, item)
    if found is None:
        return None
    row, path = found
    side = min(_SIDES, key=lambda allowed: abs(allowed - side))
    key, verdict = f"{_folder(row)}/{page}-{side}.jpg", f"{_folder(row)}/{page}-{side}.json"
    files = desk.app.files
    with desk.drawing:
        if not files.exists(verdict):
            out = desk.work / "drawn.jpg"
            pages = desk.sandbox.draw(path, row.name, out, page, side)
            if pages:
                files.put(key, out)
            out.unlink(missing_ok=True)
            if pages is None:
                return None  # perhaps the machine was too busy: the next look tries again
            files.put(verdict, json.dumps({"pages": pages}).encode())
    pages = int(json.loads(files.path(verdict).read_bytes())["pages"])
    return PicturePreview(files.path(key), "image/jpeg", pages) if pages else None


def _found(desk: Desk, item: int) -> tuple[ItemRow, Path] | None:
    path = file_of(desk, item)
    with desk.app.database.reading() as records:
        row = records.item(item)
    return (row, path) if row is not None and path is not None else None


def _folder(row: ItemRow) -> str:
    """By the bytes, so that the same photo of ten mails is drawn once."""
    return f"{_CACHE}/{row.sha256[:2]}/{row.sha256}"
