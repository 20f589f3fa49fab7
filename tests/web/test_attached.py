"""The page beside `mailbot run`: a process of its own that comes and goes with the daemon."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from mailbot.loading.shipped import shipped_rules
from mailbot.web import attached as module
from mailbot.web.attached import attached

CONFIG = """
rules: {rules}
storage: {storage}
inbox:
  host: 127.0.0.1
  security: plain
  user: jlqmxx@126.com
  password_env: MAILBOT_PASSWORD
answering:
  host: 127.0.0.1
  security: plain
web:
  port: {port}
"""


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def config(tmp_path: Path, port: int) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(rules=shipped_rules(), storage=tmp_path / "storage", port=port), encoding="utf-8")
    return path


def answers(port: int, wanted: bool = True) -> bool:
    """Whether the login page comes to answer (or stops to), within a while."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            found = httpx.get(f"http://127.0.0.1:{port}/login", trust_env=False, timeout=5).status_code == 200
        except httpx.HTTPError:
            found = False
        if found is wanted:
            return True
        time.sleep(0.2)
    return False


def page_process(config: Path) -> int:
    """The number of the process that serves this config."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"--attached" in words and str(config).encode() in words:
                return int(entry.name)
    raise AssertionError("no such process")


def test_it_comes_with_the_daemon_is_started_again_and_goes_with_it(config: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.5)
    said: list[str] = []
    with attached(config, said.append):
        assert answers(port)
        os.kill(page_process(config), signal.SIGKILL)
        assert answers(port, wanted=False)
        assert answers(port)
    assert answers(port, wanted=False)
    assert [sentence[:4] for sentence in said] == ["网页停了"]


def test_it_does_not_outlive_a_killed_daemon(config: Path, port: int) -> None:
    script = (
        "import time; from pathlib import Path; from mailbot.web.attached import attached\n"
        f"with attached(Path({str(config)!r}), print): time.sleep(100)"
    )
    daemon = subprocess.Popen([sys.executable, "-c", script])
    try:
        assert answers(port)
    finally:
        daemon.kill()
        daemon.wait()
    assert answers(port, wanted=False)
