"""The Inbox beside other people's sessions on a real server: IDLE, moves, flags, renumbering, a mail of 45 MB."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.errors import TryLater
from mailbot.mailing.inbox import Inbox
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.dovecot

RAW = b"From: a@example.edu.cn\r\nSubject: x\r\n\r\nbody\r\n"
WHEN = datetime(2022, 12, 1, 1, 2, 3, tzinfo=UTC)
OpenInbox = Callable[..., Inbox]


@pytest.fixture
def own_dovecot() -> Iterator[Dovecot]:
    """A server that the test may stop."""
    with Dovecot() as server:
        yield server


def test_wait_is_over_when_a_mail_comes(dovecot: Dovecot, open_inbox: OpenInbox) -> None:
    inbox = open_inbox(dovecot)
    assert inbox.places("INBOX") == frozenset()
    threading.Timer(0.3, dovecot.deliver, (RAW,)).start()

    began = time.monotonic()
    inbox.wait(20)

    assert time.monotonic() - began < 5
    assert len(inbox.places("INBOX")) == 1


def test_idle_is_issued_anew_before_it_gets_too_old(dovecot: Dovecot, open_inbox: OpenInbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailbot.mailing.inbox.IDLE_SECONDS", 0.2)
    inbox = open_inbox(dovecot)
    inbox.places("INBOX")
    threading.Timer(1.0, dovecot.deliver, (RAW,)).start()

    began = time.monotonic()
    inbox.wait(20)

    assert 0.9 < time.monotonic() - began < 5


def test_a_server_that_dies_while_we_wait_is_no_error_and_no_busy_loop(own_dovecot: Dovecot, open_inbox: OpenInbox) -> None:
    inbox = open_inbox(own_dovecot)
    inbox.places("INBOX")
    threading.Timer(0.2, own_dovecot.stop).start()

    began, busy = time.monotonic(), time.process_time()
    inbox.wait(2)

    assert 1.9 < time.monotonic() - began < 4
    assert time.process_time() - busy < 0.5
    with pytest.raises(TryLater):
        inbox.places("INBOX")
    own_dovecot.start()
    own_dovecot.deliver(RAW)
    assert len(inbox.places("INBOX")) == 1


def test_a_line_that_died_unnoticed_is_replaced_without_an_error(
    own_dovecot: Dovecot, open_inbox: OpenInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailbot.mailing.inbox.STALE_SECONDS", 0.0)
    inbox = open_inbox(own_dovecot)
    inbox.places("INBOX")
    own_dovecot.stop()
    own_dovecot.start()

    assert inbox.places("INBOX") == frozenset()


def test_a_mail_that_staff_read_and_move_to_junk_is_found_there(dovecot: Dovecot, open_inbox: OpenInbox) -> None:
    dovecot.deliver(RAW, WHEN)
    inbox = open_inbox(dovecot)
    (before,) = inbox.places("INBOX")
    dovecot.flag(before.uid)
    assert inbox.places("INBOX") == {before}

    dovecot.move(before.uid, "垃圾邮件")

    assert inbox.places("INBOX") == frozenset()
    (after,) = inbox.places("垃圾邮件")
    (arrival,) = inbox.arrivals([after])
    assert arrival.received_at == WHEN


def test_after_the_server_renumbered_old_places_are_gone_and_all_mails_are_there_anew(own_dovecot: Dovecot, open_inbox: OpenInbox) -> None:
    for _ in range(3):
        own_dovecot.deliver(RAW, WHEN)
    inbox = open_inbox(own_dovecot)
    old = inbox.places("INBOX")

    own_dovecot.new_uidvalidity()
    with pytest.raises(TryLater):
        inbox.places("INBOX")
    new = inbox.places("INBOX")

    assert len(new) == 3
    assert not new & old
    assert inbox.arrivals(list(old)) == ()


PROGRAM = """
import hashlib, resource, sys, tempfile
from mailbot.config import Inbox as Settings, Security, Server
from mailbot.mailing.inbox import Inbox
port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
with Inbox(Settings(Server("127.0.0.1", port, user, password, Security.PLAIN))) as inbox, tempfile.TemporaryFile() as sink:
    (seen,) = inbox.places("INBOX")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    inbox.fetch(seen, sink)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    sink.seek(0)
    print(hashlib.file_digest(sink, "sha256").hexdigest(), grown)
"""


def test_a_mail_of_45_mb_costs_less_than_8_mb_of_memory(dovecot: Dovecot) -> None:
    raw = RAW + (b"0123456789abcdef" * 4 + b"\r\n") * (45_000_000 // 66)
    dovecot.deliver(raw, WHEN)

    command = [sys.executable, "-c", PROGRAM, str(dovecot.port), dovecot.user, dovecot.password]
    said = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True, timeout=60).stdout.split()

    assert said[0] == hashlib.sha256(raw).hexdigest()
    assert int(said[1]) < 8 * 1024  # kilobytes
