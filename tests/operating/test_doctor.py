"""`mailbot doctor`: one line a check, an exit code, and files that were lost come back with the very same bytes."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mailbot.app import read_config
from mailbot.demo.samples import samples
from mailbot.operating.doctor import Visit, doctor
from mailbot.storing.database import Database
from mailbot.storing.lock import storage_lock
from tests.road.office import Office
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.dovecot


def examined(office: Office, *words: str) -> dict[str, dict[str, Any]]:
    done = office.run("doctor", "--json", *words)
    assert done.returncode in (0, 6), done.stdout + done.stderr
    document = json.loads(done.stdout)
    assert document["healthy"] is (done.returncode == 0)
    return {finding["check"]: finding for finding in document["findings"]}


def filed(office: Office) -> list[Path]:
    return sorted(path for path in (office.storage / "filed").rglob("*") if path.is_file())


def test_a_sound_installation_is_well_offline_and_online(worked: Office) -> None:
    done = worked.run("doctor", "--online")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert all(line.startswith(("✔", "！", "    办法", "没有故障")) for line in lines)  # Dovecot does not say its quota
    assert any("逐个核对无误" in line for line in lines)
    assert any("本地都有登记" in line for line in lines)
    assert any("发信服务器" in line for line in lines)
    assert worked.run("doctor").returncode == 0


def test_it_reconciles_with_the_server(worked: Office, dovecot: Dovecot) -> None:
    mail = samples()[9]
    dovecot.deliver(mail.raw, mail.received_at)
    dovecot.expunge(1)
    said = examined(worked, "--online")["server"]
    assert said["mark"] == "note"
    assert "其中 1 封还没有取" in said["sentence"]
    assert "另有 1 封取过以后被移走" in said["sentence"]


def test_a_removed_file_is_found_and_restored_from_the_raw_mail(worked: Office) -> None:
    before = worked.tree()
    filed(worked)[0].unlink()
    assert examined(worked)["filed"]["mark"] == "bad"
    assert worked.tree() != before
    examined(worked, "--repair")
    assert worked.tree() == before
    assert "filed" not in examined(worked)


def test_a_changed_file_is_restored_and_the_changed_one_stays_beside_it(worked: Office) -> None:
    before = worked.tree()
    file = filed(worked)[0]
    file.write_bytes(b"a person's edit")
    examined(worked, "--repair")
    after = worked.tree()
    assert {name: after[name] for name in before} == before
    (beside,) = set(after) - set(before)
    assert "（被改动）" in beside
    assert after[beside] == b"a person's edit"


def test_a_damaged_raw_mail_comes_back_from_the_server_if_it_still_lies_there(worked: Office, dovecot: Dovecot) -> None:
    raw = sorted((worked.storage / "raw").glob("*.eml"))[:2]
    raw[0].write_bytes(b"")
    raw[1].unlink()
    said = examined(worked)["raw"]
    assert said["mark"] == "bad"
    assert "2 封原始邮件" in said["sentence"]
    assert "备份" in said["hint"]
    findings = examined(worked, "--online", "--repair")
    assert "raw" not in findings
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.stem for path in (worked.storage / "raw").glob("*.eml"))


def test_a_raw_mail_that_is_nowhere_any_more_stays_a_fault(worked: Office, dovecot: Dovecot) -> None:
    number = worked.mails()[0]["sha256"]
    (worked.storage / "raw" / f"{number}.eml").unlink()
    for uid in range(1, 10):
        dovecot.expunge(uid)
    assert examined(worked, "--online", "--repair")["raw"]["mark"] == "bad"


def test_secrets_that_others_can_read_are_named_with_the_remedy(worked: Office) -> None:
    worked.storage.chmod(0o755)
    said = examined(worked)["secrets"]
    assert said["mark"] == "bad"
    assert f"chmod 700 {worked.storage}" in said["hint"]


def test_a_refused_account_is_a_fault_with_a_hint(worked: Office) -> None:
    done = worked.run("doctor", "--online", "--json", environ={"MAILBOT_PASSWORD": "old"})
    assert done.returncode == 6
    assert "授权码" in done.stdout


def test_a_damaged_ledger_is_said(worked: Office) -> None:
    ledger = worked.storage / "mailbot.db"
    content = bytearray(ledger.read_bytes())
    content[-4096:] = b"\xff" * 4096
    ledger.write_bytes(bytes(content))
    done = worked.run("doctor")
    assert done.returncode in (3, 6)
    assert "损坏" in done.stdout + done.stderr
    assert "rebuild" in done.stdout + done.stderr


def test_a_raw_mail_without_a_row_is_found_and_registered_as_the_hint_says(worked: Office) -> None:
    raw = samples()[9].raw
    key = f"raw/{hashlib.sha256(raw).hexdigest()}.eml"
    path = worked.storage / key
    path.write_bytes(raw)
    path.chmod(0o600)
    said = examined(worked)["unregistered"]
    assert said["mark"] == "bad"
    assert key in said["sentence"]
    command = said["hint"].rpartition("mailbot ingest ")[2]
    before = len(worked.mails())
    done = worked.run("ingest", command)
    assert done.returncode == 0, done.stderr
    assert len(worked.mails()) == before + 1
    assert "unregistered" not in examined(worked)
    assert path.read_bytes() == raw


def test_what_the_daemon_has_only_just_put_is_no_finding(worked: Office) -> None:
    (worked.storage / "raw" / f"{'0' * 64}.eml").write_bytes(b"x")
    with storage_lock(worked.storage):
        assert "unregistered" not in examined(worked)
    assert "unregistered" in examined(worked)


def lines_of_journal(office: Office) -> list[bytes]:
    return (office.storage / "events.jsonl").read_bytes().splitlines(keepends=True)


def write_journal(office: Office, lines: list[bytes]) -> None:
    (office.storage / "events.jsonl").write_bytes(b"".join(lines))


@pytest.mark.parametrize("damage", ["a line destroyed", "a line deleted"])
def test_a_hole_in_the_journal_is_named_by_its_line_and_written_anew(worked: Office, damage: str) -> None:
    before = lines_of_journal(worked)
    hole = [b"\0" * 40 + b"\n"] if damage == "a line destroyed" else []
    write_journal(worked, [*before[:4], *hole, *before[5:]])
    said = examined(worked)["journal"]
    assert said["mark"] == "bad"
    assert "第 5 行" in said["sentence"]
    assert "缺第 5 条" in said["sentence"]
    assert "--repair" in said["hint"]
    assert examined(worked, "--repair")["journal"]["mark"] == "good"
    assert lines_of_journal(worked) == before


def test_the_journal_is_not_written_anew_out_of_a_damaged_ledger(worked: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = lines_of_journal(worked)
    write_journal(worked, [*lines[:4], *lines[5:]])
    monkeypatch.setattr(Database, "faults", lambda _: ("*** in database main ***\nTree 3 page 3",))
    findings = doctor(read_config(worked.home / "config.yaml", need_password=False), Visit(repair=True))
    assert "没有按它重写" in next(finding.sentence for finding in findings if finding.check == "repair")
    assert all("\n" not in finding.sentence for finding in findings)
    assert lines_of_journal(worked) == [*lines[:4], *lines[5:]]


def test_several_holes_are_all_named(worked: Office) -> None:
    lines = lines_of_journal(worked)
    write_journal(worked, [lines[0], *lines[3:6], lines[7], b"{}\n", *lines[8:]])
    sentence = examined(worked)["journal"]["sentence"]
    assert "第 2 行以前缺第 2～3 条" in sentence
    assert "第 5 行以前缺第 7 条" in sentence
    assert "第 6 行读不出来" in sentence


def test_rubbish_in_the_journal_that_costs_no_event_is_a_note(worked: Office) -> None:
    lines = lines_of_journal(worked)
    write_journal(worked, [*lines[:3], b"rubbish\n", *lines[3:]])
    assert examined(worked)["journal"]["mark"] == "note"


def listed(office: Office) -> str:
    """待办 … 项, as `status` says it."""
    found = re.search(r"待办 \d+ 项", office.run("status").stdout)
    assert found is not None
    return found[0]


def test_it_counts_what_the_status_lists(worked: Office) -> None:
    before = listed(worked)
    assert before in examined(worked)["person"]["sentence"]
    number = next(mail["number"] for mail in worked.mails() if not mail["needs_person"])
    with closing(sqlite3.connect(worked.storage / "mailbot.db")) as ledger, ledger:
        ledger.execute("UPDATE mail SET needs_person = 1 WHERE number = ?", (number,))
    assert listed(worked) != before
    said = examined(worked)["person"]
    assert said["mark"] == "note"
    assert listed(worked) in said["sentence"]
    assert "一切正常" not in worked.run("doctor").stdout


def test_before_the_first_look_at_the_inbox_that_is_said(office: Office) -> None:
    said = examined(office)["poll"]
    assert said["mark"] == "note"
    assert "还没有" in said["sentence"]


def test_an_event_that_a_rolled_back_commit_numbered_is_no_hole(worked: Office) -> None:
    """PostgreSQL passes over such numbers, and a backup of it may have been restored here: the ledger says which there are."""
    with closing(sqlite3.connect(worked.storage / "mailbot.db")) as ledger, ledger:
        (guard,) = ledger.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%DELETE ON event%'").fetchone()
        ledger.execute(f"DROP TRIGGER {guard.split()[2]}")
        ledger.execute("DELETE FROM event WHERE id = 5")
        ledger.execute(guard)
    lines = lines_of_journal(worked)
    write_journal(worked, [*lines[:4], *lines[5:]])
    assert examined(worked)["journal"]["mark"] == "good"
