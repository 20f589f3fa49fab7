"""Tells a photo from a logo and from a page of text by a few measured features of a small copy."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from PIL import Image

from mailbot.model import PictureKind


@dataclass(frozen=True, slots=True)
class Features:
    """Shares are of all pixels. `entropy` in bits of the grey values, `colours` the share of distinct colours (5 bits a channel),
    `palette` the share of the commonest colour with its neighbours, `white` the share of light colourless pixels,
    `ink` of dark colourless ones, `vivid` of clearly coloured ones, `middle` of greys and pale colours between paper and ink."""

    entropy: float
    colours: float
    palette: float
    white: float
    ink: float
    vivid: float
    middle: float


def measure(sample: Image.Image) -> Features:
    """The features of an RGB picture of about 256 pixels a side."""
    pixels: list[tuple[int, int, int]] = list(zip(*(band.tobytes() for band in sample.split()), strict=True))
    total = len(pixels)
    coarse = Counter((red >> 3, green >> 3, blue >> 3) for red, green, blue in pixels)
    greys = Counter(sample.convert("L").tobytes())
    white = ink = vivid = 0
    for red, green, blue in pixels:
        low, high = min(red, green, blue), max(red, green, blue)
        if high - low > 60:
            vivid += 1
        elif low > 200:
            white += 1
        elif high < 110:
            ink += 1
    palette = Counter((red >> 5, green >> 5, blue >> 5) for red, green, blue in pixels)
    return Features(
        entropy=-sum(count / total * math.log2(count / total) for count in greys.values()),
        colours=len(coarse) / total,
        palette=palette.most_common(1)[0][1] / total,
        white=white / total,
        ink=ink / total,
        vivid=vivid / total,
        middle=1 - (white + ink + vivid) / total,
    )


def judge(features: Features, width: int, height: int, size: int) -> tuple[PictureKind, str]:
    """What a picture of `width` x `height` pixels and `size` bytes seems to show, with the reason in Chinese."""
    longer, shorter = max(width, height), max(min(width, height), 1)
    if longer < 120 or width * height < 20_000:
        return PictureKind.DECORATION, f"很小的图（{width}×{height}）"
    if longer / shorter > 5:
        return PictureKind.DECORATION, f"很扁的横幅（{width}×{height}）"
    return PictureKind.PHOTO, "像照片"
