"""The staff desk: what its reads and acts work with, opened once by whoever serves it and shared by its threads."""

from __future__ import annotations

import tempfile
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType

from mailbot import leftovers
from mailbot.app import App
from mailbot.desk.boardrows import Rows
from mailbot.desk.mailreader import MailReader
from mailbot.desk.standing import Standing
from mailbot.errors import TryLater
from mailbot.parsing.sandbox import Sandbox
from mailbot.storing.lock import at_desk


class Desk:
    """An open desk over an App of its own (never the daemon's: open a second one). A context manager; safe for many threads.

    `mails` reads mails and keeps the last ones read; `standing` keeps every unit's receipt and brings it up to date when asked,
    `rows` what the board shows of that; `sandbox` makes previews for one thread at a time, which holds `drawing`.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self._open = ExitStack()
        self._open.enter_context(at_desk(app.config.storage))
        try:
            leftovers.sweep(app)
            app.work.mkdir(parents=True, exist_ok=True)
            # On the disk of the storage, beside what the daemon works with, in a folder of our own.
            self.work = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="desk-", dir=app.work)))
            self.mails = self._open.enter_context(MailReader(app, self.work))
            self.standing = Standing(app)
            self.rows = Rows(app)
            # Over 100,000 mails the first look takes seconds; whoever opens the page need not wait for it.
            warming = threading.Thread(target=self._warm, name="desk", daemon=True)
            warming.start()
            self._open.callback(warming.join)
            self.sandbox = Sandbox(app.config.limits)
            self._open.callback(self.sandbox.close)
            self.drawing = threading.Lock()
        except BaseException:
            self._open.close()
            raise

    def _warm(self) -> None:
        with suppress(TryLater):  # said to whoever looks first
            self.standing.picture()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the readers, remove the work folder and let somebody else sweep. The App stays its owner's to close."""
        self._open.close()
