"""`mailbot doctor` where ledger or storage are broken: it names the fault with its remedy, and reports all that can still be looked at."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.road.office import Office

pytestmark = pytest.mark.dovecot


def without_ledger(storage: Path) -> None:
    for file in storage.glob("mailbot.db*"):
        file.unlink()


def emptied(storage: Path) -> None:
    without_ledger(storage)
    (storage / "mailbot.db").touch(0o600)


def garbage(storage: Path) -> None:
    without_ledger(storage)
    (storage / "mailbot.db").write_bytes(b"not a database" * 1000)


def pages_zeroed(storage: Path) -> None:
    """The head of the file is whole, so that it opens, and half of what is in it is not."""
    content = (storage / "mailbot.db").read_bytes()
    without_ledger(storage)
    half = len(content) // 8192 * 4096
    (storage / "mailbot.db").write_bytes(content[:4096] + bytes(half) + content[4096 + half :])


def older(storage: Path) -> None:
    """The state before the last event, which the journal knows."""
    last = (storage / "events.jsonl").read_bytes().splitlines(keepends=True)[-1]
    event = json.loads(last)
    newer = json.dumps({**event, "id": event["id"] + 1}).encode() + b"\n"
    with (storage / "events.jsonl").open("ab") as journal:
        journal.write(newer)


def without_id(storage: Path) -> None:
    (storage / "ID").unlink()


def with_another_id(storage: Path) -> None:
    (storage / "ID").write_text("11111111-2222-3333-4444-555555555555\n")


def raw_moved_away(storage: Path) -> None:
    (storage / "raw").rename(storage.parent / "elsewhere")


BREAKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "deleted": (without_ledger, "rebuild"),
    "0 bytes": (emptied, "rebuild"),
    "garbage": (garbage, "rebuild"),
    "pages zeroed": (pages_zeroed, "rebuild"),
    "an older one": (older, "rebuild"),
    "no ID": (without_id, "新建文件 ID"),
    "another's ID": (with_another_id, "rebuild"),
    "raw moved away": (raw_moved_away, "storage"),
}


@pytest.fixture
def on_small_disk(worked: Office) -> Iterator[Office]:
    """The storage on a disk of its own, with nobody at work and no file of SQLite's beside the ledger."""
    aside = worked.home / "aside"
    worked.storage.rename(aside)
    worked.storage.mkdir(mode=0o700)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m,mode=700", "tmpfs", str(worked.storage)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a disk")
    try:
        shutil.copytree(aside, worked.storage, dirs_exist_ok=True)
        yield worked
    finally:
        subprocess.run(["umount", "-l", str(worked.storage)], check=False)


def read_only(storage: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(storage)], check=True)


def full(storage: Path) -> None:
    with (storage / "filler").open("wb", buffering=0) as file:
        try:
            for size in (65536, 4096, 1):
                while file.write(bytes(size)) == size:
                    pass
        except OSError:
            return


def report(office: Office, *words: str, code: int = 6) -> dict[str, dict[str, Any]]:
    """The findings by their check; the first of a check that found several things."""
    done = office.run("doctor", "--json", *words)
    assert done.returncode == code, done.stdout + done.stderr
    assert not done.stderr
    document = json.loads(done.stdout)
    assert document["healthy"] is (code == 0)
    for finding in document["findings"]:
        assert finding["mark"] == "good" or finding["hint"]
        assert "\n" not in finding["sentence"]
    return {finding["check"]: finding for finding in reversed(document["findings"])}


@pytest.mark.parametrize("broken", BREAKS)
def test_whatever_is_wrong_with_the_ledger_it_is_named_and_the_rest_is_looked_at(worked: Office, broken: str) -> None:
    break_it, remedy = BREAKS[broken]
    break_it(worked.storage)
    found = report(worked)
    assert found["ledger"]["mark"] == "bad"
    assert remedy in found["ledger"]["sentence"] + found["ledger"]["hint"]
    assert {"journal", "disk", "secrets"} <= found.keys()
    assert found["journal"]["mark"] == "good"
    assert {"raw", "files"} & found.keys()
    if broken != "raw moved away":
        assert "raw" not in found or found["raw"]["mark"] == "good"


def test_the_doctor_makes_no_new_ledger_where_one_is_lost(worked: Office) -> None:
    without_ledger(worked.storage)
    for words in (("doctor",), ("doctor", "--repair"), ("status",)):
        assert worked.run(*words).returncode in (3, 6)
    assert not list(worked.storage.glob("mailbot.db*"))


@pytest.mark.parametrize("broken", ["deleted", "0 bytes", "garbage", "an older one"])
def test_what_the_doctor_names_a_rebuild_heals(worked: Office, broken: str) -> None:
    BREAKS[broken][0](worked.storage)
    report(worked)
    assert worked.run("rebuild").returncode == 0
    assert "ledger" in report(worked, code=0)


def test_a_person_reads_one_line_for_each_finding_and_a_hint_below_what_is_wrong(worked: Office) -> None:
    garbage(worked.storage)
    done = worked.run("doctor")
    assert done.returncode == 6
    *lines, last = done.stdout.splitlines()
    assert lines[0].startswith("✘ 数据库文件已损坏")
    assert last.startswith("有需要处理的问题")
    assert all(line.startswith(("✔ ", "！ ", "✘ ", "    办法：")) for line in lines)
    assert all(below.startswith("    办法：") for line, below in pairwise(lines) if line[0] in "！✘")


def test_a_broken_ledger_does_not_hide_a_changed_raw_mail(worked: Office) -> None:
    garbage(worked.storage)
    first = min((worked.storage / "raw").iterdir())
    first.write_bytes(b"changed")
    assert first.name in report(worked)["raw"]["sentence"]


def test_both_servers_are_looked_at_without_a_ledger(worked: Office) -> None:
    garbage(worked.storage)
    found = report(worked, "--online")
    assert found["smtp"]["mark"] == "good"
    assert "imap" not in found


def test_nothing_is_repaired_by_a_ledger_that_does_not_belong_to_the_storage(worked: Office) -> None:
    before = worked.tree()
    with_another_id(worked.storage)
    shutil.rmtree(worked.storage / "filed")
    report(worked, "--repair")
    assert before
    assert not worked.tree()


@pytest.mark.parametrize(("hinder", "word"), [(read_only, "只读"), (full, "磁盘空间不足")])
def test_a_disk_that_cannot_be_written_to_is_named_and_all_is_shown(
    on_small_disk: Office, hinder: Callable[[Path], None], word: str, tmp_path: Path
) -> None:
    mails, units = on_small_disk.mails(), on_small_disk.status()["units"]
    for file in on_small_disk.storage.glob("mailbot.db-*"):
        file.unlink()
    hinder(on_small_disk.storage)
    found = report(on_small_disk)
    assert word in found["ledger"]["sentence"]
    assert found["files"]["mark"] == "good"
    assert found["journal"]["mark"] == "good"
    assert "sums" in found
    assert on_small_disk.mails() == mails
    assert on_small_disk.status()["units"] == units
    for words in (("status",), ("letters",), ("explain", "1"), ("table", "-o", str(tmp_path / "table.xlsx"))):
        done = on_small_disk.run(*words)
        assert done.returncode == 0, done.stderr
        assert word in done.stderr
    assert on_small_disk.run("letters", "--resume").returncode == 4
    done = on_small_disk.run("backup", str(tmp_path / "backups"))
    assert done.returncode == 0, done.stderr


def test_slips_in_the_rules_are_told_as_everywhere(worked: Office) -> None:
    rules = worked.home / "rules"
    shutil.copytree(worked.rules, rules)
    worked.configure(rules=rules)
    (rules / "units.yaml").write_text("单位：\n", encoding="utf-8")
    assert worked.run("doctor").returncode == 3
