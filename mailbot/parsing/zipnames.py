"""The names inside a zip as their senders meant them, and as they may be shown; opens zips that Python alone refuses for one name."""

from __future__ import annotations

import re
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from mailbot.parsing.charset import is_cjk
from mailbot.parsing.safename import clean_line, shorten

UTF8_FLAG = 0x800
_CENTRAL, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_JUNK_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def decode_name(raw: bytes) -> str:
    """A name that no flag explains: UTF-8 if that shows CJK (macOS writes so), else gb18030 (Windows, WinRAR, 360压缩, 好压)."""
    if raw.isascii():
        return raw.decode("ascii")
    try:
        utf8 = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
    if any(map(is_cjk, utf8)):
        return utf8
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return utf8


def zip_name(member: zipfile.ZipInfo) -> str:
    """The decoded name of one member: bit 11, else Info-ZIP's Unicode Path (0x7075, its CRC matching), else by its bytes.

    APPNOTE 4.4.4 and 4.6.9.
    """
    shown = member.orig_filename
    if member.flag_bits & UTF8_FLAG:
        return shown
    try:
        raw = shown.encode("cp437")
    except UnicodeEncodeError:
        return shown
    return _unicode_path(member.extra, raw) or decode_name(raw)


def _unicode_path(extra: bytes, raw: bytes) -> str:
    at = 0
    while at + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, at)
        body = extra[at + 4 : at + 4 + size]
        if tag == 0x7075 and len(body) > 5 and struct.unpack_from("<I", body, 1)[0] == zlib.crc32(raw):
            return body[5:].decode("utf-8", "ignore")
        at += 4 + size
    return ""


def display_path(name: str) -> str:
    """A member's name as a harmless relative path: no drive, no root, no `..`, every segment clean; "" if nothing is left.

    `\\` separates as well as `/`; it is split after decoding, because 116 GBK characters (乗 嶾 怽) hold 0x5C as their second byte.
    """
    segments = [clean_line(segment, 2000).strip() for segment in re.split(r"[/\\]", name)]
    if segments and re.fullmatch(r"[A-Za-z]:.*", segments[0]):
        segments[0] = segments[0][2:]
    return "/".join(shorten(segment) for segment in segments if segment.strip(". "))


def is_junk(path: str) -> bool:
    """Whether a member is what a system put there by itself: `__MACOSX/`, `.DS_Store`, `Thumbs.db`, `desktop.ini`, `~$总结.docx`."""
    *folders, name = path.split("/")
    return "__MACOSX" in folders or name.lower() in _JUNK_FILES or name.startswith(("~$", "._"))


def open_zip(path: Path) -> zipfile.ZipFile:
    """Opens a zip; a name wrongly flagged as UTF-8 (a GBK name with bit 11) does not spoil the archive.

    Raises zipfile.BadZipFile, OSError, ValueError or NotImplementedError for what is no readable zip.
    """
    try:
        return zipfile.ZipFile(path)
    except UnicodeDecodeError:
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the returned archive
        _clear_false_flags(path, copy)
        return zipfile.ZipFile(copy)


def _clear_false_flags(path: Path, copy: BinaryIO) -> None:
    """Writes the archive to `copy` with bit 11 cleared where the name is not UTF-8, in the central and the local headers."""
    content = bytearray(path.read_bytes())
    end = content.rfind(b"PK\x05\x06")
    at = struct.unpack_from("<I", content, end + 16)[0] if end >= 0 and end + 20 <= len(content) else len(content)
    while content[at : at + 4] == _CENTRAL and at + 46 <= len(content):
        flags, name, extra, comment = struct.unpack_from("<H18xHHH", content, at + 8)
        local = struct.unpack_from("<I", content, at + 42)[0]
        if flags & UTF8_FLAG and not _is_utf8(content[at + 46 : at + 46 + name]):
            struct.pack_into("<H", content, at + 8, flags & ~UTF8_FLAG)
            if content[local : local + 4] == _LOCAL:
                struct.pack_into("<H", content, local + 6, struct.unpack_from("<H", content, local + 6)[0] & ~UTF8_FLAG)
        at += 46 + name + extra + comment
    copy.write(content)


def _is_utf8(raw: bytes | bytearray) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
