"""One mailbot at a time over one storage: a lock that the kernel frees, however its holder ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mailbot.errors import TryLater
from mailbot.storing.files import disk_errors, make_folder

NAME = ".lock"


@contextmanager
def storage_lock(root: Path) -> Iterator[None]:
    """Hold the lock of the storage at `root`; TryLater with the other's process id when it is taken."""
    with disk_errors(root):
        make_folder(root)
        descriptor = os.open(root / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TryLater(_taken(root, os.read(descriptor, 20))) from error
        # The file stays when the lock is given back: removing it would let two programs hold two files of one name.
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        with suppress(OSError):
            os.close(descriptor)


def _taken(root: Path, holder: bytes) -> str:
    pid = holder.decode("ascii", "replace").strip()
    who = f"（进程号 {pid}）" if pid.isdigit() else ""
    return f"另一个 mailbot{who}正在使用 {root}，同一时间只能运行一个。请先停止它，或等它结束后再试。"
