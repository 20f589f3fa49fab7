"""Sample pictures by Pillow, drawn anew for every seed: photos, phone originals in HEIC, logos, QR-like codes, scanned pages."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/simsun.ttc",
)
_TAKEN, _MAKE, _MODEL = 306, 271, 272  # EXIF tags

Colour = tuple[int, int, int]


def photo(seed: int, width: int = 960, height: int = 720, taken: datetime | None = None, camera: str = "HUAWEI P40") -> bytes:
    """A JPEG that has what a photo of a room full of people has: light, depth, many colours, noise; EXIF if `taken` is given."""
    exif = Image.Exif()
    if taken is not None:
        exif[_TAKEN], exif[_MAKE], exif[_MODEL] = taken.strftime("%Y:%m:%d %H:%M:%S"), camera.partition(" ")[0], camera
    out = io.BytesIO()
    _scene(random.Random(seed), width, height).save(out, "JPEG", quality=82, exif=exif.tobytes() if taken else b"")
    return out.getvalue()


def photo_png(seed: int, width: int = 720, height: int = 480) -> bytes:
    """The same kind of scene as a PNG, as a screenshot of an online class is kept."""
    out = io.BytesIO()
    _scene(random.Random(seed), width, height).save(out, "PNG", compress_level=1)
    return out.getvalue()


def heic(seed: int, width: int = 960, height: int = 720) -> bytes:
    """An iPhone original."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    _scene(random.Random(seed), width, height).save(out, "HEIF", quality=60)
    return out.getvalue()


def logo(seed: int = 0, width: int = 180, height: int = 60) -> bytes:
    """A signature logo: two flat colours, a few kilobytes."""
    rng = random.Random(seed)
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    colour = _colour(rng, 20, 140)
    draw.ellipse((4, 4, height - 4, height - 4), fill=colour)
    for row in range(3):
        draw.rectangle((height + 6, 12 + row * 14, width - 10 - 20 * row, 18 + row * 14), fill=colour)
    return _png(image)


def qr(seed: int = 0, modules: int = 29, scale: int = 8) -> bytes:
    """A square code as 公众号二维码 look: black modules on white, three finder patterns."""
    rng = random.Random(seed)
    side = modules + 8
    image = Image.new("1", (side, side), 1)
    for x in range(modules):
        for y in range(modules):
            image.putpixel((x + 4, y + 4), rng.getrandbits(1))
    draw = ImageDraw.Draw(image)
    for left, top in ((4, 4), (side - 11, 4), (4, side - 11)):
        draw.rectangle((left - 1, top - 1, left + 7, top + 7), fill=1)
        draw.rectangle((left, top, left + 6, top + 6), outline=0)
        draw.rectangle((left + 2, top + 2, left + 4, top + 4), fill=0)
    return _png(image.resize((side * scale, side * scale)).convert("RGB"))


def page(paragraphs: Sequence[str], seed: int = 0, width: int = 1240, stamp: bool = True) -> bytes:
    """A JPEG of an A4 page of text, a little grey and tilted, with a red stamp: what a copier or a phone makes of a sheet."""
    rng = random.Random(seed)
    height = int(width * 1.414)
    image = Image.new("RGB", (width, height), (250, 250, 247))
    draw = ImageDraw.Draw(image)
    size = width // 38
    y = size * 4
    for number, text in enumerate(paragraphs):
        big = size * 3 // 2 if number == 0 else size
        for start in range(0, max(1, len(text)), columns := (width - size * 6) // big):
            _write(draw, (size * 3, y), text[start : start + columns], big)
            y += big * 7 // 4
        if y > height - size * 8:
            break
    if stamp:
        centre, radius = (width - size * 9, height - size * 7), size * 4
        draw.ellipse((centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius), outline=(200, 30, 30), width=5)
    image = image.rotate(rng.uniform(-0.6, 0.6), fillcolor=(236, 236, 232), resample=Image.Resampling.BILINEAR)
    out = io.BytesIO()
    Image.blend(image, _noise(rng, width, height), 0.03).save(out, "JPEG", quality=70)
    return out.getvalue()


def table_shot(rows: Sequence[Sequence[str]], width: int = 900) -> bytes:
    """A PNG screenshot of a table (签到表, 统计表)."""
    line = 40
    image = Image.new("RGB", (width, line * (len(rows) + 1)), "white")
    draw = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        top = line // 2 + number * line
        step = (width - 40) // max(1, len(row))
        for column, text in enumerate(row):
            box = (20 + column * step, top, 20 + (column + 1) * step, top + line)
            draw.rectangle(box, outline="black", fill=(221, 232, 246) if number == 0 else "white")
            _write(draw, (box[0] + 8, top + 9), text, 20)
    return _png(image)


def _scene(rng: random.Random, full_width: int, full_height: int) -> Image.Image:
    """Light falling on a wall, a floor, windows, a banner and people before it; every measure from `rng`.

    Drawn at half size: growing it softens every edge as a lens does, and costs a quarter of the time.
    """
    width, height = full_width // 2, full_height // 2
    light = Image.linear_gradient("L").rotate(rng.choice((0, 90, 180, 270))).resize((width, height))
    bright, dark = (Image.new("RGB", (width, height), _colour(rng, low, high)) for low, high in ((130, 240), (20, 130)))
    image = Image.composite(bright, dark, light)
    draw = ImageDraw.Draw(image)
    horizon = int(height * rng.uniform(0.45, 0.7))
    draw.polygon(((0, horizon), (width, horizon + rng.randint(-20, 20)), (width, height), (0, height)), fill=_colour(rng, 60, 170))
    for _ in range(rng.randint(1, 6)):
        left, top = rng.randint(0, width), rng.randint(0, horizon)
        draw.rectangle((left, top, left + rng.randint(20, width // 3), top + rng.randint(20, height // 3)), fill=_colour(rng, 30, 250))
    if rng.random() < 0.7:
        top = rng.randint(10, horizon // 2)
        draw.rectangle((rng.randint(0, width // 4), top, rng.randint(width // 2, width), top + height // 12), fill=(190, 30, 35))
    for _ in range(rng.randint(5, 26)):
        _person(draw, rng, width, horizon, height)
    image = image.resize((full_width, full_height), Image.Resampling.BILINEAR)
    return Image.blend(image, _noise(rng, full_width, full_height), 0.10)


def _person(draw: ImageDraw.ImageDraw, rng: random.Random, width: int, horizon: int, height: int) -> None:
    x, y = rng.randint(0, width), rng.randint(horizon - height // 10, height)
    head = max(4, int(height * 0.03 * (0.5 + y / height * rng.uniform(0.8, 2.0))))
    draw.rounded_rectangle((x - head * 2, y + head, x + head * 2, y + head * 6), radius=head, fill=_colour(rng, 10, 235))
    draw.ellipse((x - head, y - head, x + head, y + head), fill=(rng.randint(180, 240), rng.randint(140, 190), rng.randint(110, 160)))
    draw.pieslice((x - head, y - head - 2, x + head, y + head), 180, 360, fill=_colour(rng, 5, 60))


def _noise(rng: random.Random, width: int, height: int) -> Image.Image:
    small = (width // 2 + 1, height // 2 + 1)
    return Image.frombytes("L", small, rng.randbytes(small[0] * small[1])).resize((width, height), Image.Resampling.BILINEAR).convert("RGB")


def _colour(rng: random.Random, low: int, high: int) -> Colour:
    return rng.randint(low, high), rng.randint(low, high), rng.randint(low, high)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | None:
    for path in _FONTS:
        if Path(path).is_file():
            return ImageFont.truetype(path, size)
    return None


def _write(draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int) -> None:
    """Text in a Chinese font; where the machine has none, strokes of the same size, so that the page still looks like a page."""
    font = _font(size)
    if font is not None:
        draw.text(place, text, font=font, fill=(35, 35, 40))
        return
    for number, _ in enumerate(text):
        left = place[0] + number * size
        for row in range(4):
            draw.line((left + 2, place[1] + row * size // 4, left + size - 4, place[1] + row * size // 4), fill=(35, 35, 40), width=2)
