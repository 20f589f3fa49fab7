"""The log holds numbers and kinds: no subject, no name, no address of a sender, no number of a person (reliability 4 no. 47)."""

from __future__ import annotations

import json
import re
from datetime import datetime
from email.message import EmailMessage

import pytest

from mailbot.demo.samples import samples
from tests.road.office import Office
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.dovecot

PHONE, IDENTITY = "13804312345", "220102198001011234"


def telling() -> bytes:
    """A mail that tells a phone number and an identity number everywhere it can."""
    mail = EmailMessage()
    mail["From"] = f"王小明{PHONE} <wang{PHONE}@jlu.edu.cn>"
    mail["To"] = "jlqmxx@126.com"
    mail["Subject"] = f"吉林大学工作总结 联系人王小明 {PHONE}"
    mail["Message-ID"] = f"<{IDENTITY}@jlu.edu.cn>"
    mail.set_content(f"身份证号 {IDENTITY}，电话 {PHONE}。")
    mail.add_attachment(b"%PDF-1.4 broken", maintype="application", subtype="pdf", filename=f"总结{PHONE}{IDENTITY}.pdf")
    mail.add_attachment(b"PK\x03\x04broken", maintype="application", subtype="zip", filename=f"照片{IDENTITY}.zip")
    return bytes(mail)


def worked_through(office: Office, dovecot: Dovecot, **environ: str) -> str:
    """All that a run prints over some samples and hostile neighbours of theirs."""
    for mail in samples()[:9]:
        dovecot.deliver(mail.raw, mail.received_at, mail.folder)
    dovecot.deliver(telling())
    dovecot.deliver(b"From: <<<\r\nSubject: =?gb2312?q?" + PHONE.encode() + b"?=\r\nContent-Type: multipart/mixed\r\n\r\n" + PHONE.encode())
    done = office.run("run", "--once", environ=environ)
    return done.stdout + done.stderr


def words(office: Office) -> set[str]:
    """Everything that only a mail, a file or a letter could have told."""
    found: set[str] = set()
    for mail in office.mails():
        found |= {mail["subject"], mail["from"], mail["from_name"], mail["message_id"], *(file["name"] for file in mail["files"])}
        found |= {letter["to"] for letter in mail["letters"]} | {letter["subject"] for letter in mail["letters"]}
    return {word for word in found if len(word) > 3} - {office.sender}


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_personal_data_reaches_the_log(office: Office, dovecot: Dovecot, form: str) -> None:
    office.configure(more=f"log_format: {form}\n")
    said = worked_through(office, dovecot) + office.run("run", "--once", environ={"MAILBOT_PASSWORD": "wrong"}).stderr
    said += worked_through(office, dovecot, MAILBOT_SMTP_PASSWORD="wrong")
    known = words(office)
    assert len(known) > 40
    assert {word for word in known if word in said} == set()
    assert not re.findall(r"(?<!\d)1\d{10}(?!\d)|\d{17}[\dXx]", said)
    assert set(re.findall(r"[\w.+-]+@[\w.-]+\.\w+", said)) <= {office.sender, office.imap.user, office.smtp.user}
    if form == "json":
        assert_json_lines(said)


def assert_json_lines(said: str) -> None:
    """One object a line, with moment, level and sentence."""
    lines = [json.loads(line) for line in said.splitlines()]
    assert len(lines) > 3
    for line in lines:
        assert datetime.fromisoformat(line["at"]).tzinfo is not None
        assert line["level"] in ("DEBUG", "INFO", "WARNING", "ERROR")
        assert line["text"]
    assert any("收信失败" in line["text"] for line in lines)


def test_the_files_are_their_owners_only(worked: Office) -> None:
    for path in (worked.storage, *worked.storage.rglob("*")):
        assert not path.stat().st_mode & 0o077, path
