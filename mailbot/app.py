"""The composition root: everything that the use cases need, built once and passed on; no global, no service locator."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailbot.config import Config, Mode
from mailbot.errors import TryLater
from mailbot.loading.configfile import load_config
from mailbot.loading.remembered import remembered_rules
from mailbot.rulebook import Rulebook
from mailbot.storing.copies import copied_ledger
from mailbot.storing.database import Database, ledger_file, open_database
from mailbot.storing.engine import build_engine
from mailbot.storing.files import Files, disk_errors, make_folder
from mailbot.storing.identity import check_identity, check_there, found_again
from mailbot.storing.lock import alone, storage_lock
from mailbot.storing.records import Records
from mailbot.storing.rows import LetterRow

Clock = Callable[[], datetime]

JOURNAL = "events.jsonl"
"""Below the storage folder: every event once more (`storing.journal`)."""

RULES = ".rules.json"
"""Below the storage folder: rules/ as it was read the last time."""

LAST_POLL = "last_good_poll"
"""The setting that holds the moment of the last complete look at the inbox."""

STOPPED = "stop_all"
"""The setting that holds the reason why nothing is sent (refused credentials, a blocked account), until a person resumes it."""

RESTORED = "restored_at"
"""The setting that holds when a backup was restored: what arrived before may have been answered after the backup was taken."""


def wall_clock() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class App:
    """What a use case works with. `now` is the only clock; tests and rehearsals put their own in its place.

    `answered`: the letters of mails that a rebuild settles anew; the journal tells them, so these mails are not answered once more.
    """

    config: Config
    rulebook: Rulebook
    database: Database
    files: Files
    identity: str
    now: Clock = wall_clock
    once: bool = False
    answered: Mapping[int, tuple[LetterRow, ...]] = field(default_factory=dict)

    @property
    def quiet(self) -> timedelta:
        """How long after the last arrival of a unit it is answered; a single cycle has gathered what there is, so it waits for nothing."""
        return timedelta(0) if self.once else timedelta(minutes=self.config.answering.quiet_minutes)

    @property
    def own_addresses(self) -> frozenset[str]:
        """Our own addresses: mail from them is ours, and none of them is ever written to."""
        return frozenset(address.lower() for address in self.rulebook.campaign.mailboxes)

    def live_since(self, records: Records) -> datetime:
        """The go-live moment: what arrived earlier is filed and never answered. Without one in config.yaml, the first start."""
        configured = self.config.answering.go_live
        started = records.setting("created_at")
        return configured or (datetime.fromisoformat(started) if started else self.now())

    def holds(self, records: Records, arrived: datetime) -> bool:
        """Whether the answer to a mail of that arrival waits for a person: by config, or because it may have been sent before a restore."""
        restored = records.setting(RESTORED)
        return self.config.answering.mode is Mode.HOLD or (restored is not None and arrived <= datetime.fromisoformat(restored))

    @property
    def work(self) -> Path:
        """The folder for bytes that only live while one mail is settled."""
        return self.config.storage / "work"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the one lock of this storage; TryLater when another mailbot has it."""
        with storage_lock(self.config.storage):
            with alone(self.config.storage) as nobody_else:
                # Whatever a killed run left in the work folder belongs to nobody now, unless somebody is at a desk.
                if nobody_else:
                    shutil.rmtree(self.work, ignore_errors=True)
                    self.files.sweep()
            yield

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def read_config(path: Path, *, need_password: bool, environ: Mapping[str, str] | None = None) -> Config:
    """config.yaml at `path` as a value; ConfigError with every slip."""
    return load_config(path, os.environ if environ is None else environ, need_password=need_password)


def with_own_mailboxes(rulebook: Rulebook, config: Config) -> Rulebook:
    """The rulebook whose campaign knows every address of ours, also the accounts of config.yaml: our own letters are never judged."""
    accounts = (config.answering.sender, config.answering.server.user, config.inbox.server.user)
    known = dict.fromkeys((*rulebook.campaign.mailboxes, *(account.lower() for account in accounts if "@" in account)))
    return replace(rulebook, campaign=replace(rulebook.campaign, mailboxes=tuple(known)))


def open_beside(config: Config) -> App:
    """The same for a process beside the one that holds the lock (`witness`): nothing is founded, brought up to date or noted."""
    rulebook = with_own_mailboxes(remembered_rules(config.rules, config.storage / RULES), config)
    database = Database(config.database, build_engine(config.database), journal=None)
    with database.reading() as records:
        identity = records.identity()
    return App(config, rulebook, database, Files(config.storage), identity)


@contextmanager
def opened_to_read(config: Config, *, now: Clock = wall_clock) -> Iterator[App]:
    """The app for whoever only looks, closed at the end: `open_app`, or on a disk that is read-only or full over a copy of the ledger.

    Writing to the copy raises TryLater with what the disk said; `app.database.refused` has it from the start.
    """
    with ExitStack() as stack:
        try:
            app = stack.enter_context(closing(open_app(config, now=now)))
        except TryLater as refused:
            database = stack.enter_context(copied_ledger(config.database, config.storage / JOURNAL, refused))
            rulebook = with_own_mailboxes(remembered_rules(config.rules, config.storage / RULES), config)
            files = Files(config.storage)
            app = App(config, rulebook, database, files, check_identity(database, files, now()), now)
        yield app


def open_app(config: Config, *, rulebook: Rulebook | None = None, now: Clock = wall_clock, fresh: bool = False) -> App:
    """Read the rules, open storage and database; ConfigError or TryLater when they cannot be used.

    `fresh`: the ledger is made anew beside a filled storage, on purpose (`rebuilding`); else that is refused.
    """
    rulebook = with_own_mailboxes(rulebook or remembered_rules(config.rules, config.storage / RULES), config)
    with disk_errors(config.storage):
        make_folder(config.storage)
    files = Files(config.storage)
    if not fresh:
        check_there(ledger_file(config.database), files)
    database = open_database(config.database, journal=config.storage / JOURNAL)
    try:
        identity = found_again(database, files, now()) if fresh else check_identity(database, files, now())
    except BaseException:
        with suppress(Exception):
            database.close()
        raise
    return App(config, rulebook, database, files, identity, now)
