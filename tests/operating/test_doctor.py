"""`mailbot doctor`: one line a check, an exit code, and files that were lost come back with the very same bytes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from mailbot.demo.samples import samples
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
    assert all(line.startswith(("✔", "！", "    办法", "一切正常")) for line in lines)
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
