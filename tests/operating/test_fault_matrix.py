"""Rows 7, 31, 32 and 33 of the fault matrix: the table held open, a mailbox that fills up, permission lost, files lost."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot import config
from mailbot.demo.samples import samples
from mailbot.desk import documents
from mailbot.mailing.inbox import Inbox
from tests.operating.running import Running, running
from tests.operating.test_alarm import STAFF, alarms
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.netease import NetEase
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot

SHEET = "收件登记表.xlsx"


def troubles(here: Running) -> dict[str, str]:
    return {trouble["key"]: trouble["sentence"] for trouble in documents.status(here.bot.app)["troubles"]}


@pytest.fixture
def held_open(worked: Office) -> Iterator[Path]:
    """The table as Excel on Windows holds it: it can be read and not be replaced (here because another disk is mounted on it)."""
    table = worked.storage / SHEET
    mounted = subprocess.run(["mount", "--bind", str(table), str(table)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("only root may mount")
    yield table
    subprocess.run(["umount", "-l", str(table)], capture_output=True, check=False)


def beside(office: Office) -> list[Path]:
    return [path for path in office.storage.glob("收件登记表*.xlsx") if path.name != SHEET]


def test_a_table_that_is_held_open_gets_a_new_one_beside_it(worked: Office, dovecot: Dovecot, held_open: Path) -> None:
    before = held_open.read_bytes()
    with running(worked) as here:
        for mail in samples()[8:10]:
            dovecot.deliver(mail.raw, mail.received_at)
            assert here.round()
            here.clock.pass_(minutes=3)
        (new,) = beside(worked)
        assert held_open.read_bytes() == before
        assert new.read_bytes()[:2] == b"PK"
        assert new.name in troubles(here)["sheet"]
        assert len(worked.mails()) == 10
        assert new.name in worked.run("status").stdout
        subprocess.run(["umount", str(held_open)], check=True)
        assert here.round()
        assert held_open.read_bytes() != before
        assert beside(worked) == []
        assert troubles(here) == {}


QUOTA = """
mail_plugins = quota
protocol imap {
  mail_plugins = quota imap_quota
}
plugin {
  quota = maildir:User quota
  quota_rule = *:storage=400K
}
"""


def test_a_mailbox_that_fills_up_is_told_from_80_per_cent(tmp_path: Path, sink: SmtpSink) -> None:
    with Dovecot(extra=QUOTA) as server:
        server.new_account()
        office = Office(tmp_path / "office", server.settings(), sink.settings(), sink.answering().sender, more=STAFF)
        with running(office) as here:
            assert here.round()
            assert "quota" not in troubles(here)
            client = server.second_session()  # Dovecot counts what comes through itself
            client.append("INBOX", "", "", b"Subject: large\r\n\r\n" + (b"x" * 76 + b"\r\n") * 4400)
            client.logout()
            here.clock.pass_(hours=25)
            here.round()
            here.clock.pass_(minutes=11)
            here.round()
            said = troubles(here)["quota"]
            assert "邮箱已用 8" in said
            assert [subject for _, subject, _ in alarms(sink) if "邮箱已用" in subject]
        assert "邮箱已用" in office.run("doctor", "--online").stdout


def test_a_server_that_knows_no_quota_says_nothing() -> None:
    with NetEase() as server, Inbox(config.Inbox(server.settings())) as inbox:
        assert inbox.quota() is None


def test_lost_permission_is_one_clear_line_and_never_hammered(office: Office, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = samples()[0]
    with running(office) as here:
        assert here.round()
        _password(dovecot, "renewed")
        try:
            dovecot.deliver(mail.raw, mail.received_at)
            here.bot.cycle()  # the old line breaks
            here.bot.not_before.clear()
            here.said.clear()
            for _ in range(5):
                here.bot.cycle()  # as the daemon does: held back by the failure before
            lines = [line for line in here.said if line.startswith("收信失败")]
            assert len(lines) == 1
            assert "授权码" in lines[0]
            waits = here.bot.not_before["收信"] - here.bot.pulse.at
            assert waits > 400  # seconds: a refused login waits longer than a broken line
            here.clock.pass_(minutes=61)
            assert "silence" in troubles(here)
            assert office.run("doctor", "--online").returncode == 6
        finally:
            _password(dovecot, "authorisation-code")
        assert here.round()
        assert "收信已恢复。" in here.said
        assert troubles(here) == {}
        assert len(office.mails()) == 1


def test_a_folder_that_was_renamed_is_no_silence_of_the_others(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    file = office.home / "config.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  min_free", "  folders: [材料]\n  min_free"), encoding="utf-8")
    mail = samples()[0]
    dovecot.deliver(mail.raw, mail.received_at)
    done = office.run("run", "--once")
    assert "材料" in done.stdout + done.stderr
    assert len(office.mails()) == 1


def test_the_nightly_check_restores_a_removed_file_from_the_raw_mail(worked: Office) -> None:
    before = worked.tree()
    with running(worked) as here:
        here.round()
        for path in [path for path in (worked.storage / "filed").rglob("*") if path.is_file()][:3]:
            path.unlink()
        assert worked.tree() != before
        here.round()
        assert worked.tree() != before  # it was checked today
        here.clock.pass_(days=1)
        here.round()
        assert worked.tree() == before
        with here.bot.app.database.reading() as records:
            assert [event for event in records.events() if event.what == "restored"]
        assert troubles(here) == {}


def test_what_the_nightly_check_cannot_restore_is_told(worked: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    worked.configure(more=STAFF)
    raw = next((worked.storage / "raw").iterdir())
    with running(worked) as here:
        here.round()
        raw.unlink()
        for uid in range(1, 12):
            dovecot.expunge(uid)
        here.clock.pass_(days=1)
        here.round()
        here.clock.pass_(minutes=11)
        here.round()
        assert "1 封原始邮件" in troubles(here)["verify"]
        assert any("损坏或丢失" in text for _, _, text in alarms(sink))


def test_a_damaged_raw_mail_is_fetched_again_in_the_night(worked: Office) -> None:
    raw = next((worked.storage / "raw").iterdir())
    with running(worked) as here:
        here.round()
        raw.write_bytes(b"half")
        here.clock.pass_(days=1)
        here.round()
    assert hashlib.sha256(raw.read_bytes()).hexdigest() == raw.stem


def _password(dovecot: Dovecot, password: str) -> None:
    """The authorisation code is revoked, or renewed, on the server."""
    dovecot.stop()
    known, dovecot.password = dovecot.password, password
    dovecot.start()
    dovecot.password = known
