"""Loose pictures: photos are filed, decorations left out, pages of text go to a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailbot.model import Disposition, FileVerdict, PictureKind, Problem
from tests.deciding_materials.making import document, photo, picture

Judge = Callable[..., FileVerdict]
FILED, IGNORED, UNSURE = Disposition.FILED, Disposition.IGNORED, Disposition.UNSURE
PHOTO, PAGE, DECORATION, UNKNOWN = PictureKind.PHOTO, PictureKind.PAGE, PictureKind.DECORATION, PictureKind.UNKNOWN


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("IMG_3391.HEIC", PHOTO, FILED),
        ("640.webp", PHOTO, FILED),
        ("案例照片1.jpg", PHOTO, FILED),
        ("结业证书颁发现场.jpg", PHOTO, FILED),
        ("嘉宾签到.jpg", PHOTO, FILED),
        ("腾讯会议截图1.png", PAGE, FILED),
        ("线上直播截图.jpg", UNKNOWN, FILED),
        ("mmexport1672019982345.jpg", UNKNOWN, FILED),
        ("图为志愿者为老人讲解智能手机使用.jpg", UNKNOWN, FILED),
        ("签到表.jpg", PHOTO, IGNORED),
        ("签到表.jpg", PAGE, IGNORED),
        ("荣誉证书.jpg", PAGE, IGNORED),
        ("荣誉证书.jpg", PHOTO, IGNORED),
        ("学员拿到证书.jpg", PHOTO, FILED),
        ("截图_人数统计.png", PAGE, IGNORED),
        ("公众号二维码.jpg", PHOTO, IGNORED),
        ("logo.png", PHOTO, IGNORED),
        ("校徽.png", DECORATION, IGNORED),
        ("mmexport1672019982345.jpg", DECORATION, IGNORED),
        ("总结1.jpg", PHOTO, UNSURE),
        ("总结1.jpg", PAGE, UNSURE),
        ("典型案例2.jpg", PAGE, UNSURE),
        ("扫描件001.jpg", PHOTO, UNSURE),
        ("IMG_3391.jpg", PAGE, UNSURE),
        ("QQ截图20221225101234.png", PAGE, UNSURE),
        ("abc.png", UNKNOWN, UNSURE),
    ],
)
def test_a_loose_picture_is_what_it_shows_and_what_it_is_called(name: str, kind: PictureKind, expected: Disposition, judged: Judge) -> None:
    verdict = judged(picture(name, photo(kind)))
    assert verdict.disposition is expected, verdict
    assert verdict.materials == (("photos",) if expected is FILED else ())


def test_a_code_to_scan_is_no_photo_whatever_its_caption(judged: Judge) -> None:
    assert judged(picture("欢迎各位来学习.png", photo(PictureKind.CODE, width=333, height=333))).disposition is IGNORED


def test_a_small_picture_in_the_text_is_a_signature_and_a_big_one_a_photo(judged: Judge) -> None:
    assert judged(picture("image001.png", photo(width=220, height=60, size=9_000), inline=True)).disposition is IGNORED
    assert judged(picture("image.jpg", photo(), inline=True)).disposition is FILED


def test_a_picture_nobody_can_tell_follows_the_photos_beside_it(judged: Judge) -> None:
    strange = picture("abc.png", photo(UNKNOWN), path="材料.zip/照片/abc.png")
    assert judged(strange).disposition is FILED  # the folder says so
    loose = picture("abc.png", photo(UNKNOWN), path="材料.zip/abc.png")
    assert judged(loose, picture("1.jpg", path="材料.zip/1.jpg")).disposition is FILED


def test_a_page_in_the_folder_of_the_case_is_not_taken_for_a_photo(judged: Judge) -> None:
    assert judged(picture("1.jpg", photo(PAGE), path="案例/1.jpg")).disposition is UNSURE
    assert judged(picture("1.jpg", photo(), path="案例/1.jpg")).disposition is FILED


def test_a_tiny_photo_is_filed_with_a_gentle_hint(judged: Judge) -> None:
    verdict = judged(picture("活动照片1.jpg", photo(DECORATION, 180, 135, 8_000)))
    assert verdict.disposition is FILED
    assert "像素较小" in verdict.hints[0]


def test_a_thumbnail_numbered_like_the_photos_beside_it_is_one_of_them_and_a_logo_is_not(judged: Judge) -> None:
    beside = picture("1.jpg")
    assert judged(picture("3.jpg", photo(DECORATION, 160, 120, 6_000)), beside).disposition is FILED
    assert judged(picture("3.jpg", photo(DECORATION, 160, 120, 6_000))).disposition is IGNORED
    assert judged(picture("3.png", photo(DECORATION, 400, 300, 6_000)), beside).disposition is IGNORED


def test_a_broken_picture_is_unreadable(judged: Judge) -> None:
    assert judged(document("照片1.jpg", problem=Problem.TRUNCATED)).disposition is Disposition.UNREADABLE
