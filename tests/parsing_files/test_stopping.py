"""A stop is heard while the child reads: the call ends at once instead of waiting for the reader's limit."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mailbot.config import Limits
from mailbot.errors import TryLater
from mailbot.parsing.sandbox import Sandbox


def test_a_stop_ends_a_call_that_would_take_long(tmp_path: Path) -> None:
    slow = tmp_path / "slow.txt"
    slow.write_bytes(b"text")
    started = time.monotonic()
    with Sandbox(Limits(), lambda: time.monotonic() - started > 0.2) as sandbox:
        time.sleep(0.3)
        with pytest.raises(TryLater):
            sandbox.examine(slow, "slow.txt")
    assert time.monotonic() - started < 5
