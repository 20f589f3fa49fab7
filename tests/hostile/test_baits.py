"""Attachments that call home, lie about their kind or never end, mails that claim what is not theirs: nothing is fetched or told."""

from __future__ import annotations

import contextlib
import io
import re
import socket
import threading
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from PIL import Image

from mailbot.demo import makers, pictures, prose
from tests.hostile.always import Always
from tests.hostile.trial import Trial
from tests.hostile.wire import SUMMARY, UNIT, attachment, draft, letter
from tests.parsing_files.making import document_xml, repacked
from tests.parsing_message.mails import word


class Listener:
    """A web server that must never be asked anything."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}/x"
        self.calls = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self.door.accept()[0].close()
                self.calls += 1


LISTENER = Listener()
URL = LISTENER.url
PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
RELATIONS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" TargetMode="External" Target="{}"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"/></Relationships>"""


def calling(kind: str) -> bytes:
    """A document with a template, picture or object that lies on a web server."""
    body = "".join(PARAGRAPH.format(line) for line in [*prose.summary(UNIT, 3), f"外部{kind}"])
    changes = {"word/document.xml": document_xml(body), "word/_rels/settings.xml.rels": RELATIONS.format(URL, kind).encode()}
    return repacked(SUMMARY, changes)


def sheet(cells: str, prolog: str = "") -> bytes:
    text = (
        f'{prolog}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'
    )
    return repacked(makers.xlsx([["x"]]), {"xl/worksheets/sheet1.xml": text.encode()})


LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


def pdf(objects: list[bytes], trailer: bytes = b"/Root 1 0 R", tail: bytes = b"") -> bytes:
    body = b"".join(b"%d 0 obj%s endobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<<" + trailer + b">>" + tail


PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
CATALOG = b"<</Type/Catalog/Pages 2 0 R%s>>"


def many_pages(count: int) -> bytes:
    return pdf([CATALOG % b"", b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, b"3 0 R " * count), PAGE])


def gif(frames: int) -> bytes:
    sink, first = io.BytesIO(), Image.new("P", (8, 8))
    first.save(sink, "GIF", save_all=True, append_images=[Image.new("P", (8, 8), n % 200 + 1) for n in range(frames)])
    return sink.getvalue()


def tiff_bomb() -> bytes:
    sink = io.BytesIO()
    Image.new("1", (60_000, 9000)).save(sink, "TIFF", compression="group4")
    return sink.getvalue()


def long_exif(photo: bytes) -> bytes:
    piece = b"\xff\xe1" + (65_000).to_bytes(2, "big") + b"Exif\0\0" + bytes(64_992)
    return photo[:2] + piece * 16 + photo[2:]


def macro() -> bytes:
    types = zipfile.ZipFile(io.BytesIO(SUMMARY)).read("[Content_Types].xml")
    main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    changed = types.replace(main, b"application/vnd.ms-word.document.macroEnabled.main+xml")
    return repacked(SUMMARY, {"[Content_Types].xml": changed, "word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(600)})


def media_missing() -> bytes:
    whole = makers.docx(prose.summary(UNIT, 3), pictures=[pictures.photo(3, 400, 300)])
    name = next(name for name in zipfile.ZipFile(io.BytesIO(whole)).namelist() if "media/" in name)
    return repacked(whole, {name: None})


PHOTO = pictures.photo(21, 800, 600)
CALLING = {
    f"a document that wants its {kind} from the web": attachment("总结.docx", calling(kind))
    for kind in ("attachedTemplate", "image", "oleObject")
}
ENDLESS = {
    "a sheet of laughs": attachment("统计.xlsx", sheet('<row><c t="str"><v>&j;</v></c></row>', LAUGHS)),
    "a sheet of formulas": attachment("统计.xlsx", sheet(f'<row><c><f>WEBSERVICE("{URL}")</f><v>1</v></c></row>')),
    "100,000 pages": attachment("总结.pdf", many_pages(100_000)),
    "a page tree that is its own child": attachment("总结.pdf", pdf([CATALOG % b"", b"<</Type/Pages/Count 9/Kids[2 0 R]>>"])),
    "an xref that points at itself": attachment("总结.pdf", pdf([CATALOG % b""], b"/Root 1 0 R/Prev 9", b"\nstartxref\n9\n%%EOF")),
    "a PDF that starts programs": attachment(
        "总结.pdf",
        pdf(
            [
                CATALOG % (b"/OpenAction<</S/Launch/F(calc.exe)>>/AA<</O<</S/URI/URI(%s)>>>>" % URL.encode()),
                b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
                PAGE,
            ]
        ),
    ),
    "a GIF of 5,000 frames": attachment("照片.gif", gif(5000)),
    "a TIFF of half a gigapixel": attachment("照片.tif", tiff_bomb()),
    "an inflated EXIF": attachment("照片.jpg", long_exif(PHOTO)),
    "two deflated gigabytes in a PNG": attachment("照片.png", b"\x89PNG\r\n\x1a\n" + zlib.compress(bytes(2_000_000))),
}
KINDS = {
    "a document with macros": (attachment("工作总结.docm", macro()), None),
    "a document whose picture is missing": (attachment("工作总结.docx", media_missing()), ["summary"]),
    "a sheet that calls itself a document": (attachment("工作总结.docx", makers.xlsx([["单位", "人数"], [UNIT, 3]])), []),
    "a document without extension": (attachment("工作总结", draft(660)), ["summary"]),
    "a photo without extension": (attachment("照片", pictures.photo(22, 800, 600)), ["photos"]),
}
CLAIMS = {
    "files of another unit from a known clerk": letter(
        680, attachment("延边大学工作总结.docx", makers.docx(prose.summary("延边大学", 9))), attachment("北华大学工作总结.docx", draft(680))
    ),
    "our own letter back as a bounce": letter(681, sender=b"MAILER-DAEMON@126.com", text="退信", extra=b"Return-Path: <>\r\n"),
    "a pass forged below the verdict of our own server": letter(
        682,
        attachment("总结.docx", draft(682)),
        sender=b"clerk682@ybu.edu.cn",
        extra=b"Authentication-Results: mx.126.com; spf=fail smtp.mailfrom=ybu.edu.cn; dkim=fail\r\n"
        b"Authentication-Results: mx.126.com; spf=pass smtp.mailfrom=ybu.edu.cn; dkim=pass\r\n",
    ),
    "GBK, UTF-8 and encoded words in one subject": letter(
        683, attachment("工作总结.docx", draft(683)), subject="北华大学".encode("gbk") + b" " + "工作总结".encode() + b" " + word("材料")
    ),
    "an archive with GBK names": letter(
        684, attachment("北华大学.zip", makers.zip_gbk([("工作总结.docx", draft(684)), ("照片/1.jpg", PHOTO)]))
    ),
    "200 photos of 300 kB": letter(685, *[attachment(f"{n}.jpg", PHOTO + n.to_bytes(2, "big") + bytes(200_000)) for n in range(200)]),
}

MAILS = {
    **{name: letter(600 + n, part) for n, (name, part) in enumerate({**CALLING, **ENDLESS}.items())},
    **{name: letter(650 + n, part) for n, (name, (part, _)) in enumerate(KINDS.items())},
    **CLAIMS,
}


def mails() -> dict[str, bytes]:
    return MAILS


@pytest.fixture(scope="module", autouse=True)
def closed_at_the_end() -> Iterator[None]:
    yield
    LISTENER.door.close()


class TestAlways(Always):
    """The whole heap."""


def test_nothing_is_fetched_from_the_web(trial: Trial) -> None:
    assert trial.rows
    assert LISTENER.calls == 0


@pytest.mark.parametrize("name", CALLING)
def test_a_document_that_calls_home_is_read_without_that(trial: Trial, name: str) -> None:
    assert trial.files(name)[0]["materials"] == ["summary"]


@pytest.mark.parametrize("name", sorted(set(ENDLESS) - {"a GIF of 5,000 frames", "an inflated EXIF", "a sheet of formulas"}))
def test_what_never_ends_counts_for_nothing_before_a_person_looked(trial: Trial, name: str) -> None:
    assert not [file for file in trial.files(name) if file["disposition"] == "filed"]
    assert not any(letter["missing"] for letter in trial.row(name)["letters"])


@pytest.mark.parametrize("name", KINDS)
def test_a_file_is_what_its_bytes_say(trial: Trial, name: str) -> None:
    expected = KINDS[name][1]
    (file,) = trial.files(name)
    assert expected is None or file["materials"] == expected


def test_macros_are_never_run_and_never_filed_without_a_person(trial: Trial) -> None:
    (file,) = trial.files("a document with macros")
    assert file["disposition"] in ("filed", "unsure", "unreadable", "quarantined")
    assert not list(trial.office.storage.rglob("*.docm")) or file["disposition"] != "filed" or file["materials"] == ["summary"]


def test_a_known_clerk_who_sends_another_units_file_is_asked_by_a_person(trial: Trial) -> None:
    row = trial.row("files of another unit from a known clerk")
    assert row["needs_person"]
    assert not any(letter["missing"] for letter in row["letters"])
    assert trial.unit("延边大学")["state"] in ("none", "unsure", "partial")


def test_a_bounce_of_nothing_we_sent_answers_nobody(trial: Trial) -> None:
    row = trial.row("our own letter back as a bounce")
    assert row["automatic"] and not row["letters"]


def test_a_forged_pass_helps_nobody(trial: Trial) -> None:
    row = trial.row("a pass forged below the verdict of our own server")
    assert row["needs_person"]
    assert not any(letter["missing"] or letter["received"] for letter in row["letters"])


def test_a_subject_in_three_charsets_is_readable(trial: Trial) -> None:
    assert re.sub(r"\s", "", trial.row("GBK, UTF-8 and encoded words in one subject")["subject"]) == "北华大学工作总结材料"


def test_an_archive_is_filed_by_its_members(trial: Trial) -> None:
    assert [file["materials"] for file in trial.files("an archive with GBK names")] == [["summary"], ["photos"]]


def test_a_mail_of_60_mb_with_200_photos_is_all_there(trial: Trial) -> None:
    assert len(CLAIMS["200 photos of 300 kB"]) > 50_000_000
    assert len(trial.files("200 photos of 300 kB")) == 200
