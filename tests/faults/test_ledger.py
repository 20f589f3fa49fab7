"""A ledger that is locked, older than what happened, or gone: nothing is sent on a wrong memory."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.demo.samples import samples
from mailbot.storing import engine
from tests.faults.house import START, House
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.netease import NetEase
from tests.servers.smtpsink import SmtpSink

OpenHouse = Callable[..., House]


def test_while_another_program_holds_the_database_nothing_happens_by_half(
    open_house: OpenHouse, netease: NetEase, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    netease.deliver(samples()[2].raw, START)
    house = open_house(imap=netease.settings(), answering=sink.answering(go_live=START - timedelta(days=14)))
    house.clock.go(hours=1)
    with closing(sqlite3.connect(house.home / "storage" / "mailbot.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        for _ in range(4):  # more often than a mail is tried
            assert not house.cycle()
    assert house.mails() == []
    assert not sink.letters
    assert all("占用" in sentence for sentence in house.said)
    assert house.cycle()
    assert [mail["state"] for mail in house.mails()] == ["settled"]
    assert len(sink.letters) == 1
    assert house.sums()["equal"]


def test_a_reader_that_stays_in_the_database_holds_up_nothing(open_house: OpenHouse, netease: NetEase) -> None:
    house = open_house(imap=netease.settings())
    with closing(sqlite3.connect(house.home / "storage" / "mailbot.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM mail").fetchall()
        netease.deliver(samples()[0].raw, START)
        assert house.cycle()
    assert len(house.mails()) == 1


@pytest.fixture
def office(tmp_path: Path, dovecot: Dovecot, sink: SmtpSink) -> Office:
    return Office(tmp_path / "office", dovecot.settings(), sink.settings(), sink.answering().sender)


def copy_of_ledger(office: Office, target: Path) -> None:
    with closing(sqlite3.connect(office.storage / "mailbot.db")) as ledger, closing(sqlite3.connect(target)) as copy:
        ledger.backup(copy)


@pytest.mark.dovecot
@pytest.mark.parametrize("loss", ["an older copy", "all of it"])
def test_an_older_ledger_sends_nothing_and_after_a_rebuild_no_letter_is_repeated(
    office: Office, dovecot: Dovecot, sink: SmtpSink, loss: str
) -> None:
    first, second = samples()[2], samples()[3]
    dovecot.deliver(first.raw, first.received_at)
    office.once()
    copy_of_ledger(office, office.home / "older.db")
    dovecot.deliver(second.raw, second.received_at)
    office.once()
    before, letters = office.mails(), list(sink.letters)
    assert len(letters) == 2
    for file in office.storage.glob("mailbot.db*"):
        file.unlink()
    if loss == "an older copy":
        shutil.copy(office.home / "older.db", office.storage / "mailbot.db")
    done = office.run("run", "--once")
    assert done.returncode == 3
    assert "rebuild" in done.stderr
    assert office.run("rebuild").returncode == 0
    office.once()
    assert sink.letters == letters
    after = office.mails()
    assert [(mail["number"], mail["state"], mail["unit"]) for mail in after] == [
        (mail["number"], mail["state"], mail["unit"]) for mail in before
    ]
    assert office.status()["reconciliation"]["equal"]
