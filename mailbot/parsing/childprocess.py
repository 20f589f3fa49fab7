"""One long-lived child that answers questions as JSON lines; it is started at the first question and anew after it died."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import mailbot
from mailbot.errors import TryLater
from mailbot.parsing.outcome import Wire

START_SECONDS = 20.0
"""Grace on top of the wall limit for a child that must start first: a loaded machine takes seconds to import the readers."""

STOP_SECONDS = 0.5
"""How often a waiting parent looks whether it should stop."""

REAP_SECONDS = 2.0
"""How long a child that let go of its pipe may take to be dead on a loaded machine."""

ANSWER_BYTES = 16 * 1024 * 1024
"""No honest answer is longer: text is capped, a picture takes 200 bytes."""


class Child:
    """The parent's end of one child of ours: `module` is run with `arguments`. Not for two threads at once.

    Without `environment` it gets a bare one: passwords that the daemon got that way never reach a reader of hostile bytes.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[object],
        stop: Callable[[], bool] = lambda: False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._stop = stop
        self._environment = environment if environment is not None else _bare()
        self._command = [sys.executable, "-P", "-m", module, *map(str, arguments)]
        self._running: subprocess.Popen[bytes] | None = None
        self._buffer = bytearray()

    @property
    def pid(self) -> int | None:
        """The process id, None while no child runs."""
        return self._running.pid if self._running is not None else None

    def ask(self, question: Wire, seconds: float) -> list[Wire]:
        """Every line that the child says to one question within `seconds`; the last holds "end", or "dead" with its exit code.

        Raises TryLater as soon as `stop` says so: mailbot ends within ten seconds, and twelve scanned pages take a minute. Raises
        OSError when this machine cannot start a child, or a question reaches not even a new one.
        """
        fresh = self._running is None or self._running.poll() is not None
        if fresh:
            self._start()
        try:
            self._send(question)
        except OSError:
            # Not the file's doing: what broke off has no line end, so no child has begun with it.
            fresh = True
            self._start()
            self._send(question)
        deadline = time.monotonic() + seconds + (START_SECONDS if fresh else 0)
        answers: list[Wire] = []
        try:
            while not answers or "end" not in answers[-1]:
                answers.append(json.loads(self._line(deadline)))
        except TimeoutError:
            return [*answers, {"dead": self.close()}]
        except (OSError, EOFError, ValueError):
            return [*answers, {"dead": self.close(REAP_SECONDS)}]
        if answers[-1].get("retire"):
            self.close()
        return answers

    def close(self, patience: float = 0.05) -> int:
        """Ends the child and the archiver it may have started; its exit code (negative = the signal it had died of already).

        A child that is dying by itself is given `patience` seconds to be reaped with its own exit code.
        """
        child, self._running = self._running, None
        if child is None:
            return 0
        try:
            code = child.wait(patience)
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

    def _start(self) -> None:
        self.close()
        self._running = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment,
            cwd="/",
            start_new_session=True,
            bufsize=0,
        )
        self._buffer.clear()

    def _send(self, question: Wire) -> None:
        assert self._running is not None and self._running.stdin is not None
        line = memoryview(json.dumps(question).encode() + b"\n")
        while line:
            line = line[self._running.stdin.write(line) or 0 :]

    def _line(self, deadline: float) -> bytes:
        assert self._running is not None and self._running.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._running.stdout, selectors.EVENT_READ)
            while (end := self._buffer.find(b"\n")) < 0:
                if self._stop():
                    self.close()
                    raise TryLater("正在停止，没有读完的邮件下次启动时从头再读")
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                if not selector.select(min(left, STOP_SECONDS)):
                    continue
                piece = os.read(self._running.stdout.fileno(), 1 << 16)
                if not piece or len(self._buffer) > ANSWER_BYTES:
                    raise EOFError
                self._buffer += piece
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line


def _bare() -> dict[str, str]:
    return {
        "PYTHONPATH": str(Path(mailbot.__file__).parents[1]),
        "PYTHONUTF8": "1",
        "MALLOC_ARENA_MAX": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "LC_ALL": "C.UTF-8",
    }
