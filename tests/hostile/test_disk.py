"""A disk that is full, read-only or has damaged the ledger: one Chinese sentence, nothing lost, and all goes on when it is mended."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.demo.samples import samples
from tests.hostile.trial import ARRIVED
from tests.road.office import Office
from tests.servers.embedded import Embedded
from tests.servers.smtpsink import SmtpSink

MAILS = [sample.raw for sample in samples()[2:10]]


@pytest.fixture
def server() -> Iterator[Embedded]:
    with Embedded() as server:
        yield server


@pytest.fixture
def office(tmp_path: Path, server: Embedded) -> Iterator[Office]:
    with SmtpSink() as sink:
        yield Office(tmp_path / "office", server.settings(), sink.settings(), sink.answering().sender)


@pytest.fixture
def small_disk(office: Office) -> Iterator[Path]:
    """The storage on a disk of 3 MB, of its own."""
    office.storage.mkdir(mode=0o700)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs", str(office.storage)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a disk")
    yield office.storage
    subprocess.run(["umount", "-l", str(office.storage)], check=False)


def arrived(office: Office) -> Path:
    folder = office.home.parent / "arrived"
    folder.mkdir()
    for number, raw in enumerate(MAILS):
        (folder / f"{number:03d}.eml").write_bytes(raw)
    return folder


def ingest(office: Office, folder: Path) -> subprocess.CompletedProcess[str]:
    return office.run("ingest", "--received-at", ARRIVED, str(folder))


def said_in_one_sentence(done: subprocess.CompletedProcess[str], word: str) -> None:
    said = done.stdout + done.stderr
    assert word in said
    assert "Traceback" not in said
    assert len(done.stderr.strip().splitlines()) <= 2


def whole(storage: Path) -> bool:
    return all(hashlib.sha256(path.read_bytes()).hexdigest() == path.stem for path in (storage / "raw").glob("*.eml"))


def test_a_full_disk_stops_the_work_and_space_lets_it_go_on_where_it_was(office: Office, small_disk: Path) -> None:
    folder = arrived(office)
    for _ in range(4):  # more often than a mail is tried: a full disk is not the mail's fault
        done = ingest(office, folder)
        assert done.returncode == 4
        said_in_one_sentence(done, "磁盘")
    assert whole(small_disk)
    assert not list(small_disk.rglob(".part-*"))
    subprocess.run(["mount", "-o", "remount,size=300m", str(small_disk)], check=True)
    done = ingest(office, folder)
    assert done.returncode == 0, done.stderr
    mails = office.mails()
    assert [mail["sha256"] for mail in mails] == [hashlib.sha256(raw).hexdigest() for raw in MAILS]
    assert not [mail for mail in mails if mail["state"] == "stuck"]
    assert office.status()["reconciliation"]["equal"]


def test_fetching_stops_before_the_disk_is_full_and_the_server_keeps_the_rest(office: Office, server: Embedded, small_disk: Path) -> None:
    for raw in MAILS:
        server.deliver(raw)
    done = office.run("run", "--once")
    assert done.returncode == 4
    said_in_one_sentence(done, "磁盘")
    assert whole(small_disk)
    subprocess.run(["mount", "-o", "remount,size=300m", str(small_disk)], check=True)
    assert office.run("run", "--once").returncode == 0
    assert len(office.mails()) == len(MAILS)
    assert office.status()["reconciliation"]["equal"]


def test_a_disk_that_turned_read_only_is_said(office: Office, small_disk: Path) -> None:
    folder = arrived(office)
    (office.storage / "kept").write_bytes(b"x")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    done = ingest(office, folder)
    assert done.returncode == 4
    said_in_one_sentence(done, "只读")


def test_a_folder_without_permission_is_said(office: Office) -> None:
    office.storage.mkdir(mode=0o500)
    like_anybody = ("setpriv", "--inh-caps=-all", "--bounding-set=-all") if os.geteuid() == 0 else ()  # root may write everywhere
    said_in_one_sentence(office.run("ingest", "--received-at", ARRIVED, str(arrived(office)), prefix=like_anybody), "权限")


def test_a_file_where_a_folder_should_be_is_said(office: Office) -> None:
    office.storage.mkdir()
    (office.storage / "raw").write_bytes(b"not a folder")
    done = ingest(office, arrived(office))
    assert done.returncode == 4
    said_in_one_sentence(done, "占了文件夹")


@pytest.mark.parametrize("damage", ["garbage", "a page zeroed"])
def test_a_damaged_ledger_refuses_to_work_and_can_be_rebuilt(office: Office, damage: str) -> None:
    folder = arrived(office)
    assert ingest(office, folder).returncode == 0
    before = {mail["sha256"]: mail["state"] for mail in office.mails()}
    ledger = office.storage / "mailbot.db"
    for other in office.storage.glob("mailbot.db-*"):
        other.unlink()
    content = ledger.read_bytes()
    ledger.write_bytes(
        {
            "garbage": b"not a database",
            "a page zeroed": content[:4096] + bytes(4096 * 20) + content[4096 * 21 :],
        }[damage]
    )
    done = office.run("run", "--once")
    assert done.returncode == 3
    said_in_one_sentence(done, "数据库")
    assert "rebuild" in done.stderr
    assert office.run("rebuild").returncode == 0
    assert {mail["sha256"]: mail["state"] for mail in office.mails()} == before
