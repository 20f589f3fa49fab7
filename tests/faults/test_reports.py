"""What mail systems, calendars and readers' programs say about our letters: only a report of failure marks one as come back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from mailbot.demo.samples import samples
from tests.faults.house import START, House
from tests.parsing_message.mails import joined, part, text_part, word
from tests.road.office import read_letter
from tests.servers.netease import NetEase
from tests.servers.smtpsink import SmtpSink

OpenHouse = Callable[..., House]
LIVE = START - timedelta(days=14)
SYSTEM = b"MAILER-DAEMON@mx.example"


class Written:
    """A letter of ours as its reader's side has it."""

    def __init__(self, raw: bytes) -> None:
        letter = read_letter(raw)
        self.raw, self.head = raw, raw.partition(b"\r\n\r\n")[0]
        self.to, self.id, self.subject = (str(letter[name]).strip() for name in ("To", "Message-ID", "Subject"))


def mail(sender: bytes, subject: str, body: bytes, more: str = "") -> bytes:
    head = [b"From: " + sender, b"To: jsjyktg@126.com", b"Subject: " + word(subject), b"MIME-Version: 1.0"]
    return b"\r\n".join([*head, *more.encode().splitlines(), body])


def report(kind: str, *parts: bytes) -> bytes:
    head = f'Content-Type: multipart/report; report-type={kind}; boundary="q"\r\n\r\n'.encode()
    return head + joined(*parts, boundary=b"q")


def status(to: str, action: str) -> bytes:
    fields = f"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: {action}\r\n"
    return part(b"Content-Type: message/delivery-status", fields.encode())


def delivery(letter: Written, action: str) -> bytes:
    inner = part(b"Content-Type: message/rfc822", letter.raw)
    return mail(SYSTEM, "Delivery Status Notification", report("delivery-status", text_part(action), status(letter.to, action), inner))


def forged(letter: Written) -> bytes:
    return mail(b"evil@evil.example", "hello", report("delivery-status", text_part("x"), status(letter.to, "failed")))


def absence(letter: Written) -> bytes:
    more = f"In-Reply-To: {letter.id}\r\nAuto-Submitted: auto-replied"
    return mail(letter.to.encode(), f"自动回复: {letter.subject}", text_part("我在休假"), more)


def read(letter: Written) -> bytes:
    fields = f"Final-Recipient: rfc822;{letter.to}\r\nOriginal-Message-ID: {letter.id}\r\nDisposition: manual-action; displayed"
    body = report("disposition-notification", text_part("已阅读"), part(b"Content-Type: message/disposition-notification", fields.encode()))
    return mail(letter.to.encode(), f"已读: {letter.subject}", body, f"In-Reply-To: {letter.id}")


def qq_in_words(letter: Written) -> bytes:
    text = f"您好，您发往 {letter.to} 的邮件被退回。\n\n" + letter.head.decode()
    return mail(b"PostMaster <10000@qq.com>", "来自qq.com的退信", text_part(text))


LOST: dict[str, Callable[[Written], bytes]] = {"failed": lambda letter: delivery(letter, "failed"), "in words": qq_in_words}
HERE: dict[str, Callable[[Written], bytes]] = {
    "delivered": lambda letter: delivery(letter, "delivered"),
    "delayed": lambda letter: delivery(letter, "delayed"),
    "relayed": lambda letter: delivery(letter, "relayed"),
    "an absence": absence,
    "read": read,
    "forged by a stranger": forged,
}

WrittenTo = tuple[House, list[Written]]


@pytest.fixture
def written_to(open_house: OpenHouse, netease: NetEase, sink: SmtpSink) -> WrittenTo:
    house = open_house(imap=netease.settings(), answering=sink.answering(go_live=LIVE))
    for sample in samples()[2:12]:
        netease.deliver(sample.raw, START)
    house.clock.go(minutes=20)
    house.cycle()
    return house, [Written(raw) for raw in sink.letters]


def test_only_a_report_of_failure_marks_a_letter_as_come_back(written_to: WrittenTo, netease: NetEase, sink: SmtpSink) -> None:
    house, written = written_to
    assert len(written) >= len(LOST) + len(HERE)
    for letter, told in zip(written, (*LOST.values(), *HERE.values()), strict=False):
        netease.deliver(told(letter), house.clock.at)
    house.clock.go(minutes=20)
    house.cycle()
    back = {letter["to"] for letter in house.letters() if letter["bounced"]}
    assert back == {letter.to for letter in written[: len(LOST)]}
    assert len(sink.letters) == len(written)  # and none of them is answered
