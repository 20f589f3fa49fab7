"""File names that attack disks, tables and eyes: a safe name below the unit's folder, the bytes untouched, everything shown clean."""

from __future__ import annotations

import hashlib
import unicodedata

import pytest

from mailbot.demo import makers, pictures, prose
from tests.hostile.always import Always
from tests.hostile.trial import Trial
from tests.hostile.wire import UNIT, attachment, draft, letter, nameless
from tests.parsing_files.making import zipped
from tests.parsing_message.mails import attached

NAMES: dict[str, str | bytes] = {
    "up and out": "../../etc/cron.d/x.docx",
    "up and out backwards": "..\\..\\x.docx",
    "absolute": "/etc/passwd.docx",
    "a drive": "C:\\x.docx",
    "a share": "\\\\srv\\share\\x.docx",
    "one dot": ".",
    "two dots": "..",
    "empty": b"",
    "a device": "CON.docx",
    "a device without extension": "aux",
    "a trailing dot and blank": "x.docx. ",
    "a stream": "x.docx:evil",
    "300 Chinese characters": "总" * 300 + ".docx",
    "a line break": "总结\r\n.docx",
    "NUL": "总结\0.docx",
    "a right-to-left override": "照片\u202egpj.docx",
    "a formula": "=cmd|'/c calc'!A1.docx",
    "an option": "-rf.docx",
    "a home": "~.docx",
    "a percent NUL": "x%00.docx",
    "full-width slashes": "／etc／passwd.docx",
    "composed": unicodedata.normalize("NFC", "é总结.docx"),
    "decomposed": unicodedata.normalize("NFD", "é总结.docx"),
    "a dot file": ".htaccess",
    "a lone surrogate": "总\ud800结.docx",
    "a vertical tab": "总\x0b结.docx",
    "raw GBK": "北华大学工作总结.docx".encode("gbk"),
    "markup": "<img src=x onerror=alert(1)>.docx",
    "a template expression": "{{7*7}}.docx",
    "rich markup": "[bold]总结[/nothing].docx",
    "emoji only": "😀😀.docx",
    "a number of an identity card": "张三220102199001011234.docx",
    "a million characters": b"a" * 1_000_000 + b".docx",
}


DOCUMENTS = {name: draft(number) for number, name in enumerate(NAMES)}
CONTINUED = b";\r\n " + b";\r\n ".join(b'filename*%d="%d"' % (number, number % 10) for number in range(2000))
PHOTO = pictures.photo(5, 800, 600)

MAILS = {
    **{name: letter(300 + number, attachment(hostile, DOCUMENTS[name])) for number, (name, hostile) in enumerate(NAMES.items())},
    "the same name twice": letter(340, attachment("a.docx", draft(40)), attachment("a.docx", draft(41))),
    "twins but for the case": letter(
        341, attachment("A.jpg", pictures.photo(41, 800, 600)), attachment("a.jpg", pictures.photo(42, 800, 600))
    ),
    "one photo under five names": letter(342, *[attachment(f"照片{number}.jpg", PHOTO) for number in range(5)]),
    "2,000 continuations": letter(343, attached(CONTINUED, draft(43))),
    "a nameless PDF": letter(344, nameless(b"application/pdf", makers.pdf(prose.summary(UNIT, 3)))),
    "a nameless photo": letter(345, nameless(b"image/jpeg", pictures.photo(45, 800, 600))),
    "office litter": letter(
        346,
        attachment("Thumbs.db", b"\xd0\xcf\x11\xe0" + bytes(600)),
        attachment("~$总结.docx", b"\x05user" + bytes(157)),
        attachment("总结.docx", draft(46)),
    ),
    "an executable as a document": letter(347, attachment("工作总结.docx", b"MZ\x90\0" + bytes(60) + b"PE\0\0" + bytes(500))),
    "a document with two extensions": letter(348, attachment("工作总结.docx.exe", b"MZ\x90\0" + bytes(60) + b"PE\0\0" + bytes(500))),
    "a document as a photo": letter(349, attachment("照片.jpg", draft(49))),
    "a page as a document": letter(350, attachment("总结.pdf", b"<html><script>alert(1)</script><body>x</body></html>")),
    "a traversal in a zip": letter(
        351,
        attachment("材料.zip", zipped({b"../../../evil.docx": draft(51), b"/abs/evil.docx": draft(52), b"C:\\evil.docx": draft(53)})),
    ),
}


def mails() -> dict[str, bytes]:
    return MAILS


class TestAlways(Always):
    """The whole heap."""


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_shown_clean_and_its_bytes_are_filed(trial: Trial, name: str) -> None:
    (file,) = trial.files(name)
    assert file["sha256"] == hashlib.sha256(DOCUMENTS[name]).hexdigest()
    assert file["name"].isprintable()
    assert not set(file["name"]) & set("/\\\u202e\0")
    assert len(file["name"].encode()) <= 200
    assert file["materials"] == ["summary"]
    if file["disposition"] == "filed":
        assert file["stored_as"].startswith(f"filed/{UNIT}/")
        assert (trial.office.storage / file["stored_as"]).read_bytes() == DOCUMENTS[name]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("up and out", "x.docx"),
        ("up and out backwards", "x.docx"),
        ("absolute", "passwd.docx"),
        ("a drive", "x.docx"),
        ("a share", "x.docx"),
        ("a line break", "总结 .docx"),
        ("a right-to-left override", "照片gpj.docx"),
        ("raw GBK", "北华大学工作总结.docx"),
        ("decomposed", "é总结.docx"),
        ("a formula", "c calc'!A1.docx"),
    ],
)
def test_a_name_is_shown_as_far_as_it_is_harmless(trial: Trial, name: str, shown: str) -> None:
    assert trial.names(name) == [shown]


def test_files_of_one_name_are_both_kept(trial: Trial) -> None:
    for name in ("the same name twice", "twins but for the case"):
        files = trial.files(name)
        assert len({file["sha256"] for file in files}) == 2
        assert len({file["path"].casefold() for file in files}) == 2
        stored = [file["stored_as"] for file in files if file["stored_as"]]
        assert len({path.casefold() for path in stored}) == len(stored) == 2


def test_one_photo_under_five_names_counts_once(trial: Trial) -> None:
    assert sorted(trial.dispositions("one photo under five names")) == ["duplicate"] * 4 + ["filed"]


def test_a_name_of_2_000_pieces_is_a_name(trial: Trial) -> None:
    (file,) = trial.files("2,000 continuations")
    assert file["name"].startswith("0123456789")
    assert len(file["name"].encode()) <= 200


def test_what_has_no_name_is_found_and_named_by_its_content(trial: Trial) -> None:
    (document,), (photo,) = trial.files("a nameless PDF"), trial.files("a nameless photo")
    assert (document["name"], document["materials"]) == ("附件1.pdf", ["summary"])
    assert (photo["name"], photo["materials"]) == ("附件1.jpg", ["photos"])


def test_litter_is_told_from_material(trial: Trial) -> None:
    materials = {file["name"]: file["materials"] for file in trial.files("office litter")}
    assert materials["总结.docx"] == ["summary"]
    assert not materials.get("Thumbs.db") and not materials.get("~$总结.docx")


@pytest.mark.parametrize("name", ["an executable as a document", "a document with two extensions"])
def test_a_program_is_set_apart_whatever_it_is_called(trial: Trial, name: str) -> None:
    (file,) = trial.files(name)
    assert file["disposition"] == "quarantined"
    assert file["stored_as"] is None
    assert not file["materials"]


def test_a_document_that_calls_itself_a_photo_is_adraft(trial: Trial) -> None:
    assert trial.files("a document as a photo")[0]["materials"] == ["summary"]


def test_a_page_that_calls_itself_a_document_is_no_material(trial: Trial) -> None:
    assert trial.files("a page as a document")[0]["disposition"] != "filed"


def test_members_of_an_archive_cannot_leave_it(trial: Trial) -> None:
    paths = [file["path"] for file in trial.files("a traversal in a zip")]
    assert len(paths) == 3
    assert all(path.startswith("材料.zip/") and ".." not in path for path in paths)
