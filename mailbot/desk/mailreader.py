"""Mails read for the desk: the facts of the last ones stay, so that what was just looked at is decided without reading it again."""

from __future__ import annotations

import logging
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType

from mailbot.app import App
from mailbot.errors import TryLater, fault_of
from mailbot.model import Facts
from mailbot.parsing.gather import gather
from mailbot.parsing.sandbox import Sandbox
from mailbot.storing.rows import MailRow

log = logging.getLogger(__name__)

KEPT_MAILS = 16
KEPT_BYTES = 512 * 1024 * 1024
"""How many mails, and how much of them, stay unpacked in the work folder."""


class UnreadableMailError(Exception):
    """The mail cannot be read; the sentence is Chinese."""


@dataclass
class _Entry:
    facts: Facts
    folder: Path
    hands: int = 0


class MailReader:
    """Reads one mail at a time in a limited child of its own; a context manager, safe for many threads."""

    def __init__(self, app: App, work: Path) -> None:
        self._app = app
        self._work = work
        self._sandbox = Sandbox(app.config.limits)
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._folders = count(1)

    def __enter__(self) -> MailReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._sandbox.close()

    @contextmanager
    def opened(self, mail: MailRow) -> Iterator[Facts]:
        """The facts of the kept mail; the files of its items lie on disk as long as this lasts.

        Raises UnreadableMailError when it cannot be read, TryLater when the disk refuses.
        """
        with self._in_hand(mail.sha256, self._app.files.path(f"raw/{mail.sha256}.eml")) as facts:
            yield facts.cut_from(mail.size)

    @contextmanager
    def opened_file(self, sha256: str, raw: Path) -> Iterator[Facts]:
        """The same for a mail that is not kept yet and lies at `raw`."""
        with self._in_hand(sha256, raw) as facts:
            yield facts

    @contextmanager
    def _in_hand(self, sha256: str, raw: Path) -> Iterator[Facts]:
        with self._lock:
            entry = self._entries.get(sha256) or self._read(sha256, raw)
            self._entries.move_to_end(sha256)
            entry.hands += 1
        try:
            yield entry.facts
        finally:
            with self._lock:
                entry.hands -= 1
                self._let_go()

    def _read(self, sha256: str, raw: Path) -> _Entry:
        if not raw.is_file():
            raise UnreadableMailError(f"原始邮件文件 raw/{sha256}.eml 不见了，请从备份里找回。")
        folder = self._work / f"{next(self._folders):06d}"
        try:
            folder.mkdir()
            entry = _Entry(gather(raw, folder, self._sandbox, self._app.config.limits), folder)
        except OSError as trouble:
            shutil.rmtree(folder, ignore_errors=True)
            raise TryLater(f"无法写入 {folder}：{trouble.strerror or trouble}。请检查磁盘空间和权限。") from trouble
        except Exception as bug:
            shutil.rmtree(folder, ignore_errors=True)
            log.error("reading for the desk: %s", fault_of(bug))
            raise UnreadableMailError("这封邮件自动读取时出错，请下载原始邮件查看。") from bug
        finally:
            self._sandbox.scans.close()  # the models for scanned pages take 0.7 GB; the next scan is hours away
        self._entries[sha256] = entry
        return entry

    def _let_go(self) -> None:
        """Forget the oldest mails that nobody has in hand, above what is kept."""
        size = sum(entry.facts.size for entry in self._entries.values())
        for sha256, entry in list(self._entries.items()):
            if len(self._entries) <= KEPT_MAILS and size <= KEPT_BYTES:
                break
            if not entry.hands:
                del self._entries[sha256]
                size -= entry.facts.size
                shutil.rmtree(entry.folder, ignore_errors=True)
