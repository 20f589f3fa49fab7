"""From, Reply-To and the marks of machines: a letter goes to the one address that wrote, or to nobody."""

from __future__ import annotations

import pytest

from tests.hostile.always import Always
from tests.hostile.trial import Trial
from tests.hostile.wire import OURS, TEXT, attachment, letter, whole
from tests.parsing_message.mails import joined, part, text_part, word

FILE = attachment("工作总结.docx")

GUESSES = {
    "no From at all": letter(1, FILE, sender=b""),
    "two addresses in From": letter(2, FILE, sender=b"a@beihua.edu.cn, b@evil.example"),
    "two From lines": letter(3, FILE, extra=b"From: other@evil.example\r\n"),
    "an address glued to another": letter(5, FILE, sender=b"a@beihua.edu.cn<x@evil.example>"),
    "group syntax": letter(6, FILE, sender=b"undisclosed: a@beihua.edu.cn, b@evil.example;"),
    "no domain": letter(8, FILE, sender=b"root"),
    "a space in the address": letter(9, FILE, sender=b"<a b@beihua.edu.cn>"),
    "a line break in the address": letter(10, FILE, sender=b"=?utf-8?q?<a=0D=0ABcc:x=40evil.example>?= <>"),
    "two at signs": letter(11, FILE, sender=b"<a@beihua.edu.cn@evil.example>"),
    "letters outside ASCII before an address": letter(12, FILE, sender="张三26@beihua.edu.cn".encode()),
    "a domain cut at letters outside ASCII": letter(13, FILE, sender="a10@beihua.edu.中国".encode()),
    "300 letters before the at sign": letter(14, FILE, sender=b"a" * 300 + b"@beihua.edu.cn"),
}
"""Mails that show no single address: an answer would go to a guess."""

ONE_FROM = {
    "a good name before a bad address": (letter(20, FILE, sender=b'"unit@beihua.edu.cn" <clerk20@evil.example>'), "clerk20@evil.example"),
    "3,000 nested comments": (letter(21, FILE, sender=b"(" * 3000 + b")" * 3000 + b" clerk21@beihua.edu.cn"), "clerk21@beihua.edu.cn"),
    "Reply-To of another domain": (letter(22, FILE, extra=b"Reply-To: boss@evil.example\r\n"), "clerk22@beihua.edu.cn"),
    "Reply-To of 200 addresses": (
        letter(23, FILE, extra=b"Reply-To: " + b",\r\n ".join(b"u%d@beihua.edu.cn" % n for n in range(200)) + b"\r\n"),
        "clerk23@beihua.edu.cn",
    ),
    "Reply-To is ourselves": (letter(24, FILE, extra=b"Reply-To: " + OURS + b"\r\n"), "clerk24@beihua.edu.cn"),
    "Reply-To of the same domain": (letter(25, FILE, extra=b"Reply-To: office25@beihua.edu.cn\r\n"), "office25@beihua.edu.cn"),
    "Reply-To that the text names": (
        letter(26, FILE, extra=b"Reply-To: clerk26@163.com\r\n", text=TEXT + "\n联系邮箱：clerk26@163.com"),
        "clerk26@163.com",
    ),
    "a read receipt is asked for": (
        letter(27, FILE, extra=b"Disposition-Notification-To: spy@evil.example\r\nReturn-Receipt-To: spy@evil.example\r\n"),
        "clerk27@beihua.edu.cn",
    ),
    "Errors-To and Sender of a stranger": (
        letter(28, FILE, extra=b"Errors-To: spy@evil.example\r\nSender: spy@evil.example\r\nResent-From: spy@evil.example\r\n"),
        "clerk28@beihua.edu.cn",
    ),
}
"""Mails with one From, and the only address that may be answered."""

REPORT = b'Content-Type: multipart/report; report-type=%s; boundary="r"'
MACHINES = {
    "ourselves": letter(40, FILE, sender=OURS),
    "MAILER-DAEMON with an empty return path": letter(41, FILE, sender=b"MAILER-DAEMON@126.com", extra=b"Return-Path: <>\r\n"),
    "Auto-Submitted": letter(42, FILE, extra=b"Auto-Submitted: auto-replied (vacation)\r\n"),
    "Precedence bulk": letter(43, FILE, extra=b"Precedence: bulk\r\n"),
    "a mailing list": letter(44, FILE, extra=b"List-Id: <all.beihua.edu.cn>\r\n"),
    "an automatic reply by its subject alone": letter(45, subject=word("自动回复：您的邮件已收到"), text="您好，我正在休假。"),
    "a read receipt": whole(
        46,
        REPORT % b"disposition-notification",
        joined(text_part("您的邮件已被阅读"), part(b"Content-Type: message/disposition-notification", b"x: y"), boundary=b"r"),
    ),
    "a bounce without our Message-ID": whole(
        47,
        REPORT % b"delivery-status",
        joined(text_part("退信"), part(b"Content-Type: message/delivery-status", b"Action: failed\r\n"), boundary=b"r"),
    ),
    "QQ's holiday reply": letter(48, text="您好，我出差了。", extra=b"X-QQ-HolidayReply: 1\r\n"),
    "no-reply": letter(49, FILE, sender=b"no-reply@beihua.edu.cn"),
    "our loop header come back": letter(50, FILE, extra=b"X-Mailbot-Loop: " + OURS + b"\r\n"),
    "an automatic reply in brackets": letter(
        52, subject=word("【自动回复】北华大学材料收到"), text="您好！您的邮件已收到，我会尽快与您联系。"
    ),
    "an absence told by Exchange": letter(53, subject=word("自动答复: 北华大学材料收到"), text="我目前不在办公室，请联系王老师。"),
    "a second Auto-Submitted": letter(54, FILE, extra=b"Auto-Submitted: no\r\nAuto-Submitted: auto-replied\r\n"),
    "a return path of MAILER-DAEMON": letter(55, FILE, extra=b"Return-Path: <MAILER-DAEMON>\r\n"),
    "X-Mailing-List": letter(56, FILE, extra=b"X-Mailing-List: all@beihua.edu.cn\r\n"),
    "www-data": letter(57, FILE, sender=b"www-data@beihua.edu.cn"),
    "a calendar invitation": whole(51, b"Content-Type: text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
}

OTHERS = {
    "a Date in 1970": letter(60, FILE).replace(b"Sat, 10 Dec 2022 09:00:00", b"Thu, 01 Jan 1970 00:00:00"),
    "a Date in 2099": letter(61, FILE).replace(b"10 Dec 2022", b"10 Dec 2099"),
    "no Date": letter(62, FILE).replace(b"Date: Sat, 10 Dec 2022 09:00:00 +0800\r\n", b""),
    "a Date that is none": letter(63, FILE).replace(b"Sat, 10 Dec 2022 09:00:00 +0800", b"Mon, 32 Foo 99999 77:88:99 +9999999"),
    "steering headers": letter(
        64, FILE, extra=b"X-Mailbot-Unit: jlu\r\nX-Mailbot-State: complete\r\nX-Zammad-Owner: x\r\nX-Mailbot-Answer: no\r\n"
    ),
    "no Message-ID": letter(65, FILE, message_id=b""),
    "one Message-ID, first": letter(66, FILE, message_id=b"<same@beihua.edu.cn>"),
    "one Message-ID, second": letter(67, attachment("活动总结.docx"), sender=b"clerk66@beihua.edu.cn", message_id=b"<same@beihua.edu.cn>"),
    "a Message-ID of 100 kB": letter(
        68, FILE, message_id=b"<" + b"a" * 100_000 + b"@b>", extra=b"References: " + b"<x@y> " * 20_000 + b"\r\n"
    ),
    "a Message-ID with line breaks": letter(69, FILE, message_id=b"<a\r\n b@c>\r\n\tX-Evil: <d@e>"),
}

MAILS = {**GUESSES, **{name: raw for name, (raw, _) in ONE_FROM.items()}, **MACHINES, **OTHERS}


def mails() -> dict[str, bytes]:
    return MAILS


class TestAlways(Always):
    """The whole heap."""


@pytest.mark.parametrize("name", GUESSES)
def test_nobody_is_answered_where_the_address_would_be_a_guess(trial: Trial, name: str) -> None:
    assert trial.answered(name) == []
    assert trial.row(name)["letters"] == []
    assert len(trial.files(name)) == 1
    assert trial.row(name)["needs_person"]


@pytest.mark.parametrize("name", ONE_FROM)
def test_the_answer_goes_to_the_one_right_address(trial: Trial, name: str) -> None:
    assert trial.answered(name) == [ONE_FROM[name][1]]


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_is_never_answered(trial: Trial, name: str) -> None:
    row = trial.row(name)
    assert row["automatic"]
    assert row["letters"] == []


@pytest.mark.parametrize("name", ["Auto-Submitted", "Precedence bulk", "a mailing list", "no-reply"])
def test_what_a_machine_encloses_is_kept_all_the_same(trial: Trial, name: str) -> None:
    assert [file["name"] for file in trial.files(name)] == ["工作总结.docx"]


def test_the_date_that_the_sender_writes_decides_nothing(trial: Trial) -> None:
    for name in ("a Date in 1970", "a Date in 2099", "no Date", "a Date that is none"):
        row = trial.row(name)
        assert row["received_at"].startswith("2022-12-10T10:00:00")
        assert row["unit"]["id"] == "beihua"
    assert trial.unit("beihua")["late"] is False


def test_no_header_of_a_mail_steers_the_bot(trial: Trial) -> None:
    row = trial.row("steering headers")
    assert row["unit"]["id"] == "beihua"
    assert len(row["letters"]) == 1
    assert trial.unit("吉林大学")["state"] == "none"


def test_two_mails_under_one_message_id_are_two_mails(trial: Trial) -> None:
    first, second = trial.row("one Message-ID, first"), trial.row("one Message-ID, second")
    assert first["number"] != second["number"]
    assert len(trial.files("one Message-ID, second")) == 1


@pytest.mark.parametrize("name", ["no Message-ID", "a Message-ID of 100 kB", "a Message-ID with line breaks"])
def test_a_letter_is_well_formed_whatever_message_id_it_answers(trial: Trial, name: str) -> None:
    (answer,) = trial.letters(name)
    assert "X-Evil" not in answer
    assert len(str(answer["References"] or "")) < 10_000
