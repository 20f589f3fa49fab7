"""Objects in OLE compound files: an oleObject.bin by itself, and those that doc, xls, ppt keep in storages of their own."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import olefile

from mailbot.model import FileKind, Problem
from mailbot.parsing.enclosures.found import SHEETS, Found, is_sent, kind_of, named
from mailbot.parsing.zipnames import decode_name

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OBJECT_BYTES = 64 * 1024 * 1024
_MSO_HEAD = 50
"""oledata.mso has this many bytes in front of its squeezed compound file."""

_Streams = Mapping[str, Sequence[str]]

_NATIVE = "\x01ole10native"
_OBJECT_INFO = "\x03objinfo"
# Where a program puts the file as its users know it: Office since 2007, LibreOffice, Acrobat.
_WHOLE = ("package", "embeddedodf", "contents")
_FORMS = {
    "worddocument": "doc",
    "powerpoint document": "ppt",
    "encryptedpackage": "docx",
    "__properties_version1.0": "msg",
    "workbook": "xls",
    "book": "xls",
}
# ExOleObjStg (MS-PPT 2.10.34; instance 1 is squeezed) and ExOleObjAtom (2.10.12) with its drawAspect.
_STORED = re.compile(rb"([\x00\x10])\x00\x11\x10(.{4})", re.S)
_SHOWN = re.compile(rb"\x01\x00\xc3\x0f\x18\x00\x00\x00\x04\x00\x00\x00")
_PACKAGED = re.compile(rb".{4}\x02\x00([^\x00]{1,260})\x00[^\x00]{0,260}\x00\x00\x00\x03\x00(.{4})", re.S)


def objects_in(path: Path, kind: FileKind) -> Iterator[Found]:
    """What lies in the doc, xls or ppt file at `path`; raises what olefile raises over broken sectors."""
    with olefile.OleFileIO(path.read_bytes()) as compound:
        if kind is FileKind.PPT:
            yield from _stored(compound.openstream("PowerPoint Document").read())
            return
        yield from _objects(compound)


def objects_of_page(content: bytes) -> Iterator[Found]:
    """What lies in the oledata.mso of a page that Word saved; raises what zlib and olefile raise over broken bytes."""
    with olefile.OleFileIO(zlib.decompressobj().decompress(content[_MSO_HEAD:], OBJECT_BYTES)) as compound:
        yield from _objects(compound)


def _objects(compound: olefile.OleFileIO) -> Iterator[Found]:
    storages: dict[tuple[str, ...], dict[str, Sequence[str]]] = {}
    for entry in compound.listdir():
        # Word keeps all objects in one storage, Excel and a saved page each in its own.
        if (entry[0] == "ObjectPool" and len(entry) == 3) or (entry[0].startswith(("MBD", "_")) and len(entry) == 2):
            storages.setdefault(tuple(entry[:-1]), {})[entry[-1].lower()] = entry
    for streams in storages.values():
        yield from _object(compound, streams, icon=_is_icon(compound, streams))


def object_in(content: bytes, *, icon: bool) -> Iterator[Found]:
    """What the bytes of one OLE object hold. `icon`: the document shows a symbol for it, so whatever it is cannot be seen there."""
    try:
        compound = olefile.OleFileIO(content)
    except Exception:  # olefile raises OSError, IndexError, struct.error, TypeError over broken sectors
        yield Found("嵌入的对象.bin", content)  # nobody can say that there is nothing in it
        return
    with compound:
        entries = compound.listdir()
        if not entries:
            yield Found("嵌入的对象.bin", content)  # as above
        streams = {entry[0].lower(): entry for entry in entries if len(entry) == 1}
        yield from _object(compound, streams, icon=icon, content=content)


def _is_icon(compound: olefile.OleFileIO, streams: _Streams) -> bool:
    """fIcon of ODTPersist1 (MS-DOC 2.9.164); Excel has no such stream."""
    info = compound.openstream(streams[_OBJECT_INFO]).read(1) if _OBJECT_INFO in streams else b""
    return bool(info and info[0] & 0x40)


def _object(compound: olefile.OleFileIO, streams: _Streams, *, icon: bool, content: bytes | None = None) -> Iterator[Found]:
    """The file in one storage; `content` are the bytes of the compound file, where the storage is its root."""
    if _NATIVE in streams:
        yield from _native(compound.openstream(streams[_NATIVE]).read(OBJECT_BYTES), icon=icon)
        return
    for whole in _WHOLE:
        inner = compound.openstream(streams[whole]).read(OBJECT_BYTES) if whole in streams else b""
        if is_sent(inner, "") or (icon and kind_of(inner, "") in SHEETS):
            yield Found(named("嵌入的文件", inner), inner)
            return
    form = next((form for stream, form in _FORMS.items() if stream in streams), "")
    if form not in ("", "xls") or icon:
        # A storage within another compound file is no file of its own: somebody must open the document.
        yield Found(f"嵌入的文件.{form or 'bin'}", content, None if content else Problem.UNSUPPORTED)


def _native(stream: bytes, *, icon: bool) -> Iterator[Found]:
    """A file that the Packager took in whole, or what an older program wrote as its own."""
    if (found := packaged(stream)) is not None:
        yield found
        return
    content = stream[4:]
    if content and (icon or is_sent(content, "")):
        yield Found(named("嵌入的文件", content), content)


def packaged(stream: bytes) -> Found | None:
    """Label, path, command and bytes, as the Packager lines them up; None for any other layout."""
    match = _PACKAGED.match(stream)
    if match is None:
        return None
    at = match.end() + struct.unpack("<I", match[2])[0]
    if at + 4 > len(stream):
        return None
    size = struct.unpack_from("<I", stream, at)[0]
    content = stream[at + 4 : at + 4 + size]
    name = re.split(r"[/\\]", decode_name(match[1]))[-1]
    return Found(name, content) if content and len(content) == size else None


def _stored(stream: bytes) -> Iterator[Found]:
    """The objects among the records of a ppt."""
    icon = _SHOWN.search(stream) is not None
    for match in _STORED.finditer(stream):
        record = memoryview(stream)[match.end() : match.end() + struct.unpack("<I", match[2])[0]]
        try:
            # The bytes may only look like a record.
            content = zlib.decompressobj().decompress(record[4:], OBJECT_BYTES) if match[1] == b"\x10" else _plain(record)
        except zlib.error:
            continue
        if content.startswith(OLE):
            yield from object_in(content, icon=icon)


def _plain(record: memoryview) -> bytes:
    return bytes(record) if record[: len(OLE)] == OLE else b""
