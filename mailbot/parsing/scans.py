"""Fills in the text of pages that are only pictures, where the extra `ocr` is installed; says why where it could not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from mailbot.config import Limits
from mailbot.model import FileKind, PictureKind, Problem, Reading
from mailbot.parsing.childprocess import Child
from mailbot.parsing.outcome import Examined, Wire
from mailbot.parsing.pagelines import han
from mailbot.parsing.picturekind import PHOTOGRAPHED
from mailbot.parsing.safename import clean_text, first_lines

NOT_INSTALLED = "未安装文字识别组件 ocr"
OVER_BUDGET = "这封邮件里扫描的页太多，没有全部识别"
FAILED = "文字识别没有成功"
ILLEGIBLE = "字迹不清，文字识别不可靠"

_BARE = 20
"""Characters of text a page: a copier's or a scanning app's mark (扫描全能王 创建) is no text layer."""

FOREIGN = "第一页没有中文，其余的页没有识别"

_FULL = 200
"""Characters: with so many and no Chinese among them, a first page shows that the document is none of a unit's."""

_SURE = 0.75
"""Mean score of the recognised characters below which the text is not worth judging by."""


_FEW = 40
"""Chinese characters: a photo of people with a banner or a screen behind them has fewer, a photographed page more."""


def installed() -> bool:
    """Whether the extra `ocr` is there; nothing of it is imported."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def is_scan(examined: Examined) -> bool:
    """Whether it is a picture of a page, or a PDF that consists of them."""
    if examined.problem not in (None, Problem.EMPTY, Problem.TRUNCATED):
        return False
    if examined.picture is not None:
        return examined.picture.kind is PictureKind.PAGE
    reading = examined.reading
    if examined.kind is not FileKind.PDF or reading is None or len(reading.text.strip()) >= _BARE * max(1, reading.pages or 1):
        return False
    return any(picture.kind is PictureKind.PAGE for picture in reading.pictures)


class Scans:
    """One child that holds the models (0.7 GB) from the first scanned page on until `close`; without such a page it is never started."""

    def __init__(self, limits: Limits, stop: Callable[[], bool] = lambda: False) -> None:
        self._limits = limits
        self._child = Child("mailbot.parsing.ocrchild", (limits.ocr_memory_bytes, limits.ocr_seconds), stop)

    @property
    def pid(self) -> int | None:
        """The child's process id, None while it does not run."""
        return self._child.pid

    def close(self) -> None:
        """Ends the child and gives its memory back."""
        self._child.close()

    def read(self, path: Path, examined: Examined, room: int) -> tuple[Examined, int]:
        """The scan at `path` with its text, and how many pages that took; `room` pages may still be recognised.

        What could not be read keeps its facts, with the reason in `Reading.unread`.
        """
        if not installed():
            return _unread(examined, NOT_INSTALLED), 0
        if room <= 0:
            return _unread(examined, OVER_BUDGET), 0
        pages, trouble = self._pages(path, examined, room)
        if trouble:
            return _unread(examined, trouble), 1
        if _no_page(examined, pages):
            return _as_photo(examined), len(pages)
        if not _sure(pages):
            return _unread(examined, ILLEGIBLE), len(pages)
        return _read(examined, "\n".join(page["text"] for page in pages), self._limits.text_characters), len(pages)

    def _pages(self, path: Path, examined: Examined, room: int) -> tuple[list[Wire], str]:
        """What was recognised page by page, or why that is nothing to judge by."""
        total = (examined.reading.pages if examined.reading else None) or 1
        pages: list[Wire] = []
        for number in range(min(total, room)):
            question = {"path": str(path.absolute()), "kind": examined.kind, "page": number}
            answer = self._child.ask(question, self._limits.ocr_seconds)[-1]
            if "text" not in answer:
                # What was read before is enough to judge by; without the first page it is not.
                return pages, "" if pages else NOT_INSTALLED if "missing" in answer else FAILED
            pages.append(answer)
            if number == 0 and total > 1 and _foreign(answer["text"]):
                return pages, FOREIGN
        return pages, ""


def _foreign(text: str) -> bool:
    """Whether to read on would cost seconds a page and be of no use."""
    return len(text) >= _FULL and not han(text)


def _sure(pages: list[Wire]) -> bool:
    """Whether the models are sure of the characters on the whole; an empty page is surely empty."""
    weights = [han(page["text"]) for page in pages]
    score = sum(float(page["score"]) * weight for page, weight in zip(pages, weights, strict=True))
    return not any(weights) or score / sum(weights) >= _SURE


def _no_page(examined: Examined, pages: list[Wire]) -> bool:
    """Whether what looked like writing on a photo is none: blinds, keys, leaves."""
    picture = examined.picture
    return picture is not None and picture.because == PHOTOGRAPHED and sum(han(page["text"]) for page in pages) < _FEW


def _as_photo(examined: Examined) -> Examined:
    if examined.picture is None:
        return examined
    return replace(examined, picture=replace(examined.picture, kind=PictureKind.PHOTO, because="像照片：没有识别出成篇的文字"))


def _unread(examined: Examined, why: str) -> Examined:
    return replace(examined, reading=replace(examined.reading or Reading(pages=1), unread=why))


def _read(examined: Examined, text: str, limit: int) -> Examined:
    text = clean_text(text, limit).strip()
    base = examined.reading or Reading(pages=1)
    reading = replace(base, text=text, head=first_lines(text), scanned=True)
    return replace(examined, reading=reading)
