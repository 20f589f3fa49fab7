"""Mails byte for byte as Chinese mailers write them (mail-facts 3): hand-made lines, since EmailMessage writes none of their habits."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from types import MappingProxyType
from urllib.parse import quote

from mailbot.demo.mailers import HABITS, Habit, Mailer, Naming

OUR_ADDRESS = "jlqmxx@126.com"
_CODECS: Mapping[str, str] = MappingProxyType({"gb2312": "gb18030", "gbk": "gb18030"})  # the labels lie: GBK characters under gb2312
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "doc": "application/msword",
        "wps": "application/msword",
        "pdf": "application/pdf",
        "zip": "application/x-zip-compressed",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "jpg": "image/jpeg",
        "png": "image/png",
        "eml": "message/rfc822",
    }
)


@dataclass(frozen=True, slots=True)
class File:
    """One attachment. `kind` is the Content-Type, "" = what the mailer would write; `inline` makes it a cid: picture of the text."""

    name: str
    content: bytes
    kind: str = ""
    inline: bool = False
    naming: Naming | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a clerk wants to send. `headers` are extra lines; an empty `message_id` becomes one of the mailer's own form."""

    address: str
    name: str
    subject: str
    text: str
    when: datetime
    files: Sequence[File] = ()
    html: str = ""
    in_reply_to: str = ""
    message_id: str = ""
    headers: Sequence[tuple[str, str]] = ()
    to: str = OUR_ADDRESS


def write(draft: Draft, mailer: Mailer) -> bytes:
    """The mail as `mailer` puts it on the wire (CRLF lines), with the Received line that the receiving 126 server adds."""
    habit = HABITS[mailer]
    identity = hashlib.sha256(f"{draft.address}{draft.subject}{draft.when.isoformat()}{mailer}".encode()).hexdigest()
    fill = _fill(draft, identity)
    body = _body(draft, habit, identity)
    lines = [
        f"Received: from mail.{fill['domain']} (unknown [120.232.1.{int(identity[:2], 16)}])".encode(),
        f"\tby mx29 (Coremail) with SMTP id {identity[:16]};".encode(),
        f"\t{format_datetime(draft.when)} (CST)".encode(),
        b"From: " + _mailbox(draft.name, draft.address, habit, mailer),
        b"To: " + _mailbox("jlqmxx" if habit.quoted_from else "", draft.to, habit, mailer),
        b"Subject: " + _header(draft.subject, habit, mailer),
        f"Date: {format_datetime(draft.when)}".encode(),
        f"Message-ID: {draft.message_id or habit.message_id.format(**fill)}".encode(),
        b"MIME-Version: 1.0",
        *(f"{name}: {value.format(**fill)}".encode() for name, value in habit.marks),
        *(f"{name}: {value}".encode("utf-8", "surrogateescape") for name, value in draft.headers),
    ]
    if draft.in_reply_to:
        lines += [f"In-Reply-To: {draft.in_reply_to}".encode(), f"References: {draft.in_reply_to}".encode()]
    return b"\r\n".join(lines) + b"\r\n" + body


def encoded(text: str, charset: str, *, split: bool = False) -> bytes:
    """`text` as RFC 2047 words of at most 75 bytes; with `split` they are cut between bytes, even inside a character (Foxmail does)."""
    raw = text.encode(_codec(charset), "surrogateescape")
    if split:
        pieces = [raw[start : start + 31] for start in range(0, len(raw), 31)]
    else:
        pieces, piece = [], b""
        for character in text:
            added = character.encode(_codec(charset), "surrogateescape")
            if len(piece) + len(added) > 40:
                pieces.append(piece)
                piece = b""
            piece += added
        pieces.append(piece)
    words = [b"=?" + charset.encode() + b"?B?" + base64.b64encode(piece) + b"?=" for piece in pieces]
    return b"\r\n ".join(words)


def _fill(draft: Draft, identity: str) -> dict[str, str]:
    local, _, domain = draft.address.rpartition("@")
    return {
        "id": identity,
        "ID": identity.upper(),
        "digits": str(int(identity, 16)),
        "time": draft.when.strftime("%Y%m%d%H%M%S"),
        "local": local,
        "domain": domain,
        "attached": "yes" if any(not file.inline for file in draft.files) else "no",
    }


def _codec(charset: str) -> str:
    return _CODECS.get(charset.lower(), charset)


def _header(text: str, habit: Habit, mailer: Mailer) -> bytes:
    if text.isascii():
        return text.encode()
    if mailer is Mailer.GATEWAY:
        return text.encode("gb18030")
    return encoded(text, habit.charset, split=mailer is Mailer.FOXMAIL)


def _mailbox(name: str, address: str, habit: Habit, mailer: Mailer) -> bytes:
    bare = f"<{address}>".encode()
    if not name:
        return address.encode()
    if habit.quoted_from:  # not legal (RFC 2047 section 5), and in practically every QQ mail
        return b'"' + encoded(name, "ISO-8859-1" if name.isascii() else habit.charset) + b'" ' + bare
    return _header(name, habit, mailer) + b" " + bare


def _body(draft: Draft, habit: Habit, identity: str) -> bytes:
    """Content headers and content of the whole mail: text, then related pictures around it, then the files around all."""
    marks = [habit.boundary.format(**_fill(draft, hashlib.sha256(f"{identity}{depth}".encode()).hexdigest())) for depth in range(3)]
    part = _text(draft.text, "plain", habit)
    markup = draft.html or (_markup(draft) if habit.html else "")
    if markup:
        part = _multipart("alternative", marks[2], [part, _text(markup, "html", habit)])
    related = [file for file in draft.files if file.inline and markup]
    if related:
        part = _multipart("related", marks[1], [part, *(_file(file, habit, f"<{_cid(file)}>") for file in related)])
    beside = [file for file in draft.files if file not in related]  # iOS Mail: inline pictures beside the text, no HTML
    if beside:
        part = _multipart("mixed", marks[0], [part, *(_file(file, habit) for file in beside)])
    return part + (b"" if part.endswith(b"\r\n") else b"\r\n")


def _multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    mark = boundary.encode()
    head = (
        b"Content-Type: multipart/"
        + kind.encode()
        + b';\r\n\tboundary="'
        + mark
        + b'"\r\n\r\nThis is a multi-part message in MIME format.\r\n'
    )
    return head + b"".join(b"\r\n--" + mark + b"\r\n" + part for part in parts) + b"\r\n--" + mark + b"--\r\n"


def _text(text: str, kind: str, habit: Habit) -> bytes:
    raw = text.replace("\r\n", "\n").replace("\n", "\r\n").encode(_codec(habit.charset), "surrogateescape")
    if habit.naming is Naming.RAW:  # no charset, no encoding
        return f"Content-Type: text/{kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode() + raw
    head = f'Content-Type: text/{kind};\r\n\tcharset="{habit.charset}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head.encode() + _folded(raw)


def _file(file: File, habit: Habit, content_id: str = "") -> bytes:
    kind = file.kind or (
        "application/octet-stream" if habit.octets else _TYPES.get(file.name.rpartition(".")[2].lower(), "application/octet-stream")
    )
    naming = file.naming or habit.naming
    head = b"Content-Type: " + kind.encode() + _parameter("name", file.name, naming, habit.charset)
    nested = kind == "message/rfc822"
    head += b"\r\nContent-Transfer-Encoding: " + (b"8bit" if nested else b"base64")
    head += (
        b"\r\nContent-Disposition: "
        + (b"inline" if file.inline else b"attachment")
        + _parameter("filename", file.name, naming, habit.charset)
    )
    if content_id:
        head += b"\r\nContent-ID: " + content_id.encode()
    return head + b"\r\n\r\n" + (file.content if nested else _folded(file.content))


def _parameter(key: str, name: str, naming: Naming, charset: str) -> bytes:
    """One name parameter with its leading semicolon, in the form the mailer writes."""
    start = b";\r\n\t" + key.encode()
    if naming is Naming.NONE or not name:
        return b""
    if name.isascii():
        return start + b'="' + name.encode() + b'"'
    if naming is Naming.RAW:
        return start + b'="' + name.encode("gb18030") + b'"'
    if naming in (Naming.WORD, Naming.SPLIT):
        return start + b'="' + encoded(name, charset, split=naming is Naming.SPLIT) + b'"'
    octets = [quote(bytes([octet]), safe="") for octet in name.encode(_codec(charset))]  # never cut inside a %XX
    if naming is Naming.RFC2231:
        return start + f"*={charset}''{''.join(octets)}".encode()
    pieces = ["".join(octets[at : at + 16]) for at in range(0, len(octets), 16)]
    pieces[0] = f"{charset}''{pieces[0]}"
    return b"".join(start + f"*{number}*={piece}".encode() for number, piece in enumerate(pieces))


def _markup(draft: Draft) -> str:
    pictures = "".join(f'<div><img src="cid:{_cid(file)}"></div>' for file in draft.files if file.inline)
    lines = "".join(f"<div>{escape(line) or '&nbsp;'}</div>" for line in draft.text.splitlines())
    return f'<html><head><meta http-equiv="Content-Type" content="text/html"></head><body>{lines}{pictures}</body></html>'


def _cid(file: File) -> str:
    return f"_Foxmail.1@{hashlib.sha256(file.content + file.name.encode()).hexdigest()[:32]}"


def _folded(content: bytes) -> bytes:
    packed = base64.b64encode(content)
    return b"\r\n".join(packed[start : start + 76] for start in range(0, len(packed), 76))
