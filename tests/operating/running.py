"""The daemon's parts in this process, over real servers, with a clock that a test can move."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mailbot.app import open_app, read_config
from mailbot.config import Mode
from mailbot.daemon import Bot
from mailbot.mailing.inbox import Inbox
from mailbot.mailing.post import Post
from mailbot.operating.reloading import Settings
from tests.road.office import Office


@dataclass
class Clock:
    """A wall clock; `pass_` moves it."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **amount: float) -> None:
        self.at += timedelta(**amount)


@dataclass
class Running:
    """A daemon whose rounds a test starts one by one; what it said aloud is in `said`."""

    bot: Bot
    clock: Clock
    settings: Settings
    said: list[str]

    def mode(self) -> Mode:
        """How letters leave by the config that is in force."""
        return self.bot.app.config.answering.mode

    def round(self) -> bool:
        """One round, with nothing held back by an earlier failure."""
        self.bot.not_before.clear()
        self.bot.guarded("采用配置", lambda: self.bot.take_over(self.settings))
        fine = self.bot.cycle()
        self.bot.keep_up()
        return fine


@contextmanager
def running(office: Office, monkeypatch_environ: dict[str, str] | None = None) -> Iterator[Running]:
    """A daemon over the office's config."""
    clock, said = Clock(), list[str]()
    environ = office.environ() | (monkeypatch_environ or {})
    app = open_app(read_config(office.home / "config.yaml", need_password=True, environ=environ), now=clock)
    stop = threading.Event()
    bot = Bot(app, Inbox(app.config.inbox, stop.is_set), Post(app.config.answering), stop, said.append)
    with app.locked():
        yield Running(bot, clock, Settings(app.config), said)
    bot.close()
    app.close()
