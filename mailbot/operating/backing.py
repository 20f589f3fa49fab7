"""A backup while the daemon runs: one moment of the ledger, every file that it mentions, and a manifest with the hash of each.

The ledger is taken first: files are put before the commit that mentions them, so all it mentions are there. What is deleted after
that moment and before its copy was settled anew meanwhile, and comes back from the raw mail when the backup is restored.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path

from mailbot import __version__
from mailbot.app import JOURNAL, App
from mailbot.errors import TryLater
from mailbot.storing.files import disk_errors, make_folder, sync_folder
from mailbot.storing.journal import Journal

MANIFEST = "manifest.json"
LEDGER = "mailbot.db"
COPIED = ("raw/", "filed/", "待核实/")
PREFIX = "mailbot-"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: whose it is, of which moment, and every file with its sha256 (keys relative to the backup)."""

    mailbot: str
    identity: str
    taken_at: str
    last_event: int
    mails: int
    files: dict[str, str]


def back_up(app: App, folder: Path, keep: int | None = None) -> Path:
    """Make a new backup below `folder` and return where it is; with `keep`, only that many of the newest stay.

    Raw mails that an earlier backup in the same folder holds are shared with it (hard links) where the disk allows. TryLater when
    the disk refuses; a backup that is not finished has another name and counts for nothing.
    """
    name = f"{PREFIX}{app.now().astimezone(app.rulebook.campaign.timezone):%Y%m%d-%H%M%S}"
    unfinished, finished = folder / f".part-{name}", folder / name
    with _told(folder), disk_errors(folder):
        if finished.exists() or app.config.storage.resolve() in (folder.resolve(), *folder.resolve().parents):
            raise TryLater(f"不能备份到 {finished}：请换一个不在 storage 里的文件夹，或过一秒再试。")
        earlier = _backups(folder)
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            make_folder(unfinished)
            _write(app, unfinished, earlier[-1] if earlier else None)
            unfinished.rename(finished)
        except BaseException:
            # Half a backup is no use to anybody, and on a small disk it is what fills it.
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        sync_folder(folder)
        for old in (*earlier, finished)[:-keep] if keep else ():
            shutil.rmtree(old)
    return finished


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Where a person typed a folder that cannot be one (a file's name, a place in /proc), say that and not what the system calls it."""
    try:
        taken = next((path for path in (folder, *folder.parents) if path.exists()), folder)
        if not taken.is_dir():
            raise TryLater(f"不能备份到 {folder}：{taken} 不是文件夹。请换一个文件夹。")
        yield
    except OSError as error:
        raise TryLater(f"备份没有做成：{folder} 写不进去（{error.strerror or error}）。请换一个能写的文件夹。") from error


def _write(app: App, target: Path, earlier: Path | None) -> None:
    snapshot = app.database.snapshot(target / LEDGER)
    Journal(app.config.storage / JOURNAL).copy_until(snapshot.last_event, target / JOURNAL)
    files = {LEDGER: digest(target / LEDGER), JOURNAL: digest(target / JOURNAL)}
    for key in _keys(app):
        with suppress(FileNotFoundError):  # settled anew since the snapshot
            files[key] = _copy(app.files.path(key), target / key, earlier / key if earlier else None)
    for key, source in _settings(app):
        files[key] = _copy(source, target / key, None)
    _sync(target)
    manifest = Manifest(__version__, app.identity, app.now().isoformat(), snapshot.last_event, snapshot.mails, files)
    with (target / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(target)


def _keys(app: App) -> Iterator[str]:
    yield "ID"
    for prefix in COPIED:
        yield from app.files.list(prefix)


def _settings(app: App) -> Iterator[tuple[str, Path]]:
    """config.yaml and rules/, which hold no password, for whoever must set up the machine anew."""
    yield "settings/config.yaml", app.config.path
    for path in sorted(app.config.rules.rglob("*")):
        if path.is_file():
            yield f"settings/rules/{path.relative_to(app.config.rules).as_posix()}", path


def _copy(source: Path, target: Path, earlier: Path | None) -> str:
    """Copy one file, or share the earlier copy of a raw mail, whose name is its hash; returns its sha256."""
    make_folder(target.parent)
    if earlier is not None and target.parent.name == "raw" and earlier.is_file() and digest(earlier) == target.stem:
        with suppress(OSError):  # another disk, or one without hard links
            os.link(earlier, target)
            return target.stem
    shutil.copyfile(source, target)
    target.chmod(0o600)
    return digest(target)


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _backups(folder: Path) -> list[Path]:
    """The finished backups in a folder, the newest last."""
    return sorted(path.parent for path in folder.glob(f"{PREFIX}*/{MANIFEST}"))


def digest(path: Path) -> str:
    """The sha256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def read_manifest(backup: Path) -> Manifest:
    """What the backup says it holds; TryLater when this is none."""
    try:
        return Manifest(**json.loads((backup / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise TryLater(f"{backup} 不是 mailbot 的备份（里面没有完好的 {MANIFEST}）。请写备份文件夹里 {PREFIX}… 那一层。") from error


def damaged(backup: Path, manifest: Manifest) -> tuple[str, ...]:
    """The files of a backup that are missing or differ from their hash."""
    return tuple(key for key, sha256 in manifest.files.items() if not (backup / key).is_file() or digest(backup / key) != sha256)
