"""Reads hostile files in one long-lived child with memory, CPU and wall limits; the child's death is an answer, not an error."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from mailbot.config import Limits
from mailbot.model import FileKind, Problem
from mailbot.parsing.childprocess import Child
from mailbot.parsing.outcome import Entry, Examined, Unpacked, Wire, examined_from_wire, unpacked_from_wire
from mailbot.parsing.scans import Scans

__all__ = ["Entry", "Examined", "Sandbox", "Unpacked"]


class Sandbox:
    """A context manager around the child; started at the first call, started anew after it died.

    Not for two threads at once. Nothing here raises for a bad file: what kills the child is `Problem.READER_FAILED`,
    what exhausts its memory `Problem.TOO_LARGE`. Only when `stop` says so does a call end with TryLater.
    """

    def __init__(self, limits: Limits, stop: Callable[[], bool] = lambda: False) -> None:
        self._limits = limits
        arguments = (limits.reader_memory_bytes, limits.reader_seconds, limits.unpacked_bytes, limits.entries, limits.text_characters)
        self._child = Child("mailbot.parsing.child", arguments, stop)
        self.scans = Scans(limits, stop)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child, and the one that reads scanned pages; a later call would start a new one."""
        self._child.close()
        self.scans.close()

    def examine(self, path: Path, name: str) -> Examined:
        """The kind, text or picture facts of the file at `path`, which its sender calls `name`."""
        answers = self._ask({"do": "examine", "path": str(path.absolute()), "name": name})
        kind = FileKind.OTHER
        for answer in answers:
            if "examined" in answer:
                return examined_from_wire(answer["examined"])
            if "kind" in answer:
                kind = FileKind(answer["kind"])
        return Examined(kind, problem=_death(answers))

    def unpack(self, path: Path, name: str, out: Path, passwords: tuple[str, ...] = ()) -> Unpacked:
        """The members of an archive or winmail.dat, written into the empty folder `out` as 0001, 0002 …"""
        return self._unpacked({"do": "unpack", "path": str(path.absolute()), "name": name, "passwords": list(passwords)}, out)

    def take_out(self, path: Path, kind: FileKind, out: Path) -> Unpacked:
        """The files inside a document or picture of `kind` (`Examined.encloses`), written like the members of an archive."""
        return self._unpacked({"do": "take_out", "path": str(path.absolute()), "kind": kind}, out)

    def _unpacked(self, question: Wire, out: Path) -> Unpacked:
        answers = self._ask({**question, "out": str(out.absolute())})
        for answer in answers:
            if "unpacked" in answer:
                return unpacked_from_wire(answer["unpacked"], out)
        return Unpacked(problem=_death(answers))

    def draw(self, path: Path, name: str, out: Path, page: int, side: int) -> int | None:
        """Draw the picture or PDF page at `path` into the JPEG `out`, `side` pixels long.

        Returns how many pages there are, 0 when it cannot be shown, None when drawing it came to no end.
        """
        where = {"path": str(path.absolute()), "out": str(out.absolute())}
        answer = self._ask({"do": "draw", "name": name, "page": page, "side": side, **where})[-1]
        return int(answer.get("drawn", 0)) if "end" in answer else None

    def _ask(self, question: Wire) -> list[Wire]:
        return self._child.ask(question, self._limits.reader_seconds)


def _death(answers: list[Wire]) -> Problem:
    last = answers[-1]
    # SIGKILL that we did not send is the kernel's out-of-memory killer.
    if last.get("memory") or last.get("dead") == -signal.SIGKILL:
        return Problem.TOO_LARGE
    return Problem.READER_FAILED
