"""What a person may meet: a wrong password, a second daemon, a bad config, a full disk: one clear sentence, and nothing is lost."""

from __future__ import annotations

import signal
import time

import psycopg
import pytest

from mailbot.demo.samples import samples
from tests.road.office import Office, normalised
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import postgres
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot


def test_a_wrong_password_is_said_in_one_sentence(office: Office, dovecot: Dovecot) -> None:
    done = office.run("run", "--once", environ={"MAILBOT_PASSWORD": "old"})
    assert done.returncode == 4
    assert "授权码" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_receiving_goes_on_while_sending_is_impossible(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    mail = samples()[0]
    dovecot.deliver(mail.raw, mail.received_at)
    done = office.run("run", "--once", environ={"MAILBOT_SMTP_PASSWORD": "wrong"})
    assert done.returncode == 4
    assert "授权码" in done.stdout
    assert "Traceback" not in done.stderr
    assert office.status()["reconciliation"]["kept"] == 1
    assert not sink.letters
    assert "--resume" in office.run("letters").stderr
    assert "--resume" in office.run("status").stdout
    office.run("letters", "--resume")
    office.once()
    assert len(sink.letters) == 1


def test_a_second_daemon_leaves_at_once(office: Office, dovecot: Dovecot) -> None:
    first = office.start("run")
    try:
        _wait_for((office.storage / ".lock").exists)
        time.sleep(0.5)
        second = office.run("run", "--once")
        assert second.returncode == 4
        assert "另一个" in second.stderr
    finally:
        first.send_signal(signal.SIGTERM)
        started = time.monotonic()
        assert first.wait(12) == 0
        assert time.monotonic() - started < 10


def test_the_daemon_takes_a_mail_that_arrives_while_it_runs(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    daemon = office.start("run")
    try:
        _wait_for((office.storage / "mailbot.db").exists)
        time.sleep(2)
        mail = samples()[0]
        dovecot.deliver(mail.raw, mail.received_at)  # its quiet time is over long since
        _wait_for(lambda: len(sink.letters) == 1, seconds=120)
    finally:
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(12) == 0


def test_a_bad_config_names_file_and_line_and_touches_nothing(office: Office) -> None:
    file = office.home / "config.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  mode: send", "  mode： send"), encoding="utf-8")
    done = office.run("run", "--once")
    assert done.returncode == 3
    assert "config.yaml 第" in done.stderr
    assert not office.storage.exists()


def test_a_new_installation_holds_its_letters_until_a_person_releases_them(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    office.configure(mode="hold")
    mail = samples()[0]
    dovecot.deliver(mail.raw, mail.received_at)
    office.once()
    (letter,) = office.mails()[0]["letters"]
    assert letter["state"] == "held"
    assert not sink.letters
    assert office.run("letters", "--release", str(letter["number"])).returncode == 0
    office.once()
    assert len(sink.letters) == 1


def test_mail_older_than_the_go_live_moment_is_filed_and_never_answered(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    office.configure(go_live="2023-01-15")
    for mail in samples()[:6]:
        dovecot.deliver(mail.raw, mail.received_at, mail.folder)
    office.once()
    assert not sink.letters
    assert len(office.tree()) > 5


def test_an_emptied_database_beside_a_full_storage_sends_nothing(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    mail = samples()[0]
    dovecot.deliver(mail.raw, mail.received_at)
    office.once()
    for file in office.storage.glob("mailbot.db*"):
        file.unlink()
    (office.storage / "mailbot.db").write_bytes(b"")
    letters = len(sink.letters)
    done = office.run("run", "--once")
    assert done.returncode == 3
    assert "数据库" in done.stderr
    assert len(sink.letters) == letters


def test_a_lost_ledger_is_rebuilt_from_raw_mails_and_journal_and_no_letter_is_repeated(
    office: Office, dovecot: Dovecot, sink: SmtpSink
) -> None:
    for mail in samples()[:12]:
        dovecot.deliver(mail.raw, mail.received_at, mail.folder)
    office.once()
    office.run("waive", "长春师范大学", "--material", "case")
    before, units, tree, letters = office.mails(), office.status()["units"], office.tree(), len(sink.letters)
    for file in office.storage.glob("mailbot.db*"):
        file.write_bytes(b"")
    done = office.run("rebuild")
    assert done.returncode == 0, done.stdout + done.stderr
    office.once()
    assert len(sink.letters) == letters
    assert office.tree() == tree
    after = office.mails()
    assert [(mail["number"], mail["sha256"], mail["unit"], mail["files"]) for mail in after] == [
        (mail["number"], mail["sha256"], mail["unit"], mail["files"]) for mail in before
    ]
    for old, new in zip(units, office.status()["units"], strict=True):
        assert (old["name"], old["state"], old["items"]) == (new["name"], new["state"], new["items"])
    assert office.status()["reconciliation"]["equal"]


@pytest.mark.postgres
def test_a_ledger_on_postgresql_is_rebuilt_as_well_and_the_old_tables_are_kept(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    with postgres() as server:
        url = server.new_database()
        office.configure(database=f"database: {url}")
        for mail in samples()[:6]:
            dovecot.deliver(mail.raw, mail.received_at, mail.folder)
        office.once()
        before, tree, letters = normalised(office.mails()), office.tree(), len(sink.letters)
        with psycopg.connect(url) as connection:
            connection.execute("DELETE FROM filing")  # the disaster
        done = office.run("rebuild")
        assert done.returncode == 0, done.stdout + done.stderr
        office.once()
        assert len(sink.letters) == letters
        assert office.tree() == tree
        assert [(mail["number"], mail["unit"], mail["files"]) for mail in office.mails()] == [
            (mail["number"], mail["unit"], mail["files"]) for mail in before
        ]
        assert office.status()["reconciliation"]["equal"]
        with psycopg.connect(url) as connection:
            places = connection.execute("SELECT table_schema FROM information_schema.tables WHERE table_name = 'mail'").fetchall()
            assert sorted(schema.startswith("mailbot_old_") for (schema,) in places) == [False, True]


def _wait_for(what: object, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
