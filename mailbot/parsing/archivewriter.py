"""Writes the members of an archive as numbered files, and stops where a limit is reached: nothing is ever written under a sender's name."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from pathlib import Path

from mailbot.config import Limits
from mailbot.model import Problem
from mailbot.parsing.outcome import Entry, Unpacked
from mailbot.parsing.unreadable import UnreadableError
from mailbot.parsing.zipnames import display_path, is_junk

RATIO = 200
"""Deflate reaches 1032:1 on zeros; office files and photos stay below 50:1."""

RATIO_FROM_BYTES = 32 * 1024 * 1024
"""Below this size a high ratio (an empty sheet, a blank bitmap) harms nobody."""


class Writer:
    """Collects the entries of one archive under `out`; the limits count over the whole archive."""

    def __init__(self, out: Path, limits: Limits) -> None:
        self._out = out
        self._limits = limits
        self._written = 0
        self._entries: list[Entry] = []

    def wants(self, name: str) -> bool:
        """Whether a member is material at all (junk is left out); raises UnreadableError(TOO_LARGE) when there are too many."""
        path = display_path(name)
        if not path or is_junk(path):
            return False
        if len(self._entries) >= self._limits.entries:
            raise UnreadableError(Problem.TOO_LARGE)
        return True

    def refuse(self, name: str, problem: Problem) -> None:
        """Notes a member that could not be got at all."""
        self._entries.append(Entry(display_path(name), None, 0, "", problem))

    def write(self, name: str, pieces: Iterable[bytes], crc: int | None = None, packed: int = 0) -> None:
        """Writes one member; `crc` is its promised CRC-32, `packed` its size in the archive (0 = unknown, no ratio is judged).

        A member that breaks off or whose sum is wrong keeps the bytes that came, with CORRUPT.
        Raises UnreadableError(TOO_LARGE) at a limit.
        """
        file = self._out / f"{len(self._entries) + 1:04}"
        digest, size, check, problem = hashlib.sha256(), 0, 0, None
        with file.open("wb") as sink:
            try:
                for piece in pieces:
                    size += len(piece)
                    self._count(len(piece), size, packed)
                    sink.write(piece)
                    digest.update(piece)
                    check = zlib.crc32(piece, check)
            except UnreadableError as stop:
                problem = stop.problem
            except MemoryError:
                raise
            except Exception:  # zipfile, zlib, lzma and tarfile raise a dozen kinds over broken streams
                problem = Problem.CORRUPT
        if problem is None and crc is not None and crc != check:
            problem = Problem.CORRUPT
        if problem is Problem.TOO_LARGE or (problem and not size):
            file.unlink()
            self._entries.append(Entry(display_path(name), None, 0, "", problem))
        else:
            self._entries.append(Entry(display_path(name), file, size, digest.hexdigest(), problem))
        if problem is Problem.TOO_LARGE:
            raise UnreadableError(problem)

    def _count(self, more: int, size: int, packed: int) -> None:
        self._written += more
        bomb = packed and size > RATIO_FROM_BYTES and size > packed * RATIO
        if bomb or self._written > self._limits.unpacked_bytes:
            raise UnreadableError(Problem.TOO_LARGE)

    def finish(self, problem: Problem | None = None) -> Unpacked:
        """All entries so far. An archive of which nothing could be opened for one common reason is itself the problem."""
        entries = tuple(self._entries)
        reasons = {entry.problem for entry in entries}
        if entries and problem is None and len(reasons) == 1 and all(entry.file is None for entry in entries):
            return Unpacked((), next(iter(reasons)))
        if not entries and problem is None:
            return Unpacked((), Problem.EMPTY)
        return Unpacked(entries, problem)
