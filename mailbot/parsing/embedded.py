"""Files that lie inside the text of a body: uuencode between the lines, pictures pasted into HTML as data: addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mailbot.parsing.headers import decode_header
from mailbot.parsing.spool import Spool
from mailbot.parsing.transfer import Decoded, decode_to

MAX_EMBEDDED = 300
"""Files taken out of one body part; what follows stays in the text."""
SMALLEST_DATA = 1024
"""Encoded bytes of a data: address that is worth a file; smaller ones are dots and lines."""

_BEGIN = re.compile(rb"begin [0-7]{3,4} ([^\r\n]{1,200})\r*\n([!-`])([^\r\n]{1,64})\r*\n")
_DATA = re.compile(rb"data:([\w.+-]{1,60}/[\w.+-]{1,60})[^,\"'<>]{0,60};base64,\Z", re.I)
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s%]")


@dataclass(frozen=True, slots=True)
class Embedded:
    """One file out of a body: its bytes, its name if it had one, its media type if it told."""

    decoded: Decoded
    name: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class _Span:
    start: int  # of what is cut from the text
    data: int
    end: int
    name: str = ""
    type: str = ""


def take_out(file: Path, new_file: Callable[[], Path], *, rich: bool) -> list[Embedded]:
    """The files inside the decoded body in `file`, which is rewritten without them. Looks for data: in HTML, for uuencode in plain text."""
    with Spool(file) as spool:
        spans = _data_spans(spool) if rich else _uu_spans(spool)
        if not spans:
            return []
        encoding = b"base64" if rich else b"uuencode"
        found = [Embedded(decode_to(spool, (span.data, span.end), encoding, new_file()), span.name, span.type) for span in spans]
        rest = new_file()
        with rest.open("wb") as out:
            at = 0
            for start, end in [*((span.start, span.end) for span in spans), (spool.size, spool.size)]:
                for chunk in spool.chunks(at, start):
                    out.write(chunk)
                at = end
    rest.replace(file)
    return found


def _uu_spans(spool: Spool) -> list[_Span]:
    spans: list[_Span] = []
    at = 0
    while len(spans) < MAX_EMBEDDED and (at := spool.find(b"begin ", at, spool.size)) >= 0:
        sight = spool.read(at, 320)
        match = _BEGIN.match(sight)
        # "begin" also begins English sentences: the first line below must be as long as it says.
        if match and (at == 0 or spool.read(at - 1, 1) == b"\n") and _fits(match[2], match[3]):
            end = spool.find(b"\nend", at, spool.size)
            end = spool.size if end < 0 else end + 4
            spans.append(_Span(at, at, end, decode_header(match[1])))
            at = end
        else:
            at += 6
    return spans


def _fits(length: bytes, line: bytes) -> bool:
    count = (length[0] - 32) & 63
    return count > 0 and abs(len(line.rstrip(b" \r")) - (count + 2) // 3 * 4) <= 3


def _data_spans(spool: Spool) -> list[_Span]:
    spans: list[_Span] = []
    at = 0
    while len(spans) < MAX_EMBEDDED and (at := spool.find(b";base64,", at, spool.size)) >= 0:
        data = at + 8
        start = max(0, at - 200)
        match = _DATA.search(spool.read(start, data - start))
        end = _end_of_base64(spool, data)
        if match and end - data >= SMALLEST_DATA:
            spans.append(_Span(data, data, end, type=match[1].decode("ascii").lower()))
        at = end
    return spans


def _end_of_base64(spool: Spool, at: int) -> int:
    stop = _NO_BASE64.search(spool.read(at, 4096))
    if stop:
        return at + stop.start()
    for chunk in spool.chunks(at, spool.size):
        stop = _NO_BASE64.search(chunk)
        if stop:
            return at + stop.start()
        at += len(chunk)
    return spool.size
