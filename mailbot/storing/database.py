"""The ledger as a whole: opened at the newest version of its tables, read and written in transactions, followed by the journal."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, func, make_url, select
from sqlalchemy.exc import DBAPIError

from mailbot.errors import TryLater
from mailbot.storing import tables
from mailbot.storing.engine import WRITE, build_engine
from mailbot.storing.failures import translated
from mailbot.storing.journal import Journal
from mailbot.storing.migrations import is_current, upgrade
from mailbot.storing.records import Records, build
from mailbot.storing.rows import EventRow
from mailbot.storing.snapshots import Snapshot, load_snapshot, write_snapshot

JOURNAL_SECONDS = 1.0
"""How far the journal may lie behind while many mails are settled in a row; what a crash costs it, the next start makes up."""


class Database:
    """The open ledger. Its transactions raise TryLater or ConfigError in Chinese when the database does not work."""

    def __init__(self, url: str, engine: Engine, journal: Journal | None) -> None:
        self.url = url
        self.journal = journal
        self.refused: TryLater | None = None
        """What every write is refused with; set where only a copy of the ledger can be looked at (`copies`)."""
        self._engine = engine
        self._behind: list[EventRow] | None = None
        self._followed = 0.0

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """One write transaction, alone among all programs: committed at the end, undone by any exception."""
        with self._connected(write=True) as connection:
            records = Records(connection)
            yield records
            records.note_letters()
        if records.noted and self._behind is None:
            self._follow(records.noted)
        elif records.noted and self._behind is not None:
            self._behind += records.noted
            if time.monotonic() - self._followed >= JOURNAL_SECONDS:
                self._catch_up()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """While many transactions follow one another: the journal is brought to disk every second and at the end, not after each."""
        self._behind, self._followed = [], time.monotonic()
        try:
            yield
        finally:
            self._catch_up()
            self._behind = None

    @contextmanager
    def reading(self) -> Iterator[Records]:
        """One unchanging view of the ledger; a write in it fails."""
        with self._connected(write=False) as connection:
            yield Records(connection)

    def last_event(self) -> int:
        """The id of the newest event, 0 in a new ledger."""
        with self._connected(write=False) as connection:
            return connection.scalar(select(func.max(tables.event.c.id))) or 0

    def event_ids(self) -> tuple[int, ...]:
        """The ids of all events, in order."""
        with self._connected(write=False) as connection:
            return tuple(connection.scalars(select(tables.event.c.id).order_by(tables.event.c.id)))

    def bring_up_to_date(self) -> None:
        """Bring the tables to the newest version, and the journal to the last event."""
        # Nearly always everything is at its end, and whoever only wants to look need not wait for whoever writes.
        with self._connected(write=False) as connection:
            current = is_current(connection)
        if not current:
            with self._connected(write=True) as connection:
                upgrade(connection)
        self._follow(())

    def snapshot(self, target: Path) -> Snapshot:
        """The whole ledger of one moment as a new SQLite file; others may go on writing meanwhile."""
        with self._translating():
            return write_snapshot(self._engine, target)

    def load(self, snapshot: Path) -> None:
        """Fill this ledger, which must have no rows, with those of a snapshot."""
        with self._connected(write=True) as connection:
            load_snapshot(snapshot, connection)

    def faults(self) -> tuple[str, ...]:
        """What the database finds wrong with its own file; PostgreSQL looks after that itself."""
        if self._engine.url.get_backend_name() != "sqlite":
            return ()
        with self._connected(write=False) as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars().all()
        return () if list(found) == ["ok"] else tuple(str(line) for line in found)

    def compact(self) -> None:
        """Give back the space of what was deleted, so that nothing of it is left in the file; nobody else may use the ledger."""
        with self._translating(), closing(self._engine.raw_connection()) as raw:
            cursor = raw.cursor()
            if self._engine.url.get_backend_name() == "sqlite":
                for statement in ("PRAGMA query_only = 0", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                    cursor.execute(statement)
            else:
                raw.driver_connection.autocommit = True  # type: ignore[union-attr]  # psycopg: VACUUM allows no transaction
                cursor.execute("VACUUM FULL")

    def rewrite_journal(self) -> None:
        """Write the journal anew out of the ledger: after events were redacted there."""
        if self.journal is not None:
            self.journal.rewrite(self._events_later_than(0))

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def _catch_up(self) -> None:
        if self._behind:
            self._follow(self._behind)
        self._behind, self._followed = [], time.monotonic()

    def _follow(self, noted: Sequence[EventRow]) -> None:
        if self.journal is not None:
            self.journal.follow(noted, self._events_later_than)

    def _events_later_than(self, last: int) -> Sequence[EventRow]:
        event = tables.event
        with self._connected(write=False) as connection:
            rows = connection.execute(select(event).where(event.c.id > last).order_by(event.c.id)).mappings()
            return [build.event(dict(row)) for row in rows]

    @contextmanager
    def _connected(self, *, write: bool) -> Iterator[Connection]:
        if write and self.refused is not None:
            raise TryLater(str(self.refused))
        with self._translating(), self._engine.connect().execution_options(**{WRITE: write}) as connection, connection.begin():
            yield connection

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            reason = translated(error, ledger_file(self.url))
            raise reason from (None if reason is error else error)
        except sqlite3.Error as error:  # where the driver is used without SQLAlchemy
            raise TryLater(f"数据库现在用不了：{error}。请检查磁盘空间和权限，稍后再试。") from error


def open_database(url: str, journal: Path | None = None) -> Database:
    """Open the ledger at `url` and bring its tables to the newest version.

    `journal` is storage/events.jsonl; None means beside a SQLite file, and none at all with PostgreSQL.
    Raises TryLater when the database is locked or cannot be reached, ConfigError when it is corrupt, of another program or of a
    newer mailbot.
    """
    parsed = make_url(url) if "://" in url else None
    if journal is None and parsed is not None and parsed.get_backend_name() == "sqlite" and parsed.database:
        journal = Path(parsed.database).parent / "events.jsonl"
    database = Database(url, build_engine(url), Journal(journal) if journal else None)
    try:
        database.bring_up_to_date()
    except BaseException:
        database.close()
        raise
    return database


def ledger_file(url: str) -> Path | None:
    """The file of a SQLite ledger; None where a server holds it."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
