"""Reads hostile files in one long-lived child with memory, CPU and wall limits; the child's death is an answer, not an error."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import mailbot
from mailbot.config import Limits
from mailbot.model import FileKind, Problem
from mailbot.parsing.outcome import Entry, Examined, Unpacked, Wire, examined_from_wire, unpacked_from_wire

__all__ = ["Entry", "Examined", "Sandbox", "Unpacked"]

START_SECONDS = 20.0
"""Grace on top of the wall limit for a child that must start first: a loaded machine takes seconds to import the readers."""

ANSWER_BYTES = 16 * 1024 * 1024
"""No honest answer is longer: text is capped, a picture takes 200 bytes."""


class Sandbox:
    """A context manager around the child; started at the first call, started anew after it died.

    Not for two threads at once. Nothing here raises for a bad file: what kills the child is `Problem.READER_FAILED`,
    what exhausts its memory `Problem.TOO_LARGE`.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._buffer = bytearray()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child; a later call would start a new one."""
        if self._child is None:
            return
        self._kill()

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
        question = {"do": "unpack", "path": str(path.absolute()), "name": name, "out": str(out.absolute()), "passwords": list(passwords)}
        answers = self._ask(question)
        for answer in answers:
            if "unpacked" in answer:
                return unpacked_from_wire(answer["unpacked"], out)
        return Unpacked(problem=_death(answers))

    def _ask(self, question: Wire) -> list[Wire]:
        """Every line that the child says to one question; the last one holds "end", or "dead" in the child's place."""
        fresh = self._child is None or self._child.poll() is not None
        if fresh:
            self._start()
        deadline = time.monotonic() + self._limits.reader_seconds + (START_SECONDS if fresh else 0)
        answers: list[Wire] = []
        try:
            self._send(question)
            while not answers or "end" not in answers[-1]:
                answers.append(json.loads(self._line(deadline)))
        except (OSError, EOFError, TimeoutError, ValueError):
            return [*answers, {"dead": self._kill()}]
        if answers[-1].get("retire"):
            self._kill()
        return answers

    def _start(self) -> None:
        self._kill()
        limits = self._limits
        command = [sys.executable, "-P", "-m", "mailbot.parsing.child", str(limits.reader_memory_bytes), str(limits.reader_seconds)]
        command += [str(limits.unpacked_bytes), str(limits.entries), str(limits.text_characters)]
        # A bare environment: passwords that the daemon got by environment variable never reach a reader of hostile bytes.
        environment = {
            "PYTHONPATH": str(Path(mailbot.__file__).parents[1]),
            "PYTHONUTF8": "1",
            "MALLOC_ARENA_MAX": "1",
            "LC_ALL": "C.UTF-8",
        }
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            start_new_session=True,
            bufsize=0,
        )
        self._buffer.clear()

    def _send(self, question: Wire) -> None:
        assert self._child is not None and self._child.stdin is not None
        line = memoryview(json.dumps(question).encode() + b"\n")
        while line:
            line = line[self._child.stdin.write(line) or 0 :]

    def _line(self, deadline: float) -> bytes:
        assert self._child is not None and self._child.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._child.stdout, selectors.EVENT_READ)
            while (end := self._buffer.find(b"\n")) < 0:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise TimeoutError
                piece = os.read(self._child.stdout.fileno(), 1 << 16)
                if not piece or len(self._buffer) > ANSWER_BYTES:
                    raise EOFError
                self._buffer += piece
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _kill(self) -> int:
        """Ends the child and the archiver it may have started; its exit code (negative = the signal it had died of already)."""
        child, self._child = self._child, None
        if child is None:
            return 0
        # A child that died by itself is given a moment to be reaped with its own exit code.
        try:
            code = child.wait(0.05)
        except subprocess.TimeoutExpired:
            code = 0
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            code = code or 0
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()
        child.wait()
        return code


def _death(answers: list[Wire]) -> Problem:
    last = answers[-1]
    # SIGKILL that we did not send is the kernel's out-of-memory killer.
    if last.get("memory") or last.get("dead") == -signal.SIGKILL:
        return Problem.TOO_LARGE
    return Problem.READER_FAILED
