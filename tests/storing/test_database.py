"""Opening the ledger, keeping it whole with several writers, and what a person reads when it cannot be used."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from mailbot.errors import ConfigError, TryLater
from mailbot.storing import engine, migrations
from mailbot.storing.database import Database, open_database
from mailbot.storing.engine import build_engine
from mailbot.storing.migrations import HEAD
from mailbot.storing.tables import metadata
from tests.storing.conftest import NOW


def test_a_new_database_has_exactly_the_tables_the_program_knows(url: str) -> None:
    open_database(url).close()
    with build_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, metadata) == []


def test_the_newest_version_is_the_one_the_start_looks_for() -> None:
    assert ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head() == HEAD


def test_opening_again_keeps_what_is_there(database: Database) -> None:
    with database.transaction() as records:
        records.set_setting("go_live", "2022-12-01")
    again = open_database(database.url)
    with again.reading() as records:
        assert records.setting("go_live") == "2022-12-01"
    again.close()


def test_sqlite_is_set_up_to_lose_nothing(tmp_path: Path) -> None:
    with build_engine(f"sqlite:///{tmp_path}/m.db").connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_transaction_that_fails_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(RuntimeError), database.transaction() as records:
        records.set_setting("half", "done")
        records.event("half", "mailbot", NOW)
        raise RuntimeError
    with database.reading() as records:
        assert records.setting("half") is None
        assert records.events() == ()
    assert database.journal is not None
    assert database.journal.last_id() == 0


def test_a_reading_cannot_write(database: Database) -> None:
    with pytest.raises((DBAPIError, TryLater)), database.reading() as records:
        records.set_setting("a", "b")


@pytest.mark.parametrize("change", ["UPDATE event SET what = 'x'", "DELETE FROM event"])
def test_events_can_be_neither_changed_nor_deleted(database: Database, change: str) -> None:
    with database.transaction() as records:
        records.event("kept", "mailbot", NOW, mail=1)
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as records:
        records.connection.execute(text(change))
    with database.reading() as records:
        assert [event.what for event in records.events()] == ["kept"]


_ADD_ONE = """
import sys
from mailbot.storing.database import open_database
database = open_database(sys.argv[1], None)
for _ in range(15):
    with database.transaction() as records:
        records.set_setting("count", str(int(records.setting("count") or 0) + 1))
"""


def test_two_writing_programs_lose_no_update(database: Database) -> None:
    programs = [subprocess.Popen([sys.executable, "-c", _ADD_ONE, database.url]) for _ in range(2)]
    assert [program.wait(60) for program in programs] == [0, 0]
    with database.reading() as records:
        assert records.setting("count") == "30"


def test_a_locked_database_is_waited_for_then_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    database = open_database(f"sqlite:///{tmp_path}/m.db")
    holder = sqlite3.connect(tmp_path / "m.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(TryLater, match="数据库正被另一个程序占用"), database.transaction():
        pass
    holder.execute("ROLLBACK")
    with database.transaction() as records:
        records.set_setting("a", "b")
    holder.close()
    database.close()


def test_a_scribbled_database_is_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "m.db").write_bytes(b"PK\x03\x04 this is a zip file" * 300)
    with pytest.raises(ConfigError, match=r"已损坏.*mailbot rebuild"):
        open_database(f"sqlite:///{tmp_path}/m.db")


def test_pages_that_were_overwritten_are_called_damaged(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/m.db")
    with database.transaction() as records:
        for number in range(300):
            records.event("x" * 200, "mailbot", NOW, mail=number)
    database.close()
    with (tmp_path / "m.db").open("r+b") as file:
        size = file.seek(0, 2)
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(ConfigError, match="已损坏"):
        open_database(f"sqlite:///{tmp_path}/m.db")


def test_the_database_of_another_program_is_not_touched(url: str) -> None:
    foreign = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with foreign.begin() as connection:
        connection.execute(text("CREATE TABLE wages (amount INTEGER)"))
    with pytest.raises(ConfigError, match="别的程序的数据库"):
        open_database(url)
    with foreign.connect() as connection:
        assert foreign.dialect.get_table_names(connection) == ["wages"]
    foreign.dispose()


def test_the_database_of_a_newer_mailbot_is_not_touched(database: Database) -> None:
    with database.transaction() as records:
        records.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigError, match="更新版本的 mailbot"):
        open_database(database.url)


def test_a_server_that_does_not_answer_means_try_later() -> None:
    with pytest.raises(TryLater, match="数据库现在用不了"):
        open_database("postgresql://mailbot@127.0.0.1:1/none")


@pytest.mark.parametrize("url", ["mailbot.db", "mysql://a/b", "sqlite://"])
def test_a_wrong_url_is_answered_with_an_example(url: str) -> None:
    with pytest.raises(ConfigError, match="sqlite:///"):
        open_database(url)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TryLater, match="打不开数据库文件"):
        open_database(f"sqlite:///{tmp_path}/nowhere/m.db")
