"""SIGTERM while a server is silent: mailbot ends within the promised ten seconds, and the next start knows what it does not know."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

import pytest

from mailbot.demo.samples import Sample, samples
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot

COMPLETE, INCOMPLETE = samples()[2], samples()[3]
"""A mail that is confirmed, and one that is told what is missing."""


@dataclass
class Silent:
    """A server that says these lines, one for each that it hears, and then nothing any more."""

    lines: tuple[bytes, ...]
    port: int = 0
    silent: threading.Event = field(default_factory=threading.Event)


@contextmanager
def silent_after(*lines: bytes) -> Iterator[Silent]:
    server = Silent(lines)
    listening = socket.create_server(("127.0.0.1", 0))
    server.port = listening.getsockname()[1]
    held = []

    def serve() -> None:
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                held.append(line)
                heard = line.makefile("rb")
                for said in lines:
                    line.sendall(said)
                    heard.readline()
                server.silent.set()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server
    finally:
        listening.close()
        for line in held:
            line.close()


def stop_within_ten_seconds(daemon: subprocess.Popen[str]) -> None:
    daemon.send_signal(signal.SIGTERM)
    started = time.monotonic()
    try:
        assert daemon.wait(30) == 0
        assert time.monotonic() - started < 10
    finally:
        daemon.kill()


def wait_for(happened: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.1)


def letters(office: Office) -> list[tuple[str, str]]:
    return [(letter["kind"], letter["state"]) for mail in office.mails() for letter in mail["letters"]]


@pytest.mark.parametrize(("sample", "kind"), [(COMPLETE, "confirm"), (INCOMPLETE, "missing")], ids=["confirmation", "notice"])
def test_a_stop_after_the_final_dot_ends_in_time_and_leaves_the_letter_uncertain(
    office: Office, dovecot: Dovecot, sink: SmtpSink, sample: Sample, kind: str
) -> None:
    sink.script.after_dot = "silent"
    dovecot.deliver(sample.raw, sample.received_at)
    daemon = office.start("run")
    wait_for(lambda: sink.received)
    stop_within_ten_seconds(daemon)
    assert letters(office) == [(kind, "uncertain")]
    sink.script.after_dot = ""
    office.once()
    assert letters(office) == [(kind, "uncertain")]
    assert len(sink.letters) == 1


def test_a_stop_just_before_the_answer_to_the_final_dot_waits_for_it(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    sink.script.after_dot_seconds = 3
    dovecot.deliver(COMPLETE.raw, COMPLETE.received_at)
    daemon = office.start("run")
    wait_for(lambda: sink.received)
    stop_within_ten_seconds(daemon)
    assert letters(office) == [("confirm", "sent")]


@pytest.mark.parametrize("lines", [(), (b"220 office\r\n",)], ids=["before the greeting", "at EHLO"])
def test_a_stop_while_the_sending_server_is_silent_ends_in_time_and_the_letter_still_waits(
    office: Office, dovecot: Dovecot, lines: tuple[bytes, ...]
) -> None:
    dovecot.deliver(COMPLETE.raw, COMPLETE.received_at)
    with silent_after(*lines) as server:
        office.configure(smtp=replace(office.smtp, port=server.port))
        daemon = office.start("run")
        wait_for(server.silent.is_set)
        stop_within_ten_seconds(daemon)
    assert letters(office) == [("confirm", "pending")]


@pytest.mark.parametrize("lines", [(), (b"* OK ready\r\n",)], ids=["before the greeting", "at the first command"])
def test_a_stop_while_the_reading_server_is_silent_ends_in_time(office: Office, lines: tuple[bytes, ...]) -> None:
    with silent_after(*lines) as server:
        office.configure(imap=replace(office.imap, port=server.port))
        daemon = office.start("run")
        wait_for(server.silent.is_set)
        stop_within_ten_seconds(daemon)


def test_a_stop_while_a_server_answers_no_connection_ends_in_time(office: Office) -> None:
    # A listener whose queue is full: the kernel lets further connections wait for ever.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        crowd = []
        for _ in range(8):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
            crowd.append(one)
        office.configure(imap=replace(office.imap, port=port))
        daemon = office.start("run")
        time.sleep(4)
        stop_within_ten_seconds(daemon)
        for one in crowd:
            one.close()
