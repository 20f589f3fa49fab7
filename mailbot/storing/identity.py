"""The one id that ledger and storage share: an empty, foreign or older ledger beside a filled storage must never write to 80 units."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import uuid4

from mailbot.errors import ConfigError
from mailbot.storing.database import Database
from mailbot.storing.failures import REBUILD
from mailbot.storing.files import Files

ID = "ID"
RAW = "raw/"

_EMPTY = f"数据库是空的，但 {{root}} 里已经保存了邮件：数据库可能被删除、清空或换掉了。{REBUILD}"


def check_there(ledger: Path | None, files: Files) -> None:
    """ConfigError when the file of the ledger is gone, or has no byte, beside a filled storage: opening it would make a new one."""
    gone = ledger is not None and not (ledger.is_file() and ledger.stat().st_size)
    if gone and next(files.each(RAW), None) is not None:
        raise ConfigError(_EMPTY.format(root=files.root))


def check_identity(database: Database, files: Files, now: datetime) -> str:
    """The id of this installation; at the very first start both sides get one.

    Raises ConfigError, in Chinese, when ledger and storage do not belong together: a ledger that is missing, empty or truncated
    (SQLite opens zero bytes as a new database), one of another storage, an older copy, or a storage without its files.
    """
    on_disk = read_id(files)
    with database.reading() as records:
        in_ledger = records.identity()
        mails = records.kept_count()
    if on_disk and in_ledger and on_disk != in_ledger:
        raise ConfigError(f"数据库和文件夹 {files.root} 不是同一套（编号不同）。请检查 config.yaml 里的 database 和 storage。{REBUILD}")
    raw = next(files.each(RAW), None) is not None
    # With the id on both sides it is a first fetch that was cut off between the files and their commit: it is simply repeated.
    if raw and not mails and not (on_disk and in_ledger):
        raise ConfigError(_EMPTY.format(root=files.root))
    if mails and not raw:
        raise ConfigError(
            f"数据库里登记了 {mails} 封邮件，但 {files.root} 里一封也没有：文件夹可能换了位置。请检查 config.yaml 里的 storage。"
        )
    if mails and not on_disk:
        raise ConfigError(f"{files.root} 里缺少文件 ID，无法确认它和数据库是同一套。确认无误后，新建文件 ID，写入：{in_ledger}")
    if database.journal is not None and database.journal.last_id() > database.last_event():
        raise ConfigError(f"数据库比 {database.journal.path.name} 旧：可能恢复了较早的备份，其后的登记和发信记录不在里面。{REBUILD}")
    return in_ledger if in_ledger and on_disk else _found(database, files, in_ledger or on_disk or str(uuid4()), now)


def found_again(database: Database, files: Files, now: datetime) -> str:
    """The id of a storage whose ledger is made anew: the new ledger takes the storage's own id, so that old Message-IDs stay ours."""
    return _found(database, files, read_id(files) or str(uuid4()), now)


def _found(database: Database, files: Files, identity: str, now: datetime) -> str:
    """Give both sides the id; a crash between the two is made up at the next start, since nothing is kept yet."""
    files.put(ID, f"{identity}\n".encode())
    with database.transaction() as records:
        if not records.identity():
            records.create_identity(identity)
            records.set_setting("created_at", now.isoformat())
            records.event("created", "mailbot", now, identity=identity)
    return identity


def read_id(files: Files) -> str:
    """The id that the storage folder has, "" if it has none."""
    return files.get(ID).read_text("utf-8", "replace").strip() if files.exists(ID) else ""
