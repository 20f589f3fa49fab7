"""A mailbot that has imported everything and waits: each command is a fork of it, which spares hundreds of cuts a second each.

The fork is a process like any other: it is killed by its own system calls or failpoints, and what it did to the disk stays.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a run is ended: the `count`th time that it makes a system call (`fsync`), or gets to a failpoint (`:renamed`)."""

    place: str
    count: int
    deed: str = "signal=KILL"

    def __str__(self) -> str:
        return f"{self.place}-{self.count}" + ("" if self.deed == "signal=KILL" else f"-{self.deed}")


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended: its exit code (negative = the signal) and what it said."""

    returncode: int
    said: str


class Warm:
    """`with Warm() as warm: warm.run(["--config", …, "run", "--once"], environ)`."""

    def __enter__(self) -> Warm:
        self._home = Path(tempfile.mkdtemp(prefix="warm-"))
        command = [sys.executable, "-m", "tests.faults.warm"]
        self._program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.killpg(self._program.pid, signal.SIGKILL)
        self._program.communicate()
        shutil.rmtree(self._home, ignore_errors=True)

    def run(self, words: list[str], environ: Mapping[str, str], cut: Cut | None = None, trace: Path | None = None) -> Done:
        """One command, cut where `cut` says, or with the system calls that change anything written into `trace`."""
        place = cut.place if cut else ""
        environ = {**environ, "MAILBOT_FAILPOINT": f"{place[1:]}:{cut.count}" if cut and place.startswith(":") else ""}
        strace: list[str] = []
        if trace is not None:
            strace = ["strace", "-yy", "-s", "0", "-o", str(trace), "-e", f"trace={','.join(TRACED)}"]
        elif cut and not place.startswith(":"):
            strace = ["strace", "-o", "/dev/null", "-e", f"trace={place}", "-e", f"inject={place}:{cut.deed}:when={cut.count}"]
        said = self._home / "said"
        started = self._ask({"words": words, "environ": environ, "said": str(said), "stopped": bool(strace)})
        tracer = _attached(strace, started["pid"]) if strace else None
        ended = json.loads(self._line())
        if tracer is not None:
            tracer.communicate()
        return Done(ended["end"], said.read_text(encoding="utf-8", errors="replace"))

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(question) + "\n")
        self._program.stdin.flush()
        return json.loads(self._line())  # type: ignore[no-any-return]

    def _line(self) -> str:
        assert self._program.stdout is not None
        return self._program.stdout.readline()


TRACED = (
    "fsync",
    "fdatasync",
    "rename",
    "link",
    "unlink",
    "rmdir",
    "mkdir",
    "ftruncate",
    "pwrite64",
    "write",
    "writev",
    "sendto",
    "sendmsg",
    "connect",
)
"""The calls by which mailbot changes anything outside itself."""


def need_strace() -> None:
    """Skip where there is no strace."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (apt-get install strace)")


def _attached(strace: list[str], pid: int) -> subprocess.Popen[str]:
    """strace on a process that waits for it in SIGSTOP, and goes on as soon as it is there."""
    need_strace()
    tracer = subprocess.Popen([*strace, "-p", str(pid)], stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    assert "attached" in tracer.stderr.readline()
    os.kill(pid, signal.SIGCONT)
    return tracer


def main() -> None:
    """Serves until stdin ends: {"words", "environ", "said", "stopped"} -> {"pid"}, then {"end"}."""
    from mailbot import app, cli, daemon, failpoints, pipeline, rebuilding  # noqa: F401  # what the verbs import when they are needed
    from mailbot.desk import sheet  # noqa: F401

    for line in sys.stdin:
        question = json.loads(line)
        pid = os.fork()
        if pid == 0:
            out = os.open(question["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for stream in (1, 2):
                os.dup2(out, stream)
            os.environ.update(question["environ"])
            failpoints._deed = failpoints.from_environment()
            if question["stopped"]:
                os.kill(os.getpid(), signal.SIGSTOP)
            code = 1
            try:
                code = cli.run(question["words"])
            finally:
                sys.stdout.flush()
                os._exit(code)
        if question["stopped"]:
            os.waitpid(pid, os.WUNTRACED)  # a tracer that comes before the stop would be told to go on too early
        print(json.dumps({"pid": pid}), flush=True)
        print(json.dumps({"end": os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}), flush=True)


if __name__ == "__main__":
    main()
