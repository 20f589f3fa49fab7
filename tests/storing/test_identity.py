"""A ledger that does not belong to the storage beside it must stop mailbot before it writes to anybody."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mailbot.errors import ConfigError
from mailbot.storing.database import Database, open_database
from mailbot.storing.files import Files
from mailbot.storing.identity import check_identity
from tests.storing.conftest import NOW
from tests.storing.mails import digest, keep


def fill(database: Database, files: Files) -> str:
    """First start, then one kept mail."""
    identity = check_identity(database, files, NOW)
    files.put(f"raw/{digest('a')}.eml", b"mail")
    keep(database, "a")
    return identity


def test_the_first_start_gives_both_sides_one_id(database: Database, files: Files) -> None:
    identity = check_identity(database, files, NOW)
    assert files.get("ID").read_text().strip() == identity
    with database.reading() as records:
        assert records.identity() == identity
        assert [event.what for event in records.events()] == ["created"]


def test_every_later_start_finds_the_same_id(database: Database, files: Files) -> None:
    identity = fill(database, files)
    assert check_identity(database, files, NOW) == identity


def test_a_crash_between_the_two_sides_is_made_up(database: Database, files: Files) -> None:
    files.put("ID", b"11111111-2222-3333-4444-555555555555\n")
    assert check_identity(database, files, NOW) == "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize("loss", ["deleted", "zero bytes"])
def test_an_emptied_database_beside_kept_mail_refuses_and_offers_a_rebuild(tmp_path: Path, files: Files, loss: str) -> None:
    path = tmp_path / "storage" / "mailbot.db"
    database = open_database(f"sqlite:///{path}")
    fill(database, files)
    database.close()
    for leftover in path.parent.glob("mailbot.db-*"):
        leftover.unlink()
    path.unlink() if loss == "deleted" else path.write_bytes(b"")
    emptied = open_database(f"sqlite:///{path}")
    with pytest.raises(ConfigError, match=r"数据库是空的.*mailbot rebuild"):
        check_identity(emptied, files, NOW)
    emptied.close()


def test_the_database_of_another_storage_is_refused(database: Database, files: Files) -> None:
    fill(database, files)
    files.put("ID", b"11111111-2222-3333-4444-555555555555\n")
    with pytest.raises(ConfigError, match="不是同一套"):
        check_identity(database, files, NOW)


def test_an_older_copy_of_the_database_is_refused(tmp_path: Path, files: Files) -> None:
    path = tmp_path / "storage" / "mailbot.db"
    database = open_database(f"sqlite:///{path}")
    fill(database, files)
    database.close()
    shutil.copy(path, tmp_path / "backup.db")
    database = open_database(f"sqlite:///{path}")
    with database.transaction() as records:
        records.event("letter_sent", "mailbot", NOW)
    database.close()
    shutil.copy(tmp_path / "backup.db", path)
    restored = open_database(f"sqlite:///{path}")
    with pytest.raises(ConfigError, match="较早的备份"):
        check_identity(restored, files, NOW)
    restored.close()


def test_a_storage_without_its_mails_is_refused(database: Database, files: Files) -> None:
    fill(database, files)
    files.delete(f"raw/{digest('a')}.eml")
    with pytest.raises(ConfigError, match="登记了 1 封邮件"):
        check_identity(database, files, NOW)


def test_a_missing_id_file_is_answered_with_what_to_write(database: Database, files: Files) -> None:
    identity = fill(database, files)
    files.delete("ID")
    with pytest.raises(ConfigError, match=identity):
        check_identity(database, files, NOW)


def test_a_first_fetch_that_was_cut_off_before_its_commit_starts_again(database: Database, files: Files) -> None:
    identity = check_identity(database, files, NOW)
    files.put(f"raw/{digest('a')}.eml", b"mail")
    assert check_identity(database, files, NOW) == identity
