"""Documents give their text, first lines, letterhead and pictures; locked, empty, broken and hostile ones give a Problem."""

from __future__ import annotations

import base64
import io
import socket
import struct
import threading
import time
import zipfile
from collections.abc import Iterator

import openpyxl
import pypdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from mailbot.config import Limits
from mailbot.model import FileKind, PictureKind, Problem
from tests.parsing_files.conftest import Look
from tests.parsing_files.making import FIXTURES, compound, document_xml, docx, emblem, page, photo, repacked, saved, zipped

TITLE, NUMBER = "测试市教育局2022年活动工作总结", "测试教函〔2022〕15号"
RARE = "一年来，我局认真组织开展活动，囍镕喆㙍，共举办12场。"


@pytest.mark.parametrize("name", ["report.doc", "report.odt", "report.rtf", "report.pdf"])
def test_one_report_reads_alike_in_every_format(look: Look, name: str) -> None:
    examined = look((FIXTURES / name).read_bytes(), name)
    assert examined.problem is None
    assert examined.reading is not None
    head = [line for line in examined.reading.head if line != "测试市教育局文件"]  # pdf shows the page header as a line
    assert [line.replace(" ", "") for line in head[:3]] == [TITLE, NUMBER, RARE]  # LibreOffice sets 12 场 with a gap in its pdf
    text = examined.reading.text.split()
    assert [text.count(cell) for cell in ("单位", "场次", "示例大学")] == [1, 1, 1]


@pytest.mark.parametrize("name", ["report.doc", "report.odt", "report.pdf"])
def test_the_pictures_inside_are_found_once_each(look: Look, name: str) -> None:
    reading = look((FIXTURES / name).read_bytes(), name).reading
    assert reading is not None
    assert [(picture.width, picture.height, picture.kind) for picture in reading.pictures] == [(240, 180, PictureKind.PHOTO)] * 2


def test_a_docx_gives_head_letterhead_and_only_the_pictures_it_shows(look: Look) -> None:
    content = docx([TITLE, NUMBER, "", RARE], [photo(1), photo(2), photo(1)], header="测试市教育局文件")
    content = repacked(content, {"word/media/unused.jpg": photo(9)})
    reading = look(content).reading
    assert reading is not None
    assert reading.head == (TITLE, NUMBER, RARE)
    assert reading.header == "测试市教育局文件"
    assert len(reading.photos) == 2


def test_the_letterhead_of_odt_and_rtf_is_kept_apart(look: Look) -> None:
    for name in ("report.odt", "report.rtf"):
        reading = look((FIXTURES / name).read_bytes(), name).reading
        assert reading is not None
        assert reading.header == "测试市教育局文件"


def test_text_in_split_runs_boxes_tables_and_word_art_is_whole_and_said_once(look: Look) -> None:
    body = (
        "<w:p><w:r><w:t>关于</w:t></w:r><w:r><w:t>报送总结</w:t></w:r><w:r><w:tab/><w:t>报告</w:t></w:r></w:p>"
        '<w:p><w:r><mc:AlternateContent xmlns:mc="m">'
        "<mc:Choice><w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        '<w:p><w:r><w:pict xmlns:v="v"><v:shape><v:textpath string="示例大学文件"/></v:shape></w:pict></w:r></w:p>'
        "<w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:r><w:t>第一行</w:t><w:br/><w:t>第二行</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>单位</w:t></w:r></w:p><w:p><w:r><w:t>名称</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>示例大学</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    reading = look(repacked(docx(), {"word/document.xml": document_xml(body)})).reading
    assert reading is not None
    assert reading.head == ("关于报送总结 报告", "框内", "示例大学文件", "第一行", "第二行", "单位 名称 示例大学")


def test_a_workbook_gives_its_rows_with_the_stored_values_of_formulas(look: Look) -> None:
    for name in ("table.xlsx", "table.xls", "table.ods"):
        reading = look((FIXTURES / name).read_bytes(), name).reading
        assert reading is not None
        rows = [line for line in reading.head if line not in ("Sheet", "Sheet1")]
        assert rows == ["序号 单位 场次", "1 测试市教育局 12", "2 示例大学 15"], name


def test_slides_give_their_text_in_order(look: Look) -> None:
    from office_oxide import PptxWriter

    show = PptxWriter()
    for text in ("测试大学活动总结", "共举办12场"):
        show.set_slide_title(show.add_slide(), text)
    show.add_slide_image(0, photo(), "jpeg", 914400, 914400, 4572000, 3429000)
    reading = look(bytes(show.to_bytes())).reading
    assert reading is not None
    assert (reading.head, reading.pages, len(reading.photos)) == (("测试大学活动总结", "共举办12场"), 2, 1)


def test_rtf_in_gbk_escapes_and_with_a_jpeg_inside(look: Look) -> None:
    escaped = "".join(f"\\'{byte:02x}" for byte in "镕关于总结".encode("gbk"))
    picture = "{\\pict\\jpegblip " + photo().hex() + "}"
    for title in (escaped.encode(), "镕关于总结".encode("gbk")):
        content = b"{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset134 SimSun;}}\\f0 " + title + b"\\par " + picture.encode() + b"}"
        reading = look(content, "总结.doc").reading
        assert reading is not None
        assert (reading.head[0], len(reading.photos)) == ("镕关于总结", 1)


@pytest.mark.parametrize("charset", ["gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_plain_text_is_read_in_the_charset_it_came_in(look: Look, charset: str) -> None:
    reading = look("关于报送总结的说明 2022\r\n镕喆".encode(charset), "说明.txt").reading
    assert reading is not None
    assert reading.head == ("关于报送总结的说明 2022", "镕喆")


def test_a_web_page_in_gb2312_and_a_saved_one(look: Look) -> None:
    content = "<html><head><meta charset=gb2312><title>t</title><style>x</style></head>"
    content += "<body><p>镕总结<br>二</p><table><tr><td>甲<td>乙</table></body>"
    mht = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset="gb2312"\r\n'
    mht += b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content.encode("gb18030"))
    mht += b"--b\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(photo()) + b"--b--\r\n"
    for raw, photos in ((content.encode("gb18030"), 0), (mht, 1)):
        examined = look(raw, "总结.doc")
        assert examined.kind is FileKind.HTML
        assert examined.reading is not None
        assert (examined.reading.head, len(examined.reading.photos)) == (("镕总结", "二", "甲 乙"), photos)


def scan(pages: int = 2, width: int = 595, content: bytes | None = None, lock: str | None = None) -> bytes:
    sink = io.BytesIO()
    encryption = StandardEncryption(lock) if lock else None
    canvas = Canvas(sink, pagesize=(595, 842), encrypt=encryption)
    picture = ImageReader(io.BytesIO(content or saved(page())))
    for _ in range(pages):
        canvas.drawImage(picture, 0, 0, width, 842 * width / 595)
        canvas.showPage()
    canvas.save()
    return sink.getvalue()


def test_a_scanned_pdf_has_no_text_and_pages_for_pictures(look: Look) -> None:
    examined = look(scan(), "总结.pdf")
    assert examined.problem is None
    assert examined.reading is not None
    assert (examined.reading.text, examined.reading.pages) == ("", 2)
    assert {picture.kind for picture in examined.reading.pictures} == {PictureKind.PAGE}


def test_photos_in_a_pdf_album_stay_photos(look: Look) -> None:
    reading = look(scan(1, 400, photo()), "照片.pdf").reading
    assert reading is not None
    assert [picture.kind for picture in reading.pictures] == [PictureKind.PHOTO]


def test_a_pdf_whose_letters_are_drawn_as_shapes_is_a_page_not_empty(look: Look) -> None:
    sink = io.BytesIO()
    canvas = Canvas(sink)
    for row in range(40):
        for column in range(30):
            canvas.rect(60 + column * 15, 100 + row * 16, 9, 11)
    canvas.save()
    reading = look(sink.getvalue(), "总结.pdf").reading
    assert reading is not None
    assert [picture.kind for picture in reading.pictures] == [PictureKind.PAGE]


def blank_pdf() -> bytes:
    sink = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (docx([""]), "a.docx"),
        (docx(["  ", "\u3000"]), "a.docx"),
        (blank_pdf(), "a.pdf"),
        (b"  \n\n", "a.txt"),
        (b"<html><body> </body></html>", "a.html"),
    ],
)
def test_a_document_with_nothing_in_it_is_empty(look: Look, content: bytes, name: str) -> None:
    assert look(content, name).problem is Problem.EMPTY


def locked_doc() -> bytes:
    return compound({"WordDocument": b"\xec\xa5\xc1\x00" + bytes(6) + struct.pack("<H", 0x0100) + bytes(500)})


def locked_odt() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("mimetype", b"application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", b"<manifest><file-entry><encryption-data/></file-entry></manifest>")
        archive.writestr("content.xml", bytes(range(256)))
    return sink.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}),
        locked_doc(),
        compound({"Workbook": struct.pack("<HH", 0x809, 16) + bytes(16) + struct.pack("<HH", 0x2F, 4) + bytes(4)}),
        compound({"Current User": bytes(12) + b"\xdf\xc4\xd1\xf3", "PowerPoint Document": bytes(40)}),
        scan(1, lock="secret"),
        locked_odt(),
    ],
    ids=["docx", "doc", "xls", "ppt", "pdf", "odt"],
)
def test_a_locked_document_is_encrypted_not_broken(look: Look, content: bytes) -> None:
    examined = look(content, "总结")
    assert (examined.reading, examined.problem) == (None, Problem.ENCRYPTED)


@pytest.mark.parametrize("name", ["report.doc", "report.odt", "report.pdf", "table.xlsx"])
def test_half_a_document_is_a_problem_never_a_crash(look: Look, name: str) -> None:
    content = (FIXTURES / name).read_bytes()
    assert look(content[: len(content) // 2], name).problem in (Problem.TRUNCATED, Problem.CORRUPT)


def test_a_docx_without_its_main_part_is_corrupt(look: Look) -> None:
    assert look(repacked(docx(), {"word/document.xml": None})).problem is Problem.CORRUPT


def test_a_missing_picture_does_not_cost_the_text(look: Look) -> None:
    content = docx([TITLE], [photo()])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        media = next(name for name in archive.namelist() if name.startswith("word/media/"))
    examined = look(repacked(content, {media: None}))
    assert examined.reading is not None
    assert (examined.reading.text, examined.problem) == (TITLE, None)


def test_an_ofd_is_known_but_not_read(look: Look) -> None:
    examined = look(zipped({b"OFD.xml": b"<x/>"}), "公文.ofd")
    assert (examined.kind, examined.problem) == (FileKind.OFD, Problem.UNSUPPORTED)


def test_long_text_is_cut_at_the_cap_without_a_problem(look: Look) -> None:
    reading = look(("很长的总结" * 100_000).encode(), "a.txt").reading
    assert reading is not None
    assert len(reading.text) == Limits().text_characters


def test_photos_behind_a_text_longer_than_the_cap_are_still_found(look: Look) -> None:
    reading = look(docx(["很长的总结" * 50_000], [photo()])).reading
    assert reading is not None
    assert (len(reading.text), len(reading.photos)) == (Limits().text_characters, 1)


def test_hidden_marks_and_controls_do_not_reach_the_reading(look: Look) -> None:
    reading = look("总\u202e结\u200b\x0b报告".encode(), "a.txt").reading
    assert reading is not None
    assert reading.head == ("总结", "报告")


LAUGHS = '<!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
LAUGHS += "".join(f'<!ENTITY {b} "{("&" + a + ";") * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)) + "]>"


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        seen: list[object] = []
        server.settimeout(0.2)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    seen.append(server.accept())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], seen
        stop.set()
        thread.join()


def test_entities_are_neither_expanded_nor_fetched(look: Look, listener: tuple[int, list[object]]) -> None:
    port, seen = listener
    url = f"http://127.0.0.1:{port}/x"
    for prolog, entity in (
        (LAUGHS, "i"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>', "e"),
        (f'<!DOCTYPE x [<!ENTITY e SYSTEM "{url}">]>', "e"),
        (f'<!DOCTYPE x SYSTEM "{url}">', "amp"),
    ):
        content = repacked(docx(), {"word/document.xml": document_xml(f"<w:p><w:r><w:t>总结&{entity};</w:t></w:r></w:p>", prolog)})
        examined = look(content)
        text = examined.reading.text if examined.reading else ""
        assert len(text) < 20, prolog
    html = f'<html><body>总结<img src="{url}"><link href="{url}" rel=stylesheet><script src="{url}"></script></body></html>'
    reading = look(html.encode()).reading
    assert reading is not None
    assert (reading.text, seen) == ("总结", [])


def test_bombs_in_office_files_are_refused_in_time(look: Look) -> None:
    paragraphs = document_xml("<w:p/>" * 3_000_000)
    node = document_xml("<w:p><w:r><w:t>" + "a" * 200_000_000 + "</w:t></w:r></w:p>")
    for body in (paragraphs, node):
        content = repacked(docx(), {"word/document.xml": body})
        assert len(content) < 400_000
        start = time.monotonic()
        assert look(content).problem is Problem.TOO_LARGE
        assert time.monotonic() - start < 20


def test_a_sheet_that_claims_sixteen_thousand_columns_costs_nothing(look: Look) -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0]["XFD1048576"] = "末"
    sink = io.BytesIO()
    workbook.save(sink)
    start = time.monotonic()
    reading = look(sink.getvalue()).reading
    assert reading is not None
    assert reading.text == "末"
    assert time.monotonic() - start < 2


def test_an_embedded_logo_is_decoration(look: Look) -> None:
    reading = look(docx([TITLE], [saved(emblem(), "PNG")])).reading
    assert reading is not None
    assert [picture.kind for picture in reading.pictures] == [PictureKind.DECORATION]


def test_a_wmf_inside_is_no_picture(look: Look) -> None:
    content = docx([TITLE], [photo()])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        media = next(name for name in archive.namelist() if name.startswith("word/media/"))
    reading = look(repacked(content, {media: b"\xd7\xcd\xc6\x9a" + bytes(100)})).reading
    assert reading is not None
    assert reading.pictures == ()
