"""A report that a letter was lost is told from every other, traced to the letter, and believed from whom it may come."""

from __future__ import annotations

import pytest

from mailbot.deciding.bounce import Returned, returned
from mailbot.deciding.judge import judge
from mailbot.model import Facts, FileKind, Item, Link, Memory, Message, Reading
from mailbot.rulebook import Rulebook
from tests.deciding_units.writing import ARRIVED, mail

OWN = frozenset({"jlqmxx@126.com"})
OUR_ID = "<mailbot.42.confirm.1@126.com>"
SENT = Memory(letters={OUR_ID: ("ccut", "confirm", 42)})
DSN = {"content-type": "multipart/report; report-type=delivery-status"}


def status(action: str, more: str = "") -> Item:
    text = f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; zhang@ccut.edu.cn\nAction: {action}\n{more}"
    return Item("delivery-status.txt", "delivery-status.txt", "7", 9, FileKind.TXT, reading=Reading(text))


BOUNCES: dict[str, Facts] = {
    "the returned message": mail("系统退信", sender="postmaster@163.com", nested=[Message(path="1.eml", message_id=OUR_ID)]),
    "the returned headers": mail(
        "Undeliverable: 回执",
        sender="mailer-daemon@x.cn",
        items=[Item("headers.txt", "headers.txt", "1", 9, FileKind.TXT, reading=Reading(f"From: a\nMessage-ID: {OUR_ID}\nTo: b"))],
    ),
    "Original-Message-ID": mail("失败", sender="a@b.cn", headers=DSN, items=[status("failed", f"Original-Message-ID: {OUR_ID}")]),
    "an action with a comment": mail("失败", sender="a@b.cn", headers=DSN, items=[status("failed (expired)")], references=(OUR_ID,)),
    "a status without an action": mail("失败", f"Status: 5.1.1\nMessage-ID: {OUR_ID}", sender="a@b.cn", headers=DSN),
    "References": mail("来自qq.com的退信", "很抱歉您发送的邮件被退回", sender="PostMaster@qq.com", references=("<x@y>", OUR_ID)),
    "our headers in a text of QQ's system": mail(
        "来自qq.com的退信",
        f"您好，您发往 zhang@ccut.edu.cn 的邮件被退回。\nMessage-ID: <another@x.cn>\nMessage-ID: {OUR_ID}",
        sender="10000@qq.com",
        name="PostMaster",
    ),
    "a sender without a domain": mail(
        "Undelivered Mail", f"could not be delivered\nMessage-ID: {OUR_ID}", sender="", headers={"from": "MAILER-DAEMON (Mail System)"}
    ),
}


@pytest.mark.parametrize("facts", BOUNCES.values(), ids=BOUNCES)
def test_a_bounce_is_traced_to_our_letter(rulebook: Rulebook, facts: Facts) -> None:
    judgement = judge(facts, rulebook, SENT, ARRIVED)
    assert judgement.about_letter == OUR_ID
    assert judgement.bounced
    assert judgement.automatic


READ = {"content-type": "multipart/report; report-type=disposition-notification"}
ARRIVED_ALL_THE_SAME: dict[str, Facts] = {
    **{
        action: mail("Delivery Status Notification", sender="mailer-daemon@x.cn", headers=DSN, items=[status(action)], references=(OUR_ID,))
        for action in ("delayed", "delivered", "relayed", "expanded")
    },
    "delayed, told in words": mail(
        "Warning: could not send message for past 4 hours",
        "It could not be delivered, delivery will be retried",
        sender="mailer-daemon@x.cn",
        references=(OUR_ID,),
    ),
    "a status of delay": mail("Delivery Status Notification", "Status: 4.4.1", sender="a@b.cn", headers=DSN, references=(OUR_ID,)),
    "a read receipt": mail("已读: 回执", headers=READ, items=[status("failed")], in_reply_to=OUR_ID),
    "an absence": mail("自动回复: 回执", "我在休假", headers={"auto-submitted": "auto-replied"}, in_reply_to=OUR_ID),
    "an absence with a null path": mail("自动回复: 回执", "我在休假", headers={"return-path": "<>"}, in_reply_to=OUR_ID),
    "a clerk's word about it": mail("关于退信的说明", "上次的信退信了", sender="a@ccut.edu.cn", in_reply_to=OUR_ID),
}


@pytest.mark.parametrize("facts", ARRIVED_ALL_THE_SAME.values(), ids=ARRIVED_ALL_THE_SAME)
def test_only_a_report_of_failure_says_that_a_letter_came_back(rulebook: Rulebook, facts: Facts) -> None:
    assert not judge(facts, rulebook, SENT, ARRIVED).bounced


LINK = Link("http://mail.163.com/feedback?BouncedRcpt=zhang%40ccut.edu.cn&OrgSubject=x", "")


@pytest.mark.parametrize("sender", ["Postmaster@163.com", "mailer-daemon@126.com", "postmaster@mx1.ccut.edu.cn"])
def test_a_mail_system_of_either_side_may_name_the_recipient_alone(sender: str) -> None:
    facts = mail("系统退信", "抱歉，您的邮件被退回来了", sender=sender, links=[LINK])
    assert returned(facts, OWN) == Returned((), "zhang@ccut.edu.cn")


@pytest.mark.parametrize(
    "facts",
    [
        mail("hello", sender="evil@evil.example", headers=DSN, items=[status("failed")]),
        mail("系统退信", "您的邮件被退回", sender="postmaster@evil.example", links=[LINK]),
        mail("系统退信", "您的邮件被退回", sender="postmaster@evilccut.edu.cn", links=[LINK]),
        mail("系统退信", "被退回", sender="postmaster@163.com", links=[LINK], headers={"authentication-results": "126.com; dmarc=fail"}),
        mail("系统退信", "被退回", sender="evil@evil.example", links=[LINK], headers={"return-path": "<>"}),
        mail("系统退信", "被退回", sender="anybody@163.com", name="PostMaster", links=[LINK]),
    ],
)
def test_a_stranger_who_names_an_address_takes_no_letter_away(rulebook: Rulebook, facts: Facts) -> None:
    assert judge(facts, rulebook, SENT, ARRIVED).about_letter is None


def test_an_ordinary_mail_reports_no_bounce() -> None:
    assert returned(mail("关于退信", "上次退信了，请查收", sender="a@ccut.edu.cn", references=(OUR_ID,)), OWN) is None


def test_a_report_of_nothing_but_line_ends_takes_no_long_time() -> None:
    facts = mail("系统退信", "收件人" + " " * 200_000 + "\n" * 200_000 + "被退回", sender="postmaster@163.com")
    assert returned(facts, OWN) == Returned(())
