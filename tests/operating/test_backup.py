"""`mailbot backup` while the daemon works, `mailbot restore` into an empty folder: the same bytes, and no letter twice."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from mailbot.demo.samples import samples
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import PostgresServer, postgres
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot


def back_up(office: Office, *words: str) -> Path:
    folder = office.home.parent / "backups"
    done = office.run("backup", str(folder), *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return max(folder.glob("mailbot-*"))


def empty_office(office: Office, name: str, **changes: Any) -> Office:
    """A new machine with the same accounts."""
    return Office(office.home.parent / name, office.imap, office.smtp, office.sender, **changes)


def restore(office: Office, backup: Path) -> None:
    done = office.run("restore", str(backup))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "全部核对无误" in done.stdout


def assert_sound(office: Office) -> None:
    done = office.run("doctor")
    assert done.returncode == 0, done.stdout
    assert office.status()["reconciliation"]["equal"]


def deliver(dovecot: Dovecot, first: int, last: int) -> None:
    for mail in samples()[first:last]:
        dovecot.deliver(mail.raw, mail.received_at, mail.folder)


def test_what_comes_back_is_what_was_there(worked: Office) -> None:
    backup = back_up(worked)
    mails, units, tree = worked.mails(), worked.status()["units"], worked.tree()
    again = empty_office(worked, "again")
    restore(again, backup)
    assert again.tree() == tree
    assert again.mails() == mails
    assert again.status()["units"] == units
    assert_sound(again)
    events = [(office.storage / "events.jsonl").read_text(encoding="utf-8").splitlines() for office in (worked, again)]
    assert events[1][: len(events[0])] == events[0]
    for path in again.storage.rglob("*"):
        assert not path.stat().st_mode & 0o077, path


def test_the_manifest_tells_the_hash_of_every_file_and_no_secret_is_in_it(worked: Office) -> None:
    backup = back_up(worked)
    manifest = json.loads((backup / "manifest.json").read_text(encoding="utf-8"))
    there = {path.relative_to(backup).as_posix() for path in backup.rglob("*") if path.is_file()} - {"manifest.json"}
    assert set(manifest["files"]) == there
    assert all(hashlib.sha256((backup / key).read_bytes()).hexdigest() == digest for key, digest in manifest["files"].items())
    assert {"settings/config.yaml", "settings/rules/units.yaml"} <= there
    assert not any(worked.imap.password.encode() in path.read_bytes() for path in backup.rglob("*") if path.is_file())


def test_backups_taken_while_mail_is_worked_on_are_each_of_one_moment(office: Office, dovecot: Dovecot) -> None:
    deliver(dovecot, 0, 20)
    daemon = office.start("run")
    backups: list[Path] = []
    try:
        end = time.monotonic() + 60
        while not (office.storage / "mailbot.db").exists() or not office.mails():
            assert time.monotonic() < end
        while len(backups) < 6 and time.monotonic() < end:
            backups.append(back_up(office))
            time.sleep(1)  # a backup's name holds the second
    finally:
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(15) == 0
    counts = []
    for number, backup in enumerate(backups):
        again = empty_office(office, f"again{number}")
        restore(again, backup)
        assert_sound_so_far(again)
        counts.append(len([mail for mail in again.mails() if mail["state"] != "kept"]))
    assert counts == sorted(counts)


def assert_sound_so_far(office: Office) -> None:
    """A backup of a half-fetched inbox is whole in itself; what it does not hold lies on the server."""
    done = office.run("doctor", "--json")
    findings = {finding["check"]: finding["mark"] for finding in json.loads(done.stdout)["findings"]}
    assert findings["files"] == findings["ledger"] == findings["sums"] == "good", done.stdout


def test_after_an_older_backup_no_letter_is_repeated(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    deliver(dovecot, 0, 6)
    office.once()
    backup = back_up(office)
    deliver(dovecot, 6, 12)
    office.once()
    letters, tree = len(sink.letters), office.tree()
    later = {letter["to"] for mail in office.mails()[6:] for letter in mail["letters"] if letter["state"] == "sent"}
    assert later
    again = empty_office(office, "again")
    restore(again, backup)
    again.once()
    again.once()
    assert len(sink.letters) == letters
    assert len(again.mails()) == 12
    assert sorted(again.tree().values()) == sorted(tree.values())
    held = {letter["to"] for mail in again.mails() for letter in mail["letters"] if letter["state"] == "held"}
    assert held >= later
    assert_sound(again)
    mail = samples()[13]
    dovecot.deliver(mail.raw, None)  # arrives after the restore: answered as ever
    again.once()
    assert len(sink.letters) == letters + 1


def test_letters_that_waited_when_the_backup_was_taken_wait_for_a_person(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    office.configure(mode="hold")
    deliver(dovecot, 0, 4)
    office.once()
    office.run("letters", "--release", "all")
    backup = back_up(office)
    office.configure(mode="send")
    office.once()
    sent = len(sink.letters)
    assert sent
    again = empty_office(office, "again")
    restore(again, backup)
    again.once()
    assert len(sink.letters) == sent


@pytest.mark.parametrize("harm", ["raw mail", "ledger", "no manifest"])
def test_a_damaged_backup_is_refused_before_anything_is_put(worked: Office, harm: str) -> None:
    backup = back_up(worked)
    if harm == "raw mail":
        next((backup / "raw").iterdir()).write_bytes(b"")
    else:
        (backup / {"ledger": "mailbot.db", "no manifest": "manifest.json"}[harm]).unlink()
    again = empty_office(worked, "again")
    done = again.run("restore", str(backup))
    assert done.returncode == 4
    assert "备份" in done.stderr
    assert not again.storage.exists()


def test_a_filed_file_that_the_backup_lost_is_made_anew_from_its_raw_mail(worked: Office) -> None:
    backup = back_up(worked)
    lost = next(path for path in (backup / "filed").rglob("*") if path.is_file())
    lost.write_bytes(b"damaged")
    again = empty_office(worked, "again")
    restore(again, backup)
    assert again.tree() == worked.tree()


def test_a_storage_that_is_not_empty_is_never_overwritten(worked: Office) -> None:
    backup = back_up(worked)
    before = worked.tree()
    done = worked.run("restore", str(backup))
    assert done.returncode == 3
    assert "空的文件夹" in done.stderr
    assert worked.tree() == before


def test_backups_share_the_raw_mails_and_old_ones_are_cleared_away_only_when_told(worked: Office) -> None:
    first = back_up(worked)
    time.sleep(1)
    second = back_up(worked)
    raw = next((second / "raw").iterdir())
    assert raw.samefile(first / "raw" / raw.name)
    time.sleep(1)
    third = back_up(worked, "--keep", "2")
    assert not first.exists()
    assert second.exists()
    shutil.rmtree(second)
    restore(empty_office(worked, "again"), third)


def test_an_unfinished_backup_is_no_backup(worked: Office) -> None:
    trace = ("strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=fsync", "-e", "inject=fsync:signal=KILL:when=4")
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (apt-get install strace)")
    folder = worked.home.parent / "backups"
    worked.run("backup", str(folder), prefix=trace)
    assert not list(folder.glob("mailbot-*"))


@pytest.mark.postgres
def test_a_ledger_in_postgresql_goes_into_the_same_kind_of_backup_and_back(worked: Office) -> None:
    with postgres() as server:
        backup = back_up(worked)
        moved = empty_office(worked, "moved")
        _on(moved, server)
        restore(moved, backup)
        assert moved.mails() == worked.mails()
        assert_sound(moved)
        moved.run("waive", "长春师范大学", "--material", "case")  # keys go on where they were
        time.sleep(1)
        back = empty_office(worked, "back")
        restore(back, back_up(moved))
        assert back.mails() == worked.mails()
        assert back.unit("长春师范大学")["items"]["case"]["waived"]
        assert_sound(back)


def _on(office: Office, server: PostgresServer) -> None:
    file = office.home / "config.yaml"
    file.write_text(file.read_text(encoding="utf-8") + f"database: {server.new_database()}\n", encoding="utf-8")


@pytest.mark.parametrize("place", ["/proc/x", "/proc/x/y", "{home}/config.yaml", "{home}/config.yaml/backups", "/dev/null"])
def test_a_folder_that_cannot_be_one_is_said_in_a_sentence(worked: Office, place: str) -> None:
    done = worked.run("backup", place.format(home=worked.home))
    assert done.returncode == 4, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "备份" in done.stderr
    assert not list(worked.home.glob(".part-*"))


def test_half_a_backup_is_not_left_behind(worked: Office, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(small)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("only root may mount a disk")
    try:
        done = worked.run("backup", str(small))
        assert done.returncode == 4
        assert "空间" in done.stderr
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)
