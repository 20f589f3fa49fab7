"""Tells a photo from a logo and from a page of text by a few measured features of a small copy."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from mailbot.model import PictureKind


@dataclass(frozen=True, slots=True)
class Features:
    """What a small copy of a picture measures; shares are of all pixels.

    `entropy` in bits of the grey values, `colours` the share of distinct colours (5 bits a channel), `palette` the share of the
    commonest colour (3 bits a channel), `paper` of light colourless pixels, `ink` of dark colourless ones, `vivid` of clearly
    coloured ones, `edges` of pixels that differ strongly from their right neighbour, `sheet` of pixels as bright as the brightest
    around them (paper stays paper under a shadow or a yellow lamp). `writing` is the share of the area that is lines of writing.
    """

    entropy: float
    colours: float
    palette: float
    paper: float
    ink: float
    vivid: float
    edges: float
    sheet: float
    writing: float = 0.0


PHOTOGRAPHED = "像拍下来的一页文字：有成片细密的字迹"


def measure(sample: Image.Image, writing: float = 0.0) -> Features:
    """The features of an RGB picture of 256 pixels a side or less; counted by Pillow in C, 6 ms."""
    total = sample.width * sample.height
    red, green, blue = sample.split()
    high = ImageChops.lighter(red, ImageChops.lighter(green, blue))
    low = ImageChops.darker(red, ImageChops.darker(green, blue))
    chroma = ImageChops.subtract(high, low)
    grey = sample.convert("L")
    vivid = chroma.point([255 * (value > 60) for value in range(256)])
    dull = ImageChops.invert(vivid)
    paper = ImageChops.darker(dull, low.point([255 * (value > 185) for value in range(256)]))
    ink = ImageChops.darker(dull, high.point([255 * (value < 110) for value in range(256)]))
    step = ImageChops.difference(grey, ImageChops.offset(grey, 1, 0))
    return Features(
        entropy=grey.entropy(),
        colours=len(_colours(sample, 0xF8)) / total,
        palette=max(_colours(sample, 0xE0), default=0) / total,
        paper=paper.histogram()[255] / total,
        ink=ink.histogram()[255] / total,
        vivid=vivid.histogram()[255] / total,
        edges=sum(step.histogram()[48:]) / total,
        sheet=_sheet(grey) / total,
        writing=writing,
    )


def _colours(sample: Image.Image, mask: int) -> list[int]:
    """How often each colour occurs, colours counted as equal under the mask."""
    coarse = sample.point([value & mask for value in range(256)] * 3)
    return [count for count, _ in coarse.getcolors(sample.width * sample.height) or []]


def _sheet(grey: Image.Image) -> int:
    # At half size: the filter costs its area for every pixel.
    around = grey.reduce(2).filter(ImageFilter.MaxFilter(5)).resize(grey.size, Image.Resampling.BILINEAR)
    lit = around.point([255 * (value > 90) for value in range(256)])
    # Darker than its surroundings by less than a tenth of the range: still paper.
    close = ImageChops.subtract(around, grey).point([255 * (value < 32) for value in range(256)])
    return ImageChops.darker(lit, close).histogram()[255]


_CELL = 10  # pixels: a cell holds a line of small print or a few strokes of a large one
_REACH = 16  # pixels around a point in which its paper is looked for


def writing_share(copy: Image.Image) -> float:
    """The share of an RGB copy of some 700 pixels that is covered with writing; 15 ms.

    Paper is what is nearly as bright as the brightest nearby, writing what is clearly darker; cells with much of the one and some of
    the other, among cells of the same kind, are lines of print, on whatever desk and under whatever lamp the page lies.
    """
    grey = copy.convert("L")
    paper = _brightest_around(grey).filter(ImageFilter.BoxBlur(_REACH // 2))
    near = ImageChops.subtract(paper.point([int(value * 0.87) for value in range(256)]), grey).point([255] + [0] * 255)
    strokes = ImageChops.subtract(paper.point([int(value * 0.76) for value in range(256)]), grey).point([0] + [255] * 255)
    lit = paper.point([255 * (value > 85) for value in range(256)])
    sheet, ink, light = (mask.reduce(_CELL) for mask in (near, strokes, lit))
    cells = ImageChops.darker(
        ImageChops.darker(sheet.point(_between(0.4, 1.0)), ink.point(_between(0.05, 0.45))), light.point(_between(0.78, 1.0))
    )
    lines = cells.filter(ImageFilter.BoxBlur(2)).point(_between(0.6, 1.0))
    return lines.histogram()[255] / (lines.width * lines.height)


def _between(low: float, high: float) -> list[int]:
    return [255 * (low * 255 <= value <= high * 255) for value in range(256)]


def _brightest_around(grey: Image.Image) -> Image.Image:
    """The brightest of the pixels within reach, by doubling shifts: Pillow's own filter would take half a second."""
    for right, down in ((1, 0), (0, 1)):
        step = 1
        while step < _REACH:
            grey = ImageChops.lighter(grey, ImageChops.offset(grey, right * step, down * step))
            step *= 2
    return ImageChops.offset(grey, -(_REACH - 1) // 2, -(_REACH - 1) // 2)


def judge(features: Features, width: int, height: int, size: int) -> tuple[PictureKind, str]:
    """What a picture of `width` x `height` pixels and `size` bytes seems to show, with the reason in Chinese.

    The order matters: what is surely no photo first; whatever no rule knows is a photo, because a photo may look like anything.
    """
    longer, shorter = max(width, height), max(min(width, height), 1)
    if longer < 120 or width * height < 20_000:
        return PictureKind.DECORATION, f"很小的图（{width}×{height}）"
    if longer / shorter > 5:
        return PictureKind.DECORATION, f"很扁的横幅（{width}×{height}）"
    if features.entropy < 0.5 and features.palette > 0.95:
        return PictureKind.DECORATION, "几乎只有一种颜色"
    if _is_code(features, longer / shorter):
        return PictureKind.CODE, "像二维码"
    if _is_emblem(features, width * height, size):
        return PictureKind.DECORATION, "像徽标、印章或图标"
    return _page_or_photo(features, width, height)


def _is_code(features: Features, ratio: float) -> bool:
    return ratio < 1.2 and features.ink > 0.2 and features.paper > 0.35 and features.paper + features.ink > 0.9 and features.entropy < 3.5


def _is_emblem(features: Features, pixels: int, size: int) -> bool:
    """Few flat colours on white; small in bytes, or with much strong colour, which a page of text has not."""
    if features.paper < 0.45 or features.colours > 0.012 or features.entropy > 3.6 or pixels > 700_000:
        return False
    return features.vivid > 0.1 or (pixels < 300_000 and size < 60_000)


def _page_or_photo(features: Features, width: int, height: int) -> tuple[PictureKind, str]:
    plain = features.vivid < 0.15 and features.colours < 0.018
    if plain and features.paper > 0.6 and features.edges > 0.025:
        # A slide on a screen and a wide table look alike: a person says which.
        if 1.55 < width / height < 2.4 and features.vivid > 0.03:
            return PictureKind.UNKNOWN, "像屏幕截图，也像一页文字"
        return PictureKind.PAGE, "像一页文字或表格：白底、色少"
    dense = features.edges > 0.045 and features.sheet > 0.55 and features.ink < 0.3 and features.writing > 0.03
    if plain and features.vivid < 0.1 and dense:
        return PictureKind.PAGE, "像拍下来的一页文字：底色均匀、字迹密"
    if features.writing > 0.002 and features.sheet > 0.95 and features.vivid < 0.03:
        return PictureKind.PAGE, "像拍下来的一页纸：大半空白"  # the last page of a summary: a few lines and the date
    if features.writing > 0.075:
        return PictureKind.PAGE, PHOTOGRAPHED
    return PictureKind.PHOTO, "像照片：色彩多" if features.vivid > 0.1 else "像照片"
