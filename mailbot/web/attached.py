"""The page beside the daemon, as a process of its own: its work never takes the daemon's turn, and its death is only its own.

Measured with 50 people looking at 5,000 units: in a thread of the daemon the road became a third slower, since Python lets one of them
work at a time.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

AGAIN_SECONDS = 30.0
ENDING_SECONDS = 2.0
"""How long the page may take to end by itself; an act it is in the middle of is one commit, so nothing is left by half."""


@contextmanager
def attached(config: Path, say: Callable[[str], object]) -> Iterator[None]:
    """`mailbot web` while the block runs; it is started again when it ends by itself. `say` tells the person."""
    ending = threading.Event()
    keeper = threading.Thread(target=_keep, args=(config, say, ending), name="web", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        keeper.join(ENDING_SECONDS * 2)


def _keep(config: Path, say: Callable[[str], object], ending: threading.Event) -> None:
    while not ending.is_set():
        # The page lives as long as this pipe: so it also ends when the daemon was killed.
        command = [sys.executable, "-m", "mailbot", "--config", str(config), "web", "--attached"]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as page:
            while page.poll() is None and not ending.wait(0.2):
                pass
            if ending.is_set():
                _end(page)
                return
        say(f"网页停了（代码 {page.returncode}），{AGAIN_SECONDS:.0f} 秒后重新打开。收信、登记、回信不受影响。")
        ending.wait(AGAIN_SECONDS)


def _end(page: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if page.stdin:
            page.stdin.close()
    try:
        page.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        page.kill()
