"""The files of a storage folder: put and got by key, whole or not at all, and never outside the folder."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from mailbot.errors import TryLater
from mailbot.failpoints import failpoint

_CHUNK = 1024 * 1024
_TEMPORARY = ".part-"

_SENTENCES = {
    errno.ENOSPC: "磁盘空间不足，{place} 写不进去。请清理磁盘，空间恢复后会自动继续；已保存的内容不受影响。",
    errno.EDQUOT: "磁盘配额已用完，{place} 写不进去。请清理磁盘或联系管理员；已保存的内容不受影响。",
    errno.EROFS: "{place} 所在的磁盘是只读的，写不进去。请检查磁盘是否出错或被设为只读。",
    errno.EACCES: "没有权限读写 {place}。请检查文件夹的所有者和权限。",
    errno.EPERM: "没有权限读写 {place}。请检查文件夹的所有者和权限。",
    errno.EBUSY: "{place} 正被另一个程序占用。请关闭正在使用它的程序。",
    errno.ETXTBSY: "{place} 正被另一个程序占用。请关闭正在使用它的程序。",
    errno.ENOTDIR: "{place} 里有一个文件占了文件夹（raw、filed、待核实或 work）的位置。请把这个文件移到别处。",
    errno.EIO: "磁盘读写 {place} 时出错，可能是硬件故障。请尽快检查磁盘并备份。",
}


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Turn what a disk refuses into TryLater with a Chinese sentence; mistakes of ours (a missing file, a bad name) stay errors."""
    try:
        yield
    except OSError as error:
        sentence = _SENTENCES.get(error.errno or 0)
        if sentence is None:
            raise
        raise TryLater(sentence.format(place=place)) from error


class Incoming:
    """A file that is being written: `commit` gives it its name, leaving without that removes it.

    It can be written anywhere (`seek`, `truncate`), as a download that is resumed needs it; the digest is taken on the way as long as
    everything is written one after the other, else by reading the file once more.
    """

    def __init__(self, files: Files, temporary: Path, stream: BinaryIO) -> None:
        self._files = files
        self._temporary = temporary
        self._stream = stream
        self._digest = sha256()
        self._digested = 0
        self.size = 0
        self.committed = False

    @property
    def sha256(self) -> str:
        """Of what was written so far, hexadecimal."""
        if self._digested == self.size:
            return self._digest.hexdigest()
        self._stream.flush()
        return _digest_of(self._temporary)

    def write(self, chunk: bytes) -> int:
        """Put a chunk where the file stands."""
        at = self._stream.tell()
        with disk_errors(self._files.root):
            self._stream.write(chunk)
        if at == self._digested == self.size:
            self._digest.update(chunk)
            self._digested += len(chunk)
        elif at < self._digested:
            self._digested = -1
        self.size = max(self.size, at + len(chunk))
        return len(chunk)

    def tell(self) -> int:
        """Where the next chunk goes."""
        return self._stream.tell()

    def seek(self, position: int) -> int:
        """Go to `position`, counted from the start."""
        return self._stream.seek(position)

    def truncate(self) -> int:
        """Cut the file off where it stands."""
        self.size = self._stream.tell()
        if self._digested > self.size:
            self._digested = -1
        with disk_errors(self._files.root):
            return self._stream.truncate()

    def commit(self, key: str, *, later: bool = False) -> Path:
        """Bring the bytes to disk and put them at `key`, in place of what stood there; returns the path.

        With `later` the name is only certain to be on disk after `Files.sync`, which whoever puts several files calls once.
        """
        with disk_errors(self._files.root):
            self._stream.flush()
            failpoint("written")
            os.fsync(self._stream.fileno())
            failpoint("synced")
        target = self._files.name(self._temporary, key)
        self.committed = True
        if not later:
            self._files.sync()
        return target


class Files:
    """A storage folder. Keys are relative paths with `/`; files are readable by their owner only."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._renamed_in: set[Path] = set()

    def path(self, key: str) -> Path:
        """Where `key` lies, whether or not it is there; ValueError for a key that could leave the folder."""
        parts = key.split("/")
        if any(part in ("", ".", "..") or "\\" in part or "\0" in part or ":" in part[1:2] for part in parts):
            raise ValueError(f"not a key: {key!r}")
        found = self.root.joinpath(*parts)
        # A symbolic link that someone laid inside the folder must not lead out of it.
        if not found.parent.resolve().is_relative_to(self.root.resolve()):
            raise ValueError(f"the key leads out of the storage: {key!r}")
        return found

    def put(self, key: str, source: Path | bytes) -> Path:
        """Write bytes, or a copy of the file at `source`, to `key`: on disk when this returns, or not there at all."""
        with self.put_stream(str(PurePosixPath(key).parent)) as incoming:
            if isinstance(source, bytes):
                incoming.write(source)
            else:
                with source.open("rb") as stream:
                    shutil.copyfileobj(stream, incoming, _CHUNK)
            return incoming.commit(key)

    def take(self, key: str, source: Path) -> Path:
        """Give the file at `source`, which nobody writes any more, the name `key`, without a copy where the disk allows; call `sync` after.

        A large attachment is written once and not twice. Both names stand for the same bytes until the work folder is removed.
        """
        target = self.path(key)
        temporary = target.parent / f"{_TEMPORARY}{secrets.token_hex(8)}"
        with disk_errors(self.root):
            make_folder(target.parent)
            try:
                os.link(source, temporary)
            except OSError:  # another disk, or one without hard links (FAT, some network disks)
                return self.put(key, source)
            try:
                temporary.chmod(0o600)
                _sync_file(temporary)
                return self.name(temporary, key)
            finally:
                # Renaming onto another name of the same file does nothing (POSIX), as when a mail is judged twice in a row.
                temporary.unlink(missing_ok=True)

    def name(self, temporary: Path, key: str) -> Path:
        """Rename a file that is on disk to `key`; the name itself is on disk after `sync`."""
        target = self.path(key)
        with disk_errors(self.root):
            make_folder(target.parent)
            temporary.replace(target)
            failpoint("renamed")
        self._renamed_in.add(target.parent)
        return target

    def sync(self) -> None:
        """Bring the names given since the last time to disk, each folder once; to be done before the commit that mentions them."""
        with disk_errors(self.root):
            while self._renamed_in:
                folder = next(iter(self._renamed_in))
                if folder.is_dir():  # an emptied one was removed since
                    sync_folder(folder)
                self._renamed_in.discard(folder)

    @contextmanager
    def put_stream(self, prefix: str) -> Iterator[Incoming]:
        """A file to be written in chunks into the folder `prefix` and named by `commit`; removed if it is not committed."""
        folder = self.root if prefix in ("", ".") else self.path(prefix.rstrip("/"))
        with disk_errors(self.root):
            make_folder(folder)
            temporary = folder / f"{_TEMPORARY}{secrets.token_hex(8)}"
            stream = os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")
        incoming = Incoming(self, temporary, stream)
        try:
            yield incoming
        finally:
            # Closing flushes, which a full disk refuses once more; the first refusal is the one to tell.
            with suppress(OSError):
                stream.close()
            if not incoming.committed:
                temporary.unlink(missing_ok=True)

    def get(self, key: str) -> Path:
        """Where `key` lies; FileNotFoundError if it does not."""
        found = self.path(key)
        if not found.is_file():
            raise FileNotFoundError(errno.ENOENT, "no such file in the storage", key)
        return found

    def exists(self, key: str) -> bool:
        """Whether there is a file at `key`."""
        return self.path(key).is_file()

    def matches(self, key: str, digest: str) -> bool:
        """Whether the file at `key` is there and has this sha256 (hexadecimal)."""
        if not self.exists(key):
            return False
        with disk_errors(self.root):
            return _digest_of(self.path(key)) == digest

    def delete(self, key: str) -> None:
        """Remove the file at `key`, if it is there, and the folders that are empty without it."""
        found = self.path(key)
        with disk_errors(self.root):
            found.unlink(missing_ok=True)
            for folder in found.parents:
                if folder == self.root or not folder.is_dir() or any(folder.iterdir()):
                    break
                folder.rmdir()

    def each(self, prefix: str = "") -> Iterator[str]:
        """The keys that start with `prefix`, in no order, as they are found."""
        start = self.root / prefix.rpartition("/")[0] if prefix else self.root
        for folder, _, names in os.walk(start):
            for name in names:
                key = (Path(folder) / name).relative_to(self.root).as_posix()
                if key.startswith(prefix) and not name.startswith(_TEMPORARY):
                    yield key

    def list(self, prefix: str = "") -> tuple[str, ...]:
        """The keys that start with `prefix`, sorted."""
        return tuple(sorted(self.each(prefix)))

    def free_bytes(self) -> int:
        """How much may still be written to the disk under the storage."""
        with disk_errors(self.root):
            make_folder(self.root)
            return shutil.disk_usage(self.root).free

    def sweep(self) -> int:
        """Remove what a killed mailbot left half written, to be called by who holds the lock; how many files."""
        leftovers = [Path(folder) / name for folder, _, names in os.walk(self.root) for name in names if name.startswith(_TEMPORARY)]
        with disk_errors(self.root):
            for leftover in leftovers:
                leftover.unlink(missing_ok=True)
        return len(leftovers)


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make the folder and those above it, for their owner only, each on disk before something is put into it."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to disk: a rename is not durable before that."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
