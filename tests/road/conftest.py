"""Real servers for the road: Dovecot in 126-like conditions and an SMTP server that records what it gets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink


@pytest.fixture(scope="module")
def dovecot_program() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def dovecot(dovecot_program: Dovecot) -> Dovecot:
    dovecot_program.new_account()
    return dovecot_program


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


@pytest.fixture
def office(tmp_path: Path, dovecot: Dovecot, sink: SmtpSink) -> Office:
    """A new installation in `send` mode before Dovecot and the recording SMTP server."""
    return Office(tmp_path / "office", dovecot.settings(), sink.settings(), sink.answering().sender)
