"""storage/events.jsonl follows the ledger through crashes and full disks, and tells when the ledger was lost."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.storing.database import Database, open_database
from mailbot.storing.journal import Journal, read_journal
from tests.storing.conftest import NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path}/m.db")
    yield database
    database.close()


def note(database: Database, *names: str) -> None:
    with database.transaction() as records:
        for name in names:
            records.event(name, "mailbot", NOW, mail=1, text="第1号\n邮件")


def whats(path: Path) -> list[str]:
    return [event.what for event in read_journal(path)]


def test_every_event_is_one_readable_line_for_its_owner_only(ledger: Database, path: Path) -> None:
    note(ledger, "settled")
    assert json.loads(path.read_text()) == {
        "id": 1, "at": "2022-12-01T02:30:00+00:00", "actor": "mailbot", "what": "settled",
        "mail": 1, "unit": None, "letter": None, "detail": {"text": "第1号\n邮件"},
    }  # fmt: skip
    assert "第1号" in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_journal_gives_back_what_the_ledger_holds(ledger: Database, path: Path) -> None:
    note(ledger, "a", "b")
    note(ledger, "c")
    with ledger.reading() as records:
        assert tuple(read_journal(path)) == records.events()


@pytest.mark.parametrize("torn", ["", '{"id": 3, "at": "2022', '{"id": 3}\n', "not json\n"])
def test_a_lost_or_torn_tail_is_made_up_at_the_next_open(ledger: Database, path: Path, torn: str) -> None:
    note(ledger, "a", "b", "c", "d")
    whole = path.read_text().splitlines(keepends=True)
    path.write_text("".join(whole[:2]) + torn)
    open_database(ledger.url).close()
    assert whats(path) == ["a", "b", "c", "d"]


def test_a_journal_that_could_not_be_written_is_made_up_with_the_next_event(ledger: Database, path: Path) -> None:
    path.unlink()
    path.mkdir()
    note(ledger, "while the disk refused")
    path.rmdir()
    note(ledger, "after")
    assert whats(path) == ["while the disk refused", "after"]


def test_a_deleted_journal_is_written_anew(ledger: Database, path: Path) -> None:
    note(ledger, "a")
    path.unlink()
    note(ledger, "b")
    assert whats(path) == ["a", "b"]


def test_a_journal_ahead_of_the_ledger_is_kept_as_the_witness(ledger: Database, path: Path, tmp_path: Path) -> None:
    note(ledger, "a", "b", "c")
    ledger.close()
    (tmp_path / "m.db").unlink()
    fresh = open_database(ledger.url)
    assert whats(path) == ["a", "b", "c"]
    assert Journal(path).last_id() == 3 > fresh.last_event()
    fresh.close()


def test_events_longer_than_the_tail_that_is_read_are_found(ledger: Database, path: Path) -> None:
    with ledger.transaction() as records:
        records.event("small", "mailbot", NOW)
        records.event("large", "mailbot", NOW, text="x" * 300_000)
    note(ledger, "next")
    assert whats(path) == ["small", "large", "next"]
    assert Journal(path).last_id() == 3


def test_another_program_may_have_written_in_between(ledger: Database, path: Path) -> None:
    note(ledger, "a")
    other = sqlite3.connect(path.parent / "m.db")
    other.execute("INSERT INTO event (at, actor, what, detail) VALUES ('2022-12-01 00:00:00', 'x', 'died before its line', '{}')")
    other.commit()
    other.close()
    note(ledger, "b")
    assert whats(path) == ["a", "died before its line", "b"]


def test_a_busy_ledger_writes_its_journal_once_at_the_end_and_in_order(ledger: Database, path: Path) -> None:
    before = whats(path)
    with ledger.busy():
        note(ledger, "one")
        note(ledger, "two")
        assert whats(path) == before
    assert whats(path) == [*before, "one", "two"]


def test_what_a_crash_cost_a_busy_ledgers_journal_is_made_up_at_the_next_start(ledger: Database, path: Path) -> None:
    before = whats(path)
    with ledger.busy():
        note(ledger, "one")
        # Another program, or this one after a crash, opens the same ledger and finds the journal behind it.
        open_database(ledger.url).close()
        assert whats(path) == [*before, "one"]
    assert whats(path) == [*before, "one"]
