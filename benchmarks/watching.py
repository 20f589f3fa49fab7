"""Runs one program and tells what it cost: wall and processor seconds, and the highest memory of it and of what it started."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds, and MiB. `own` is the peak of the program itself, `others` the highest of any program it started."""

    wall: float
    cpu: float
    own: float
    others: float


def run(command: Sequence[str], environ: Mapping[str, str], log: Path, folder: Path | None = None) -> Cost:
    """Run to the end in `folder` (None: here); RuntimeError with the end of its output if it fails."""
    # What earlier runs left to be written would be paid for by this one's fsync.
    os.sync()
    peaks: dict[int, int] = {}
    ended = threading.Event()
    with log.open("wb") as output:
        began = time.perf_counter()
        program = subprocess.Popen(command, env=environ, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
        watcher = threading.Thread(target=_watch, args=(program.pid, peaks, ended))
        watcher.start()
        _, status, used = os.wait4(program.pid, 0)
        wall = time.perf_counter() - began
    ended.set()
    watcher.join()
    program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode:
        raise RuntimeError(f"{command[0]} ended with {program.returncode}:\n{log.read_text(errors='replace')[-2000:]}")
    others = max((peak for pid, peak in peaks.items() if pid != program.pid), default=0)
    return Cost(wall, used.ru_utime + used.ru_stime, peaks.get(program.pid, 0) / 1024, others / 1024)


def _watch(root: int, peaks: dict[int, int], ended: threading.Event) -> None:
    # VmHWM is a high-water mark of this program image, so looking now and then misses nothing but the last moment; ru_maxrss would
    # also hold what the parent had at the fork.
    while not ended.wait(_LOOK_SECONDS):
        waiting = [root]
        while waiting:
            pid = waiting.pop()
            try:
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                waiting += [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
            except OSError:
                continue
            peak = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
            peaks[pid] = max(peaks.get(pid, 0), peak)
