"""The whole ledger as one SQLite file, taken while others write, and put back into either database."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, select, text, update

from mailbot.storing import tables
from mailbot.storing.engine import WRITE, build_engine
from mailbot.storing.migrations import upgrade

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a snapshot holds: the id of its newest event, and how many mails."""

    last_event: int
    mails: int


def write_snapshot(engine: Engine, target: Path) -> Snapshot:
    """One unchanging view of the ledger as a new SQLite file, on disk when this returns."""
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    if engine.url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(f"file:{engine.url.database}?mode=ro", uri=True)) as ledger, closing(sqlite3.connect(target)) as copy:
            # In one step: the backup then sees one moment, and no writer makes it begin anew.
            ledger.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
    else:
        copied = build_engine(f"sqlite:///{target}")
        with engine.connect() as ledger_now, copied.connect().execution_options(**{WRITE: True}) as copy_now, copy_now.begin():
            upgrade(copy_now)
            copy_rows(ledger_now, copy_now)
        with closing(copied.raw_connection()) as raw:
            raw.cursor().execute("PRAGMA journal_mode = DELETE")
        copied.dispose()
    with target.open("rb") as written:
        os.fsync(written.fileno())
    with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as copy:
        last, mails = copy.execute("SELECT (SELECT max(id) FROM event), (SELECT count(*) FROM mail)").fetchone()
    return Snapshot(last or 0, mails)


def load_snapshot(snapshot: Path, connection: Connection) -> None:
    """Put the rows of a snapshot into a ledger that has its tables and no rows."""
    engine = build_engine(f"sqlite:///{snapshot}")
    with engine.connect() as source:
        copy_rows(source, connection)
    engine.dispose()
    if connection.dialect.name == "postgresql":
        continue_counting(connection)


def copy_rows(source: Connection, target: Connection) -> None:
    """Every row of every table, in an order that foreign keys allow."""
    later: list[tuple[int, int]] = []
    for table in tables.metadata.sorted_tables:
        rows = source.execute(select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_AT_ONCE)).mappings()
        for part in rows.partitions(_AT_ONCE):
            found = [dict(row) for row in part]
            if table is tables.filing:
                # A filing is replaced by a later one, which is not there yet.
                later += [(row["id"], row["replaced_by"]) for row in found if row["replaced_by"] is not None]
                found = [{**row, "replaced_by": None} for row in found]
            target.execute(insert(table), found)
    for key, newer in later:
        target.execute(update(tables.filing).where(tables.filing.c.id == key).values(replaced_by=newer))


def continue_counting(connection: Connection) -> None:
    """PostgreSQL hands out keys by a counter that inserting given keys does not move."""
    for table in tables.metadata.sorted_tables:
        (key,) = table.primary_key.columns
        if isinstance(key.type.python_type(), int) and (highest := connection.scalar(select(func.max(key)))):
            counter = text("SELECT setval(pg_get_serial_sequence(:table, :key), :highest)")
            connection.execute(counter, {"table": table.name, "key": key.name, "highest": highest})
