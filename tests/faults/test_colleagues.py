"""Two clerks of one unit, each from an address of his own, within the quiet time: each is answered, and what each reads is true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from mailbot.demo import makers, pictures, prose
from mailbot.demo.compose import Draft, File, write
from mailbot.demo.mailers import Mailer
from tests.faults.house import START, House
from tests.servers.netease import NetEase
from tests.servers.smtpsink import SmtpSink

UNIT = "吉林水利电力职业学院"
SUMMARY = File(f"{UNIT}工作总结.docx", makers.docx(prose.summary(UNIT, 3)))
CASE = File(f"{UNIT}典型活动案例.docx", makers.docx(prose.case(UNIT, 4)))
PHOTO = File("活动照片.jpg", pictures.photo(5))


def mail(address: str, minute: int, *files: File) -> bytes:
    return write(Draft(address, UNIT, f"{UNIT}活动周材料", f"{UNIT}材料见附件。", START + timedelta(minutes=minute), files), Mailer.NETEASE)


def answered(open_house: Callable[..., House], netease: NetEase, sink: SmtpSink, *second: File) -> dict[str, tuple[str, list[str]]]:
    """What each of two clerks got: the kind of his letter and what it calls missing."""
    house = open_house(imap=netease.settings(), answering=sink.answering(go_live=START - timedelta(days=14)))
    netease.deliver(mail("jia@qq.com", 0, SUMMARY), START)
    netease.deliver(mail("yi@qq.com", 2, *second), START + timedelta(minutes=2))
    house.clock.go(minutes=3)
    house.cycle()
    house.clock.go(minutes=30)
    house.cycle()
    sent = [letter for letter in house.letters() if letter["state"] == "sent"]
    assert len(sent) == len(sink.letters)
    assert house.sums()["equal"]
    return {letter["to"]: (letter["kind"], letter["missing"]) for letter in sent}


def test_both_are_told_what_the_unit_still_owes(open_house: Callable[..., House], netease: NetEase, sink: SmtpSink) -> None:
    owed = ("missing", ["photos"])
    assert answered(open_house, netease, sink, CASE) == {"jia@qq.com": owed, "yi@qq.com": owed}


def test_both_are_told_that_all_has_come(open_house: Callable[..., House], netease: NetEase, sink: SmtpSink) -> None:
    done: tuple[str, list[str]] = ("confirm", [])
    assert answered(open_house, netease, sink, CASE, PHOTO) == {"jia@qq.com": done, "yi@qq.com": done}
