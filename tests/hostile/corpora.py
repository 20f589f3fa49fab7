"""Folders of raw mails, as other mail projects test with, thrown at mailbot through Dovecot; what must be true of each is looked at.

`python -m tests.hostile.corpora FOLDER...` delivers every file below FOLDER, runs mailbot once in send mode against a recording SMTP
server, and holds the outcome against six expectations: no exception, no mail longer than five seconds, every raw byte kept, one row each,
no part lost without a mark that a person should look, no letter to a machine. It exits 1 and names the mails where one does not hold.
`--twisted` delivers each mail in eleven damaged forms besides. `--second FILE` holds what yet another reader found, one JSON object a
line: `{"sha256": of the mail as served, "parts": [{"name", "type", "size", "sha256"}]}`. No corpus is part of the project.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.hostile.readings import Part, machine_signs, owed_parts
from tests.hostile.trial import ARRIVED, as_served
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

SECONDS = 5.0
"""No mail may take longer."""


def twisted(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The mail as careless programs and broken lines make it."""
    half = len(raw) // 2
    yield "cr", re.sub(rb"\r?\n", b"\r", raw)
    yield "half", raw[:half]
    yield "tail", raw[half:]
    yield "doubled", raw + b"\r\n" + raw
    yield "no-blank-line", re.sub(rb"\r?\n\r?\n", b"\r\n", raw, count=1)
    yield "eighth-bit", raw.translate(bytes(byte | 0x80 if byte in b"aeiou" else byte for byte in range(256)))
    yield "not-closed", raw.replace(b"--\r\n", b"\r\n").replace(b"--\n", b"\n")
    yield "other-encoding", re.sub(rb"(?i)(transfer-encoding:\s*)[\w-]+", rb"\1x-unheard-of", raw)
    head = b"From: a@example.edu.cn\r\nSubject: FW\r\nMIME-Version: 1.0\r\n"
    bounds = b'Content-Type: multipart/mixed; boundary="=_outer"\r\n\r\n--=_outer\r\n'
    yield "enclosed", head + bounds + b"Content-Type: message/rfc822\r\n\r\n" + raw + b"\r\n--=_outer--\r\n"
    named = b'Content-Type: application/octet-stream; name="fw.eml"\r\nContent-Disposition: attachment; filename="fw.eml"\r\n\r\n'
    yield "attached", head + bounds + named + raw + b"\r\n--=_outer--\r\n"
    yield "preamble", head + b'Content-Type: multipart/mixed; boundary="=_outer"\r\n\r\n' + raw + b"\r\n--=_outer--\r\n"


def mails_below(folders: Iterable[Path], twist: bool) -> dict[str, bytes]:
    """Every file below the folders by its name, no two with the same bytes as a server serves them."""
    found: dict[str, bytes] = {}
    known: set[bytes] = set()
    for folder in folders:
        for file in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if file.is_file():
                raw = file.read_bytes()
                for name, form in [("", raw), *(twisted(raw) if twist else ())]:
                    digest = sha256(as_served(form)).digest()
                    if form and digest not in known:
                        known.add(digest)
                        found[f"{file}{'#' * bool(name)}{name}"] = form
    return found


@dataclass
class Trial:
    """What came of it; `failures` are sentences, one for each expectation that a mail does not meet."""

    mails: int = 0
    parts: int = 0
    marked: int = 0
    letters: int = 0
    machines: int = 0
    slowest: tuple[float, str] = (0.0, "")
    failures: list[str] = field(default_factory=list)
    second: dict[str, list[Part]] = field(default_factory=dict)

    def said(self) -> str:
        """The figures in one line."""
        return (
            f"{self.mails} mails: {len(self.failures)} failures; {self.parts} parts owed, {self.marked} mails for a person; "
            f"{self.machines} from machines, {self.letters} letters; slowest {self.slowest[0]:.2f} s ({self.slowest[1]})"
        )


class Batch:
    """Some mails in a new mailbox before a new installation."""

    def __init__(self, home: Path, mails: dict[str, bytes], server: Dovecot, sink: SmtpSink) -> None:
        self.mails = mails
        self.sink = sink
        server.new_account()
        sink.received.clear()
        self.office = Office(home, server.settings(), sink.settings(), sink.answering().sender)
        config = self.office.home / "config.yaml"
        caps = "answering:\n  per_15_minutes: 100000\n  per_day: 100000\n  per_address_day: 1000\n  per_unit_day: 1000\n"
        config.write_text(config.read_text(encoding="utf-8").replace("answering:\n", caps), encoding="utf-8")
        for number, raw in enumerate(mails.values()):
            server.deliver(raw, datetime.fromisoformat(ARRIVED) + timedelta(seconds=number))
        words = [sys.executable, "-m", "mailbot", "--config", str(config), "run", "--once"]
        self.done = subprocess.run(words, capture_output=True, text=True, env=self.office.environ(), check=False)
        self.rows: dict[str, dict[str, Any]] = {}
        self.twice: list[str] = []
        for row in self.office.mails():
            if row["sha256"] in self.rows:
                self.twice.append(row["sha256"])
            self.rows[row["sha256"]] = row
        self.sums = self.office.status()["reconciliation"]

    def look(self, trial: Trial) -> None:
        """Hold the outcome against the expectations."""
        fail = trial.failures.append
        if self.done.returncode or "Traceback" in self.done.stdout + self.done.stderr or "意外" in self.done.stdout + self.done.stderr:
            fail(f"run ended with {self.done.returncode}: {(self.done.stdout + self.done.stderr)[-2000:]}")
        if trouble := [line for line in self.done.stderr.splitlines() if not re.search(r"INFO mailbot\.sending: letter \d+: sent", line)]:
            fail(f"the log tells of trouble: {trouble[:20]}")
        if not self.sums["equal"]:
            fail(f"the books do not balance: {self.sums}")
        if self.twice or len(self.rows) != len(self.mails):
            fail(f"{len(self.rows)} rows for {len(self.mails)} mails; twice: {self.twice}")
        answered = self._answered()
        trial.mails += len(self.mails)
        trial.letters += len(self.sink.received)
        seconds = self._seconds()
        for name, raw in self.mails.items():
            served = as_served(raw)
            row = self.rows.get(sha256(served).hexdigest())
            if row is None:
                fail(f"{name}: no row")
                continue
            took = seconds.get(row["number"], 0.0)
            trial.slowest = max(trial.slowest, (took, name))
            if took > SECONDS:
                fail(f"{name}: took {took:.1f} s")
            kept = self.office.storage / "raw" / f"{row['sha256']}.eml"
            if not kept.is_file() or kept.read_bytes() != served:
                fail(f"{name}: not kept byte for byte")
            if row["state"] not in ("settled", "unsure", "automatic"):
                fail(f"{name}: {row['state']}: {row['because']}")
            self._look_at_parts(trial, name, served, row)
            signs = machine_signs(served)
            trial.machines += bool(signs)
            if signs and (row["number"] in answered or row["letters"]):
                fail(f"{name}: a machine is answered ({', '.join(signs)})")

    def _look_at_parts(self, trial: Trial, name: str, served: bytes, row: dict[str, Any]) -> None:
        owed = [*owed_parts(served), *trial.second.get(row["sha256"], ())]
        trial.parts += len(owed)
        marked = is_marked(row)
        trial.marked += marked
        missing = [part for part in owed if not part.is_among(row["files"])]
        if "#" in name and len([file for file in row["files"] if file["path"] != "(body)"]) >= len(owed):
            missing = []  # of a damaged part two readers need not get the same bytes
        if missing and not marked:
            trial.failures.append(f"{name}: lost without a mark: {', '.join(map(str, missing))}")

    def _answered(self) -> set[int]:
        """The mails that a letter on the wire belongs to."""
        ids = {letter["message_id"].encode(): row["number"] for row in self.rows.values() for letter in row["letters"]}
        sent = [re.search(rb"(?im)^message-id:\s*(<[^>]*>)", one.content) for one in self.sink.received]
        return {ids[match[1]] for match in sent if match and match[1] in ids}

    def _seconds(self) -> dict[int, float]:
        """How long each mail took: the time between two commits that settle one, so what else the machine does counts as well."""
        with closing(sqlite3.connect(self.office.storage / "mailbot.db")) as ledger:
            rows = ledger.execute("select number, settled_at from mail where settled_at is not null order by settled_at").fetchall()
        moments = [(number, datetime.fromisoformat(at)) for number, at in rows]
        return {number: (at - before).total_seconds() for (_, before), (number, at) in pairwise(moments)}


def is_marked(row: dict[str, Any]) -> bool:
    """Whether the mail itself, or a file of it, asks for a person."""
    return row["needs_person"] or row["state"] in ("unsure", "stuck") or any(_is_unsure(file) for file in row["files"])


def _is_unsure(file: dict[str, Any]) -> bool:
    return file["disposition"] in ("unsure", "unreadable", "quarantined")


def second_reading(file: Path) -> dict[str, list[Part]]:
    """The parts that another reader found, by the mail's hash."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {
        row["sha256"]: [Part(one["name"], one["type"], one["size"], frozenset([one["sha256"]])) for one in row["parts"]] for row in rows
    }


def throw(mails: dict[str, bytes], size: int, second: dict[str, list[Part]], say: Callable[[str], object]) -> Trial:
    """All mails, `size` at a time."""
    trial = Trial(second=second)
    names = list(mails)
    with Dovecot() as server, SmtpSink() as sink, tempfile.TemporaryDirectory(prefix="corpora-") as home:
        for first in range(0, len(names), size):
            known = len(trial.failures)
            batch = Batch(Path(home) / str(first), {name: mails[name] for name in names[first : first + size]}, server, sink)
            batch.look(trial)
            for sentence in trial.failures[known:]:
                say(sentence)
            say(trial.said())
    return trial


def main() -> None:
    """Throw the folders named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--twisted", action="store_true", help="each mail in eleven damaged forms besides")
    parser.add_argument("--at-once", type=int, default=300, help="mails in one mailbox")
    parser.add_argument("--second", type=Path, metavar="FILE", help="what another reader found")
    wanted = parser.parse_args()
    second = second_reading(wanted.second) if wanted.second else {}
    trial = throw(mails_below(wanted.folders, wanted.twisted), wanted.at_once, second, lambda words: print(words, flush=True))
    raise SystemExit(bool(trial.failures) or not trial.mails)


if __name__ == "__main__":
    main()
