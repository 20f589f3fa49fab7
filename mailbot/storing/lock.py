"""Locks that the kernel frees, however their holder ends: one mailbot over one storage, one hand on one mail, who else is at work."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mailbot.errors import TryLater
from mailbot.storing.files import disk_errors, make_folder

NAME = ".lock"
DESKS = ".desks"
CLAIMS = ".claims"
_LOOK_SECONDS = 0.02


@contextmanager
def storage_lock(root: Path) -> Iterator[None]:
    """Hold the lock of the storage at `root`; TryLater with the other's process id when it is taken."""
    descriptor = _opened(root / NAME)
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


@contextmanager
def at_desk(root: Path) -> Iterator[None]:
    """Be at work beside the one mailbot: while somebody is, nobody sweeps half-written files away."""
    descriptor = _opened(root / DESKS)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def alone(root: Path) -> Iterator[bool]:
    """Whether nobody is at a desk; as long as this lasts, nobody sits down."""
    descriptor = _opened(root / DESKS)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


@contextmanager
def claim(root: Path, number: int, seconds: float | None = None) -> Iterator[None]:
    """Be the only one who settles mail `number` and touches its files; TryLater when another is busy with it for so many seconds.

    None waits as long as it takes. The files under keys of one mail are put and deleted by one hand at a time: else one could
    delete, after its commit, what another has put before its own.
    """
    path = root / CLAIMS / str(number)
    deadline = None if seconds is None else time.monotonic() + seconds
    while True:
        descriptor = _opened(path)
        try:
            _wait_for(descriptor, number, deadline)
        except BaseException:
            os.close(descriptor)
            raise
        if _is_still(descriptor, path):
            break
        os.close(descriptor)
    try:
        yield
    finally:
        # Removed while it is held: who waited for it sees that the name is gone, and takes a new one.
        with suppress(OSError):
            path.unlink()
        os.close(descriptor)


def _wait_for(descriptor: int, number: int, deadline: float | None) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if deadline is None else fcntl.LOCK_NB))
        except BlockingIOError as error:
            if deadline is not None and time.monotonic() > deadline:
                raise TryLater(f"第{number}号邮件正在处理中，请过几秒再试。") from error
            time.sleep(_LOOK_SECONDS)
        else:
            return


def _is_still(descriptor: int, path: Path) -> bool:
    try:
        return os.fstat(descriptor).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False


def _opened(path: Path) -> int:
    with disk_errors(path.parent):
        make_folder(path.parent)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _taken(root: Path, holder: bytes) -> str:
    pid = holder.decode("ascii", "replace").strip()
    who = f"（进程号 {pid}）" if pid.isdigit() else ""
    return f"另一个 mailbot{who}正在使用 {root}，同一时间只能运行一个。请先停止它，或等它结束后再试。"
