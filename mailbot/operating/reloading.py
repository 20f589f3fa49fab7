"""config.yaml and rules/ while the daemon runs: a good change is taken over, a broken one is told and the last good one stays."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path

from mailbot.app import App, read_config, with_own_mailboxes
from mailbot.config import Config
from mailbot.errors import ConfigError
from mailbot.health import note_trouble, trouble_over
from mailbot.loading.rules import load_rules

log = logging.getLogger(__name__)

SETTLED = 2.0
"""Seconds that a file must have been left alone: half a save is no change."""

_SHOWN = 3
_Looks = dict[Path, tuple[int, int, int]]


class Settings:
    """The files that the daemon was started with, and how they looked when they were last read."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._read = _looks(config)

    def changed(self, app: App) -> App | None:
        """The app with what was changed meanwhile; None when nothing was, or when the change is not good.

        Of a broken change staff are told with file and line (log, status, alarm); it is read again when the files change again.
        """
        now = _looks(self._config)
        if now == self._read or any(time.time() - look[0] / 1e9 < SETTLED for path, look in now.items() if self._read.get(path) != look):
            return None
        self._read = now
        try:
            fresh = _fresh(app, read_config(self._config.path, need_password=True))
        except ConfigError as error:
            note_trouble(app, "config", _sentence(error), "改好以后自动采用，不必重启；改之前仍按原来的配置运行。")
            log.warning("config.yaml or rules/ are broken; the last good ones stay in force")
            return None
        self._config = fresh.config
        self._read = _looks(self._config)
        trouble_over(app, "config")
        with app.database.transaction() as records:
            records.event("settings_changed", "mailbot", app.now())
        return fresh


def _fresh(app: App, config: Config) -> App:
    fixed = (app.config.storage, app.config.database, app.config.monitoring)
    if (config.storage, config.database, config.monitoring) != fixed:
        log.warning("storage, database and monitoring take effect at the next start")
    config = replace(config, storage=fixed[0], database=fixed[1], monitoring=fixed[2])
    return replace(app, config=config, rulebook=with_own_mailboxes(load_rules(config.rules), config))


def _sentence(error: ConfigError) -> str:
    slips = [f"{slip}".split("\n")[0] for slip in error.slips[:_SHOWN]] or [str(error)]
    more = f"（共 {len(error.slips)} 处）" if len(error.slips) > _SHOWN else ""
    return f"配置改动有误，没有采用：{'；'.join(slips)}{more}"


def _looks(config: Config) -> _Looks:
    """Time, size and inode of every file that may be read."""
    found: _Looks = {}
    for path in (config.path, *sorted(config.rules.rglob("*"))):
        try:
            look = path.stat()
        except OSError:
            continue
        if path.is_file():
            found[path] = (look.st_mtime_ns, look.st_size, look.st_ino)
    return found
