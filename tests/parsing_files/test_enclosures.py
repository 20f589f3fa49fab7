"""What lies inside another file comes out, or a person is told; what only draws the file around it troubles nobody."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.config import Limits
from mailbot.model import Facts, FileKind, Problem
from mailbot.parsing import sevenzip
from mailbot.parsing.gather import gather
from mailbot.parsing.sandbox import Sandbox
from tests.parsing_files.containers import CONTAINERS, MOTION, commented, packaged, pdf, rtf, saved_page, with_chart, with_object
from tests.parsing_files.making import FIXTURES, compound, docx, photo, repacked, saved, scene, zipped
from tests.parsing_message.mails import attached, multipart, text_part, word

Receive = Callable[..., Facts]
CASE = docx(["测试大学典型案例：银发课堂", "一位老人每周三来上课。"])


@pytest.fixture
def receive(sandbox: Sandbox, tmp_path: Path) -> Receive:
    """The facts of a mail with one file."""

    def receive(content: bytes, name: str, limits: Limits | None = None) -> Facts:
        work = tmp_path / f"work{len(list(tmp_path.iterdir()))}"
        work.mkdir()
        raw = work / "mail.eml"
        raw.write_bytes(multipart(text_part("您好"), attached(b'; filename="' + word(name) + b'"', content)))
        return gather(raw, work, sandbox, limits or Limits())

    return receive


def paths(facts: Facts) -> list[str]:
    return [item.path for item in facts.items if item.path != "(body)"]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.create_sheet().append(["人数", 12])
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


@pytest.mark.parametrize("where", [where for where in CONTAINERS if "broken" not in where])
def test_a_document_inside_another_file_is_an_item_of_its_own(receive: Receive, where: str) -> None:
    if "rar" in where and sevenzip.binary() is None:
        pytest.skip("the extra `archives` is not installed")
    name, put_into = CONTAINERS[where]
    facts = receive(put_into(CASE), name)
    (inner,) = [item for item in facts.items if item.reading is not None and "银发课堂" in item.reading.text]
    assert inner.path.startswith(name.removesuffix(".gz"))
    assert inner.problem is None


INNER = {
    "docx": st.integers(0, 999).map(lambda number: docx([f"第{number}号"])),
    "zip": st.binary(min_size=1, max_size=300).map(lambda content: zipped({b"1.jpg": photo(), b"x.bin": content})),
    "pdf": st.integers(1, 3).map(lambda number: pdf({f"{number}.txt": b"x"})),
    "doc": st.binary(min_size=1, max_size=300).map(lambda content: compound({"WordDocument": content})),
}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.sampled_from(sorted(CONTAINERS)), content=st.one_of(*INNER.values()))
def test_whatever_holds_a_document_it_is_an_item_or_a_doubt(receive: Receive, where: str, content: bytes) -> None:
    name, put_into = CONTAINERS[where]
    facts = receive(put_into(content), name)
    came_out = hashlib.sha256(content).hexdigest() in {item.sha256 for item in facts.items}
    opened = len(paths(facts)) > 1  # an archive becomes what is in it
    assert came_out or opened or facts.doubts or any(item.problem for item in facts.items)


@pytest.mark.parametrize("name", ["holds.docx", "holds.odt"])
def test_what_libreoffice_inserted_comes_out(receive: Receive, name: str) -> None:
    facts = receive((FIXTURES / name).read_bytes(), name)
    outer, inner = [item for item in facts.items if item.path != "(body)"]
    assert outer.reading is not None and inner.reading is not None
    assert "测试大学工作总结" in outer.reading.text
    assert "银发课堂" in inner.reading.text
    assert inner.path.startswith(f"{name}/")


def test_a_document_inside_a_doc_of_word_97_is_a_doubt(receive: Receive) -> None:
    facts = receive((FIXTURES / "holds.doc").read_bytes(), "总结.doc")
    assert paths(facts) == ["总结.doc"]
    assert facts.doubts == ("“总结.doc”里可能还嵌有别的文件，没有全部取出",)


def slide() -> bytes:
    return zipped({b"[Content_Types].xml": b"<Types/>", b"ppt/presentation.xml": b"<p/>"})


def theme() -> bytes:
    """What Office keeps of a theme in its older files: a package of its own."""
    return zipped({b"[Content_Types].xml": b"<Types/>", b"theme/theme/theme1.xml": b"<theme/>"})


ORDINARY: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a chart in Word": ("总结.docx", lambda: with_chart(workbook())),
    "a table of Excel shown in Word": (
        "总结.docx",
        lambda: with_object("Microsoft_Excel_Sheet.xlsx", workbook()),
    ),
    "a table of old Excel shown in Word": ("总结.docx", lambda: with_object("oleObject1.bin", compound({"Workbook": b"x"}))),
    "a slide shown in Word": ("总结.docx", lambda: with_object("Microsoft_PowerPoint_Slide.sldx", slide())),
    "an equation": ("总结.docx", lambda: with_object("oleObject1.bin", compound({"Equation Native": b"x"}))),
    "a drawing of Visio": (
        "总结.docx",
        lambda: with_object("oleObject1.bin", compound({"VisioDocument": b"x"})),
    ),
    "an equation in rtf": ("总结.rtf", lambda: rtf(compound({"Equation Native": b"x"}), b"Equation.3")),
    "a chart by LibreOffice": ("总结.docx", (FIXTURES / "chart.docx").read_bytes),
    "a chart in odt": ("总结.odt", (FIXTURES / "chart.odt").read_bytes),
    "a chart in doc": ("总结.doc", (FIXTURES / "chart.doc").read_bytes),
    "an equation in doc": ("总结.doc", (FIXTURES / "math.doc").read_bytes),
    "a report": ("总结.pdf", (FIXTURES / "report.pdf").read_bytes),
    "the figures of an invoice": ("总结.pdf", lambda: pdf({"factur-x.xml": b"<x/>"})),
    "a PDF with a tail": ("总结.pdf", lambda: pdf({}) + b"\r\n\0\0\0 printed by x"),
    "a PDF changed twice": ("总结.pdf", lambda: pdf({}) + b"\nxref\n0 0\ntrailer<<>>\nstartxref\n0\n%%EOF\n"),
    "a photo with a video behind it": ("照片.jpg", lambda: photo() + MOTION),
    "a photo with a smaller one behind it": ("照片.jpg", lambda: photo() + photo(1, 160, 120)),
    "a photo with a block of a phone behind it": ("照片.jpg", lambda: photo() + b"\0\0\x01\x0aImage_UTC_Data1670637600000SEFHj\0\0\0SEFT"),
    "a drawing squeezed by Word": ("总结.mht", lambda: saved_page(b"\x1f\x8b\x08" + bytes(50), b"image001.emz")),
    "a theme in a page saved by Word": ("总结.mht", lambda: saved_page(theme(), b"themedata.thmx")),
    "a zip with a comment": ("材料.zip", lambda: commented(zipped({b"a.txt": b"x"}), "请查收".encode())),
    "a letter that begins with From": ("说明.txt", lambda: b"From 09:00 on 10 Dec 2022\nwe meet here.\n"),
}


@pytest.mark.parametrize("what", ORDINARY)
def test_what_draws_the_file_around_it_troubles_nobody(receive: Receive, what: str) -> None:
    name, make = ORDINARY[what]
    facts = receive(make(), name)
    assert paths(facts) == ["材料.zip/a.txt" if name == "材料.zip" else name]
    assert facts.doubts == ()
    assert not any(item.problem for item in facts.items if item.kind is not FileKind.PDF and name != "总结.mht")


@pytest.mark.parametrize("form", ["xlsx", "xls"])
def test_a_workbook_behind_a_symbol_is_an_item(receive: Receive, form: str) -> None:
    content = workbook() if form == "xlsx" else (FIXTURES / "table.xls").read_bytes()
    name = "Microsoft_Excel_Sheet.xlsx" if form == "xlsx" else "oleObject1.bin"
    facts = receive(with_object(name, content, icon=True), "总结.docx")
    assert [item.kind for item in facts.items if item.path != "(body)"] == [FileKind.DOCX, FileKind(form)]


def test_the_name_that_the_sender_sees_below_the_symbol_is_kept(receive: Receive) -> None:
    content = compound({"\x01Ole10Native": packaged(photo(), "活动照片.jpg")})
    assert paths(receive(with_object("oleObject1.bin", content, icon=True), "总结.docx")) == ["总结.docx", "总结.docx/活动照片.jpg"]


def test_an_unknown_object_behind_a_symbol_is_a_persons(receive: Receive) -> None:
    facts = receive(with_object("oleObject1.bin", compound({"Whatever": b"x"}), icon=True), "总结.docx")
    assert [(item.path, item.problem) for item in facts.items if item.problem] == [("总结.docx/嵌入的文件.bin", Problem.UNSUPPORTED)]


def test_every_mail_of_a_mailbox_is_opened(receive: Receive) -> None:
    name, put_into = CONTAINERS["the second mail of a mailbox"]
    facts = receive(put_into(CASE), name)
    assert [message.path for message in facts.nested] == ["邮件.mbox/邮件1.eml", "邮件.mbox/邮件2.eml"]
    assert "From now on" in facts.nested[0].own


@pytest.mark.parametrize("form", ["w", "w:gz"])
def test_two_tars_in_one_file_are_a_doubt(receive: Receive, form: str) -> None:
    sink = io.BytesIO()
    for name in ("a.txt", "b.txt"):
        with tarfile.open(fileobj=sink, mode=form) as archive:  # type: ignore[call-overload]
            member = tarfile.TarInfo(name)
            member.size = 1
            archive.addfile(member, io.BytesIO(b"x"))
    facts = receive(sink.getvalue(), "材料.tar")
    assert "材料.tar/a.txt" in paths(facts)
    assert [item.problem for item in facts.items if item.path == "材料.tar"] == [Problem.TRUNCATED]


def test_documents_within_documents_are_opened_to_the_depth_limit_and_then_doubted(receive: Receive) -> None:
    content = CASE
    for _ in range(4):
        content = with_object("a.docx", content)
    facts = receive(content, "总结.docx", Limits(depth=2))
    assert len(paths(facts)) == 3
    assert facts.doubts == ("“a.docx”层层打包，里面的内容没有全部读取",)


def test_more_than_the_limit_of_files_inside_is_a_doubt(tmp_path: Path) -> None:
    many = {f"word/embeddings/{number}.docx": docx([str(number)]) for number in range(5)}
    path, out = tmp_path / "总结.docx", tmp_path / "out"
    path.write_bytes(repacked(docx(), many))
    out.mkdir()
    with Sandbox(Limits(entries=3)) as sandbox:
        assert sandbox.examine(path, path.name).encloses
        taken = sandbox.take_out(path, FileKind.DOCX, out)
    assert (len(taken.entries), taken.problem) == (3, Problem.TOO_LARGE)


def test_an_object_that_unpacks_without_end_is_a_doubt(receive: Receive) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as package:
        with zipfile.ZipFile(io.BytesIO(docx())) as old:
            for name in old.namelist():
                package.writestr(name, old.read(name))
        package.writestr("word/embeddings/a.docx", CASE + bytes(65 * 1024 * 1024))
    assert receive(sink.getvalue(), "总结.docx").doubts == ("“总结.docx”里可能还嵌有别的文件，没有全部取出",)


def test_a_photo_inside_a_picture_file_is_found_however_the_picture_ends(receive: Receive) -> None:
    content = saved(scene(), "BMP") + zipped({b"1.jpg": photo()})
    assert paths(receive(content, "照片.bmp")) == ["照片.bmp", "照片.bmp/接在后面的文件.zip/1.jpg"]
