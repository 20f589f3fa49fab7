"""An installation in this process: the whole road with real storage, ledger and readers, its own clock, servers of choice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mailbot import pipeline
from mailbot.app import App, open_app
from mailbot.config import Answering, Config, Inbox, Limits, Mode, Server
from mailbot.daemon import Bot
from mailbot.desk import documents
from mailbot.loading.shipped import shipped_rules
from mailbot.mailing.inbox import Inbox as Box
from mailbot.mailing.post import Post

START = datetime(2022, 12, 1, 8, tzinfo=UTC)
OURS = "jsjyktg@126.com"


@dataclass
class Clock:
    """The only clock of the house."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def go(self, **by: float) -> None:
        """Forward, or back with negative numbers."""
        self.at += timedelta(**by)


@dataclass
class House:
    """`with House(tmp_path, imap=server.settings(), smtp=sink.answering()) as house: house.cycle()`."""

    home: Path
    imap: Server = field(default_factory=lambda: Server("127.0.0.1", 9, OURS, "x"))
    answering: Answering = field(default_factory=lambda: Answering(Server("127.0.0.1", 9, OURS, "x"), OURS, mode=Mode.SEND))
    clock: Clock = field(default_factory=Clock)
    inbox: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> House:
        self.app = self._opened()
        self.box = Box(self.app.config.inbox, self.stop.is_set)
        self.post = Post(self.app.config.answering)
        self.bot = Bot(self.app, self.box, self.post, self.stop, self.said.append)
        return self

    def __exit__(self, *_: object) -> None:
        self.box.close()
        self.post.close()
        self.app.close()

    def _opened(self) -> App:
        storage = self.home / "storage"
        inbox = Inbox(self.imap, **{"min_free_bytes": 1 << 20} | self.inbox)
        answering = replace(self.answering, go_live=self.answering.go_live or datetime(2022, 11, 17, tzinfo=UTC))
        database = f"sqlite:///{storage}/mailbot.db"
        config = Config(self.home / "config.yaml", shipped_rules(), storage, database, inbox, answering, Limits())
        return open_app(config, now=self.clock)

    def cycle(self) -> bool:
        """One full cycle, without the waiting after an earlier failure."""
        self.bot.not_before.clear()
        return self.bot.cycle()

    def receive(self) -> bool:
        """The first stretch alone; whether nothing failed."""
        self.bot.not_before.clear()
        return self.bot.guarded("收信", lambda: pipeline.receive(self.app, self.box, self.stop.is_set, self.bot.known))

    def mails(self) -> list[dict[str, Any]]:
        return documents.mails(self.app)["mails"]  # type: ignore[no-any-return]

    def letters(self) -> list[dict[str, Any]]:
        return documents.letters(self.app)

    def sums(self) -> dict[str, Any]:
        return documents.status(self.app)["reconciliation"]  # type: ignore[no-any-return]


def until(true: Callable[[], bool], what: Callable[[], object], times: int) -> int:
    """Do it until something is true; how often that took. An AssertionError after `times`."""
    for done in range(1, times + 1):
        what()
        if true():
            return done
    raise AssertionError(f"not after {times} times")
