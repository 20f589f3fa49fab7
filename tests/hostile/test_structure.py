"""Mails whose structure is broken, nested, endless or sealed: every part is found or the mail is a person's, and none takes long."""

from __future__ import annotations

import base64
import hashlib

import pytest

from mailbot.demo import makers, pictures
from tests.hostile.always import Always
from tests.hostile.trial import Trial
from tests.hostile.wire import BOUNDARY, TEXT, attachment, draft, letter, whole
from tests.parsing_files.containers import mbox, pdf, with_object
from tests.parsing_files.making import FIXTURES, tnef
from tests.parsing_message.mails import attached, b64, joined, part, text_part
from tests.parsing_message.test_structure import uu
from tests.parsing_message.test_torture import deep_messages, deep_multiparts


def mixed(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = b'"b"') -> tuple[bytes, bytes]:
    return b"Content-Type: multipart/" + kind + b"; boundary=" + boundary, joined(text_part(TEXT), *parts, boundary=boundary.strip(b'"'))


def encoded(number: int, content: bytes, encoding: bytes = b"base64") -> bytes:
    """A mail with 总结.docx, its transfer encoding done by hand."""
    head = b'Content-Type: application/octet-stream; name="zongjie.docx"\r\nContent-Disposition: attachment; filename="zongjie.docx"'
    return letter(number, part(head + b"\r\nContent-Transfer-Encoding: " + encoding, content))


PHOTO = pictures.photo(7, 320, 240)
HALF = len(draft(0)) // 2 // 3 * 3
LINES = b64(draft(402))

BASE64 = {
    "padding in the middle": encoded(400, b64(draft(400)[: HALF + 1]) + b64(draft(400)[HALF + 1 :])),
    "no padding at the end": encoded(401, b64(draft(401)).rstrip(b"=\r\n") + b"\r\n"),
    "junk characters within": encoded(402, LINES.replace(b"\r\n", b"!\r\n*-*\r\n", LINES.count(b"\r\n") - 1)),
    "line ends of LF": letter(403, attachment("总结.docx", draft(403))).replace(b"\r\n", b"\n"),
    "line ends of CR": letter(404, attachment("总结.docx", draft(404))).replace(b"\r\n", b"\r"),
    "one line of base64": encoded(405, base64.b64encode(draft(405))),
    "no closing boundary": letter(406, attachment("总结.docx", draft(406))).replace(b"\r\n--" + BOUNDARY + b"--", b"\r\n"),
    "a boundary with blanks": whole(407, *mixed(attachment("总结.docx", draft(407)), boundary=b'"a b c"')),
    "a part in the epilogue": letter(408)
    + b"--"
    + BOUNDARY
    + b"\r\n"
    + attachment("总结.docx", draft(408))
    + b"\r\n--"
    + BOUNDARY
    + b"--\r\n",
    "an encoded container": whole(
        409, mixed()[0] + b"\r\nContent-Transfer-Encoding: base64", b64(mixed(attachment("总结.docx", draft(409)))[1])
    ),
    "an attached message": letter(410, part(b"Content-Type: message/rfc822", letter(4100, attachment("总结.docx", draft(410))))),
    "an attached message in base64": letter(
        411,
        part(b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64", b64(letter(4110, attachment("总结.docx", draft(411))))),
    ),
    "a digest": whole(412, *mixed(b"\r\n" + letter(4120, attachment("总结.docx", draft(412))), kind=b"digest")),
    "winmail.dat": letter(413, attached(b'; filename="winmail.dat"', tnef({b"zongjie.docx": draft(413)}))),
    "uuencoded in the text": whole(414, b"Content-Type: text/plain; charset=utf-8", TEXT.encode() + b"\r\n\r\n" + uu(draft(414))),
    "a named part under text/plain": letter(
        415, part(b'Content-Type: text/plain; name="zongjie.docx"\r\nContent-Transfer-Encoding: base64', b64(draft(415)))
    ),
    "an alternative": whole(416, *mixed(attachment("总结.docx", draft(416)), kind=b"alternative")),
    "a boundary that is nowhere": whole(
        417, b'Content-Type: multipart/mixed; boundary="nowhere"', mixed(attachment("总结.docx", draft(417)))[1]
    ),
    "no boundary parameter": whole(418, b"Content-Type: multipart/mixed", mixed(attachment("总结.docx", draft(418)))[1]),
    "an object in a document": letter(419, attachment("材料.docx", with_object("a.docx", draft(419)))),
    "attached to a PDF": letter(420, attachment("材料.pdf", pdf({"总结.docx": draft(420)}))),
    "a zip behind a photo": letter(421, attachment("1.jpg", PHOTO + makers.zip_utf8([("总结.docx", draft(421))]))),
    "a mailbox in a file": letter(422, attachment("邮件.mbox", mbox(draft(422)))),
}
"""However the bytes are wrapped, they come out."""

DOUBTED = {
    "an unknown encoding": encoded(430, b64(draft(430)), b"x-klingon"),
    "base64 cut in the middle": encoded(433, b64(draft(433))[:2000]),
    "a fragment": whole(434, b'Content-Type: message/partial; id="x@y"; number=1; total=3', letter(4340, attachment("总结.docx"))),
    "S/MIME": whole(
        435,
        b'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\r\nContent-Transfer-Encoding: base64',
        b64(bytes(900)),
    ),
    "PGP": whole(
        436,
        b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"',
        joined(
            part(b"Content-Type: application/pgp-encrypted", b"Version: 1"),
            part(b"Content-Type: application/octet-stream", b"-----BEGIN PGP MESSAGE-----\r\n\r\nx\r\n-----END PGP MESSAGE-----"),
            boundary=b"b",
        ),
    ),
    "a body that lies elsewhere": letter(
        437, part(b'Content-Type: message/external-body; access-type=URL; URL="http://127.0.0.1:9/x"', b"Content-Type: image/jpeg\r\n\r\n")
    ),
    "900 multiparts in each other": b"Message-ID: <438@x>\r\n" + deep_multiparts(900),
    "900 messages in each other": b"Message-ID: <439@x>\r\n" + deep_messages(900),
    "10,000 parts": whole(440, *mixed(*[text_part()] * 10_000)),
    "20,000 headers": letter(441, attachment("总结.docx", draft(441)), extra=b"".join(b"X-%d: y\r\n" % n for n in range(20_000))),
    "a subject of 5 MB": letter(442, subject=b"a" * 5_000_000),
    "a zip in a zip, 40 deep": letter(443, attachment("材料.zip", b"")),
    "a document in a doc of Word 97": letter(444, attachment("总结.doc", (FIXTURES / "holds.doc").read_bytes())),
}
"""Mails of which something cannot be read: kept, and a person looks; no word of a missing item."""

EMPTY = {"0 bytes": b"", "one line end": b"\n", "NUL only": b"\0" * 100_000, "no header": b"\r\nhello"}

ODD = {
    "2,000 Received": letter(
        460, attachment("总结.docx", draft(460)), extra=b"Received: from x by y; Mon, 5 Dec 2022 10:00:00 +0800\r\n" * 2000
    ),
    "a header line of 1 MB": letter(461, attachment("总结.docx", draft(461)), extra=b"X-Long: " + b"a" * 1_000_000 + b"\r\n"),
    "an empty body": whole(462, b"Content-Type: text/plain", b""),
    "200 photos": letter(463, *[attachment(f"{n}.jpg", PHOTO + n.to_bytes(2, "big")) for n in range(200)]),
}


def _nested_zips(levels: int) -> bytes:
    content = draft(443)
    for _ in range(levels):
        content = makers.zip_utf8([("材料.zip", content)])
    return content


DOUBTED["a zip in a zip, 40 deep"] = letter(443, attachment("材料.zip", _nested_zips(40)))

MAILS = {**BASE64, **DOUBTED, **EMPTY, **ODD}
NUMBER = {name: 400 + place for place, name in enumerate(BASE64)}


def mails() -> dict[str, bytes]:
    return MAILS


class TestAlways(Always):
    """The whole heap."""


@pytest.mark.parametrize("name", BASE64)
def test_however_it_is_wrapped_the_file_comes_out_byte_for_byte(trial: Trial, name: str) -> None:
    assert hashlib.sha256(draft(NUMBER[name])).hexdigest() in [file["sha256"] for file in trial.files(name)]


@pytest.mark.parametrize("name", DOUBTED)
def test_what_cannot_be_read_is_a_persons_and_no_missing_item_is_spoken_of(trial: Trial, name: str) -> None:
    row = trial.row(name)
    assert row["needs_person"] or row["state"] == "unsure"
    assert row["because"]
    assert not any(letter["missing"] for letter in row["letters"])


@pytest.mark.parametrize("name", EMPTY)
def test_a_mail_of_nothing_has_its_row_and_no_answer(trial: Trial, name: str) -> None:
    assert trial.row(name)["letters"] == []


@pytest.mark.parametrize("name", ["2,000 Received", "a header line of 1 MB"])
def test_a_flood_of_headers_hides_no_file(trial: Trial, name: str) -> None:
    assert trial.files(name)[0]["materials"] == ["summary"]


def test_200_photos_in_one_mail_are_all_there(trial: Trial) -> None:
    assert len(trial.files("200 photos")) == 200


def test_the_whole_heap_takes_less_than_a_second_of_processor_time_a_mail(trial: Trial) -> None:
    assert trial.cpu_seconds < len(MAILS)
