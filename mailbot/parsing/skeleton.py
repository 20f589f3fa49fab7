"""Finds the MIME parts of a mail over the file on disk, without taking any body into memory (RFC 2045, RFC 2046)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from mailbot.model import CUT_SHORT
from mailbot.parsing.fields import Fields, read_fields
from mailbot.parsing.headers import file_name, raw_text
from mailbot.parsing.params import media_type, parse_params
from mailbot.parsing.spool import Spool

LEVELS = 30
"""Multiparts within multiparts that are opened; the next one is kept whole and doubted."""
FALSE_BOUNDARIES = 20_000
"""Lines that only look like a boundary before the scan stops looking."""

_MUDDLED = "邮件信头的换行混乱，可能有内容没有读到"

# "--x" alone on a line with a Content- field or a blank line below: a boundary that no header announced.
_UNANNOUNCED = re.compile(rb"(?:\A|[\r\n])--([^\r\n]{1,200}?)[ \t]*(?:\r*\n|\r)(?=Content-[A-Za-z-]{2,40}:)", re.I)


@dataclass(eq=False)
class Part:
    """One MIME entity: its raw fields and where its body lies in the file (byte offsets). `closed`: a boundary line ended it."""

    fields: Fields
    start: int
    level: int
    parent: Part | None = None
    end: int = 0
    closed: bool = False
    boundary: bytes = b""
    finished: bool = False  # its closing boundary was seen
    children: list[Part] = field(default_factory=list)

    @property
    def body(self) -> int:
        """The offset of the first byte of the body."""
        return self.fields.end

    @cached_property
    def type_text(self) -> str:
        """The Content-Type value, unfolded."""
        return raw_text(self.fields.first("content-type"))

    @cached_property
    def type(self) -> str:
        """The media type, "" where the part does not say; in a digest silence means a message (RFC 2046 section 5.1.5)."""
        in_digest = self.parent is not None and self.parent.type == "multipart/digest"
        return media_type(self.type_text) or ("message/rfc822" if in_digest else "")

    @cached_property
    def params(self) -> dict[str, str]:
        """The parameters of Content-Type."""
        return parse_params(self.type_text)

    @cached_property
    def disposition(self) -> str:
        """`attachment`, `inline` or whatever else stands there, lower-case."""
        match = re.match(r"\s*([\w-]+)", raw_text(self.fields.first("content-disposition")), re.A)
        return match[1].lower() if match else ""

    @cached_property
    def file_name(self) -> str:
        """The file name as the sender wrote it, decoded, not yet cleaned; "" if none."""
        return file_name(self.fields.first("content-disposition"), self.fields.first("content-type"))

    @property
    def encoding(self) -> bytes:
        """The raw Content-Transfer-Encoding value."""
        return self.fields.first("content-transfer-encoding")

    @property
    def is_container(self) -> bool:
        """Whether the part says that it holds other parts: by its type, or by a boundary where the type is no type at all."""
        return self.type.startswith("multipart/") or (not self.type and bool(self.params.get("boundary")))


@dataclass(eq=False)
class Skeleton:
    """The tree of parts of one message and what the scan could not be sure of (Chinese sentences)."""

    root: Part
    doubts: list[str] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    """Stretches of the file between parts: preambles and epilogues."""

    @property
    def leaves(self) -> list[Part]:
        """The parts without children, in the order of the mail."""
        found: list[Part] = []
        waiting = [self.root]
        while waiting:
            part = waiting.pop()
            waiting.extend(reversed(part.children))
            if not part.children:
                found.append(part)
        return found


def scan(path: Path, max_parts: int) -> Skeleton:
    """The parts of the message in the file at `path`; damage of every kind ends in `doubts`, never in an exception."""
    with Spool(path) as spool:
        return _Scan(spool, max_parts).run()


class _Scan:
    """One pass over the file: a stack of open multiparts, and for each the next place where its boundary stands."""

    def __init__(self, spool: Spool, max_parts: int) -> None:
        self.spool = spool
        self.max_parts = max_parts
        self.open: list[Part] = []
        self.next: list[tuple[int, int, bool] | None] = []
        self.false_hits = 0
        self.parts = 1

    def run(self) -> Skeleton:
        root = Part(read_fields(self.spool, 0, self.spool.size), 0, 0, end=self.spool.size)
        skeleton = Skeleton(root)
        if root.fields.cut:
            skeleton.doubts.append("邮件的信头过长，没有全部读取")
        if root.fields.muddled:
            skeleton.doubts.append(_MUDDLED)
        leaf: Part | None = None if self._opened(root, skeleton) else root
        at = root.body
        while self.open and (hit := self._next_boundary(at)):
            line, after, closing, depth = hit
            self._close_above(depth, line, leaf)
            if leaf is None:
                skeleton.gaps.append((at, line))
            at, leaf = after, None
            if closing:
                self.open[depth].finished = True
                continue
            if self.parts >= self.max_parts:
                skeleton.doubts.append(f"邮件包含的部分过多，只读取了前 {self.max_parts} 个")
                self._close_above(-1, self.spool.size, None)
                return skeleton
            leaf = self._part(after, skeleton)
            at = leaf.body
            if self._opened(leaf, skeleton):
                leaf = None
        self._finish(skeleton, leaf, at)
        return skeleton

    def _part(self, start: int, skeleton: Skeleton) -> Part:
        fields = read_fields(self.spool, start, self._limit(start))
        part = Part(fields, start, self.open[-1].level + 1, self.open[-1], end=self.spool.size)
        self.open[-1].children.append(part)
        self.parts += 1
        if fields.cut:
            skeleton.doubts.append("邮件中有一部分的信头过长，没有全部读取")
        if fields.muddled:
            skeleton.doubts.append(_MUDDLED)
        return part

    def _opened(self, part: Part, skeleton: Skeleton) -> bool:
        """Open `part` if it holds parts: by its own boundary, else by one that stands in its body without being announced."""
        announced = part.is_container
        untyped_root = (
            part.level == 0 and part.type in ("", "text/plain") and not part.encoding.strip().lower().startswith((b"base64", b"quoted"))
        )
        if not announced and not untyped_root:
            return False
        if announced and part.level >= LEVELS:
            skeleton.doubts.append(f"邮件嵌套超过 {LEVELS} 层，里面的内容没有读取")
            return False
        boundary = part.params.get("boundary", "").encode("utf-8", "surrogateescape") if announced else b""
        if boundary and self._push(part, boundary):
            return True
        sight = self.spool.read(part.body, min(64 * 1024, max(0, self._limit(part.body) - part.body)))
        guess = _UNANNOUNCED.search(sight)
        # Text before it makes it a quotation (a bounce with the source of our letter in it), unless the header promised parts.
        fits = guess and (announced or (guess.start() < 200 and b"--" + guess[1] + b"--" in sight))
        return bool(guess and fits and self._push(part, guess[1]))

    def _push(self, part: Part, boundary: bytes) -> bool:
        limit = self._limit(part.body)
        found = self._find(boundary, part.body, part.body)
        # A boundary that only turns up behind the end of this part belongs to somebody else.
        if found is None or found[0] > limit:
            return False
        part.boundary = boundary
        self.open.append(part)
        self.next.append(found)
        return True

    def _next_boundary(self, at: int) -> tuple[int, int, bool, int] | None:
        """(start of the line, start of the next line, whether it closes, depth in the stack) of the nearest boundary line from `at`."""
        self._look_on(at)
        best: tuple[int, int, bool, int] | None = None
        for depth, found in enumerate(self.next):
            if found and (best is None or found[0] <= best[0]):
                best = (*found, depth)
        return best

    def _look_on(self, at: int) -> None:
        """Let every open multipart know its next boundary line from `at`; what lies further on is known already."""
        for depth, part in enumerate(self.open):
            found = self.next[depth]
            if found and found[0] < at:
                self.next[depth] = self._find(part.boundary, at, part.body)

    def _find(self, boundary: bytes, at: int, body: int) -> tuple[int, int, bool] | None:
        needle = b"--" + boundary
        while self.false_hits < FALSE_BOUNDARIES:
            at = self.spool.find(needle, at, self.spool.size)
            if at < 0:
                return None
            before = self.spool.read(at - 1, 1) if at > body else b"\n"
            rest = self.spool.read(at + len(needle), 120)
            match = re.match(rb"(--)?[ \t]*(?:\r*\n|\r|\Z)", rest)
            if before in (b"\n", b"\r") and match:
                return at, at + len(needle) + match.end(), bool(match[1])
            self.false_hits += 1
            at += 1
        return None

    def _limit(self, at: int) -> int:
        """Where whatever begins at `at` must end: the next boundary line of an open multipart, or the end of the file."""
        self._look_on(at)
        return min((found[0] for found in self.next if found), default=self.spool.size)

    def _close_above(self, depth: int, line: int, leaf: Part | None) -> None:
        ended = [part for part in [leaf, *self.open[depth + 1 :]] if part is not None]
        for part in ended:
            part.end = max(part.body, line - self._line_end_before(line, part.body))
            part.closed = True
        del self.open[depth + 1 :], self.next[depth + 1 :]

    def _line_end_before(self, line: int, body: int) -> int:
        """The length of the line end that belongs to the boundary line at `line` (RFC 2046 section 5.1.1)."""
        before = self.spool.read(max(body, line - 2), min(2, line - body))
        return 2 if before == b"\r\n" else 1 if before[-1:] in (b"\n", b"\r") else 0

    def _finish(self, skeleton: Skeleton, leaf: Part | None, at: int) -> None:
        if leaf is None:
            skeleton.gaps.append((at, self.spool.size))
        if any(not part.finished for part in self.open):
            skeleton.doubts.append(CUT_SHORT)
        if self.false_hits >= FALSE_BOUNDARIES:
            skeleton.doubts.append("邮件的分段标记异常，可能有内容没有读到")
        for part in skeleton.leaves:
            if part.is_container and part.level < LEVELS and not part.encoding.strip() and self._has_text(part):
                skeleton.doubts.append("邮件的一部分说有多段内容，但没有找到分段标记")

    def _has_text(self, part: Part) -> bool:
        return bool(self.spool.read(part.body, min(4096, part.end - part.body)).strip())
