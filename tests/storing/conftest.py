"""A ledger on each database, and a storage folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.storing.database import Database, open_database
from mailbot.storing.files import Files
from tests.servers.postgres import PostgresServer, postgres

NOW = datetime(2022, 12, 1, 2, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that does not exist yet, or is empty."""
    if request.param == "sqlite":
        (tmp_path / "storage").mkdir()
        return f"sqlite:///{tmp_path}/storage/mailbot.db"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.new_database()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    (tmp_path / "storage").mkdir(exist_ok=True)
    return Files(tmp_path / "storage")


@pytest.fixture
def database(url: str, files: Files) -> Iterator[Database]:
    opened = open_database(url, files.root / "events.jsonl")
    yield opened
    opened.close()
