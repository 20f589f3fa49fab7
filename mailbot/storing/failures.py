"""What a database says when it cannot work, as sentences that a person can act on."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy.exc import DBAPIError, OperationalError

from mailbot.errors import ConfigError, TryLater

REBUILD = "为避免给各单位重复发信，mailbot 不会继续。请先恢复最近的备份；没有备份时运行 mailbot rebuild，用保存的原始邮件重建登记。"

# SQLite's own words (sqlite3_errstr) -> what to tell staff.
_LATER = {
    "locked": "数据库正被另一个程序占用，等了 30 秒仍未空出。请关闭正在打开 mailbot.db 的程序，稍后会自动重试。",
    "lock timeout": "数据库正被另一个 mailbot 占用，等了 30 秒仍未空出。稍后会自动重试。",
    "busy": "数据库正忙，等了 30 秒仍未空出。稍后会自动重试。",
    "disk is full": "磁盘空间不足，登记写不进去。请清理磁盘，空间恢复后会自动继续；已保存的内容不受影响。",
    "disk i/o error": "磁盘读写出错，登记写不进去。请检查磁盘；已保存的内容不受影响。",
    "readonly": "数据库文件是只读的，登记写不进去。请检查文件 mailbot.db 和所在文件夹的权限。",
    "unable to open": "打不开数据库文件。请检查存储文件夹是否存在、当前用户是否有读写权限。",
}
_ROOM = 256 * 1024
"""SQLite needs some room beside the ledger even to read it; without, it speaks of an I/O error and not of a full disk."""

_BROKEN = ("malformed", "not a database", "file is encrypted")
# PostgreSQL answers that waiting does not heal; the SQLSTATE classes 28 (authorisation) and 3D (no such database).
_REFUSED = ("28", "3D")


def translated(error: DBAPIError, file: Path | None = None) -> Exception:
    """The error as TryLater or ConfigError with a Chinese sentence; a mistake of ours comes back as it is. `file`: the ledger's own."""
    words = str(error.orig).lower()
    if "disk i/o error" in words and file is not None and is_full(file):
        words = "disk is full"
    if any(sign in words for sign in _BROKEN):
        return ConfigError(f"数据库文件已损坏或不是 mailbot 的数据库（{error.orig}）。{REBUILD}")
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(state, str) and state.startswith(_REFUSED):
        return ConfigError(f"PostgreSQL 拒绝了连接：{_first_line(error)}。请检查 config.yaml 里的 database（用户名、密码、库名）。")
    for sign, sentence in _LATER.items():
        if sign in words:
            return TryLater(sentence)
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return TryLater(f"数据库现在用不了：{_first_line(error)}。稍后会自动重试；一直不行请联系管理员。")
    return error


def is_full(file: Path) -> bool:
    """Whether the disk under `file` has no room left for the ledger to work."""
    try:
        return shutil.disk_usage(file.parent).free < _ROOM
    except OSError:
        return False


def _first_line(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__
