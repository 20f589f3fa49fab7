"""One mailbot at a time over one storage."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mailbot.errors import TryLater
from mailbot.storing.lock import storage_lock

_HOLD = """
import sys, time
from pathlib import Path
from mailbot.storing.lock import storage_lock
with storage_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_is_told_who_holds_the_storage(tmp_path: Path) -> None:
    with storage_lock(tmp_path), pytest.raises(TryLater, match=rf"进程号 {os.getpid()}.*正在使用"), storage_lock(tmp_path):
        pass


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with storage_lock(tmp_path / "new"):
            pass


def test_a_killed_mailbot_locks_nobody_out(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", _HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(TryLater, match=str(holder.pid)), storage_lock(tmp_path):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    with storage_lock(tmp_path):
        pass
