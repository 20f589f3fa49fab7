"""Archives, documents and pictures that explode when opened: the reader's limits hold, the file is kept, the next one is read."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable

import pytest

from mailbot.demo import makers, pictures, prose
from tests.hostile.always import Always
from tests.hostile.trial import Trial
from tests.hostile.wire import SUMMARY, UNIT, attachment, draft, letter
from tests.parsing_files.making import compound, document_xml, rar5, repacked, zipped

PHOTO = pictures.photo(7, 800, 600)


def overlap(copies: int = 20_000, size: int = 1_500_000) -> bytes:
    """Many entries of the central directory that all point at one deflated megabyte (Fifield's bomb)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(size)) + packer.flush()
    common = struct.pack("<HHHHIIIHH", 0, 8, 0, 0x5500, zlib.crc32(bytes(size)), len(packed), size, 1, 0)
    local = b"PK\x03\x04\x14\x00" + common + b"a" + packed
    directory = b"".join(b"PK\x01\x02\x14\x00\x14\x00" + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + b"a" for _ in range(copies))
    return local + directory + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, copies, copies, len(directory), len(local), 0)


def lying(size: int) -> bytes:
    """A zip whose only member says that it has `size` bytes and has a hundred times as many."""
    honest = zipped({b"a.txt": bytes(size * 100)})
    return honest.replace(struct.pack("<I", size * 100), struct.pack("<I", size))


def many_entries(count: int) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.txt", b"x")
    return sink.getvalue()


def links() -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as archive:
        for name, target in (("a", "/etc/passwd"), ("b", "../../../../etc"), ("c", "a")):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return sink.getvalue()


def zip_of_link() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        member = zipfile.ZipInfo("总结.docx")
        member.create_system, member.external_attr = 3, 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    return sink.getvalue()


def png(width: int, height: int, rows: int = 0) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes((width * 3 + 1) * rows))) + chunk(b"IEND", b"")


def worksheet(rows: str) -> bytes:
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    return repacked(makers.xlsx([["x"]]), {"xl/worksheets/sheet1.xml": sheet.encode()})


def pdf_bomb(size: int) -> bytes:
    """One page whose content stream inflates to `size` bytes, twice deflated."""
    stream = zlib.compress(zlib.compress(b"q " * (size // 2), 9), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(stream) + stream + b"\nendstream",
    ]
    return (
        b"%PDF-1.4\n"
        + b"".join(b"%d 0 obj%s endobj\n" % (number, body) for number, body in enumerate(objects, 1))
        + b"trailer<</Root 1 0 R>>"
    )


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{chr(ord(name) - 1)};' * 10}'>" for name in "bcdefghijk"
) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b SYSTEM "http://127.0.0.1:9/x">]>'
PARAGRAPH = "<w:p><w:r><w:t>x</w:t></w:r></w:p>"


def document(body: str, prolog: str = "") -> bytes:
    return repacked(SUMMARY, {"word/document.xml": document_xml(body, prolog)})


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "overlapping members": ("材料.zip", overlap),
    "a lie about a size": ("材料.zip", lambda: lying(1_000_000)),
    "40,000 entries": ("材料.zip", lambda: many_entries(40_000)),
    "200 MB of zeros": ("材料.zip", lambda: makers.zip_utf8([("a.docx", bytes(200_000_000))])),
    "links in a tar": ("材料.tar.gz", links),
    "a link in a zip": ("材料.zip", zip_of_link),
    "a locked zip": ("材料.zip", lambda: zipped({b"a.docx": SUMMARY}, flags=1)),
    "a truncated zip": ("材料.zip", lambda: makers.zip_gbk([("总结.docx", SUMMARY), ("照片.jpg", PHOTO)])[: len(SUMMARY) // 2]),
    "a truncated rar": ("材料.rar", lambda: rar5({"总结.docx": SUMMARY})[:3000]),
    "a 7z that is none": ("材料.7z", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(500)),
    "1,000,000 paragraphs": ("总结.docx", lambda: document(PARAGRAPH * 1_000_000)),
    "a text of 100 MB": ("总结.docx", lambda: document("<w:p><w:r><w:t>" + "x" * 100_000_000 + "</w:t></w:r></w:p>")),
    "a billion laughs": ("总结.docx", lambda: document("<w:p><w:r><w:t>&k;</w:t></w:r></w:p>", LAUGHS)),
    "entities from outside": ("总结.docx", lambda: document("<w:p><w:r><w:t>&a;&b;</w:t></w:r></w:p>", OUTSIDE)),
    "100,000 nested elements": ("总结.docx", lambda: document("<w:p>" * 100_000 + "</w:p>" * 100_000)),
    "no main part": ("总结.docx", lambda: repacked(SUMMARY, {"word/document.xml": None})),
    "a locked document": ("总结.docx", lambda: compound({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(100)})),
    "0 bytes": ("总结.docx", lambda: b""),
    "the last cell there is": (
        "统计.xlsx",
        lambda: worksheet('<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'),
    ),
    "300,000 rows": ("统计.xlsx", lambda: worksheet("<row><c><v>1</v></c></row>" * 300_000)),
    "a page of 3.6 gigapixels": ("照片.png", lambda: png(60_000, 60_000)),
    "a picture of 169 megapixels": ("照片.png", lambda: png(13_000, 13_000, 4_000)),
    "a truncated photo": ("照片.jpg", lambda: PHOTO[: len(PHOTO) // 2]),
    "a drawing with a script": ("照片.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>1</script></svg>'),
    "a PDF that inflates": ("总结.pdf", lambda: pdf_bomb(100_000_000)),
    "a PDF cut off": ("总结.pdf", lambda: makers.pdf(prose.summary(UNIT, 3))[:700]),
    "an RTF of open braces": ("总结.rtf", lambda: b"{\\rtf1" + b"{" * 2_000_000),
    "a web page of open tags": ("总结.html", lambda: b"<html><body>" + b"<div>" * 500_000 + b"x"),
    "an OLE file that loops": ("总结.doc", lambda: compound({"WordDocument": bytes(5000)})[:512] + struct.pack("<I", 1) * 128 * 40),
}

"""A file name and what makes its bytes, made only when the run begins."""


def mails() -> dict[str, bytes]:
    heap = {name: letter(500 + number, attachment(shown, make())) for number, (name, (shown, make)) in enumerate(FILES.items())}
    return heap | {"a good one among them": letter(560, attachment("总结.docx", draft(560)))}


class TestAlways(Always):
    """The whole heap."""


@pytest.mark.parametrize("name", FILES)
def test_no_bomb_is_taken_for_material_that_was_read(trial: Trial, name: str) -> None:
    assert trial.files(name), "nothing was kept"
    assert not [file for file in trial.files(name) if file["disposition"] == "filed" and "summary" in file["materials"]]


READABLE = ("a lie about a size", "a drawing with a script", "the last cell there is", "300,000 rows", "a web page of open tags")


@pytest.mark.parametrize("name", sorted(set(FILES) - set(READABLE)))
def test_what_could_not_be_opened_is_a_persons(trial: Trial, name: str) -> None:
    row = trial.row(name)
    assert row["needs_person"]
    assert not any(letter["missing"] for letter in row["letters"])


@pytest.mark.parametrize("name", ["overlapping members", "40,000 entries", "200 MB of zeros", "a page of 3.6 gigapixels"])
def test_the_file_itself_is_kept_whole(trial: Trial, name: str) -> None:
    assert len(FILES[name][1]()) in [file["size"] for file in trial.files(name)]


def test_the_reader_reads_on_after_every_bomb(trial: Trial) -> None:
    (file,) = trial.files("a good one among them")
    assert (file["disposition"], file["materials"]) == ("filed", ["summary"])


def test_no_bomb_costs_more_than_five_seconds_of_processor_time(trial: Trial) -> None:
    assert trial.cpu_seconds < 5 * len(FILES)


def test_nothing_of_this_machine_gets_into_a_record(trial: Trial) -> None:
    assert "root:" not in trial.show("mails", "--format", "json").stdout
