"""Mails as Chinese mailers put them on the wire, written by hand: bytes, not what a tidy library would make of them."""

from __future__ import annotations

import base64

DOCX = b"PK\x05\x06" + b"\x00" * 18 + b"not really a document"


def b64(raw: bytes) -> bytes:
    """base64 in lines of 76, as mailers write bodies."""
    return base64.encodebytes(raw).replace(b"\n", b"\r\n")


def word(text: str, charset: str = "gb18030", label: str = "") -> bytes:
    """One encoded word."""
    return b"=?" + (label or charset).encode() + b"?B?" + base64.b64encode(text.encode(charset)) + b"?="


def mail(body: bytes = b"hello", *, subject: bytes = b"x", sender: bytes = b"zs@jlu.edu.cn", extra: bytes = b"") -> bytes:
    """A mail of one part; `extra` holds further header lines, each with its CRLF."""
    return b"From: " + sender + b"\r\nTo: jlqmxx@126.com\r\nSubject: " + subject + b"\r\nMIME-Version: 1.0\r\n" + extra + b"\r\n" + body


def part(header: bytes, body: bytes) -> bytes:
    """One part: header lines without the last CRLF, body as it is."""
    return header + b"\r\n\r\n" + body


def attached(name_params: bytes, content: bytes = DOCX, *, disposition: bytes = b"attachment") -> bytes:
    """A part with its name in Content-Disposition as given (`; filename=…`)."""
    header = (
        b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: " + disposition + name_params
    )
    return part(header, b64(content))


def text_part(text: str = "您好", charset: str = "utf-8") -> bytes:
    """A body part in base64."""
    return part(
        b"Content-Type: text/plain; charset=" + charset.encode() + b"\r\nContent-Transfer-Encoding: base64", b64(text.encode(charset))
    )


def multipart(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = b"----=_Part_1", extra: bytes = b"", subject: bytes = b"x") -> bytes:
    """A whole mail of several parts."""
    header = b"Content-Type: multipart/" + kind + b';\r\n\tboundary="' + boundary + b'"\r\n' + extra
    return mail(joined(*parts, boundary=boundary), subject=subject, extra=header)


def nested(*parts: bytes, kind: bytes = b"alternative", boundary: bytes = b"----=_Part_2") -> bytes:
    """A multipart as a part of another."""
    return part(b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"', joined(*parts, boundary=boundary))


def joined(*parts: bytes, boundary: bytes) -> bytes:
    """Parts between boundary lines, closed."""
    return b"".join(b"--" + boundary + b"\r\n" + one + b"\r\n" for one in parts) + b"--" + boundary + b"--\r\n"
