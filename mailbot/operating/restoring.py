"""A backup comes back into an empty folder: every hash is checked first, and no letter leaves that may have left since it was taken."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mailbot.app import JOURNAL, RESTORED, open_app
from mailbot.config import Config
from mailbot.desk import sheet
from mailbot.errors import ConfigError, TryLater
from mailbot.operating.backing import LEDGER, Manifest, damaged, read_manifest
from mailbot.operating.verifying import mend, verify
from mailbot.storing.database import ledger_file, open_database
from mailbot.storing.files import Files, disk_errors, make_folder, sync_folder
from mailbot.storing.lock import storage_lock

_OURS = ("README.md",)
"""What may lie in a storage folder that is otherwise empty, beside names with a leading dot, which are nobody's material."""

_NEEDED = ("raw/", LEDGER, JOURNAL, "ID")
_HELD = "恢复备份时留下：备份以后可能已经发出，请核对后放行或取消"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: of which moment, how many mails, how many files were made anew, how many letters wait for a person."""

    taken_at: str
    mails: int
    mended: int
    held: int


def restore(config: Config, backup: Path) -> Restored:
    """Fill the empty storage (and database) of `config` from a backup.

    Raises TryLater when the backup is damaged where nothing can replace it, ConfigError when storage or database are not empty;
    nothing was put then.
    """
    manifest = read_manifest(backup)
    lost = damaged(backup, manifest)
    if fatal := [key for key in lost if key.startswith(_NEEDED)]:
        raise TryLater(f"备份 {backup} 已损坏，没有恢复任何内容：{'、'.join(fatal[:5])}（共 {len(fatal)} 个）。请换一个备份。")
    _must_be_empty(config)
    with storage_lock(config.storage), disk_errors(config.storage):
        _put_files(Files(config.storage), backup, manifest, frozenset(lost))
        _put_ledger(config, backup)
        # The id comes last: without it the storage belongs to nobody, and a restore that was cut off is refused.
        Files(config.storage).put("ID", f"{manifest.identity}\n".encode())
    app = open_app(config)
    with closing(app), app.locked():
        with app.database.transaction() as records:
            held = records.hold_all(_HELD)
            records.set_setting(RESTORED, app.now().isoformat())
            records.event("restored_from_backup", "staff", app.now(), taken_at=manifest.taken_at, held=held)
        found = verify(app)
        mended = mend(app, found.damaged, None) if found.damaged else ()
        sheet.write(app)
    return Restored(manifest.taken_at, manifest.mails, len(mended), held)


def _must_be_empty(config: Config) -> None:
    if config.storage.is_dir() and (
        there := [path.name for path in config.storage.iterdir() if path.name not in _OURS and not path.name.startswith(".")]
    ):
        raise ConfigError(
            f"只能恢复到空的文件夹，{config.storage} 里还有 {'、'.join(sorted(there)[:3])} 等。"
            "请把 config.yaml 的 storage 指向一个新文件夹，或把旧文件夹改名。"
        )
    if (path := ledger_file(config.database)) is not None:
        if path.exists():
            raise ConfigError(f"数据库 {path} 已经存在，不能覆盖。请把它改名后再恢复。")
        return
    database = open_database(config.database, config.storage / JOURNAL)
    with closing(database), database.reading() as records:
        if records.identity() or records.kept_count():
            raise ConfigError("config.yaml 里的 database 不是空的，不能覆盖。请新建一个空库再恢复。")


def _put_files(files: Files, backup: Path, manifest: Manifest, lost: frozenset[str]) -> None:
    for key, sha256 in manifest.files.items():
        if key in lost or key in ("ID", LEDGER) or key.startswith("settings/"):
            continue
        with (backup / key).open("rb") as source, files.put_stream(key.rpartition("/")[0]) as incoming:
            shutil.copyfileobj(source, incoming)
            if incoming.sha256 != sha256:
                raise TryLater(f"恢复 {key} 时读到的内容和备份清单不符，请检查磁盘后重新恢复（先清空 {files.root}）。")
            incoming.commit(key, later=True)
    files.sync()


def _put_ledger(config: Config, backup: Path) -> None:
    target = ledger_file(config.database)
    if target is None:
        database = open_database(config.database, config.storage / JOURNAL)
        with closing(database):
            database.load(backup / LEDGER)
        return
    make_folder(target.parent)
    shutil.copyfile(backup / LEDGER, target)
    target.chmod(0o600)
    with target.open("rb") as written:
        os.fsync(written.fileno())
    sync_folder(target.parent)
