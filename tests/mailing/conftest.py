"""The servers of this room's tests, and an Inbox for each."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mailbot import config
from mailbot.mailing.inbox import Inbox
from tests.servers.dovecot import Dovecot
from tests.servers.netease import NetEase
from tests.servers.smtpsink import SmtpSink


@pytest.fixture
def netease() -> Iterator[NetEase]:
    with NetEase() as server:
        yield server


@pytest.fixture(scope="session")
def one_dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def dovecot(one_dovecot: Dovecot) -> Dovecot:
    one_dovecot.new_account()
    return one_dovecot


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


@pytest.fixture
def open_inbox() -> Iterator[Callable[..., Inbox]]:
    """`open_inbox(server, max_mail_bytes=…)`: an Inbox on that server, closed at the end of the test."""
    opened: list[Inbox] = []

    def open_one(server: Any, stop: Callable[[], bool] = lambda: False, **settings: Any) -> Inbox:
        of_server = {name: settings.pop(name) for name in ("read_timeout", "password", "user", "host", "port") if name in settings}
        inbox = Inbox(config.Inbox(server.settings(**of_server), **settings), stop)
        opened.append(inbox)
        return inbox

    yield open_one
    for inbox in opened:
        inbox.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A self-signed certificate for 127.0.0.1: (certificate file, key file)."""
    folder: Path = tmp_path_factory.mktemp("tls")
    files = str(folder / "cert.pem"), str(folder / "key.pem")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*command.split(), "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    return files
