"""What each leaf of a mail is taken for: words of the body, a message in the message, or a file."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from mailbot.model import FileKind, Problem
from mailbot.parsing.skeleton import Part

_BODY_TYPES = frozenset(
    {"", "text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html", "text/markdown", "text/x-plain"}
)
_MESSAGE_TYPES = frozenset({"message/rfc822", "message/global", "message/news", "text/rfc822-headers", "message/rfc822-headers"})
_SEALED_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})

# (first bytes, offset, extension): for parts that come without a name, and for "text" that is none.
_MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "pdf"),
    (b"\xff\xd8\xff", 0, "jpg"),
    (b"\x89PNG\r\n", 0, "png"),
    (b"GIF8", 0, "gif"),
    (b"BM", 0, "bmp"),
    (b"II*\x00", 0, "tif"),
    (b"MM\x00*", 0, "tif"),
    (b"WEBP", 8, "webp"),
    (b"ftypheic", 4, "heic"),
    (b"ftypheix", 4, "heic"),
    (b"ftypmif1", 4, "heic"),
    (b"ftypmsf1", 4, "heic"),
    (b"ftypqt", 4, "mov"),
    (b"ftyp", 4, "mp4"),
    (b"PK\x03\x04", 0, "zip"),
    (b"Rar!", 0, "rar"),
    (b"7z\xbc\xaf\x27\x1c", 0, "7z"),
    (b"\x1f\x8b", 0, "gz"),
    (b"\xd0\xcf\x11\xe0", 0, "doc"),
    (b"{\\rtf", 0, "rtf"),
    (b"\x78\x9f\x3e\x22", 0, "dat"),
)
_EXTENSION_OF_TYPE = {
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/rtf": "rtf",
    "text/plain": "txt",
    "text/html": "html",
    "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s",
    "application/pgp-signature": "asc",
    "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m",
    "image/svg+xml": "svg",
    "audio/mpeg": "mp3",
    "audio/amr": "amr",
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "disposition-notification.txt",
    "message/partial": "partial.txt",
}
_HEADER_LINE = re.compile(
    rb"(?:From |(?:Received|Return-Path|From|To|Subject|Date|Message-ID|MIME-Version|X-[\w-]+|DKIM-Signature|Delivered-To|Sender|Reply-To)"
    rb"[ \t]*:)",
    re.I,
)


class Role(StrEnum):
    """What a leaf is read as."""

    BODY = "body"
    MESSAGE = "message"
    ITEM = "item"


def role_of(part: Part, head: bytes) -> Role:
    """The role of a leaf, by its header and its first decoded bytes.

    Whatever is not plainly text without a name is an item: nothing is dropped for lacking a name.
    """
    if part.type in _MESSAGE_TYPES:
        return Role.MESSAGE
    if part.file_name.strip() or part.disposition == "attachment":
        return Role.ITEM
    if (part.type in _BODY_TYPES or part.is_container) and not is_binary(head):
        return Role.BODY
    return Role.ITEM


def is_named_body(part: Part) -> bool:
    """Whether a text part that has a name may still be what the sender wrote: shown inline and text by type."""
    return part.type in ("text/plain", "text/html") and part.disposition != "attachment"


def is_binary(head: bytes) -> bool:
    """Whether the bytes cannot be text, whatever the label says: a PDF sent as text/plain."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    known = any(head[at : at + len(mark)] == mark for mark, at, extension in _MAGIC if len(mark) > 2 and extension != "rtf")
    return known or head.count(0) > len(head) // 50 + 1


def extension_of(head: bytes, kind: FileKind, media: str) -> str:
    """The extension for a file that has no name: by content, then by media type, "bin" where neither tells."""
    if kind.is_document and kind not in (FileKind.ENCRYPTED, FileKind.TXT):
        return kind.value
    by_type = _EXTENSION_OF_TYPE.get(media, "")
    if kind is FileKind.TXT:
        return by_type or "txt"
    by_magic = next((extension for mark, at, extension in _MAGIC if head[at : at + len(mark)] == mark), "")
    return by_magic or by_type or "bin"


def sealed_problem(part: Part) -> Problem | None:
    """Why a leaf cannot be opened by nature: S/MIME, PGP, a fragment of a message, a body that lies elsewhere; None for all others."""
    in_sealed = part.parent is not None and part.parent.type == "multipart/encrypted"
    if part.type in _SEALED_TYPES or in_sealed:
        return Problem.SEALED
    if part.type == "message/partial":
        return Problem.FRAGMENT
    return Problem.UNSUPPORTED if part.type == "message/external-body" else None


def looks_like_message(file: Path, name: str) -> bool:
    """Whether a file is a mail: named .eml, or mail by its first line when it has no name to tell otherwise."""
    if not name.lower().endswith((".eml", ".mht.eml")):
        return False
    with file.open("rb") as source:
        start = source.read(200).lstrip()
    # Behind a postmark there may be a whole mailbox.
    return bool(_HEADER_LINE.match(start)) and not start.startswith(b"From ")
