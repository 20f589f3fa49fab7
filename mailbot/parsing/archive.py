"""Opens zip, tar, gz, rar, 7z, mbox and winmail.dat into numbered files; nested archives are left to the caller."""

from __future__ import annotations

import gzip
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from mailbot.config import Limits
from mailbot.model import FileKind, Problem
from mailbot.parsing import mailbox, sevenzip, tnef
from mailbot.parsing.archivewriter import Writer
from mailbot.parsing.enclosures import behind
from mailbot.parsing.outcome import Unpacked
from mailbot.parsing.unreadable import UnreadableError
from mailbot.parsing.zipnames import decode_name, open_zip, zip_name

PIECE = 1 << 16

# One volume of a split archive: WinRAR 4 and 5, Info-ZIP, 7-Zip.
_VOLUME = re.compile(r"\.(?:part\d+\.rar|r\d\d|z\d\d|(?:zip|7z|rar)\.\d{3}|\d{3})$", re.I)
_STDLIB_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})


def unpack(path: Path, name: str, out: Path, limits: Limits, passwords: tuple[str, ...] = ()) -> Unpacked:
    """Writes every member of the archive at `path` into the empty folder `out`.

    Damaged, locked or oversized archives are a `problem` in the answer, with what could be got; only MemoryError is raised.
    """
    writer = Writer(out, limits)
    try:
        if _VOLUME.search(name.strip()):
            raise UnreadableError(Problem.FRAGMENT)
        _dispatch(path, name, writer, passwords)
    except UnreadableError as stop:
        return writer.finish(stop.problem)
    except MemoryError:
        raise
    except Exception:  # the readers raise whatever hostile bytes make them raise
        return writer.finish(Problem.CORRUPT)
    return writer.finish()


def _dispatch(path: Path, name: str, writer: Writer, passwords: tuple[str, ...]) -> None:
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(b"PK"):
        _unpack_joined(path, writer)
        _unpack_zip(path, writer, passwords)
    elif head.startswith((b"Rar!", b"7z\xbc\xaf")):
        sevenzip.unpack(path, writer, passwords)
    elif head.startswith(b"\x78\x9f\x3e\x22"):
        tnef.unpack(path, writer)
    elif mailbox.is_postmarked(head):
        mailbox.unpack(path, writer)
    elif tarfile.is_tarfile(path):
        _unpack_tar(path, writer)
    elif head.startswith(b"\x1f\x8b"):
        _unpack_gzip(path, name, writer)
    else:
        sevenzip.unpack(path, writer, passwords)


def _unpack_joined(path: Path, writer: Writer) -> None:
    """Writes what is joined to a zip at either end, each as one file: of several directories only the last is read."""
    for joined in behind.joined_to(path, FileKind.ARCHIVE):
        if joined.content and writer.wants(joined.name):
            writer.write(joined.name, [joined.content])


def _unpack_zip(path: Path, writer: Writer, passwords: tuple[str, ...]) -> None:
    try:
        archive = open_zip(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        # 7-Zip reads on where the central directory is missing or bent.
        sevenzip.unpack(path, writer, passwords, damaged=True)
        return
    with archive:
        members = [member for member in archive.infolist() if not zip_name(member).endswith(("/", "\\"))]
        if sum(member.compress_size for member in members) > path.stat().st_size:
            raise UnreadableError(Problem.TOO_LARGE)  # members that overlap: 151 kB may claim 30 GB
        # Bit 0 is set on a locked member, whether ZipCrypto or AES.
        locked = any(member.flag_bits & 1 for member in members)
        if locked and (password := sevenzip.password_for(path, passwords)) is not None:
            sevenzip.unpack(path, writer, (password,))
        elif any(member.compress_type not in _STDLIB_METHODS and not member.flag_bits & 1 for member in members):
            sevenzip.unpack(path, writer, ())  # Deflate64 (Windows, over 2 GB) and PPMd are unknown to Python
        else:
            _write_members(archive, members, writer, passwords)


def _write_members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], writer: Writer, passwords: tuple[str, ...]) -> None:
    for member in members:
        name = zip_name(member)
        if not writer.wants(name):
            continue
        password = _zip_password(archive, member, passwords) if member.flag_bits & 1 else b""
        if password is None:
            writer.refuse(name, Problem.ENCRYPTED)
        elif stat.S_ISLNK(member.external_attr >> 16):
            writer.refuse(name, Problem.UNSUPPORTED)
        else:
            writer.write(name, _zip_pieces(archive, member, password), packed=max(member.compress_size, 1))


def _zip_password(archive: zipfile.ZipFile, member: zipfile.ZipInfo, passwords: tuple[str, ...]) -> bytes | None:
    """The password that opens a ZipCrypto member without 7-Zip; Windows writes the bytes in GBK, others in UTF-8."""
    for password in dict.fromkeys(text.encode(charset, "ignore") for text in passwords for charset in ("utf-8", "gb18030")):
        try:
            with archive.open(member, pwd=password) as stream:
                stream.read(1)
        except (RuntimeError, zipfile.BadZipFile, zlib.error, NotImplementedError):
            continue
        return password
    return None


def _zip_pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo, password: bytes) -> Iterator[bytes]:
    with archive.open(member, pwd=password or None) as stream:
        yield from _pieces(stream)


def _pieces(stream: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece


def _unpack_tar(path: Path, writer: Writer) -> None:
    with tarfile.open(path, mode="r:*", encoding="utf-8", errors="surrogateescape") as archive:
        try:
            for member in archive:
                name = decode_name(member.name.encode("utf-8", "surrogateescape"))
                if member.isdir() or not writer.wants(name):
                    continue
                stream = archive.extractfile(member) if member.isreg() else None
                if stream is None:
                    writer.refuse(name, Problem.UNSUPPORTED)  # links and devices have no bytes of their own
                else:
                    writer.write(name, _pieces(stream))
        except (tarfile.ReadError, EOFError):
            raise UnreadableError(Problem.TRUNCATED) from None
        if _goes_on(archive):
            raise UnreadableError(Problem.TRUNCATED)


def _goes_on(archive: tarfile.TarFile) -> bool:
    """Whether anything but zeros follows behind the end of a tar, as where two were joined: what is read ends there."""
    source = archive.fileobj
    assert source is not None
    source.seek(archive.offset)
    return any(piece.strip(b"\0") for piece in iter(lambda: source.read(PIECE), b""))


def _unpack_gzip(path: Path, name: str, writer: Writer) -> None:
    with gzip.open(path) as stream:
        writer.write(re.sub(r"\.gz$", "", name, flags=re.I) or "1", _pieces(stream), packed=max(path.stat().st_size, 1))
