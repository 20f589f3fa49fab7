"""kill -9 at arbitrary points of a cycle, restarted until done: the same rows, files and letters as an undisturbed run.

The cuts are blind: strace kills mailbot at its Nth fsync, rename or send, so that places nobody thought of are cut as well.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mailbot.demo.samples import samples
from tests.road.office import Office, normalised, read_letter
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot

CUTS = [
    ("fsync", 1),
    ("fsync", 5),
    ("fsync", 23),
    ("fsync", 61),
    ("fsync", 140),
    ("fdatasync", 3),
    ("fdatasync", 40),
    ("rename", 2),
    ("rename", 30),
    ("unlink", 2),
    ("sendto", 30),
    ("sendto", 90),
    ("write", 400),
]
"""Which call is cut at which count; the whole sweep is `make sweep`."""

if os.environ.get("MAILBOT_SWEEP"):
    CUTS = [(call, count) for call in ("fsync", "fdatasync", "rename", "unlink", "sendto", "pwrite64") for count in range(1, 400, 7)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, dovecot_program: Dovecot) -> dict[str, Any]:
    """What one cycle makes of the mails when nothing happens to it."""
    dovecot_program.new_account()
    deliver(dovecot_program)
    with SmtpSink() as sink:
        office = Office(tmp_path_factory.mktemp("calm"), dovecot_program.settings(), sink.settings(), sink.answering().sender)
        office.once()
        return outcome(office) | {"letters": addressed(sink)}


def deliver(dovecot: Dovecot) -> None:
    for mail in samples()[:12]:
        dovecot.deliver(mail.raw, mail.received_at, mail.folder)


def outcome(office: Office) -> dict[str, Any]:
    """All that must be the same after any crash: rows, files, table."""
    mails = normalised(office.mails())
    for mail in mails:
        for letter in mail["letters"]:
            # A confirmation that was being sent when the process died is uncertain, which is the truth.
            letter["state"] = "sent" if letter["state"] == "uncertain" else letter["state"]
    return {"mails": mails, "status": [_without_letter(unit) for unit in office.status()["units"]], "tree": office.tree()}


def _without_letter(unit: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in unit.items() if name != "last_letter"}


def addressed(sink: SmtpSink) -> Counter[tuple[str, str]]:
    """How often which subject went to whom."""
    letters = [read_letter(raw) for raw in sink.letters]
    return Counter((str(letter["To"]), str(letter["Subject"])) for letter in letters)


@pytest.mark.parametrize(("call", "count"), CUTS)
def test_a_cut_anywhere_ends_in_the_same_state(
    call: str, count: int, office: Office, dovecot: Dovecot, sink: SmtpSink, undisturbed: dict[str, Any]
) -> None:
    if shutil.which("strace") is None:
        if os.environ.get("CI"):
            pytest.fail("strace is not installed on this build machine")
        pytest.skip("strace is not installed (apt-get install strace)")
    deliver(dovecot)
    trace = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={count}")
    office.run("run", "--once", prefix=trace)
    for _ in range(4):
        if office.run("run", "--once").returncode == 0:
            break
    found = outcome(office)
    assert found["mails"] == undisturbed["mails"]
    assert found["status"] == undisturbed["status"]
    assert found["tree"] == undisturbed["tree"]
    assert office.status()["reconciliation"]["equal"]
    assert not list(Path(office.storage).rglob(".part-*"))
    _each_letter_once(addressed(sink), undisturbed["letters"], office)


def _each_letter_once(found: Counter[tuple[str, str]], expected: Counter[tuple[str, str]], office: Office) -> None:
    """Every letter once; only one that was being handed over at the cut may have left or not, and says so."""
    doubtful = {letter["subject"] for mail in office.mails() for letter in mail["letters"] if letter["state"] == "uncertain"}
    for key, times in expected.items():
        if key[1] not in doubtful:
            assert found[key] == times, key
    assert set(found) <= set(expected)
    assert all(times <= expected[key] for key, times in found.items())
