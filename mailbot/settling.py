"""The middle of the road: a kept mail is read, judged, filed, recorded and answered into the outbox, in one commit.

Two rules make every crash harmless: files are put before the commit that mentions them and deleted only after the commit that forgets
them; and every key and every Message-ID is a function of the mail's number. So settling a mail twice ends where settling it once did.
"""

from __future__ import annotations

import logging
import math
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from mailbot import leftovers
from mailbot.answering import Case
from mailbot.app import App
from mailbot.concluding import Conclusion, conclude, write_down
from mailbot.errors import Stuck, TryLater, fault_of
from mailbot.failpoints import failpoint
from mailbot.filing import put_files
from mailbot.model import Facts, MailState
from mailbot.parsing.gather import gather
from mailbot.parsing.sandbox import Sandbox
from mailbot.storing.lock import claim
from mailbot.storing.records import Records
from mailbot.storing.rows import MailRow
from mailbot.witnessing import comes_through

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""At which attempt a mail may be set aside: when it fails once more, or takes a witness down as it seems to have taken mailbot."""


CROWD = 50
"""No unit has so much to say at a time: a mail bomb, or a robot that answers itself."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """The mail whose turn it is, and how often it was begun, this time included."""

    mail: MailRow
    attempts: int


@dataclass(frozen=True, slots=True)
class _Bench:
    """What settling works with; mails from the senders `behind` come last, and none of them is begun after `until`."""

    app: App
    sandbox: Sandbox
    stop: Callable[[], bool]
    behind: frozenset[str] = frozenset()
    until: float = math.inf

    def next_turn(self, records: Records) -> _Turn | None:
        """Begin the next mail in this transaction, None when there is none or it is time to stop.

        The attempt is counted before the work, so that even a mail that kills the process is set aside in the end. The commit that
        settles one mail begins the next: to commit twice a mail would double the time that a disk is waited for.
        """
        if self.stop():
            return None
        row = records.next_unsettled(self.behind)
        if row is None and self.behind and time.monotonic() < self.until:
            row = records.next_unsettled()
        return _Turn(row, records.count_attempt(row.number)) if row else None


def settle(app: App, stop: Callable[[], bool], patience: float = math.inf) -> int:
    """Settle every kept mail in order of arrival; returns how many. A mail that fails three times is stuck; the next goes on.

    Who sends `CROWD` mails at a time waits until all others have had their turn, and after `patience` seconds until the next call.
    """
    done = 0
    with Sandbox(app.config.limits, stop) as sandbox, app.database.busy():
        with app.database.reading() as records:
            behind = records.crowding_senders(CROWD)
        bench = _Bench(app, sandbox, stop, behind, time.monotonic() + patience)
        with app.database.transaction() as records:
            turn = bench.next_turn(records)
        while turn is not None:
            settled, turn = _attempt(bench, turn)
            done += settled
    return done


def _attempt(bench: _Bench, turn: _Turn) -> tuple[bool, _Turn | None]:
    """Whether the mail was settled, and whose turn is next."""
    because = f"连续 {ATTEMPTS} 次使程序中断，已搁置，请人工查看原始邮件"
    try:
        if turn.attempts < ATTEMPTS or comes_through(bench.app, turn.mail.number, bench.stop):
            return True, _settle_one(bench, turn.mail)
    except TryLater:
        # The disk, the database or a stop, not the mail: the cycle ends here, and the attempt does not count against it.
        with suppress(TryLater), bench.app.database.transaction() as records:
            records.forgive_attempt(turn.mail.number)
        raise
    except Exception as bug:
        log.error("mail %d, attempt %d: %s", turn.mail.number, turn.attempts, fault_of(bug))
        log.debug("mail %d", turn.mail.number, exc_info=True)
        because = str(bug) if isinstance(bug, Stuck) else f"处理时出错（{type(bug).__name__}），已搁置，请人工查看原始邮件"
    with bench.app.database.transaction() as records:
        if turn.attempts >= ATTEMPTS:
            records.mark_stuck(turn.mail.number, because, bench.app.now())
        return False, bench.next_turn(records)


def rehearse(app: App, number: int) -> None:
    """Settle the mail up to the commit, and undo it: what `witness` survives or not."""
    with app.database.reading() as records:
        row = records.mail(number)
    assert row is not None
    with Sandbox(app.config.limits) as sandbox, _gathered(_Bench(app, sandbox, lambda: False), row) as facts:
        with app.database.reading() as records:
            conclusion = conclude(app, records, row, facts)
        with suppress(_Undone), app.database.transaction() as records:
            write_down(Case(app, records, row, facts, conclusion.judgement), conclusion.plan)
            raise _Undone


class _Undone(Exception):  # noqa: N818  # no error: it ends a transaction without a commit
    pass


def _settle_one(bench: _Bench, row: MailRow) -> _Turn | None:
    app = bench.app
    # A person at the desk may have this very mail in hand.
    with claim(app.config.storage, row.number), _gathered(bench, row) as facts:
        failpoint("gathered")
        with app.database.reading() as records:
            conclusion = conclude(app, records, row, facts)
        put: set[str] = set()
        while True:
            put_files(app.files, conclusion.plan.puts)
            put |= conclusion.plan.puts.keys()
            failpoint("filed")
            with app.database.transaction() as records:
                # A person may have decided in between; their word stands above what was judged without it.
                if not conclusion.still_stands(records, row.number):
                    conclusion = conclude(app, records, row, facts)
                    if conclusion.plan.puts.keys() - put:
                        continue
                vain = _finish(app, records, row, facts, conclusion) | put - conclusion.plan.puts.keys()
                if vain:
                    leftovers.note(records, row.number, vain)
                turn = bench.next_turn(records)
            failpoint("settled")
            break
        if vain:
            leftovers.tidy(app, row.number)
    return turn


def _finish(app: App, records: Records, row: MailRow, facts: Facts, conclusion: Conclusion) -> frozenset[str]:
    """Write it down, unless a person at the desk has settled the mail in the meantime."""
    now = records.mail(row.number)
    if now is None or now.state is not MailState.KEPT:
        return frozenset()
    vain = write_down(Case(app, records, row, facts, conclusion.judgement), conclusion.plan)
    if now.settled_at is None:  # settled anew it stays the history that it was
        for correction in records.corrections_before_their_time(row.number):
            records.reopen(correction)
    return vain


@contextmanager
def _gathered(bench: _Bench, row: MailRow) -> Iterator[Facts]:
    app = bench.app
    raw = app.files.path(f"raw/{row.sha256}.eml")
    if not raw.is_file():
        raise Stuck(f"原始邮件文件 raw/{row.sha256}.eml 不见了")
    with _work_folder(app, row.number) as work:
        yield gather(raw, work, bench.sandbox, app.config.limits).cut_from(row.size)


@contextmanager
def _work_folder(app: App, number: int) -> Iterator[Path]:
    work = app.work / f"{number:06d}"
    shutil.rmtree(work, ignore_errors=True)
    try:
        app.work.mkdir(mode=0o700, exist_ok=True)
        work.mkdir(mode=0o700)
        yield work
    except OSError as trouble:
        raise TryLater(f"无法写入 {work}：{trouble.strerror or trouble}。请检查磁盘空间和权限。") from trouble
    finally:
        shutil.rmtree(work, ignore_errors=True)
