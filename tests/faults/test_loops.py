"""Mail that answers mail: robots without any mark, two mailbots face to face, a flood, a mailbox full of old mail."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from mailbot import daemon
from mailbot.demo import makers, pictures, prose
from mailbot.demo.samples import samples
from tests.faults.house import START, House
from tests.hostile.wire import attachment, draft
from tests.hostile.wire import letter as written
from tests.servers.netease import NetEase
from tests.servers.smtpsink import SmtpSink

OpenHouse = Callable[..., House]
MANY = 5000 if os.environ.get("MAILBOT_SWEEP") else 400
LIVE = START - timedelta(days=14)


def plain(sender: str, number: int, subject: str, text: str) -> bytes:
    head = f"From: {sender}\r\nTo: jsjyktg@126.com\r\nMessage-ID: <{number}.{sender}>\r\nContent-Type: text/plain; charset=utf-8\r\n"
    return f"{head}Subject: {subject}\r\n\r\n{text}\r\n".encode()


ROBOTS: dict[str, Callable[[int, bytes], str]] = {
    "thanks": lambda number, letter: f"来信已收到，谢谢。编号{number}",
    "asks": lambda number, letter: f"老师您好，请问第{number}个问题怎么办理？",
    "promises an attachment": lambda number, letter: f"老师您好，材料见附件，请查收。第{number}次。\n北华大学",
    "quotes": lambda number, letter: f"第{number}封来信收悉，内容如下：\n" + re.sub(r"(?m)^", "> ", letter.decode("utf-8", "replace")),
    "names a unit": lambda number, letter: f"北华大学全民终身学习活动周工作总结、照片、案例{number}",
}


@pytest.mark.parametrize("robot", ROBOTS)
def test_a_robot_that_answers_every_letter_with_new_ids_and_no_mark_gets_two_at_most(
    open_house: OpenHouse, netease: NetEase, sink: SmtpSink, robot: str
) -> None:
    house = open_house(imap=netease.settings(), answering=sink.answering(go_live=LIVE))
    netease.deliver(plain("robot@beihua.edu.cn", 0, "北华大学活动周材料", ROBOTS[robot](0, b"")), house.clock.at)
    answered = 0
    for round_ in range(1, 30):
        house.clock.go(minutes=20)
        house.cycle()
        for letter in sink.letters[answered:]:
            text = ROBOTS[robot](round_, letter)
            netease.deliver(plain("robot@beihua.edu.cn", round_, f"Re: 您的来信 {round_}", text), house.clock.at)
        answered = len(sink.letters)
    assert answered <= 2
    assert house.sums()["equal"]


ENCLOSED: dict[str, Callable[[int], bytes]] = {
    "a new document": lambda number: enclosing(number, attachment("总结.docx", draft(number))),
    "the same document": lambda number: enclosing(number, attachment("总结.docx")),
    "a new document of nobody": lambda number: enclosing(
        number, attachment("总结.docx", makers.docx([f"材料{number}"])), sender=b"r@qq.com"
    ),
    "a new photo": lambda number: enclosing(number, attachment("照片.jpg", pictures.photo(number, 1200, 800))),
    "a document or none": lambda number: enclosing(number, *[attachment("总结.docx", draft(number))] * (number % 2)),
}


def enclosing(number: int, *files: bytes, sender: bytes = b"robot@beihua.edu.cn") -> bytes:
    return written(number, *files, sender=sender, message_id=b"<%d.robot@x.example>" % number)


@pytest.mark.parametrize("hours", [0.5, 7])
@pytest.mark.parametrize("robot", ENCLOSED)
def test_a_robot_that_encloses_a_file_with_every_answer_gets_two_at_most(
    open_house: OpenHouse, netease: NetEase, sink: SmtpSink, robot: str, hours: float
) -> None:
    house = open_house(imap=netease.settings(), answering=sink.answering(go_live=LIVE))
    netease.deliver(ENCLOSED[robot](1), house.clock.at)
    answered = 0
    for round_ in range(2, 8):
        house.clock.go(hours=hours)
        house.cycle()
        for _ in sink.letters[answered:]:
            netease.deliver(ENCLOSED[robot](round_), house.clock.at)
        answered = len(sink.letters)
    assert 1 <= answered <= 2
    assert all(mail["state"] != "kept" for mail in house.mails())


def test_a_unit_that_adds_to_its_material_day_by_day_is_answered_every_time(
    open_house: OpenHouse, netease: NetEase, sink: SmtpSink
) -> None:
    house = open_house(imap=netease.settings(), answering=sink.answering(go_live=LIVE))
    for day in range(1, 6):
        netease.deliver(enclosing(day, attachment(f"总结{day}.docx", draft(day)), sender=b"clerk@beihua.edu.cn"), house.clock.at)
        house.clock.go(minutes=20)
        house.cycle()
        assert len(sink.letters) == day
        house.clock.go(hours=16)


def test_a_unit_that_sends_one_material_after_the_other_within_hours_is_answered_every_time(
    open_house: OpenHouse, netease: NetEase, sink: SmtpSink
) -> None:
    house = open_house(imap=netease.settings(), answering=replace(sink.answering(go_live=LIVE), per_address_day=9))
    parts = [
        attachment("工作总结.docx", draft(1)),
        attachment("工作总结（补充）.docx", draft(2)),
        attachment("活动照片.jpg", pictures.photo(3, 1200, 800)),
        attachment("典型案例.docx", makers.docx(prose.case("北华大学", 3))),
    ]
    for number, file in enumerate(parts, 1):
        netease.deliver(enclosing(number, file, sender=b"clerk@beihua.edu.cn"), house.clock.at)
        house.clock.go(hours=1)
        house.cycle()
        assert len(sink.letters) == number


def test_two_mailbots_that_face_each_other_fall_silent(open_house: OpenHouse) -> None:
    """Their provider strips every header by which one machine knows another and gives new ids."""
    with (
        NetEase("a@126.com") as left,
        NetEase("b@126.com") as right,
        SmtpSink("a@126.com") as from_left,
        SmtpSink("b@126.com") as from_right,
    ):
        houses = [
            open_house("a", imap=left.settings(), answering=from_left.answering(go_live=LIVE)),
            open_house("b", imap=right.settings(), answering=from_right.answering(go_live=LIVE)),
        ]
        left.deliver(plain("b@126.com", 0, "全民终身学习活动周", "老师您好，请问材料什么时候交？\n北华大学"), START)
        carried = [0, 0]
        for round_ in range(72):
            for at, (house, sink, target) in enumerate(zip(houses, (from_left, from_right), (right, left), strict=True)):
                house.clock.go(minutes=20)
                house.cycle()
                for number, letter in enumerate(sink.letters[carried[at] :]):
                    target.deliver(stripped(letter, round_ * 100 + number), house.clock.at)
                carried[at] = len(sink.letters)
        assert len(from_left.letters) <= 2
        assert len(from_right.letters) <= 2


def stripped(letter: bytes, number: int) -> bytes:
    head, _, body = letter.partition(b"\r\n\r\n")
    kept = re.findall(rb"(?im)^(?:from|to|subject|mime-version|content-[a-z-]+):.*(?:\r\n[ \t].*)*", head)
    return b"\r\n".join([b"Message-ID: <%d@provider>" % number, *kept]) + b"\r\n\r\n" + body


def test_a_flood_from_one_sender_delays_nobody_else(
    open_house: OpenHouse, netease: NetEase, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "PATIENCE", 0.5)
    for number in range(MANY):
        netease.deliver(plain("bomb@evil.example", number, f"材料{number}", "请查收附件"), START)
    others = [samples()[index] for index in (0, 2, 3)]
    for mail in others:
        netease.deliver(mail.raw, START + timedelta(hours=1))
    house = open_house(imap=netease.settings(), answering=sink.answering(go_live=LIVE))
    house.clock.go(hours=2)
    assert house.cycle()
    states = {mail["subject"]: mail["state"] for mail in house.mails()}
    assert len(house.mails()) == MANY + 3
    assert [mail["state"] for mail in house.mails() if "bomb" not in mail["from"]] == ["settled"] * 3
    assert "kept" in states.values()  # most of the flood waits, on disk
    assert {one.recipients[0] for one in sink.received} - {"bomb@evil.example"} == {address(mail.raw) for mail in others}
    assert house.bot.unfinished()
    netease.deliver(plain("late@ccut.edu.cn", 1, "咨询", "老师您好，请问截止时间？\n长春工业大学"), house.clock.at)
    house.clock.go(minutes=10)
    house.cycle()  # the next cycle does not wait for the flood
    assert next(mail["state"] for mail in house.mails() if mail["from"] == "late@ccut.edu.cn") != "kept"
    assert sum(one.recipients[0] == "bomb@evil.example" for one in sink.received) <= 3
    sums = house.sums()
    assert sums["on_server"] == sums["kept"] == MANY + 4


def address(raw: bytes) -> str:
    found = re.search(rb"(?im)^from:.*?([\w.+-]+@[\w.-]+)", raw)
    assert found
    return found[1].decode()


def test_the_first_login_to_a_mailbox_of_old_mail_answers_nobody(open_house: OpenHouse, netease: NetEase, sink: SmtpSink) -> None:
    old = START - timedelta(days=30)
    for number in range(MANY):
        sender = f"clerk{number}@beihua.edu.cn"
        netease.deliver(plain(sender, number, f"活动周{number}", "老师您好，请问截止时间？\n北华大学"), old + timedelta(minutes=number))
    house = open_house(imap=netease.settings(), answering=sink.answering(go_live=None))
    for _ in range(3):
        house.cycle()
        house.clock.go(days=1)
    assert house.sums()["kept"] == MANY
    assert house.sums()["waiting"] == 0
    assert house.sums()["equal"]
    assert sink.received == []
    assert house.letters() == []
    netease.deliver(plain("new@beihua.edu.cn", 1, "咨询", "老师您好，请问截止时间？\n北华大学"), house.clock.at)
    house.clock.go(minutes=10)
    house.cycle()
    assert [one.recipients for one in sink.received] == [("new@beihua.edu.cn",)]
