"""Files inside rtf, html and saved web pages (MHT): objects in hexadecimal, data: addresses, parts of other kinds."""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import re
from collections.abc import Iterator
from pathlib import Path

from mailbot.parsing.enclosures.compound import OLE, object_in, objects_of_page, packaged
from mailbot.parsing.enclosures.found import Found, is_sent, named
from mailbot.parsing.headers import decode_header

MAX_BYTES = 128 * 1024 * 1024

_OBJECT = re.compile(rb"\\objdata\b[^0-9a-fA-F{}]{0,100}([0-9a-fA-F\s]{32,})")
# Four lines of lengths, the class name among them, stand in front of what an OLE 1 object holds (MS-OLEDS 2.2.5).
_OBJECT_HEAD = 1024
_PACKAGE = re.compile(rb"\x08\x00\x00\x00Package\x00.{12}", re.S)
_DATA = re.compile(
    rb"data:(?:application|message|multipart)/[\w.+-]{1,80}(?:;[\w-]{1,20}=[^,;\"'<>]{1,60}){0,2};base64,([A-Za-z0-9+/=\s%]{64,})", re.I
)


def objects_of_rtf(path: Path) -> Iterator[Found]:
    """The objects in the rtf at `path`."""
    for match in _OBJECT.finditer(_start_of(path)):
        digits = b"".join(match[1].split())
        content = binascii.unhexlify(digits[: len(digits) // 2 * 2])
        start = content.find(OLE, 0, _OBJECT_HEAD)
        if start >= 0:
            yield from object_in(content[start:], icon=False)
        elif head := _PACKAGE.search(content, 0, _OBJECT_HEAD):
            found = packaged(content[head.end() - 4 :])
            yield found or Found("嵌入的对象.bin", content)


def files_of_page(path: Path) -> Iterator[Found]:
    """The files in the page at `path`, plain or saved as MHT."""
    content = _start_of(path)
    if re.match(rb"^\s*(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<", content):
        for match in _DATA.finditer(content):
            inner = base64.b64decode(re.sub(rb"%..|\s", b"", match[1]) + b"==")
            if is_sent(inner, ""):
                yield Found(named("嵌入的文件", inner), inner)
        return
    for part in email.message_from_bytes(content, policy=email.policy.compat32).walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and part.get_content_type() != "text/html":
            yield from _part(decode_header(str(part.get_filename() or part.get("content-location") or "").encode()), payload)


def _part(name: str, content: bytes) -> Iterator[Found]:
    if content.startswith(b"ActiveMime"):
        yield from objects_of_page(content)
    elif is_sent(content, name):
        yield Found(re.split(r"[/\\]", name)[-1] or named("嵌入的文件", content), content)


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES)
