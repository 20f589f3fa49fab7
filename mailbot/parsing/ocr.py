"""Recognises the text on pictures of pages with rapidocr (models in its wheel, no network); runs in a child of its own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from mailbot.model import FileKind
from mailbot.parsing.pagelines import Box, han, page_text
from mailbot.parsing.picture import open_image, upright_rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidocr import RapidOCR

PAGE_WIDTH = 1240
"""Pixels of the shorter side, 150 dpi on A4: at 200 dpi the models lost whole lines (libraries 2)."""

PAGE_LENGTH = 2200
FEW = 30
"""Chinese characters: with fewer that are sure, a page may lie on its side or stand on its head."""

MANY = 60
"""Letters and digits: a page of so many, all but certain, lies as it should; turned by any angle the models are sure of eleven at most."""

THREADS = min(2, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Recognised:
    """One page: its text and how sure the models are of its Chinese characters, 0 to 1."""

    text: str = ""
    score: float = 0.0


def read_page(path: Path, kind: FileKind, number: int) -> Recognised:
    """Page `number` (from 0) of the PDF or picture at `path`.

    Raises ModuleNotFoundError where rapidocr is not installed, and whatever pdfium, Pillow and rapidocr raise over broken bytes.
    """
    return recognise(_page_of_pdf(path, number) if kind is FileKind.PDF else _picture(path))


def recognise(image: Image.Image) -> Recognised:
    """The text of an RGB page; one that shows next to no level text is tried in the other directions, the likeliest first."""
    boxes = _boxes(image)
    # Lines are found however the page lies: where they have no room for more characters, turning is in vain.
    if sum(box.characters for box in boxes) < FEW:
        return _recognised(boxes)
    turns = [Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270]
    if sum(box.height for box in boxes if box.tall) > sum(box.right - box.left for box in boxes if not box.tall):
        turns = [*turns[1:], turns[0]]
    for turn in turns:
        if _plausible(boxes) >= FEW or _letters(boxes) >= MANY:
            break
        boxes = max(boxes, _boxes(image.transpose(turn)), key=_plausible)
    return _recognised(boxes)


def _recognised(boxes: list[Box]) -> Recognised:
    weights = [han(box.text) for box in boxes]
    score = sum(box.score * weight for box, weight in zip(boxes, weights, strict=True)) / max(sum(weights), 1)
    return Recognised(page_text(boxes), score)


def _plausible(boxes: list[Box]) -> int:
    """Chinese characters in lines that lie level and that the models are sure of: upside down they still see characters, but doubt them."""
    return sum(han(box.text) for box in boxes if box.score > 0.8 and not box.tall)


def _letters(boxes: list[Box]) -> int:
    """Letters and digits in level lines of which the models are all but certain: a page in another language is not turned in vain."""
    sure = [box.text for box in boxes if box.score > 0.9 and not box.tall]
    return sum(sign.isascii() and sign.isalnum() for text in sure for sign in text)


def _boxes(image: Image.Image) -> list[Box]:
    import numpy

    # OpenCV's order of colours.
    found = _engine()(numpy.asarray(image)[:, :, ::-1])
    if found.boxes is None:
        return []
    return [_box(corners, text, float(score)) for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)]


def _box(corners: Sequence[Sequence[float]], text: str, score: float) -> Box:
    """Corners as rapidocr gives them: from the upper left clockwise."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = ((float(x), float(y)) for x, y in corners)
    return Box((x0 + x3) / 2, (y0 + y1) / 2, (x1 + x2) / 2, (y2 + y3) / 2, text, score, y1 - y0)


@cache
def _engine() -> RapidOCR:
    from rapidocr import RapidOCR

    settings = {
        "Global.log_level": "critical",
        # The classifier turns single lines that stand on their head; whole pages are turned here.
        "Global.use_cls": False,
        "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    return RapidOCR(params=settings)


def _picture(path: Path) -> Image.Image:
    with open_image(path.read_bytes()) as image:
        page, _ = upright_rgb(image, PAGE_LENGTH)
    return _fitted(page)


def _page_of_pdf(path: Path, number: int) -> Image.Image:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        page = document[number]
        width, height = page.get_size()
        scale = min(PAGE_WIDTH / max(min(width, height), 1), PAGE_LENGTH / max(width, height, 1))
        rendered: Image.Image = page.render(scale=scale).to_pil()
        return _fitted(rendered.convert("RGB"))


def _fitted(image: Image.Image) -> Image.Image:
    """At most 1240 pixels on the shorter side and 2200 on the longer; never enlarged."""
    share = min(1.0, PAGE_WIDTH / min(image.size), PAGE_LENGTH / max(image.size))
    if share == 1.0:
        return image
    return image.resize((max(1, round(image.width * share)), max(1, round(image.height * share))), Image.Resampling.LANCZOS)
