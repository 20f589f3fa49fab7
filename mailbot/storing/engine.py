"""The engine under the ledger: SQLite as it must be set up to lose nothing, PostgreSQL made to behave the same."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError

from mailbot.errors import ConfigError
from mailbot.storing.columns import write_json
from mailbot.storing.files import disk_errors

BUSY_SECONDS = 30
WRITE = "mailbot_write"
"""The execution option of a connection that is going to write."""

# Any number will do, as long as no other program on this database uses it.
_ADVISORY_LOCK = 0x6D61696C


def build_engine(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql…://…`; ConfigError for any other URL."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(f"config.yaml 里的 database 写得不对：{url}。例如：sqlite:///storage/mailbot.db") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(parsed)
    if backend == "postgresql":
        return _postgresql(parsed)
    raise ConfigError(f"不支持 {backend} 数据库。database 可以写 sqlite:///… 或 postgresql://…")


def _sqlite(url: URL) -> Engine:
    if url.database in (None, "", ":memory:"):
        raise ConfigError("config.yaml 里的 database 没有写文件名。例如：sqlite:///storage/mailbot.db")
    _make_private(str(url.database))
    engine = create_engine(url, json_serializer=write_json, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def set_up(connection: DBAPIConnection, _record: object) -> None:
        # The driver must not begin transactions of its own: it would open them as deferred, and too late.
        connection.isolation_level = None
        for pragma in (f"busy_timeout = {BUSY_SECONDS * 1000}", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A plain BEGIN failed 41 of 80 read-then-write transactions with two writers, IMMEDIATE none (architecture section 3).
        writes = connection.get_execution_options().get(WRITE, False)
        connection.exec_driver_sql(f"PRAGMA query_only = {0 if writes else 1}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _make_private(file: str) -> None:
    """Make a new database file its owner's only, as SQLite itself does not; its -wal and -shm files take after it."""
    with suppress(OSError), disk_errors(Path(file).parent):  # what else cannot be made is said by SQLite, in a sentence
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _postgresql(url: URL) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    try:
        engine = create_engine(
            url, json_serializer=write_json, pool_pre_ping=True, connect_args={"connect_timeout": 15, "application_name": "mailbot"}
        )
    except ModuleNotFoundError as error:
        raise ConfigError("使用 PostgreSQL 需要先安装组件：pip install 'mailbot[postgres]'") from error

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # One writer at a time, as on SQLite: so event ids rise in the order of the commits, and no update is lost.
        if connection.get_execution_options().get(WRITE, False):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    return engine
