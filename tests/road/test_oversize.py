"""A mail that is larger than mailbot takes: what could be kept is worked on, and sender and staff both hear that it was cut."""

from __future__ import annotations

import random
from datetime import datetime
from email.message import EmailMessage

import pytest

from tests.hostile.wire import draft
from tests.road.office import Office, letter_text, read_letter
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot

ARRIVED = datetime.fromisoformat("2022-12-10T10:00:00+08:00")
DOUBT = "邮件超过上限（1 MB），只保存了前一部分"


@pytest.fixture
def office(office: Office) -> Office:
    """It takes mails of up to a megabyte."""
    config = office.home / "config.yaml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("  min_free: 1MB\n", "  min_free: 1MB\n  max_mail: 1MB\n"), encoding="utf-8"
    )
    return office


def mail(sender: str, subject: str, text: str, name: str, content: bytes) -> bytes:
    """A mail with a summary of 北华大学, if that sends it, in front of a file that does not fit."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "jsjyktg@126.com", subject
    made["Message-ID"] = f"<large@{sender.partition('@')[2]}>"
    made.set_content(text)
    if "beihua" in sender:
        made.add_attachment(draft(1), maintype="application", subtype="octet-stream", filename="工作总结.docx")
    made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("照片.bin", random.Random(1).randbytes(2_000_000)),
        ("典型案例.txt", ("典型案例：社区教育让老人学会用手机。\n" * 60_000).encode()),
    ],
)
def test_sender_and_staff_hear_that_a_mail_was_cut(office: Office, dovecot: Dovecot, sink: SmtpSink, name: str, content: bytes) -> None:
    subject = "北华大学2022年全民终身学习活动周材料"
    dovecot.deliver(mail("jxjy@beihua.edu.cn", subject, "北华大学报送总结、照片和案例，见附件。", name, content), ARRIVED)
    office.once()
    (kept,) = office.mails()
    assert kept["needs_person"]
    assert DOUBT in kept["because"]
    (incomplete,) = [file for file in kept["files"] if file["name"] == name]
    assert incomplete["disposition"] not in {"filed", "ignored"}
    assert "不完整" in incomplete["because"]
    (letter,) = kept["letters"]
    assert letter["kind"] == "ask_again"
    text = letter_text(read_letter(sink.letters[0]))
    assert "超过了我们邮箱每封 1 MB 的上限，只收到了前一部分" in text
    assert "分成几封" in text
    assert "每封不超过 0.5 MB" in text
    assert "不必重新发送" not in text
    assert "格式无法自动读取" not in text
    assert name not in text.partition("不必重发")[2]
    assert "工作总结.docx" in text.partition("不必重发")[2]


def test_a_sender_who_is_no_unit_we_know_hears_it_too_and_is_asked_who_it_is(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    content = random.Random(2).randbytes(2_000_000)
    dovecot.deliver(mail("18912345@qq.com", "材料", "您好，请查收。", "新建文件夹.rar", content), ARRIVED)
    office.once()
    (kept,) = office.mails()
    assert kept["unit"] is None
    assert DOUBT in kept["because"]
    text = letter_text(read_letter(sink.letters[0]))
    assert "只收到了前一部分" in text
    assert "写明单位全称" in text


def test_what_was_cut_is_known_to_explain_and_to_a_rebuilt_ledger(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    content = random.Random(3).randbytes(2_000_000)
    dovecot.deliver(mail("jxjy@beihua.edu.cn", "北华大学活动周材料", "北华大学报送总结和照片，见附件。", "照片.rar", content), ARRIVED)
    office.once()
    before = office.mails()
    assert DOUBT in office.run("explain", "1").stdout.replace("\n", "")
    for file in office.storage.glob("mailbot.db*"):
        file.unlink()
    assert office.run("rebuild").returncode == 0
    assert office.mails() == before


def test_a_mail_of_exactly_the_cap_came_whole(office: Office, dovecot: Dovecot) -> None:
    raw = mail("jxjy@beihua.edu.cn", "北华大学活动周材料", "北华大学报送总结和照片，见附件。", "说明.txt", b"").replace(b"\n", b"\r\n")
    fill = 1024**2 - len(raw)
    at = raw.index(b"Message-ID")
    raw = raw[:at] + b"X-Fill: " + b"\r\n ".join([b"y" * 70] * ((fill - 200) // 73)) + b"\r\n" + raw[at:]
    raw = raw[:at] + b"X-More: " + b"z" * (1024**2 - len(raw) - 10) + b"\r\n" + raw[at:]
    assert len(raw) == 1024**2
    dovecot.deliver(raw, ARRIVED)
    office.once()
    assert DOUBT not in office.mails()[0]["because"]
