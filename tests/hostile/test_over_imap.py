"""The same hostile mails through Dovecot and the recording SMTP server: what a real server hands over ends as what lies on disk did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.hostile import test_bombs, test_names, test_senders, test_structure
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot

BOMBS = ("overlapping members", "a billion laughs", "a page of 3.6 gigapixels", "a locked zip")
ARRIVED = datetime(2022, 12, 10, 2, 0, tzinfo=UTC)


def mails() -> list[bytes]:
    bombs = test_bombs.mails()
    odd = [
        test_structure.MAILS[name]
        for name in ("900 multiparts in each other", "20,000 headers", "a zip in a zip, 40 deep", "no header", "S/MIME")
    ]
    return [*test_senders.MAILS.values(), *list(test_names.MAILS.values())[:12], *odd, *(bombs[name] for name in BOMBS)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Dovecot() as dovecot, SmtpSink() as sink:
        dovecot.new_account()
        for raw in mails():
            dovecot.deliver(raw, ARRIVED)
        office = Office(tmp_path_factory.mktemp("imap"), dovecot.settings(), sink.settings(), sink.answering().sender)
        first = office.run("run", "--once")
        assert first.returncode == 0
        (office.home / "said.txt").write_text(first.stdout + first.stderr, encoding="utf-8")
        office.once()
        yield office


def test_every_mail_of_the_server_has_one_row_and_none_is_stuck(office: Office) -> None:
    rows = office.mails()
    assert len(rows) == len({row["sha256"] for row in rows}) == len(set(mails()))
    assert {row["state"] for row in rows} <= {"settled", "unsure", "automatic"}
    assert office.status()["reconciliation"]["equal"]


def test_the_log_of_a_cycle_names_no_subject_no_file_and_no_address(office: Office) -> None:
    said = (office.home / "said.txt").read_text(encoding="utf-8")
    assert "INFO mailbot.sending: letter 1: sent" in said
    assert not any(word in said for word in ("@", "北华", "总结", "evil", "Traceback"))


def test_raw_mails_on_disk_are_their_owners_only(office: Office) -> None:
    assert all(Path(path).stat().st_mode & 0o077 == 0 for path in office.storage.rglob("*"))
