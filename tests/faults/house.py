"""An installation in this process: the whole road with real storage, ledger and readers, its own clock, servers of choice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
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


NOBODY = Server("127.0.0.1", 9, OURS, "x")
SENDING = Answering(NOBODY, OURS, mode=Mode.SEND, go_live=datetime(2022, 11, 17, tzinfo=UTC))


@dataclass
class Clock:
    """The only clock of the house."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def go(self, **by: float) -> None:
        """Forward, or back with negative numbers."""
        self.at += timedelta(**by)


def opened(home: Path, now: Clock, imap: Server = NOBODY, answering: Answering = SENDING, rules: Path | None = None, **inbox: Any) -> App:
    """The app of an installation in the folder `home`, with the shipped rules or others."""
    storage = home / "storage"
    reading = Inbox(imap, **{"min_free_bytes": 1 << 20} | inbox)
    database = f"sqlite:///{storage}/mailbot.db"
    return open_app(Config(home / "config.yaml", rules or shipped_rules(), storage, database, reading, answering, Limits()), now=now)


@dataclass
class House:
    """`with House(tmp_path, imap=server.settings(), smtp=sink.answering()) as house: house.cycle()`."""

    home: Path
    imap: Server = NOBODY
    answering: Answering = SENDING
    clock: Clock = field(default_factory=Clock)
    inbox: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> House:
        self.app = opened(self.home, self.clock, self.imap, self.answering, **self.inbox)
        self.box = Box(self.app.config.inbox, self.stop.is_set)
        self.post = Post(self.app.config.answering)
        self.bot = Bot(self.app, self.box, self.post, self.stop, self.said.append)
        return self

    def __exit__(self, *_: object) -> None:
        self.box.close()
        self.post.close()
        self.app.close()

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
