"""Real servers and a house before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.faults.house import House
from tests.servers.dovecot import Dovecot
from tests.servers.netease import NetEase
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
def netease() -> Iterator[NetEase]:
    with NetEase() as server:
        yield server


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """`open_house("name", imap=…, answering=…)`: closed at the end of the test."""
    with ExitStack() as stack:

        def open_one(name: str = "house", **settings: Any) -> House:
            return stack.enter_context(House(tmp_path / name, **settings))

        yield open_one
