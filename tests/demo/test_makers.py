"""Sample files are real: other libraries open them, and equal arguments give equal bytes."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import dhash
import openpyxl
import pillow_heif
import pypdfium2
import pytest
from docx import Document
from PIL import Image

from mailbot.demo import makers, pictures, prose

TEXT = ["标题", "一、概况", "现将有关情况总结如下：" * 12]
JPEG = pictures.photo(1, 320, 240)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    "make",
    [
        lambda: makers.docx(TEXT, [JPEG], ["图1"], [("案例名称", "银龄课堂")], "红头"),
        lambda: makers.xlsx([["单位", "人数"], ["甲", 3]]),
        lambda: makers.pptx([("剪影", "现场", JPEG)]),
        lambda: makers.pdf(TEXT, [JPEG]),
        lambda: makers.scanned_pdf([pictures.page(TEXT)]),
        lambda: pictures.heic(4, 320, 240),
        lambda: pictures.photo_png(4),
    ],
)
def test_equal_arguments_give_equal_bytes(make: Callable[[], bytes]) -> None:
    assert make() == make()


def test_a_word_file_holds_title_form_pictures_and_letterhead() -> None:
    document = Document(io.BytesIO(makers.docx(TEXT, [JPEG], ["图1 现场"], [("案例名称", "银龄课堂")], "吉林市教育局")))
    assert [paragraph.text for paragraph in document.paragraphs][:2] == TEXT[:2]
    assert document.paragraphs[-1].text == "图1 现场"
    assert document.tables[0].rows[0].cells[1].text == "银龄课堂"
    assert document.sections[0].header.paragraphs[0].text == "吉林市教育局"
    assert len(document.inline_shapes) == 1


def test_a_pdf_has_its_chinese_text_and_a_scanned_one_has_none() -> None:
    text = pypdfium2.PdfDocument(makers.pdf(TEXT))[0].get_textpage().get_text_range()
    scan = pypdfium2.PdfDocument(makers.scanned_pdf([pictures.page(TEXT)]))[0].get_textpage().get_text_range()
    assert "现将有关情况总结如下" in text
    assert scan.strip() == ""


def test_a_long_pdf_goes_on_over_the_page() -> None:
    assert len(pypdfium2.PdfDocument(makers.pdf(prose.summary("北华大学", 1)))) > 1


def test_a_workbook_opens() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(makers.xlsx([["单位", "人数"], ["甲", 3]]))).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.rows] == [["单位", "人数"], ["甲", 3]]


def test_slides_carry_their_pictures() -> None:
    with zipfile.ZipFile(io.BytesIO(makers.pptx([("剪影", "一", JPEG), ("剪影", "二", None)]))) as package:
        assert [package.read(name) for name in package.namelist() if name.endswith((".jpg", ".jpeg"))] == [JPEG]


@pytest.mark.parametrize(
    ("pack", "charset", "flagged"),
    [(makers.zip_gbk, "gb18030", False), (makers.zip_mac, "utf-8", False), (makers.zip_utf8, "utf-8", True)],
)
def test_zips_name_their_members_as_each_system_does(pack: Callable[..., bytes], charset: str, flagged: bool) -> None:
    packed = pack([("照片/一.jpg", JPEG), ("总结.txt", b"text")])
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        first = archive.infolist()[0]
        assert archive.testzip() is None
        assert archive.read(first) == JPEG
        assert bool(first.flag_bits & 0x800) is flagged
        assert (first.filename if flagged else first.filename.encode("cp437").decode(charset)) == "照片/一.jpg"


def test_photos_differ_from_each_other_as_pictures_not_only_as_bytes() -> None:
    prints = [dhash.dhash_int(opened(pictures.photo(seed, 320, 240))) for seed in range(30)]
    distances = [(one ^ other).bit_count() for at, one in enumerate(prints) for other in prints[:at]]
    assert min(distances) > 12


def test_a_photo_says_when_and_by_what_it_was_taken() -> None:
    exif = opened(pictures.photo(2, 320, 240, datetime(2022, 11, 23, 9, 30, tzinfo=UTC))).getexif()
    assert (exif[306], exif[271]) == ("2022:11:23 09:30:00", "HUAWEI")


def test_heic_is_heic() -> None:
    assert pillow_heif.open_heif(io.BytesIO(pictures.heic(4, 320, 240))).size == (320, 240)


def test_decoration_is_small_and_a_page_is_upright_and_mostly_white() -> None:
    page = opened(pictures.page(TEXT)).convert("L")
    assert page.height > page.width
    assert sum(page.histogram()[200:]) > 0.8 * page.width * page.height
    assert len(pictures.logo()) < 15_000
    assert opened(pictures.qr()).size[0] == opened(pictures.qr()).size[1]


def test_a_page_can_be_drawn_where_no_chinese_font_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_FONTS", ())
    pictures._font.cache_clear()
    dark = sum(opened(pictures.page(TEXT, stamp=False)).convert("L").histogram()[:100])
    pictures._font.cache_clear()
    assert dark > 5_000


def test_summaries_are_long_signed_and_speak_of_many_activities_while_a_case_speaks_of_one() -> None:
    summary, case = "\n".join(prose.summary("北华大学", 7)), "\n".join(prose.case("北华大学", 7))
    names = [name for name, _, _ in prose.ACTIVITIES]
    assert len(summary) > 1500
    assert summary.endswith("北华大学\n2022年12月20日")
    assert sum(name in summary for name in names) > 1
    assert sum(name in case for name in names) == 1
