"""An office as an operator sets it up: config.yaml in a folder, mailbot run as a program, its state read as other tools read it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from mailbot.config import Server
from mailbot.loading.shipped import shipped_rules

CONFIG = """
rules: {rules}
storage: storage
{database}
inbox:
  host: {imap.host}
  port: {imap.port}
  security: plain
  user: {imap.user}
  password_env: MAILBOT_PASSWORD
  min_free: 1MB
answering:
  mode: {mode}
  go_live: {go_live}
  host: {smtp.host}
  port: {smtp.port}
  security: plain
  user: {smtp.user}
  password_env: MAILBOT_SMTP_PASSWORD
  sender: {sender}
  sender_name: 活动周材料收集
"""


@dataclass
class Office:
    """The folder of one installation."""

    home: Path
    imap: Server
    smtp: Server
    sender: str
    mode: str = "send"
    go_live: str = "2022-11-17"
    database: str = ""  # a line of config.yaml
    rules: Path = field(default_factory=shipped_rules)
    more: str = ""  # further sections of config.yaml

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        self.configure()

    @property
    def storage(self) -> Path:
        return self.home / "storage"

    def configure(self, **changes: Any) -> None:
        """Write config.yaml anew with these changes."""
        for name, value in changes.items():
            setattr(self, name, value)
        text = CONFIG.format(**{**self.__dict__, "sender": self.sender}) + self.more
        (self.home / "config.yaml").write_text(text, encoding="utf-8")

    def run(self, *words: str, prefix: tuple[str, ...] = (), environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """One mailbot command as a process of its own."""
        return subprocess.run(
            [*prefix, sys.executable, "-m", "mailbot", "--config", str(self.home / "config.yaml"), *words],
            capture_output=True,
            text=True,
            timeout=170,
            env=self.environ() | dict(environ or {}),
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A mailbot command that keeps running."""
        command = [sys.executable, "-m", "mailbot", "--config", str(self.home / "config.yaml"), *words]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environ())

    def environ(self) -> dict[str, str]:
        return os.environ | {"MAILBOT_PASSWORD": self.imap.password, "MAILBOT_SMTP_PASSWORD": self.smtp.password, "PYTHONUTF8": "1"}

    def once(self) -> None:
        """One full cycle that must succeed."""
        done = self.run("run", "--once")
        assert done.returncode == 0, done.stdout + done.stderr

    def mails(self) -> list[dict[str, Any]]:
        return self._document("mails")["mails"]  # type: ignore[no-any-return]

    def status(self) -> dict[str, Any]:
        return self._document("status")

    def unit(self, name: str) -> dict[str, Any]:
        """The row of the unit with this id or name."""
        return next(unit for unit in self.status()["units"] if name in (unit["id"], unit["name"]))

    def mail(self, subject: str) -> dict[str, Any]:
        """The one mail whose subject holds these words."""
        found = [mail for mail in self.mails() if subject in mail["subject"]]
        assert len(found) == 1, f"{len(found)} mails about {subject!r}"
        return found[0]

    def tree(self) -> dict[str, bytes]:
        """Every filed file by its path below storage/filed."""
        filed = self.storage / "filed"
        return {path.relative_to(filed).as_posix(): path.read_bytes() for path in sorted(filed.rglob("*")) if path.is_file()}

    def _document(self, verb: str) -> dict[str, Any]:
        done = self.run(verb, "--format", "json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)  # type: ignore[no-any-return]

    def wipe(self) -> None:
        """Back to a new installation."""
        shutil.rmtree(self.storage, ignore_errors=True)


def read_letter(raw: bytes) -> EmailMessage:
    """A letter as a mailer shows it."""
    return message_from_bytes(raw, _class=EmailMessage, policy=policy.default)


def letter_text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def normalised(document: Any) -> Any:
    """A document without what may differ between two runs that are otherwise the same: the installation's id in Message-IDs, the clock."""
    if isinstance(document, dict):
        return {name: normalised(value) for name, value in document.items() if name != "as_of"}
    if isinstance(document, list):
        return [normalised(value) for value in document]
    return re.sub(r"\.[0-9a-f]{16}@", ".…@", document) if isinstance(document, str) else document


def lines_of(path: Path) -> Iterator[str]:
    yield from path.read_text(encoding="utf-8").splitlines()
