"""A file on disk seen through one small window, so that memory does not grow with the mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

BLOCK = 256 * 1024
"""Bytes held at a time."""


class Spool:
    """Random access to the bytes of `path`; a context manager. OSError when the file cannot be read."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.size = self._file.seek(0, 2)
        self._start = 0
        self._block = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def read(self, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start`; small reads are served from the window."""
        length = max(0, min(length, self.size - start))
        if length > BLOCK:
            return b"".join(self.chunks(start, start + length))
        offset = start - self._start
        if offset < 0 or offset + length > len(self._block):
            self._load(start)
            offset = start - self._start
        return self._block[offset : offset + length]

    def chunks(self, start: int, end: int, size: int = BLOCK) -> Iterator[bytes]:
        """The bytes from `start` to `end` in pieces of at most `size`."""
        while start < end:
            self._file.seek(start)
            piece = self._file.read(min(size, end - start))
            if not piece:
                return
            yield piece
            start += len(piece)

    def find(self, needle: bytes, start: int, end: int) -> int:
        """The offset of `needle` within start..end, -1 if it is not there."""
        while start < end:
            offset = start - self._start
            if offset < 0 or (offset + len(needle) > len(self._block) and self._start + len(self._block) < self.size):
                self._load(start)
                offset = start - self._start
            found = self._block.find(needle, offset, min(len(self._block), end - self._start))
            if found >= 0:
                return self._start + found
            reached = self._start + len(self._block)
            if reached >= min(end, self.size):
                return -1
            # The needle may lie across the edge of the window.
            start = max(start, reached - len(needle)) + 1
        return -1

    def _load(self, start: int) -> None:
        # A little before as well: whoever finds a mark looks at what stands in front of it.
        self._start = max(0, start - 1024)
        self._file.seek(self._start)
        self._block = self._file.read(BLOCK + 1024)
