"""What every child of ours does with itself: give up its rights, bound the next answer, speak in JSON lines."""

from __future__ import annotations

import json
import math
import os
import resource
from pathlib import Path
from typing import BinaryIO

from mailbot.parsing.offline import stay_offline
from mailbot.parsing.outcome import Wire


def give_up_rights(memory: int) -> BinaryIO:
    """Bounds this process to `memory` bytes of address space and to this machine, for good; the pipe that answers go to."""
    stay_offline()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What a reader prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return answers


def bound_cpu(seconds: float) -> None:
    """Lets this process compute for `seconds` more; beyond that the kernel kills it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def say(answers: BinaryIO, line: Wire) -> None:
    """Writes one line, whole."""
    left = memoryview(json.dumps(line).encode() + b"\n")
    while left:
        left = left[answers.write(left) or 0 :]


def address_space() -> int:
    """Bytes of address space in use, 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0  # not Linux: the child lives on
