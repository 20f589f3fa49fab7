"""Mails look on the wire as the named mailers write them."""

import base64
import email
import re
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.policy import default
from urllib.parse import unquote_to_bytes

import pytest

from mailbot.demo.compose import Draft, File, encoded, write
from mailbot.demo.mailers import Mailer, Naming

NAME = "长春工业大学2022年全民终身学习活动周工作总结（刘堃）.docx"
CONTENT = bytes(range(256)) * 9
WHEN = datetime(2022, 12, 20, 9, 30, 5, tzinfo=timezone(timedelta(hours=8)))


def draft(**changes: object) -> Draft:
    fields = {
        "address": "1@qq.com",
        "name": "继教院",
        "subject": "终身学习周总结",
        "text": "请查收。",
        "when": WHEN,
        "files": [File(NAME, CONTENT)],
    }
    return Draft(**{**fields, **changes})  # type: ignore[arg-type]


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def words(raw: bytes) -> str:
    """Encoded words decoded as a careful reader does: bytes joined first."""
    found = re.findall(rb"=\?([^?]+)\?B\?([^?]*)\?=", raw)
    charset = {"gb2312": "gb18030", "gbk": "gb18030"}.get(found[0][0].decode().lower(), found[0][0].decode())
    return b"".join(base64.b64decode(piece) for _, piece in found).decode(charset)


@pytest.mark.parametrize("mailer", Mailer)
def test_every_mailer_writes_whole_files_and_crlf_lines(mailer: Mailer) -> None:
    raw = write(draft(), mailer)
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0
    assert [part.get_payload(decode=True) for part in read(raw).iter_attachments()] == [CONTENT]


@pytest.mark.parametrize("mailer", Mailer)
def test_the_same_draft_is_the_same_mail(mailer: Mailer) -> None:
    assert write(draft(), mailer) == write(draft(), mailer)


def test_qq_puts_encoded_words_into_quotes_and_calls_every_file_a_stream() -> None:
    raw = write(draft(), Mailer.QQ)
    assert re.search(rb'^From: "=\?gb18030\?B\?[^?]+\?=" <1@qq.com>', raw, re.M)
    assert re.search(rb"^Message-ID: <tencent_[0-9A-F]{40}@qq.com>", raw, re.M)
    assert b"application/octet-stream;" in raw
    assert b"X-HAS-ATTACH: yes" in raw


def test_netease_names_its_transaction_in_the_message_id() -> None:
    assert re.search(rb"^Message-ID: <[0-9a-f.]+\.Coremail\.1@qq\.com>", write(draft(), Mailer.NETEASE), re.M)


def test_foxmail_labels_gbk_as_gb2312_and_cuts_words_inside_a_character() -> None:
    raw = write(draft(subject="刘堃" + "报送材料" * 8), Mailer.FOXMAIL)
    subject = re.search(rb"^Subject: ([^\r]*(?:\r\n [^\r]*)*)", raw, re.M)
    assert subject is not None
    assert words(subject[1]) == "刘堃" + "报送材料" * 8
    with pytest.raises(UnicodeDecodeError):
        [base64.b64decode(piece).decode("gb18030") for piece in re.findall(rb"\?B\?([^?]*)\?=", subject[1])]


def test_an_old_gateway_sends_bare_gbk_bytes() -> None:
    raw = write(draft(), Mailer.GATEWAY)
    assert "Subject: 终身学习周总结".encode("gb18030") in raw
    assert f'filename="{NAME}"'.encode("gb18030") in raw
    assert b"charset" not in raw


@pytest.mark.parametrize("mailer", [Mailer.IOS, Mailer.THUNDERBIRD])
def test_rfc2231_names_can_be_put_together_again(mailer: Mailer) -> None:
    raw = write(draft(), mailer)
    pieces = re.findall(rb"filename\*(?:\d+\*)?=([^;\r]+)", raw)
    charset, value = b"".join(pieces).split(b"''")
    assert unquote_to_bytes(value).decode(charset.decode()) == NAME
    assert all(not re.search(rb"%[0-9A-F]?$", piece) for piece in pieces)


def test_ios_puts_pictures_beside_the_text_and_outlook_inside_the_html() -> None:
    picture = [File("IMG_0001.JPG", CONTENT, inline=True)]
    ios, outlook = (read(write(draft(files=picture), mailer)) for mailer in (Mailer.IOS, Mailer.OUTLOOK))
    assert [part.get_content_type() for part in ios.walk()] == ["multipart/mixed", "text/plain", "image/jpeg"]
    shown = [part for part in outlook.walk() if part["Content-ID"]]
    html = outlook.get_body(("html",))
    assert html is not None
    assert f"cid:{shown[0]['Content-ID'][1:-1]}" in html.get_content()


def test_a_forwarded_mail_stays_a_mail() -> None:
    inner = write(draft(subject="inner"), Mailer.QQ)
    outer = read(write(draft(files=[File("转发.eml", inner, "message/rfc822")]), Mailer.NETEASE))
    (nested,) = [part for part in outer.walk() if part.get_content_type() == "message/rfc822"]
    assert nested.get_payload(0)["Subject"] == "inner"  # type: ignore[index]


def test_a_nameless_part_has_no_name() -> None:
    (part,) = read(write(draft(files=[File(NAME, CONTENT, naming=Naming.NONE)]), Mailer.QQ)).iter_attachments()
    assert part.get_filename() is None


def test_encoded_words_stay_within_the_line_that_rfc2047_allows() -> None:
    assert max(map(len, encoded("终身学习" * 40, "gb18030").split(b"\r\n "))) <= 75
