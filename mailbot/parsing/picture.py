"""Looks at one picture: pixels, EXIF time, fingerprint, and what it seems to show; decoding is bounded and happens in the child."""

from __future__ import annotations

import io
import re
import warnings
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import dhash
from PIL import Image, ImageOps, UnidentifiedImageError

from mailbot.config import Limits
from mailbot.model import Picture, PictureKind, Problem
from mailbot.parsing.picturekind import judge, measure, writing_share

MAX_PIXELS = 120_000_000
"""The largest phone sensors give 108 Mpx, a decoded one takes 360 MB; beyond this nothing is decoded."""

SAMPLE = 256
"""Pixels of the longer side that features and fingerprint are taken from."""

COPY = 720
"""Pixels of the longer side in which the print of a photographed page is still seen."""

_SMALLEST_PAGE = 150  # pixels of the shorter side of that copy: below this no print can be read

CHINA = timezone(timedelta(hours=8))
_EXIF_POINTER, _TAKEN, _DIGITISED, _CHANGED, _OFFSET = 0x8769, 0x9003, 0x9004, 0x0132, 0x9011

# Between one and two times its limit Pillow only warns (libraries 3): here the warning is the refusal.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def look(path: Path, limits: Limits) -> tuple[Picture | None, Problem | None]:
    """The facts of the picture file at `path`; never raises for bad content, except MemoryError.

    A picture that breaks off keeps its facts beside TRUNCATED; one too large to decode keeps its pixels beside TOO_LARGE.
    """
    size = path.stat().st_size
    if size > limits.reader_memory_bytes // 4:
        return None, Problem.TOO_LARGE
    return look_bytes(path.read_bytes())


def look_bytes(content: bytes) -> tuple[Picture | None, Problem | None]:
    """The same for a picture embedded in a document."""
    if not content:
        return None, Problem.EMPTY
    try:
        image = open_image(content)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None, Problem.TOO_LARGE
    except MemoryError:
        raise
    except UnidentifiedImageError:
        return None, Problem.UNSUPPORTED if content[:4] in (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x00\x00") else Problem.CORRUPT
    except Exception:  # Pillow's plugins raise SyntaxError, ValueError, struct.error, OSError over broken headers
        return None, Problem.CORRUPT
    with image:
        return look_image(image, len(content))


def look_image(image: Image.Image, size: int) -> tuple[Picture | None, Problem | None]:
    """The same for an open picture; `size` is its bytes as they came."""
    width, height = image.size
    taken_at = _taken_at(image)
    try:
        copy, whole = upright_rgb(image, COPY)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Picture(width, height, size, PictureKind.UNKNOWN, taken_at=taken_at), Problem.TOO_LARGE
    except MemoryError:
        raise
    except Exception:  # the same plugins, over broken pixels
        return Picture(width, height, size, PictureKind.UNKNOWN, taken_at=taken_at), Problem.CORRUPT
    if _turned(image):
        width, height = height, width
    writing = writing_share(copy) if min(copy.size) >= _SMALLEST_PAGE else 0.0
    copy.thumbnail((SAMPLE, SAMPLE), Image.Resampling.BOX)
    kind, because = judge(measure(copy, writing), width, height, size)
    picture = Picture(width, height, size, kind, _fingerprint(copy), taken_at, because)
    return picture, None if whole else Problem.TRUNCATED


def open_image(content: bytes) -> Image.Image:
    """The picture file as Pillow opens it, HEIC among them; nothing is decoded yet. Raises what Pillow raises over broken headers."""
    if content[4:8] == b"ftyp":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    return Image.open(io.BytesIO(content))


def upright_rgb(image: Image.Image, side: int) -> tuple[Image.Image, bool]:
    """An RGB copy of at most `side` pixels, turned as EXIF says, transparent parts white; and whether the pixels came to their end.

    Raises what Pillow raises over broken pixels.
    """
    # A JPEG is decoded at an eighth where that is enough: 12 instead of 100 ms.
    image.draft("RGB", (side, side))
    whole = True
    try:
        image.load()
    except OSError as error:
        if "truncated" not in str(error) and "incomplete" not in str(error).lower():
            raise
        whole = False
        image = _half(image)
    image.thumbnail((side, side), Image.Resampling.BOX)
    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        upright = image.convert("RGBA")
        ground = Image.new("RGBA", upright.size, "white")
        ground.alpha_composite(upright)
        image = ground
    elif image.mode.startswith(("I", "F")):
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("RGB"), whole


def _half(image: Image.Image) -> Image.Image:
    """What came of a picture that breaks off; the missing rest is grey."""
    from PIL import ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    return image


def _turned(image: Image.Image) -> bool:
    # pillow-heif has turned the pixels already and reports orientation 1.
    try:
        return image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    except Exception:  # a broken EXIF block says nothing
        return False


def _fingerprint(sample: Image.Image) -> str:
    row, column = dhash.dhash_row_col(sample)
    return f"{row:016x}{column:016x}"


def _taken_at(image: Image.Image) -> datetime | None:
    """When the camera says it was taken; without an offset in Chinese time, as phones here run on it (EXIF 2.32, 4.6.5)."""
    try:
        exif = image.getexif()
        details = exif.get_ifd(_EXIF_POINTER)
        text = details.get(_TAKEN) or details.get(_DIGITISED) or exif.get(_CHANGED)
        moment = datetime.strptime(str(text).strip("\x00 ")[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=_zone(details.get(_OFFSET)))
        moment.astimezone(UTC)  # year 1 and year 9999 cannot be told in another zone
    except Exception:  # no EXIF, a broken one, or a camera whose clock says 0000:00:00
        return None
    return moment


def _zone(offset: object) -> timezone:
    match = re.fullmatch(r"([+-])(\d\d):(\d\d)", str(offset or "").strip("\x00 "))
    if not match or int(match[2]) > 14:
        return CHINA
    minutes = int(match[2]) * 60 + int(match[3])
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))
