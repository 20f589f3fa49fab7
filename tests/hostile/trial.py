"""A heap of hostile mails in a mailbox of Dovecot, one run of mailbot, and what is seen of it from outside: rows, files, letters, logs."""

from __future__ import annotations

import hashlib
import re
import resource
import subprocess
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any

from mailbot.demo.samples import samples
from tests.road.office import Office, read_letter
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

HONEST = "the honest mail"
ARRIVED = "2022-12-10T10:00:00+08:00"


def as_served(raw: bytes) -> bytes:
    """The mail as Dovecot hands it over: line ends of CRLF, and 0x80 for NUL, which no IMAP literal may hold (RFC 3501 section 9)."""
    return re.sub(rb"\r?\n", b"\r\n", raw).replace(b"\0", b"\x80")


class Trial:
    """`mails` by name, in their order, with an honest one behind them all."""

    def __init__(self, home: Path, mails: Mapping[str, bytes], server: Dovecot, sink: SmtpSink) -> None:
        self.home = home
        self.mails = {**mails, HONEST: samples()[2].raw}
        self.sink = sink
        self.office = Office(home / "office", server.settings(), sink.settings(), sink.answering().sender)
        self._allow_many_letters()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for raw in self.mails.values():
            server.deliver(raw, datetime.fromisoformat(ARRIVED))
        self.runs = {"run": self.office.run("run", "--once")}
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.runs["run again"] = self.office.run("run", "--once")
        self.rows = self.office.mails()
        self._by_hash = {row["sha256"]: row for row in self.rows}

    def _allow_many_letters(self) -> None:
        """All hostile mails name one unit; the cap for a unit and a day would hide the letters that should not be written."""
        config = self.office.home / "config.yaml"
        config.write_text(
            config.read_text(encoding="utf-8").replace("answering:\n", "answering:\n  per_unit_day: 1000\n"), encoding="utf-8"
        )

    def hash_of(self, name: str) -> str:
        return hashlib.sha256(as_served(self.mails[name])).hexdigest()

    def row(self, name: str) -> dict[str, Any]:
        """The mail's row in `mailbot mails --format json`."""
        return self._by_hash[self.hash_of(name)]

    def files(self, name: str) -> list[dict[str, Any]]:
        """What became of each file of the mail, its own text left out."""
        return [file for file in self.row(name)["files"] if file["path"] != "(body)"]

    def names(self, name: str) -> list[str]:
        """The names of its files as they are shown."""
        return [file["name"] for file in self.files(name)]

    def dispositions(self, name: str) -> list[str]:
        return [file["disposition"] for file in self.files(name)]

    def letters(self, name: str) -> list[EmailMessage]:
        """The letters that the SMTP server took because of this mail."""
        ids = {letter["message_id"] for letter in self.row(name)["letters"]}
        return [letter for letter in map(read_letter, self.sink.letters) if str(letter["Message-ID"]).strip() in ids]

    def answered(self, name: str) -> list[str]:
        """To which addresses, by the envelope, a letter went because of this mail."""
        ids = {letter["message_id"].encode() for letter in self.row(name)["letters"]}
        return [to for one in self.sink.received if any(name in one.content for name in ids) for to in one.recipients]

    @cached_property
    def status(self) -> dict[str, Any]:
        """`mailbot status --format json` after the run."""
        return self.office.status()

    def unit(self, name: str) -> dict[str, Any]:
        """The row of the unit with this id or name."""
        return next(unit for unit in self.status["units"] if name in (unit["id"], unit["name"]))

    def show(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One more command of the office."""
        return self.office.run(*words)
