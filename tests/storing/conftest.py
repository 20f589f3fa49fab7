"""A ledger on each database, and a storage folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from mailbot.storing.database import Database, open_database
from mailbot.storing.files import Files
from tests.servers.postgres import PostgresServer, postgres

NOW = datetime(2022, 12, 1, 2, 30, tzinfo=UTC)

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_ledger(postgres_server: PostgresServer) -> str:
    """The name of a database with all tables, to be copied: making the tables anew for each test takes longer than the test."""
    url = postgres_server.new_database()
    open_database(url).close()
    return str(make_url(url).database)


@pytest.fixture(scope="session")
def sqlite_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file."""
    path = tmp_path_factory.mktemp("ledger") / "mailbot.db"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that does not exist yet, or is empty."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/mailbot.db"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.new_database()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    (tmp_path / "storage").mkdir(exist_ok=True)
    return Files(tmp_path / "storage")


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, files: Files) -> Iterator[Database]:
    """An open ledger with all tables and no rows, and its journal in the storage folder."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_ledger"), files.root / "mailbot.db")
        url = f"sqlite:///{files.root}/mailbot.db"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.new_database(like=request.getfixturevalue("postgres_ledger"))
    opened = open_database(url, files.root / "events.jsonl")
    yield opened
    opened.close()
