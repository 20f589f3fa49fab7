"""Hostile mails byte by byte: one honest clerk's mail into which each test puts the one thing that is wrong with it."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping
from functools import cache

from mailbot.demo import makers, prose
from tests.parsing_files.making import repacked
from tests.parsing_message.mails import attached, joined, part, text_part, word

OURS = b"jsjyktg@126.com"
UNIT = "北华大学"
BOUNDARY = b"----=_Hostile"
TEXT = f"老师您好，附件是我校2022年全民终身学习活动周工作总结，请查收。\n\n{UNIT}继续教育学院"

SUMMARY = makers.docx([*prose.summary(UNIT, 3), "（第000稿）"])
"""A summary that mailbot files without a doubt when it comes from an honest clerk."""


@cache
def draft(number: int) -> bytes:
    """The same summary with another last line: a document of its own."""
    with zipfile.ZipFile(io.BytesIO(SUMMARY)) as package:
        text = package.read("word/document.xml").decode()
    return repacked(SUMMARY, {"word/document.xml": text.replace("第000稿", f"第{number:03d}稿").encode()})


def letter(
    number: int,
    *parts: bytes,
    sender: bytes | None = None,
    subject: bytes = b"",
    extra: bytes = b"",
    text: str = TEXT,
    message_id: bytes | None = None,
) -> bytes:
    """The mail of clerk `number` of one university: their words, then `parts`; `sender` b"" leaves From out. Header lines end in CRLF."""
    sender = b"clerk%d@beihua.edu.cn" % number if sender is None else sender
    message_id = b"<%d.hostile@beihua.edu.cn>" % number if message_id is None else message_id
    lines = [
        b"From: " + sender if sender else b"",
        b"To: " + OURS,
        b"Subject: " + (subject or word(f"{UNIT}2022年全民终身学习活动周材料{number}")),
        b"Date: Sat, 10 Dec 2022 09:00:00 +0800",
        b"Message-ID: " + message_id if message_id else b"",
        b"MIME-Version: 1.0",
    ]
    head = b"".join(line + b"\r\n" for line in lines if line) + extra
    kind = b'Content-Type: multipart/mixed; boundary="' + BOUNDARY + b'"\r\n\r\n'
    return head + kind + joined(text_part(text), *parts, boundary=BOUNDARY)


def whole(number: int, headers: bytes, body: bytes) -> bytes:
    """A mail of which the body and its Content headers are given; the rest is the honest clerk's."""
    return letter(number).partition(b"Content-Type: multipart/mixed")[0] + headers + b"\r\n\r\n" + body


def attachment(name: str | bytes, content: bytes = SUMMARY) -> bytes:
    """A file with its name as most Chinese mailers write it; bytes are taken for the raw value between the quotes."""
    if isinstance(name, str):
        name = b"=?utf-8?B?" + base64.b64encode(name.encode("utf-8", "surrogatepass")) + b"?="
    return attached(b'; filename="' + name + b'"', content)


def nameless(kind: bytes, content: bytes, disposition: bytes = b"inline") -> bytes:
    """A file that its mailer sent without any name."""
    head = b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: " + disposition
    return part(head, base64.encodebytes(content))


def numbered(first: int, subjects: Mapping[str, bytes]) -> dict[str, bytes]:
    """One honest mail with a summary for each hostile subject."""
    return {
        name: letter(first + place, attachment("工作总结.docx", draft(first + place)), subject=subject)
        for place, (name, subject) in enumerate(subjects.items())
    }
