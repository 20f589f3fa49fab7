"""`mailbot purge --before`: after it, no word of a person is left in the storage, and every number still counts."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from mailbot.app import RULES
from mailbot.demo.samples import samples
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import postgres
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot

ALL = "2099-01-01"


def purge(office: Office, before: str = ALL) -> str:
    done = office.run("purge", "--before", before, "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def words_of(mails: list[dict[str, Any]]) -> set[str]:
    """What names a person or tells what he wrote."""
    words = set()
    for mail in mails:
        words |= {mail["from"], mail["from_name"], mail["subject"], *(file["name"] for file in mail["files"])}
        words |= {letter["to"] for letter in mail["letters"]}
    return {word for word in words if len(word) > 3 and word not in ("(body)", "（已清除）")}


def everything(storage: Path) -> bytes:
    """Every byte of every file below storage, workbooks unpacked, and every name."""
    found = []
    for path in storage.rglob("*"):
        found.append(str(path.relative_to(storage)).encode())
        if path.suffix == ".xlsx" and "filed" not in path.parts:
            with zipfile.ZipFile(path) as book:
                found += [book.read(name) for name in book.namelist()]
        elif path.is_file() and path.name != RULES:  # what the office itself knows, aliases of units among it
            found.append(path.read_bytes())
    return b"\n".join(found)


def closed(mails: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [mail for mail in mails if mail["subject"] == "（已清除）"]


def counted(office: Office) -> list[Any]:
    return [(unit["name"], unit["state"], unit["items"], unit["missing"], unit["last_received_at"]) for unit in office.status()["units"]]


def test_no_word_of_a_person_is_left_and_every_number_still_counts(worked: Office) -> None:
    before, units = worked.mails(), counted(worked)
    worked.run("knowledge", "--address", "clerk@example.cn", "--unit", "延边大学")
    said = purge(worked)
    after = worked.mails()
    gone = [mail for mail in before if mail["number"] in {mail["number"] for mail in closed(after)}]
    assert len(gone) >= 4
    assert f"已清除 {len(gone)} 封" in said
    left = everything(worked.storage)
    words = words_of(gone) - words_of([mail for mail in after if mail not in closed(after)])
    assert len(words) > 10
    assert {word for word in words if word.encode() in left} == set()
    assert b"clerk@example.cn" not in left
    assert counted(worked) == units
    assert [mail["sha256"] for mail in after] == [mail["sha256"] for mail in before]
    assert worked.status()["reconciliation"]["equal"]
    assert worked.run("doctor").returncode == 0


def test_the_log_of_events_stays_with_hashes_in_place_of_addresses(worked: Office) -> None:
    journal = worked.storage / "events.jsonl"
    before = journal.read_text(encoding="utf-8").splitlines()
    purge(worked)
    after = journal.read_text(encoding="utf-8")
    assert len(after.splitlines()) > len(before)
    assert '"to":"sha256:' in after


def test_it_shows_first_and_asks(worked: Office) -> None:
    tree, mails = worked.tree(), worked.mails()
    done = worked.run("purge", "--before", ALL)
    assert done.returncode == 130
    assert "清除后不能恢复" in done.stdout
    assert f"{ALL} 以前到达" in done.stdout
    assert (worked.tree(), worked.mails()) == (tree, mails)


def test_only_what_arrived_before_the_day_goes(worked: Office) -> None:
    moments = sorted(mail["received_at"] for mail in worked.mails())
    day = moments[len(moments) // 2][:10]
    purge(worked, day)
    assert closed(worked.mails())
    assert all(mail["received_at"][:10] < day for mail in closed(worked.mails()))


def test_mails_that_wait_for_a_person_are_left_and_named(office: Office, dovecot: Dovecot) -> None:
    office.configure(mode="hold")
    mail = samples()[0]
    dovecot.deliver(mail.raw, mail.received_at)
    office.once()
    said = purge(office)
    assert "另有 1 封还等着" in said
    assert not closed(office.mails())


def test_a_mail_that_the_server_shows_once_more_is_not_kept_again(worked: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    purge(worked)
    letters = len(sink.letters)
    raw = {path.name for path in (worked.storage / "raw").iterdir()}
    dovecot.new_uidvalidity()
    worked.once()
    assert {path.name for path in (worked.storage / "raw").iterdir()} == raw
    assert len(sink.letters) == letters
    assert worked.status()["reconciliation"]["equal"]


def test_a_ledger_that_is_rebuilt_afterwards_counts_the_same(worked: Office, sink: SmtpSink) -> None:
    purge(worked)
    units, numbers, letters = counted(worked), [mail["number"] for mail in worked.mails()], len(sink.letters)
    for _ in range(2):  # a rebuilt ledger may be lost as well
        for file in worked.storage.glob("mailbot.db*"):
            if ".old-" not in file.name:
                file.unlink()
        done = worked.run("rebuild")
        assert done.returncode == 0, done.stdout + done.stderr
        assert counted(worked) == units
        assert [mail["number"] for mail in worked.mails()] == numbers
    worked.once()
    assert len(sink.letters) == letters


def test_a_purge_that_was_cut_off_is_finished_by_the_next(worked: Office) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (apt-get install strace)")
    words = words_of(worked.mails())
    trace = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=unlink", "-e", "inject=unlink:signal=KILL:when=3")
    worked.run("purge", "--before", ALL, "--yes", prefix=trace)
    purge(worked)
    left = everything(worked.storage)
    words -= words_of([mail for mail in worked.mails() if mail not in closed(worked.mails())])
    assert {word for word in words if word.encode() in left} == set()


def test_what_was_purged_can_be_neither_explained_nor_decided_anew(worked: Office) -> None:
    purge(worked)
    number = str(closed(worked.mails())[0]["number"])
    for words in (("explain", number), ("assign", number, "--unit", "延边大学"), ("replay", number)):
        done = worked.run(*words)
        assert done.returncode == 3
        assert "已按期清除" in done.stderr


@pytest.mark.postgres
def test_it_works_on_postgresql_as_well(worked: Office) -> None:
    with postgres() as server:
        file = worked.home / "config.yaml"
        backups = worked.home / "backups"
        assert worked.run("backup", str(backups)).returncode == 0
        worked.wipe()
        file.write_text(file.read_text(encoding="utf-8") + f"database: {server.new_database()}\n", encoding="utf-8")
        assert worked.run("restore", str(next(backups.iterdir()))).returncode == 0
        purge(worked)
        assert closed(worked.mails())
        assert worked.run("doctor").returncode == 0
