"""Who else on this machine may read the passwords and the mails, or change the settings."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from mailbot.config import Config
from mailbot.operating.findings import Finding, bad, good


def secrets(config: Config) -> Iterator[Finding]:
    """A line for each file or folder that is open to others, with the remedy; one line if none is."""
    open_to = []
    for server in (config.inbox.server, config.answering.server):
        if server.password_file is not None and _others(server.password_file, stat.S_IRWXG | stat.S_IRWXO):
            open_to.append((server.password_file, "600"))
    for path, mode in ((config.storage, "700"), (config.storage / "mailbot.db", "600"), (config.storage / "raw", "700")):
        if _others(path, stat.S_IRWXO):
            open_to.append((path, mode))
    if _others(config.path, stat.S_IWGRP | stat.S_IWOTH):
        open_to.append((config.path, "644"))
    for path, mode in dict.fromkeys(open_to):
        yield bad("secrets", f"{path} 别的用户也能读或改", f"运行 chmod {mode} {path}")
    if not open_to:
        yield good("secrets", "密码、邮件和配置只有运行 mailbot 的用户能读写")


def _others(path: Path, bits: int) -> bool:
    return path.exists() and os.name == "posix" and bool(path.stat().st_mode & bits)
