"""A file is what its bytes are; its name counts where bytes say nothing, or where the name is a trap."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pillow_heif
import pytest

from mailbot.model import FileKind
from mailbot.parsing.filetype import sniff
from tests.parsing_files.making import FIXTURES, compound, docx, photo, rar5, saved, scene, tnef, zipped


def kind(tmp_path: Path, content: bytes, name: str) -> FileKind:
    path = tmp_path / "leaf"
    path.write_bytes(content)
    return sniff(path, name)


def workbook() -> bytes:
    sink = io.BytesIO()
    openpyxl.Workbook().save(sink)
    return sink.getvalue()


def heic() -> bytes:
    pillow_heif.register_heif_opener()
    return saved(scene(), "HEIF", quality=50)


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (docx(), "总结.jpg", FileKind.DOCX),
        (photo(), "照片.docx", FileKind.IMAGE),
        (b"<html><body>x</body></html>", "总结.pdf", FileKind.HTML),
        (b"<!DOCTYPE html>\n<p>x", "总结.doc", FileKind.HTML),
        (b"{\\rtf1\\ansi x}", "总结.doc", FileKind.RTF),
        ((FIXTURES / "report.doc").read_bytes(), "总结.wps", FileKind.DOC),
        ((FIXTURES / "table.xls").read_bytes(), "汇总.et", FileKind.XLS),
        ((FIXTURES / "report.pdf").read_bytes(), "总结", FileKind.PDF),
        (b"\x00junk from a gateway\n" + (FIXTURES / "report.pdf").read_bytes(), "总结.pdf", FileKind.PDF),
        ((FIXTURES / "report.odt").read_bytes(), "总结.docx", FileKind.ODF),
        (docx(), "总结.wps", FileKind.DOCX),
        (workbook(), "tcmime.1001.1002.bin", FileKind.XLSX),
        (heic(), "IMG_0001.jpg", FileKind.IMAGE),
        (saved(scene(), "WEBP"), "mmexport.jpg", FileKind.IMAGE),
        (saved(scene(), "TIFF"), "a", FileKind.IMAGE),
        (saved(scene(), "BMP"), "a", FileKind.IMAGE),
        (rar5({"a.txt": b"x"}), "材料.zip", FileKind.ARCHIVE),
        (tnef({b"a.txt": b"x"}), "winmail.dat", FileKind.TNEF),
        (compound({"EncryptedPackage": b"x"}), "总结.docx", FileKind.ENCRYPTED),
        (compound({"PowerPoint Document": b"x"}), "汇报.dps", FileKind.PPT),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42" + bytes(40), "VID", FileKind.VIDEO),
        (b"ID3\x03\x00" + bytes(40), "录音", FileKind.AUDIO),
        (b"From: a@b.cn\r\nTo: c@d.cn\r\nSubject: x\r\n\r\nhello", "邮件", FileKind.MESSAGE),
        (b"Subject: x\r\n\r\nhello", "转发.eml", FileKind.MESSAGE),
        ("关于总结：见附件".encode("gb18030"), "说明", FileKind.TXT),
        ("关于总结：见附件".encode("utf-16"), "说明", FileKind.TXT),
        ("关于总结：见附件 with ASCII".encode("utf-16-le"), "说明", FileKind.TXT),
        (bytes(range(256)) * 10, "x.bin", FileKind.OTHER),
        (b"", "总结.docx", FileKind.EMPTY),
    ],
)
def test_content_decides_over_the_name(tmp_path: Path, content: bytes, name: str, expected: FileKind) -> None:
    assert kind(tmp_path, content, name) is expected


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ" + bytes(200), "总结.docx"),
        (b"\x7fELF" + bytes(60), "总结"),
        (b"#!/bin/sh\nrm -rf /\n", "说明.txt"),
        (docx(), "总结.docx.exe"),
        (docx(), "总结.docx.exe. "),
        (photo(), "照片.scr"),
        (b"CreateObject(1)", "总结.vbs"),
        (b"echo", "run.com"),
        (b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(60), "总结.docx"),
    ],
)
def test_what_would_run_on_a_double_click_is_executable(tmp_path: Path, content: bytes, name: str) -> None:
    assert kind(tmp_path, content, name) is FileKind.EXECUTABLE


def test_a_name_that_ends_like_a_mail_address_is_not_a_program(tmp_path: Path) -> None:
    assert kind(tmp_path, docx(), "zhangsan@163.com") is FileKind.DOCX


def test_a_docx_whose_members_come_in_another_order_is_still_a_docx(tmp_path: Path) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx())) as old, zipfile.ZipFile(sink, "w") as new:
        for name in reversed(old.namelist()):
            new.writestr(name, old.read(name))
    assert kind(tmp_path, sink.getvalue(), "x") is FileKind.DOCX


def test_a_docx_cut_in_half_is_still_a_docx(tmp_path: Path) -> None:
    content = docx()
    assert kind(tmp_path, content[: len(content) // 2], "x") is FileKind.DOCX


def test_an_office_file_cut_short_before_its_first_part_goes_by_its_name(tmp_path: Path) -> None:
    content = zipped({b"[Content_Types].xml": b"<x/>", b"_rels/.rels": b"<x/>", b"docProps/app.xml": b"<x/>"})[:-60]
    assert kind(tmp_path, content, "总结.docx") is FileKind.DOCX
    assert kind(tmp_path, content, "总结") is FileKind.OTHER


def test_an_ofd_is_told_from_a_plain_zip_by_its_member(tmp_path: Path) -> None:
    assert kind(tmp_path, zipped({b"OFD.xml": b"<x/>"}), "公文.zip") is FileKind.OFD
    assert kind(tmp_path, zipped({b"a.txt": b"x"}), "公文.ofd") is FileKind.ARCHIVE


def test_a_page_saved_by_a_browser_is_html(tmp_path: Path) -> None:
    mht = b'From: <saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'
    assert kind(tmp_path, mht, "总结.doc") is FileKind.HTML
