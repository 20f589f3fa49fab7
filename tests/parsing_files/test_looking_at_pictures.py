"""Pictures: what they show, when they were taken, their fingerprint; bombs and broken ones are answers."""

from __future__ import annotations

import struct
import zlib
from datetime import datetime, timedelta, timezone

import pillow_heif
import pytest
from PIL import Image, ImageEnhance

from mailbot.model import PictureKind, Problem
from tests.parsing_files.conftest import Look
from tests.parsing_files.making import code, emblem, lecture, on_desk, page, photo, saved, scene, shaded, stamp

PHOTO, PAGE, DECORATION, CODE = PictureKind.PHOTO, PictureKind.PAGE, PictureKind.DECORATION, PictureKind.CODE


def gradients() -> Image.Image:
    down = Image.linear_gradient("L").resize((1280, 960))
    return Image.merge("RGB", (down, down.rotate(180), Image.radial_gradient("L").resize((1280, 960))))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (photo(1, 1280, 960), PHOTO),
        (photo(2, 640, 480, quality=40), PHOTO),
        (photo(3, 480, 360, quality=30), PHOTO),
        (saved(scene(4), "PNG"), PHOTO),
        (saved(ImageEnhance.Brightness(scene(5)).enhance(0.3)), PHOTO),
        (saved(scene(6).convert("L")), PHOTO),
        (saved(Image.blend(scene(7, 1280, 960), Image.new("RGB", (1280, 960), "white"), 0.7)), PHOTO),
        (saved(lecture(), "PNG"), PHOTO),
        (saved(gradients()), PHOTO),
        (saved(page()), PAGE),
        (saved(page(1654)), PAGE),
        (saved(page(620)), PAGE),
        (saved(page().convert("1"), "PNG"), PAGE),
        (saved(page(background=(226, 225, 220))), PAGE),
        (saved(shaded(page())), PAGE),
        (saved(page(lines=8)), PAGE),
        (saved(page().convert("L"), "TIFF"), PAGE),
        (saved(on_desk(page(), (150, 105, 65), 5)), PAGE),
        (saved(on_desk(page(), (45, 45, 50), -8)), PAGE),
        (saved(on_desk(page(), (205, 205, 200), 3)), PAGE),
        (saved(code(), "PNG"), CODE),
        (saved(code(33, 5)), CODE),
        (saved(emblem(), "PNG"), DECORATION),
        (saved(emblem(200)), DECORATION),
        (saved(stamp(), "PNG"), DECORATION),
        (photo(1, 100, 80), DECORATION),
        (photo(1, 1200, 160), DECORATION),
        (saved(Image.new("RGB", (800, 600), "white")), DECORATION),
        (saved(scene(8).quantize(64), "GIF"), PHOTO),
    ],
)
def test_photos_pages_and_decoration_are_told_apart(look: Look, content: bytes, kind: PictureKind) -> None:
    examined = look(content)
    assert examined.picture is not None
    assert (examined.picture.kind, examined.problem) == (kind, None), examined.picture.because
    assert examined.picture.because


def exif(**tags: str) -> bytes:
    block = Image.Exif()
    block.get_ifd(0x8769).update({0x9003: tags["taken"], 0x9011: tags.get("offset", "")})
    return block.tobytes()


def test_the_time_taken_is_read_in_its_zone_else_in_chinese_time(look: Look) -> None:
    china = timezone(timedelta(hours=8))
    for tags, expected in (
        ({"taken": "2022:09:14 10:30:00"}, datetime(2022, 9, 14, 10, 30, tzinfo=china)),
        ({"taken": "2022:09:14 10:30:00", "offset": "+00:00"}, datetime(2022, 9, 14, 18, 30, tzinfo=china)),
        ({"taken": "0000:00:00 00:00:00"}, None),
        ({"taken": "昨天"}, None),
    ):
        picture = look(saved(scene(), exif=exif(**tags))).picture
        assert picture is not None
        assert picture.taken_at == expected


def bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_the_fingerprint_survives_what_wechat_does_and_parts_different_photos(look: Look) -> None:
    original = scene(1, 1600, 1200)
    prints = []
    for content in (saved(original, quality=92), saved(original.resize((1280, 960)), quality=60), photo(2, 1600, 1200)):
        picture = look(content).picture
        assert picture is not None
        assert len(picture.fingerprint) == 32
        prints.append(picture.fingerprint)
    assert bits(prints[0], prints[1]) <= 6
    assert bits(prints[0], prints[2]) > 20


def test_a_turned_photo_has_the_size_and_fingerprint_of_the_upright_one(look: Look) -> None:
    upright = scene(3, 600, 800)
    turned = Image.Exif()
    turned[0x0112] = 6
    first = look(saved(upright, quality=95)).picture
    second = look(saved(upright.rotate(90, expand=True), quality=95, exif=turned.tobytes())).picture
    assert first is not None
    assert second is not None
    assert (second.width, second.height) == (600, 800)
    assert bits(first.fingerprint, second.fingerprint) <= 4


def test_a_heic_from_an_iphone_is_a_photo_and_is_not_turned_twice(look: Look) -> None:
    pillow_heif.register_heif_opener()
    picture = look(saved(scene(3, 600, 800), "HEIF", quality=60), "IMG_0001.HEIC").picture
    first = look(saved(scene(3, 600, 800), quality=90)).picture
    assert picture is not None
    assert first is not None
    assert (picture.width, picture.height, picture.kind) == (600, 800, PHOTO)
    assert bits(first.fingerprint, picture.fingerprint) <= 6


def test_a_photo_cut_off_keeps_its_facts_and_says_truncated(look: Look) -> None:
    for content in (photo(1, 1280, 960), saved(scene(), "PNG")):
        examined = look(content[: len(content) * 2 // 3])
        assert examined.problem is Problem.TRUNCATED
        assert examined.picture is not None
        assert examined.picture.width >= 640


def test_a_picture_of_a_thousand_megapixels_is_not_decoded(look: Look) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")
    examined = look(bomb)
    assert examined.problem is Problem.TOO_LARGE


def test_a_gif_of_many_frames_costs_only_its_first(look: Look) -> None:
    frames = [scene(seed, 200, 150).quantize(16) for seed in range(30)]
    examined = look(saved(frames[0], "GIF", save_all=True, append_images=frames[1:] * 10))
    assert examined.problem is None
    assert examined.picture is not None


def test_what_only_starts_like_a_picture_is_corrupt(look: Look) -> None:
    for start in (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\x00", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"):
        examined = look(start + b"\x00nonsense" * 50, "a.jpg")
        assert examined.problem is not None, start
