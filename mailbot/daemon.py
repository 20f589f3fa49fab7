"""The door that never closes: a clock, a stop signal and back-off around the road.

`schedule` only says which job is due; the loop around it is our own and monotonic, because schedule goes by the wall clock and falls
silent for a day when that is set back (reliability section 2).
"""

from __future__ import annotations

import logging
import math
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from types import FrameType

import schedule

from mailbot import pipeline
from mailbot.app import App
from mailbot.desk import sheet
from mailbot.errors import TryLater, fault_of
from mailbot.mailing.inbox import Inbox
from mailbot.mailing.post import Post

log = logging.getLogger(__name__)

Say = Callable[[str], object]
BACKOFF = (60.0, 120.0, 240.0, 480.0, 900.0, 1800.0, 3600.0)
"""Seconds to wait after the first, second … failure in a row (mail-facts section 7 no. 4)."""

SLICE = 20.0
"""Seconds between two looks at the outbox while the inbox is quiet."""


PATIENCE = 20.0
"""Seconds of one cycle that mails of a sender who floods the inbox may take; then the others are looked for again."""


@dataclass
class Bot:
    """The running daemon: its app, its two connections and how often each has failed in a row."""

    app: App
    inbox: Inbox
    post: Post
    stop: threading.Event
    say: Say
    failures: dict[str, int] = field(default_factory=dict)
    not_before: dict[str, float] = field(default_factory=dict)
    known: pipeline.Known = field(default_factory=pipeline.Known)

    def cycle(self) -> bool:
        """One full cycle: receive, settle, send, table. True when nothing failed; one stretch failing does not hold up the others."""
        stopped = self.stop.is_set
        received = self.guarded("收信", lambda: pipeline.receive(self.app, self.inbox, stopped, self.known))
        settled = self.guarded("登记", lambda: pipeline.settle(self.app, stopped, math.inf if self.app.once else PATIENCE))
        sent = self.guarded("发信", lambda: pipeline.send(self.app, self.post, stopped))
        table = self.guarded("收件登记表", lambda: sheet.refresh(self.app))
        return received and settled and sent and table

    def unfinished(self) -> bool:
        """Whether mails of a flood still wait, so that the next cycle should follow at once."""
        if "登记" in self.failures or self.stop.is_set():
            return False
        with suppress(TryLater), self.app.database.reading() as records:
            return records.unsettled_count() > 0
        return False

    def guarded(self, what: str, stretch: Callable[[], object]) -> bool:
        """Run one stretch of the road; a failure of the outside world is said once and backs off, a bug is logged and survived."""
        if self.stop.is_set() or time.monotonic() < self.not_before.get(what, 0.0):
            return True
        try:
            stretch()
        except TryLater as trouble:
            if self.stop.is_set():
                return True  # what was cut short by the stop goes on at the next start
            self._failed(what, str(trouble), login=trouble.login)
            return False
        except Exception as bug:
            log.error("%s: %s", what, fault_of(bug))
            log.debug("%s", what, exc_info=True)
            self._failed(what, f"程序意外错误 {type(bug).__name__}，详见日志", login=False)
            return False
        if self.failures.pop(what, 0):
            self.say(f"{what}已恢复。")
        return True

    def _failed(self, what: str, sentence: str, *, login: bool) -> None:
        count = self.failures[what] = self.failures.get(what, 0) + 1
        # Refused credentials wait longer from the start: hammering gets the address blocked (mail-facts 1.6).
        wait = BACKOFF[min(count - 1 + (3 if login else 0), len(BACKOFF) - 1)]
        self.not_before[what] = time.monotonic() + wait
        self.say(f"{what}失败（第 {count} 次）：{sentence}")


def run(app: App, *, once: bool, say: Say) -> bool:
    """Run until SIGTERM or SIGINT (or for one full cycle); True when the last cycle had no failure. TryLater when the storage is taken."""
    stop = threading.Event()
    if once:
        # What lies in the inbox has been gathered by the cycle itself; there is no later moment to answer at.
        app = replace(app, once=True)
    with app.locked(), _stopped_by_signals(stop), Inbox(app.config.inbox, stop.is_set) as inbox, Post(app.config.answering) as post:
        bot = Bot(app, inbox, post, stop, say)
        pipeline.recover(app)
        if once:
            return bot.cycle()
        say(f"mailbot 正在运行（回信方式 {app.config.answering.mode.value}）。按 Ctrl-C 停止。")
        _loop(bot)
        say("mailbot 已停止。")
        return True


def _loop(bot: Bot) -> None:
    poll = bot.app.config.inbox
    clock = schedule.Scheduler()
    due = threading.Event()
    clock.every(poll.poll_seconds).seconds.do(due.set)
    while not bot.stop.is_set():
        bot.cycle()
        if bot.unfinished():
            continue
        due.clear()
        # Jitter spreads logins; it is no secret.
        until = time.monotonic() + poll.poll_seconds + random.uniform(0, poll.poll_jitter_seconds)  # noqa: S311
        while not bot.stop.is_set():
            clock.run_pending()
            # The monotonic second opinion: a wall clock that is set back must not silence the daemon.
            left = until - time.monotonic()
            if left <= 0 or due.is_set() or _news(bot.inbox, min(left, SLICE)):
                break
            bot.guarded("发信", lambda: pipeline.send(bot.app, bot.post, bot.stop.is_set))


def _news(inbox: Inbox, seconds: float) -> bool:
    """Wait; True when the inbox came back early, which means that it has news."""
    start = time.monotonic()
    inbox.wait(seconds)
    return time.monotonic() - start < seconds - 0.6


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
