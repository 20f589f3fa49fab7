"""Undoes Content-Transfer-Encoding (RFC 2045 section 6) from the mail file straight into another, in chunks, hashing on the way."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from pathlib import Path

import pybase64

from mailbot.parsing.spool import Spool

_CHUNK = 256 * 1024
_BLANKS = b"\r\n \t\x00"
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=]")


class Flaw(StrEnum):
    """What was wrong with an encoding; each may mean that bytes are missing or false."""

    GLUED = "glued"  # padding in the middle: two encoded blocks, where the standard library stops at the first
    JUNK = "junk"  # lines in between that are no base64
    CUT = "cut"  # ends inside a group of four
    UNKNOWN = "unknown"  # an encoding that nobody knows


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body as a file: its size in bytes, SHA-256 (hex), first bytes (at most 512) and the flaws of its encoding."""

    path: Path
    size: int
    sha256: str
    head: bytes
    flaws: frozenset[Flaw] = frozenset()


def encoding_of(raw: bytes) -> str:
    """base64 | quoted-printable | uuencode | plain | unknown, for the raw header value with all its slips ("base 64", "BASE64;")."""
    label = re.sub(rb"[^a-z0-9]", b"", raw.lower())
    if label.startswith((b"base64", b"b64")):
        return "base64"
    if label.startswith((b"quotedprintable", b"qp", b"quoted")):
        return "quoted-printable"
    if label.startswith((b"xuu", b"uu")):
        return "uuencode"
    return "plain" if label in (b"", b"7bit", b"8bit", b"binary", b"7bits", b"8bits", b"none", b"7", b"8", b"identity") else "unknown"


def decode_to(spool: Spool, span: tuple[int, int], encoding: bytes, target: Path, *, is_file: bool = False) -> Decoded:
    """Decode the bytes of `span` (start, end) into `target`; a slip in the encoding is a flaw, never an exception.

    A file (`is_file`) whose field got lost or is empty is base64 where it looks like it: no summary is a page of letters.
    """
    flaws: set[Flaw] = set()
    kind = encoding_of(encoding)
    unstated = is_file and not encoding.strip()
    if kind == "unknown" or unstated:
        guess = "base64" if _looks_like_base64(spool.read(span[0], min(2000, span[1] - span[0]))) else "plain"
        if kind == "unknown" or guess == "base64":
            flaws.add(Flaw.UNKNOWN)
        kind = guess
    chunks = spool.chunks(*span, _CHUNK)
    if kind == "base64":
        chunks = Base64(flaws).decode(chunks)
    elif kind == "quoted-printable":
        chunks = _quoted_printable(chunks)
    elif kind == "uuencode":
        chunks = _uuencode(chunks, flaws)
    return _write(chunks, target, flaws)


def _write(chunks: Iterable[bytes], target: Path, flaws: set[Flaw]) -> Decoded:
    digest = hashlib.sha256()
    size, head = 0, b""
    with target.open("wb", buffering=0) as out:
        for chunk in chunks:
            digest.update(chunk)
            out.write(chunk)
            size += len(chunk)
            if len(head) < 512:
                head += chunk[: 512 - len(head)]
    return Decoded(target, size, digest.hexdigest(), head, frozenset(flaws))


def _looks_like_base64(raw: bytes) -> bool:
    lines = raw.split()[:-1]
    return len(lines) >= 2 and all(len(line) == len(lines[0]) and len(line) >= 60 and not _FOREIGN.search(line) for line in lines[:20])


@dataclass(slots=True)
class Base64:
    """A tolerant base64 stream: padding in the middle ends a segment and the next one begins; foreign lines are left out and noted."""

    flaws: set[Flaw]
    carry: bytes = b""
    padded: bool = False
    tail: bytes = field(default=b"", repr=False)

    def decode(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The decoded bytes, chunk by chunk."""
        for chunk in chunks:
            clean = self._clean(chunk)
            if clean is not None:
                yield clean
                continue
            text = self.tail + chunk
            packed = text.translate(None, _BLANKS)
            if _FOREIGN.search(packed):
                # Whole lines are judged, so the last one waits for its end.
                cut = max(text.rfind(b"\n"), text.rfind(b"\r")) + 1
                self.tail = text[cut:] if len(text) - cut < _CHUNK else b""
                packed = self._without_junk(text[:cut] if self.tail else text)
            else:
                self.tail = b""
            yield self._segments(packed)
        yield self._segments(self._without_junk(self.tail))
        if len(self.carry) == 1:
            self.flaws.add(Flaw.CUT)
        elif self.carry:
            yield pybase64.b64decode(self.carry + b"=" * (4 - len(self.carry)))

    def _clean(self, chunk: bytes) -> bytes | None:
        """The quick way for what nearly every chunk is: nothing but the alphabet. None if it is not, or if something is pending."""
        if self.tail or self.padded or b"=" in chunk:
            return None
        packed = self.carry + chunk.translate(None, _BLANKS)
        even = len(packed) & ~3
        rest = packed[even:]
        if _FOREIGN.search(rest):
            return None
        try:
            decoded: bytes = pybase64.b64decode(packed[:even], validate=True)
        except binascii.Error:
            return None
        self.carry = rest
        return decoded

    def _without_junk(self, text: bytes) -> bytes:
        kept: list[bytes] = []
        for line in re.split(rb"[\r\n]+", text):
            bare = line.translate(None, _BLANKS)
            foreign = _FOREIGN.findall(bare)
            if not foreign:
                kept.append(bare)
            elif len(foreign) * 20 < len(bare) or (len(foreign) == 1 and len(bare) > 4 and len(bare) % 4 == 1):
                self.flaws.add(Flaw.JUNK)  # a stray byte in a line of data, which may be the short last one
                kept.append(_FOREIGN.sub(b"", bare))
            elif not self.padded or (kept and kept[-1]):
                self.flaws.add(Flaw.JUNK)
        return b"".join(kept)

    def _segments(self, packed: bytes) -> bytes:
        if b"=" not in packed and not self.padded:
            return self._whole(packed)
        out: list[bytes] = []
        for number, piece in enumerate(packed.split(b"=")):
            if number:
                out.append(self._end_segment())
            if piece:
                if self.padded:
                    self.flaws.add(Flaw.GLUED)
                    self.padded = False
                out.append(self._whole(piece))
        return b"".join(out)

    def _whole(self, packed: bytes) -> bytes:
        packed = self.carry + packed
        even = len(packed) & ~3
        self.carry = packed[even:]
        return pybase64.b64decode(packed[:even])

    def _end_segment(self) -> bytes:
        self.padded = True
        carry, self.carry = self.carry, b""
        if len(carry) == 1:
            self.flaws.add(Flaw.CUT)
        return pybase64.b64decode(carry + b"=" * (4 - len(carry))) if len(carry) > 1 else b""


def _quoted_printable(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        cut = text.rfind(b"\n") + 1
        if not cut:
            # One endless line: any place will do that is not inside "=XX" or before a soft line end.
            cut = len(text) - 3 if b"=" in text[-3:] else len(text)
        rest = text[cut:]
        yield binascii.a2b_qp(text[:cut])
    yield binascii.a2b_qp(rest)


def _uuencode(chunks: Iterable[bytes], flaws: set[Flaw]) -> Iterator[bytes]:
    rest, begun, ended = b"", False, False
    for chunk in chain(chunks, [b"\n"]):
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()[-_CHUNK:]
        out: list[bytes] = []
        for line in lines:
            bare = line.rstrip(b"\r")
            if not begun:
                begun = bool(re.match(rb"begin(-base64)? [0-7]{3,4} ", bare))
            elif bare == b"end":
                ended = True
                break
            elif bare:
                out.append(_uu_line(bare, flaws))
        yield b"".join(out)
        if ended:
            return
    flaws.add(Flaw.CUT)


def _uu_line(line: bytes, flaws: set[Flaw]) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders count the padding wrong: take what the length byte says (CPython's uu module does the same).
        try:
            return binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
        except binascii.Error:
            flaws.add(Flaw.JUNK)
            return b""
