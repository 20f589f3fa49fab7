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
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from types import FrameType

import schedule

from mailbot import pipeline
from mailbot.app import STOPPED, App
from mailbot.desk import sheet
from mailbot.errors import ConfigError, TryLater, fault_of
from mailbot.health import note_trouble, trouble_over
from mailbot.mailing.inbox import Inbox
from mailbot.mailing.post import Post
from mailbot.operating import upkeep
from mailbot.operating.alarm import Told
from mailbot.operating.logs import set_level
from mailbot.operating.monitor import Monitor, Pulse
from mailbot.operating.reloading import Settings
from mailbot.operating.supervisor import notify
from mailbot.sending import RESUME

log = logging.getLogger(__name__)

Say = Callable[[str], object]
BACKOFF = (60.0, 120.0, 240.0, 480.0, 900.0, 1800.0, 3600.0)
"""Seconds to wait after the first, second … failure in a row (mail-facts section 7 no. 4)."""

SLICE = 20.0
"""Seconds between two looks at the outbox while the inbox is quiet."""


NOTIFY_EVERY = 30.0
"""Seconds between two words to the supervisor that we are alive."""

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
    halted: bool = False
    told: Told = field(default_factory=Told)
    pulse: Pulse = field(default_factory=lambda: Pulse(time.monotonic()))
    _well: set[str] = field(default_factory=set)

    def stopped(self) -> bool:
        """Whether it is time to end; asked all the time, so it is the pulse as well."""
        now = time.monotonic()
        if now - self.pulse.at > NOTIFY_EVERY:
            notify("WATCHDOG=1")
            self.pulse.at = now
        return self.stop.is_set()

    def cycle(self) -> bool:
        """One full cycle: receive, settle, send, table. True when nothing failed; one stretch failing does not hold up the others."""
        self.stopped()
        received = self.guarded("收信", lambda: pipeline.receive(self.app, self.inbox, self.stopped, self.known))
        self.guarded("核对已发送", lambda: pipeline.look_for_uncertain(self.app, self.inbox))
        self.watch()
        settled = self.guarded("登记", lambda: pipeline.settle(self.app, self.stopped, math.inf if self.app.once else PATIENCE))
        sent = self.send()
        table = self.guarded("收件登记表", lambda: sheet.refresh(self.app))
        return received and settled and sent and table

    def send(self) -> bool:
        """Send what is due, unless a person or a refused account has stopped that.

        Of missing items only after a look that saw everything: what could not be fetched may hold them.
        """
        self.guarded("发信开关", self._look_at_switch)
        seen = "收信" not in self.failures
        return not self.halted and self.guarded("发信", lambda: pipeline.send(self.app, self.post, self.stopped, notices=seen))

    def _look_at_switch(self) -> None:
        """Say once that nothing is sent; once resumed, nothing waits for an old failure."""
        with self.app.database.reading() as records:
            reason = records.setting(STOPPED)
        if reason is not None and not self.halted:
            self.say(f"发信已停止：{reason}{RESUME}")
        if reason is None and self.halted:
            self.failures.pop("发信", None)
            self.not_before.pop("发信", None)
        self.halted = reason is not None

    def watch(self) -> None:
        """Tell staff at once when the look at the inbox has just shown, or ended, a trouble."""
        self.guarded("告警", lambda: upkeep.watch(self.app, self.post, self.told))

    def keep_up(self) -> None:
        """What is due beside the mails."""
        self.guarded("邮箱用量", lambda: upkeep.check_quota(self.app, self.inbox))
        self.guarded("夜间核对", lambda: upkeep.check_storage(self.app, self.inbox, self.stopped))

    def take_over(self, settings: Settings) -> None:
        """Go on with what was changed in config.yaml and rules/, if it is good."""
        fresh = settings.changed(self.app)
        if fresh is None:
            return
        before, self.app = self.app.config, fresh
        if fresh.config.inbox != before.inbox:
            self.inbox.close()
            self.inbox = Inbox(fresh.config.inbox, self.stop.is_set)
        if fresh.config.answering != before.answering:
            self.post.close()
            self.post = Post(fresh.config.answering, self.stop.is_set)
        set_level(fresh.config)
        self.not_before.clear()  # what failed for the old settings is tried at once
        self.say("已采用改动后的 config.yaml 和 rules。")

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
        except (TryLater, ConfigError) as trouble:
            if self.stop.is_set():
                return True  # what was cut short by the stop goes on at the next start
            self._failed(what, str(trouble), login=isinstance(trouble, TryLater) and trouble.login)
            return False
        except Exception as bug:
            log.error("%s: %s", what, fault_of(bug))
            log.debug("%s", what, exc_info=True)
            self._failed(what, f"程序意外错误 {type(bug).__name__}，详见日志", login=False)
            return False
        if what not in self._well:
            self._well.add(what)
            trouble_over(self.app, what)  # also one that an earlier run left
        if self.failures.pop(what, 0):
            self.say(f"{what}已恢复。")
        return True

    def _failed(self, what: str, sentence: str, *, login: bool) -> None:
        count = self.failures[what] = self.failures.get(what, 0) + 1
        # Refused credentials wait longer from the start: hammering gets the address blocked (mail-facts 1.6).
        wait = BACKOFF[min(count - 1 + (3 if login else 0), len(BACKOFF) - 1)]
        self.not_before[what] = time.monotonic() + wait
        self._well.discard(what)
        note_trouble(self.app, what, f"{what}失败：{sentence}", "mailbot 会自动再试。")
        self.say(f"{what}失败（第 {count} 次）：{sentence}")

    def close(self) -> None:
        """Take leave of both servers."""
        self.inbox.close()
        self.post.close()


def run(app: App, *, once: bool, say: Say) -> bool:
    """Run until SIGTERM or SIGINT (or for one full cycle); True when the last cycle had no failure. TryLater when the storage is taken."""
    stop = threading.Event()
    if once:
        # What lies in the inbox has been gathered by the cycle itself; there is no later moment to answer at.
        app = replace(app, once=True)
    with app.locked(), _stopped_by_signals(stop), ExitStack() as stack:
        bot = Bot(app, Inbox(app.config.inbox, stop.is_set), Post(app.config.answering, stop.is_set), stop, say)
        stack.callback(bot.close)
        pipeline.recover(app)
        if once:
            well = bot.cycle()
            _say_sums(bot)
            return well
        _open_page(bot, stack)
        say(f"mailbot 正在运行（回信方式 {app.config.answering.mode.value}）。按 Ctrl-C 停止。")
        notify("READY=1")
        _loop(bot)
        notify("STOPPING=1")
        say("mailbot 已停止。")
        return True


def _say_sums(bot: Bot) -> None:
    """How the books stand after one cycle, and where to look."""
    with suppress(TryLater):
        with bot.app.database.reading() as records:
            bot.say(records.reconciliation().sentence)
        bot.say(f"收件登记表：{bot.app.files.path(sheet.SHEET)}")


def _open_page(bot: Bot, stack: ExitStack) -> None:
    """The page for monitors; without it the mails go on all the same."""
    where = bot.app.config.monitoring
    if where is None:
        return
    try:
        stack.enter_context(Monitor(where, lambda: bot.app, bot.pulse))
    except OSError as error:
        bot.say(f"监控页面 {where.host}:{where.port} 打不开（{error.strerror or error}），收信和回信不受影响。")


def _loop(bot: Bot) -> None:
    clock = schedule.Scheduler()
    due = threading.Event()
    settings = Settings(bot.app.config)
    while not bot.stop.is_set():
        bot.guarded("采用配置", lambda: bot.take_over(settings))
        bot.cycle()
        bot.keep_up()
        poll = bot.app.config.inbox
        clock.clear()
        clock.every(poll.poll_seconds).seconds.do(due.set)
        if bot.unfinished():
            continue
        due.clear()
        # Jitter spreads logins; it is no secret.
        until = time.monotonic() + poll.poll_seconds + random.uniform(0, poll.poll_jitter_seconds)  # noqa: S311
        while not bot.stopped():
            clock.run_pending()
            # The monotonic second opinion: a wall clock that is set back must not silence the daemon.
            left = until - time.monotonic()
            if left <= 0 or due.is_set() or _news(bot.inbox, min(left, SLICE)):
                break
            bot.send()


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
