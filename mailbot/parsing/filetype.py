"""Tells what a file is by its bytes; its name only where bytes say nothing, or where the name is a trap (.docx.exe)."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from mailbot.model import FileKind
from mailbot.parsing import mailbox, oletype, ziptype
from mailbot.parsing.texttype import text_kind

HEAD_BYTES = 64 * 1024

_K = FileKind
# A double click on one of these runs it, whatever the bytes are.
_DANGEROUS = frozenset(
    [
        "exe",
        "scr",
        "pif",
        "bat",
        "cmd",
        "vbs",
        "vbe",
        "js",
        "jse",
        "wsf",
        "wsh",
        "hta",
        "ps1",
        "msi",
        "msp",
        "jar",
        "lnk",
        "reg",
        "cpl",
        "dll",
        "apk",
        "sys",
        "chm",
        "scf",
        "inf",
        "appx",
        "gadget",
        "ade",
        "iso",
        "img",
        "vhd",
        "sh",
        "run",
    ]
)
_STARTS: tuple[tuple[bytes, FileKind], ...] = (
    (b"%PDF-", _K.PDF),
    (b"\xff\xd8\xff", _K.IMAGE),
    (b"\x89PNG\r\n\x1a\n", _K.IMAGE),
    (b"GIF87a", _K.IMAGE),
    (b"GIF89a", _K.IMAGE),
    (b"II*\x00", _K.IMAGE),
    (b"MM\x00*", _K.IMAGE),
    (b"\x00\x00\x00\x0cjP  ", _K.IMAGE),
    (b"Rar!\x1a\x07", _K.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _K.ARCHIVE),
    (b"\x1f\x8b\x08", _K.ARCHIVE),
    (b"BZh", _K.ARCHIVE),
    (b"\xfd7zXZ\x00", _K.ARCHIVE),
    (b"\x78\x9f\x3e\x22", _K.TNEF),
    (b"{\\rtf", _K.RTF),
    (b"\x7fELF", _K.EXECUTABLE),
    (b"\xca\xfe\xba\xbe", _K.EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", _K.EXECUTABLE),
    (b"\xfe\xed\xfa", _K.EXECUTABLE),
    (b"L\x00\x00\x00\x01\x14\x02\x00", _K.EXECUTABLE),  # a Windows shortcut
    (b"\x1a\x45\xdf\xa3", _K.VIDEO),  # Matroska, WebM
    (b"FLV\x01", _K.VIDEO),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", _K.VIDEO),  # WMV
    (b"\x00\x00\x01\xba", _K.VIDEO),
    (b"\x00\x00\x01\xb3", _K.VIDEO),
    (b".RMF", _K.VIDEO),
    (b"ID3", _K.AUDIO),
    (b"OggS", _K.AUDIO),
    (b"fLaC", _K.AUDIO),
    (b"#!AMR", _K.AUDIO),
    (b"#!SILK", _K.AUDIO),
    (b"\x02#!SILK", _K.AUDIO),  # WeChat's voice notes
)
_RIFF = {b"WEBP": _K.IMAGE, b"AVI ": _K.VIDEO, b"WAVE": _K.AUDIO}
_IMAGE_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B "})
# Where the bytes prove nothing (a damaged or unknown format) the name may still say what was meant.
_BY_NAME: dict[str, FileKind] = {
    **dict.fromkeys(("mp4", "mov", "avi", "wmv", "flv", "mkv", "mpg", "mpeg", "rmvb", "3gp", "m4v", "ts"), _K.VIDEO),
    **dict.fromkeys(("mp3", "wav", "m4a", "wma", "aac", "amr"), _K.AUDIO),
    **dict.fromkeys(("jpg", "jpeg", "png", "heic", "bmp", "gif", "webp", "tif", "tiff"), _K.IMAGE),
    **dict.fromkeys(("zip", "rar", "7z", "tar", "gz"), _K.ARCHIVE),
    "docx": _K.DOCX,
    "doc": _K.DOC,
    "wps": _K.DOC,
    "xlsx": _K.XLSX,
    "xls": _K.XLS,
    "et": _K.XLS,
    "pptx": _K.PPTX,
    "ppt": _K.PPT,
    "dps": _K.PPT,
    "pdf": _K.PDF,
    "rtf": _K.RTF,
    "ofd": _K.OFD,
    "odt": _K.ODF,
    "ods": _K.ODF,
    "odp": _K.ODF,
}


def sniff(path: Path, name: str) -> FileKind:
    """The kind of the file at `path`, which its sender calls `name`; never raises for bad content.

    Order: nothing in it; a name that runs on a double click; magic bytes, zip members, OLE streams; text; the extension.
    """
    with path.open("rb") as file:
        return sniff_open(file, name)


def sniff_open(file: BinaryIO, name: str) -> FileKind:
    """The same of an open file, which stands at its beginning."""
    head = file.read(HEAD_BYTES)
    if not head:
        return FileKind.EMPTY
    kind = _by_content(file, head, name)
    extension = _extension(name)
    if extension in _DANGEROUS:
        return FileKind.EXECUTABLE
    # "zhangsan@163.com" is a name, not a program, as long as the bytes are a document.
    if extension == "com" and kind in (FileKind.OTHER, FileKind.TXT):
        return FileKind.EXECUTABLE
    if kind is not FileKind.OTHER:
        return kind
    return _BY_NAME.get(extension, FileKind.OTHER)


def _extension(name: str) -> str:
    # Windows ignores dots and spaces at the end of a name: "x.exe." runs.
    return name.lower().rstrip(". ").rpartition(".")[2].strip()


def _by_content(file: BinaryIO, head: bytes, name: str) -> FileKind:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return ziptype.zip_kind(file, head)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return oletype.ole_kind(file, _extension(name))
    kind = next((kind for start, kind in _STARTS if head.startswith(start)), None) or _by_layout(head)
    if kind is not None:
        return kind
    if mailbox.is_mailbox(file, head, _extension(name)):
        return FileKind.ARCHIVE
    text = text_kind(head, _extension(name))
    # A PDF may have up to 1024 bytes before its header (PDF 1.7, implementation note 13); scanners and gateways do put some there.
    if text is not FileKind.MESSAGE and re.search(rb"%PDF-[12]\.\d", head[:1100]):
        return FileKind.PDF
    return text


def _by_layout(head: bytes) -> FileKind | None:
    """The formats whose mark is not at their very start, or is too short to be believed alone."""
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    return next((kind for kind, holds in _LAYOUTS if holds(head)), None)


def _is_dos_program(head: bytes) -> bool:
    # "MZ" alone may begin a text; a program has bytes that no text has.
    return head[:2] == b"MZ" and (len(head) < 64 or b"\x00" in head[:64])


def _is_bitmap(head: bytes) -> bool:
    return head[:2] == b"BM" and len(head) > 26 and struct.unpack_from("<I", head, 14)[0] in (12, 40, 56, 64, 108, 124)


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _is_script(head: bytes) -> bool:
    return re.match(rb"#!\s*/[\w/.-]*(?:sh|python|perl|env|node|php|ruby)", head) is not None


def _is_mpeg_audio(head: bytes) -> bool:
    # A frame: 11 set bits, layer III, a valid bit rate and sampling rate (ISO 11172-3, 2.4.2.3).
    return len(head) > 4 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] >> 4 not in (0, 15) and head[2] & 0x0C != 0x0C


_LAYOUTS: tuple[tuple[FileKind, Callable[[bytes], bool]], ...] = (
    (_K.EXECUTABLE, _is_dos_program),
    (_K.IMAGE, _is_bitmap),
    (_K.ARCHIVE, _is_tar),
    (_K.EXECUTABLE, _is_script),
    (_K.AUDIO, _is_mpeg_audio),
)


def _iso_media(head: bytes) -> FileKind:
    size = min(struct.unpack_from(">I", head)[0], 256)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, size, 4))}
    if head[8:12] in _AUDIO_BRANDS:
        return FileKind.AUDIO
    return FileKind.IMAGE if brands & _IMAGE_BRANDS else FileKind.VIDEO
