"""What parsing finds in a mail: kinds, pictures, readings, messages, files; no judgement in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

BODY = "(body)"
"""The path of the mail's own text when it is taken as a document."""

CUT_SHORT = "邮件末尾不完整，最后的内容可能没有收全"
"""The doubt over a mail that ends in the middle: servers cut short the letters that they bounce."""


class FileKind(StrEnum):
    """What a file is by its content (magic bytes, zip members, OLE streams), never by its Content-Type."""

    DOCX = "docx"
    DOC = "doc"  # Word or WPS, OLE
    PDF = "pdf"
    PPTX = "pptx"
    PPT = "ppt"
    XLSX = "xlsx"
    XLS = "xls"
    RTF = "rtf"
    TXT = "txt"
    HTML = "html"
    ODF = "odf"
    OFD = "ofd"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    ARCHIVE = "archive"
    MESSAGE = "message"
    TNEF = "tnef"
    EXECUTABLE = "executable"
    ENCRYPTED = "encrypted"  # an office file with a password (OLE EncryptedPackage)
    EMPTY = "empty"
    OTHER = "other"

    @property
    def is_document(self) -> bool:
        """Whether text can be expected in it."""
        return self in _DOCUMENTS


_DOCUMENTS = frozenset(
    {
        FileKind.DOCX,
        FileKind.DOC,
        FileKind.PDF,
        FileKind.PPTX,
        FileKind.PPT,
        FileKind.XLSX,
        FileKind.XLS,
        FileKind.RTF,
        FileKind.TXT,
        FileKind.HTML,
        FileKind.ODF,
        FileKind.OFD,
        FileKind.ENCRYPTED,
    }
)


class Problem(StrEnum):
    """Why a file could not be read to its end; damaged material is a value, never an exception."""

    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    READER_FAILED = "reader_failed"
    EXECUTABLE = "executable"
    SEALED = "sealed"  # S/MIME or PGP
    FRAGMENT = "fragment"  # message/partial, one volume of a split archive
    NEEDS_EXTRA = "needs_extra"  # a reader that is not installed

    @property
    def sentence(self) -> str:
        """One Chinese sentence for staff and, reworded by the letter, for the unit."""
        return _PROBLEM_SENTENCES[self]


_PROBLEM_SENTENCES: Mapping[Problem, str] = {
    Problem.EMPTY: "文件是空的",
    Problem.ENCRYPTED: "文件加了密码，打不开",
    Problem.CORRUPT: "文件已损坏，打不开",
    Problem.TRUNCATED: "文件不完整，可能没有传完",
    Problem.TOO_LARGE: "文件过大或内容过多，没有自动检查",
    Problem.UNSUPPORTED: "文件格式无法自动读取",
    Problem.READER_FAILED: "自动读取时出错，没有读完",
    Problem.EXECUTABLE: "这是可执行文件，没有打开",
    Problem.SEALED: "邮件或文件经过加密签名，无法读取",
    Problem.FRAGMENT: "这是分卷的一部分，单独打不开",
    Problem.NEEDS_EXTRA: "缺少读取这种文件的组件",
}


class PictureKind(StrEnum):
    """What a picture shows, as far as its facts say."""

    PHOTO = "photo"
    DECORATION = "decoration"  # logo, icon, signature picture
    CODE = "code"  # QR code
    PAGE = "page"  # a scanned or photographed page of text, a table
    UNKNOWN = "unknown"

    @property
    def adorns(self) -> bool:
        """Whether such a picture belongs to how a mail looks, not to what it brings."""
        return self in (PictureKind.DECORATION, PictureKind.CODE)


@dataclass(frozen=True, slots=True)
class Picture:
    """The facts of one picture: pixels, bytes, a 128-bit difference hash (hex, "" if not computed) and what it seems to show."""

    width: int
    height: int
    size: int
    kind: PictureKind
    fingerprint: str = ""
    taken_at: datetime | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader got out of a document: its first lines, its text, the pictures inside it.

    `head` holds the first non-empty lines (at most 12) as the reader sees them, `text` everything (capped), `header` the
    page header or letterhead where the format keeps it apart. `pages` is None where the format does not say.
    `scanned`: the text was recognised from pictures of pages, so single characters may be wrong; `unread` says in Chinese why such
    pages were not recognised ("" = they were, or there are none).
    """

    text: str = ""
    head: tuple[str, ...] = ()
    header: str = ""
    pictures: tuple[Picture, ...] = ()
    pages: int | None = None
    scanned: bool = False
    unread: str = ""

    @property
    def photos(self) -> tuple[Picture, ...]:
        """The embedded pictures that are photos."""
        return tuple(picture for picture in self.pictures if picture.kind is PictureKind.PHOTO)


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox: display name (decoded, cleaned) and the address in lower case."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """The part after the last @, "" if there is none."""
        return self.address.rpartition("@")[2] if "@" in self.address else ""

    @property
    def local(self) -> str:
        """The part before the last @."""
        return self.address.rpartition("@")[0]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it was read, the mail itself or one nested in it; every string is decoded and cleaned to printable text.

    `path` is "" for the mail itself, else the path of the part it was found in. `own` is what the sender wrote,
    `quoted` the older mail below it (a reply's quote or an inline forward is told apart by `forwarded`).
    `headers` maps lower-case names to their decoded values in order.
    """

    path: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    from_: tuple[Address, ...] = ()
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None
    own: str = ""
    quoted: str = ""
    forwarded: str = ""
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One leaf of a mail after unpacking.

    `path` is unique within the mail and readable ("材料.zip/照片/1.jpg"); `name` its cleaned last segment as the sender wrote it;
    `original_name` the name before cleaning. `file` is where its bytes lie (a temporary work folder), None if they could
    not be got. `inside` is the `path` of the message it came with ("" = the mail itself).
    """

    path: str
    name: str
    sha256: str
    size: int
    kind: FileKind
    original_name: str = ""
    file: Path | None = None
    inside: str = ""
    inline: bool = False
    content_id: str = ""
    problem: Problem | None = None
    reading: Reading | None = None
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Material that lies behind a link instead of in the mail (超大附件, 网盘); never fetched."""

    url: str
    provider: str
    name: str = ""
    size: str = ""
    expires: str = ""
    code: str = ""
    quoted: bool = False
    article: bool = False  # 美篇, 公众号: something to read, not a file


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that parsing found in one mail: no judgement in it.

    `items` are the leaves in the order of the mail; the mail's own text is an item with path `(body)` when it is not empty.
    `doubts` are Chinese sentences: each says that something in the mail may not have been found or read. `whole` is the size of the
    mail on the server where it is over the cap and only its first `size` bytes were kept, else 0.
    """

    sha256: str
    size: int
    message: Message
    nested: tuple[Message, ...] = ()
    items: tuple[Item, ...] = ()
    links: tuple[Link, ...] = ()
    doubts: tuple[str, ...] = ()
    whole: int = 0

    def cut_from(self, whole: int) -> Facts:
        """The facts of the first part of a mail of `whole` bytes: a doubt, and the file in which it ends is incomplete; else unchanged."""
        if whole <= self.size:
            return self
        over = f"邮件超过上限（{megabytes(self.size)}），只保存了前一部分"
        doubts = (over, *(doubt for doubt in self.doubts if doubt != CUT_SHORT))
        items = list(self.items)
        last = max((at for at, item in enumerate(items) if item.path != BODY), default=None)
        if last is not None and items[last].problem in (None, Problem.UNSUPPORTED):
            items[last] = replace(items[last], problem=Problem.TRUNCATED)
        return replace(self, whole=whole, doubts=doubts, items=tuple(items))


def megabytes(size: int) -> str:
    """A number of bytes as offices write it: 100 MB, 1.5 MB."""
    return f"{size / 1024**2:.3g} MB" if size < 1000 * 1024**2 else f"{size / 1024**2:.0f} MB"
