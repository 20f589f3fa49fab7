"""A mail that takes its reader, or mailbot itself, down every time: three attempts, then it is set aside and the next goes on."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mailbot.app import open_beside, read_config
from mailbot.witnessing import comes_through
from tests.hostile.wire import attachment, draft, letter
from tests.road.office import Office
from tests.servers.embedded import Embedded
from tests.servers.smtpsink import SmtpSink

# Stands in for a fault that nobody knows yet: Python loads it in every process that finds it on its path.
KILLER = """
import os, sys
from pathlib import Path
if "{victim}" in " ".join(sys.orig_argv):
    real = Path.open
    def deadly(self, *arguments, **options):
        file = real(self, *arguments, **options)
        glance = sys._getframe(1).f_code.co_filename.endswith("glance.py")  # looks for one line and parses nothing
        if "{place}" in str(self) and "rb" in arguments and not glance:
            if b"POISON" in file.read(4000):
                {deed}
            file.seek(0)
        return file
    Path.open = deadly
"""
DEATHS = {
    "a segmentation fault": "os.kill(os.getpid(), 11)",
    "an exit": "os._exit(3)",
}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    with Embedded() as server, SmtpSink() as sink:
        return Office(tmp_path / "office", server.settings(), sink.settings(), sink.answering().sender)


def heap(office: Office, poison: bytes) -> Path:
    folder = office.home.parent / "arrived"
    folder.mkdir()
    (folder / "1.eml").write_bytes(letter(800, attachment("总结.docx")))
    (folder / "2.eml").write_bytes(poison)
    (folder / "3.eml").write_bytes(letter(802, attachment("照片.docx")))
    return folder


def with_fault(office: Office, victim: str, deed: str) -> dict[str, str]:
    folder = office.home.parent / "fault"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(KILLER.format(victim=victim, place="/raw/", deed=deed), encoding="utf-8")
    return {"PYTHONPATH": f"{folder}:{Path(__file__).parents[2]}"}


POISON = letter(801, attachment("毒.docx")).replace(b"MIME-Version", b"X-POISON: 1\r\nMIME-Version")
FATAL = {
    "a segmentation fault": DEATHS["a segmentation fault"],
    "a kill": "os.kill(os.getpid(), 9)",
    "ever more memory": "[bytes(1 << 26) for _ in range(1 << 10)]",
}


@pytest.mark.parametrize("death", FATAL)
def test_a_mail_that_kills_mailbot_is_set_aside_at_the_third_start_and_the_next_goes_on(office: Office, death: str) -> None:
    folder = heap(office, POISON)
    bound = ("prlimit", "--as=4294967296") if death == "ever more memory" else ()
    # A process that has no memory left dies in many ways; the worst is that of the kernel's out-of-memory killer.
    deed = f"\n                try: {FATAL[death]}\n                except MemoryError: os.kill(os.getpid(), 9)"
    environ = with_fault(office, "-m mailbot", deed if bound else FATAL[death])
    words = ("ingest", "--received-at", "2022-12-10T10:00", str(folder))
    ends = [office.run(*words, environ=environ, prefix=bound).returncode for _ in range(3)]
    assert ends[0] != 0 and ends[1] != 0 and ends[2] == 0, ends
    mails = {mail["number"]: mail for mail in office.mails()}
    assert [mails[number]["state"] for number in (1, 2, 3)] == ["settled", "stuck", "settled"]
    assert mails[2]["needs_person"]
    assert office.status()["reconciliation"]["equal"]


def test_a_mail_during_which_mailbot_was_killed_from_outside_is_never_set_aside(office: Office) -> None:
    folder = heap(office, letter(801, attachment("工作总结.docx", draft(801))))
    words = ("ingest", "--received-at", "2022-12-10T10:00", str(folder))
    killed = [office.run(*words, environ={"MAILBOT_FAILPOINT": place}).returncode for place in ("gathered", "filed") * 3]
    assert set(killed) == {-9}
    assert office.run(*words).returncode == 0
    assert [mail["state"] for mail in office.mails()] == ["settled", "settled", "settled"]


def everything(office: Office) -> dict[str, bytes | list[str]]:
    """The ledger as SQL and every other file."""
    with closing(sqlite3.connect(office.storage / "mailbot.db")) as ledger:
        dump = list(ledger.iterdump())
    files = [path for path in office.storage.rglob("*") if path.is_file() and not path.name.startswith("mailbot.db")]
    return {"ledger": dump} | {path.name: path.read_bytes() for path in files}


def test_a_witness_leaves_no_trace_in_the_ledger_and_on_the_disk(office: Office) -> None:
    folder = heap(office, letter(801, attachment("工作总结.docx", draft(801))))
    office.run("ingest", "--received-at", "2022-12-10T10:00", str(folder), environ={"MAILBOT_FAILPOINT": "kept"})
    app, before = open_beside(read_config(office.home / "config.yaml", need_password=False)), everything(office)
    assert comes_through(app, 1, lambda: False)
    app.close()
    assert everything(office) == before
    assert {mail["state"] for mail in office.mails()} == {"kept"}


def test_a_mail_that_was_set_aside_can_be_taken_up_again(office: Office) -> None:
    folder = heap(office, POISON)
    environ = with_fault(office, "-m mailbot", "raise RuntimeError('POISON 13812345678 secret@x.cn')")
    words = ("ingest", "--received-at", "2022-12-10T10:00", str(folder))
    done = office.run(*words, environ=environ)
    assert done.returncode == 0
    assert not re.search(r"13812345678|secret@x\.cn", done.stdout + done.stderr)
    assert [mail["state"] for mail in office.mails()] == ["settled", "stuck", "settled"]
    assert office.run("retry", "2").returncode == 0
    assert office.run("ingest", str(folder)).returncode == 0
    assert [mail["state"] for mail in office.mails()] == ["settled", "settled", "settled"]


@pytest.mark.parametrize("death", DEATHS)
def test_a_file_that_kills_its_reader_is_unsure_and_the_mail_is_settled(office: Office, death: str) -> None:
    folder = heap(office, letter(801, attachment("毒.docx", b"POISON" + bytes(3000))))
    # The readers run in a bare environment, so the fault is put into their room and not into their path.
    done = office.run("ingest", "--received-at", "2022-12-10T10:00", str(folder), environ=with_reader_fault(office, DEATHS[death]))
    assert done.returncode == 0, done.stderr
    mails = office.mails()
    assert [mail["state"] for mail in mails] == ["settled", "unsure", "settled"]
    (file,) = [file for file in mails[1]["files"] if file["name"] == "毒.docx"]
    assert file["disposition"] in ("unsure", "unreadable")
    assert not mails[1]["letters"]


def with_reader_fault(office: Office, deed: str) -> dict[str, str]:
    """A mailbot package beside the real one, whose reader dies of POISON; everything else is linked to the real one."""
    real = Path(__file__).parents[2] / "mailbot"
    copy = office.home.parent / "copy" / "mailbot"
    (copy / "parsing").mkdir(parents=True)
    for source, target in ((real, copy), (real / "parsing", copy / "parsing")):
        for entry in source.iterdir():
            if entry.name not in ("parsing", "child.py", "__pycache__"):
                (target / entry.name).symlink_to(entry)
    deadly = KILLER.format(victim="child", place="/work/", deed=deed)
    (copy / "parsing" / "child.py").write_text(
        (real / "parsing" / "child.py").read_text(encoding="utf-8").replace("import annotations\n", "import annotations\n" + deadly, 1),
        encoding="utf-8",
    )
    return {"PYTHONPATH": str(copy.parent)}
