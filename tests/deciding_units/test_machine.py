"""Mail that no one may answer is known by its headers, its sender, its subject or its text; a person's mail is not taken for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.deciding.bounce import Returned, returned
from mailbot.deciding.judge import judge
from mailbot.deciding.machine import machine
from mailbot.model import CUT_SHORT, Address, Facts, FileKind, Item, Link, MailState, Memory, Message, Reading
from mailbot.rulebook import Rulebook
from tests.deciding_units.writing import ARRIVED, document, mail, paper

OWN = frozenset({"jlqmxx@126.com"})

NEVER_ANSWERED: dict[str, Facts] = {
    "our own address": mail("总结", sender="jlqmxx@126.com"),
    "our loop header": mail("Re: 材料", headers={"x-mailbot-loop": "jlqmxx@126.com"}),
    "our address as Sender": Facts("0", 1, Message(from_=(Address("", "a@qq.com"),), sender=Address("", "jlqmxx@126.com"))),
    "QQ auto-reply": mail("自动回复:材料收悉", headers={"x-qq-auto-reply": "true"}),
    "QQ holiday reply of 2020": mail("材料收悉", headers={"x-qq-holidayreply": "true"}),
    "QQ's text without a header": mail("材料收悉", "这是来自QQ邮箱的假期自动回复邮件。\n您好"),
    "163 auto-reply by its subject": mail("自动回复: 材料收悉"),
    "traditional characters": mail("自動回覆: 材料收悉"),
    "163 auto-reply by its text": mail("材料收悉", "This is an automatic reply, confirming that your e-mail was received."),
    "Sina": mail("来自zhang@sina.com的自动回复 "),
    "out of office": mail("Out of Office: 材料"),
    "Automatic reply": mail("Automatic reply: 材料"),
    "Auto-Submitted": mail("材料", headers={"auto-submitted": "auto-replied"}),
    "Auto-Submitted with a comment": mail("材料", headers={"auto-submitted": "auto-generated (OA)"}),
    "Auto-Submitted with a parameter": mail("材料", headers={"auto-submitted": "auto-notified; owner-email=a@b.cn"}),
    "an autoresponder's header": mail("材料", headers={"x-autorespond": "材料"}),
    "QQ's envelope of a rule": mail("材料", headers={"return-path": "<1234+auto_=jlqmxx=126.com@qq.com>"}),
    "a null return path": mail("材料", headers={"return-path": "<>"}),
    "a list": mail("通讯", headers={"list-id": "<news.example.cn>"}),
    "a newsletter": mail("通讯", headers={"list-unsubscribe": "<mailto:x@y.cn>"}),
    "Precedence bulk": mail("通讯", headers={"precedence": "bulk"}),
    "QQ bounce": mail("来自qq.com的退信", "很抱歉您发送的邮件被退回", sender="postmaster@qq.com"),
    "NetEase bounce": mail("系统退信", "抱歉，您的邮件被退回来了……", sender="postmaster@163.com"),
    "mailer-daemon": mail("Undelivered Mail Returned to Sender", sender="mailer-daemon@mx.example.cn"),
    "RFC 3464": mail("失败", sender="a@b.cn", headers={"content-type": "multipart/report; report-type=delivery-status; boundary=x"}),
    "read receipt": mail("已读: 材料", headers={"content-type": "multipart/report; report-type=disposition-notification"}),
    "read receipt by its subject": mail("已读：材料收悉"),
    "recall": mail("撤回: 材料"),
    "noreply": mail("系统通知", sender="noreply@service.example.cn"),
    "no-reply inside": mail("系统通知", sender="edu-no-reply@service.example.cn"),
    "list owner": mail("通知", sender="owner-teachers@lists.example.cn"),
    "list request": mail("通知", sender="teachers-request@lists.example.cn"),
    "an invitation": mail("会议", items=[Item("invite.ics", "invite.ics", "1", 100, FileKind.OTHER)]),
    "an invitation by its type": mail("会议", headers={"content-type": "text/calendar; method=REQUEST"}),
    "the province office": mail("关于报送材料的说明", sender="zcc@jyt.jl.gov.cn"),
    "an advert": mail("代开发票 优惠", "本公司代开发票，增值税发票，电话"),
}


@pytest.mark.parametrize("facts", NEVER_ANSWERED.values(), ids=NEVER_ANSWERED)
def test_it_is_never_answered_and_the_reason_is_told(rulebook: Rulebook, facts: Facts) -> None:
    reason = machine(facts, rulebook, OWN)
    assert reason
    assert judge(facts, rulebook, Memory(), ARRIVED).automatic == reason


ANSWERED: dict[str, Facts] = {
    "a clerk": mail("材料", "请查收", sender="a@ccut.edu.cn"),
    "Auto-Submitted: no": mail("材料", headers={"auto-submitted": "no"}),
    "QQ's automatic forward is real mail": mail(
        "材料", headers={"x-qq-auto-fwd": "1234@qq.com", "return-path": "<1234+auto_=jlqmxx=126.com@qq.com>"}
    ),
    "a loop header that is not ours": mail("材料", headers={"x-mailbot-loop": "someone@else.cn"}),
    "a receipt asked for": mail("材料", headers={"disposition-notification-to": "a@b.cn"}),
    "a subject that speaks of a bounce": mail("关于上次退信的说明", "上次的邮件退信了，现重新发送", sender="a@ccut.edu.cn"),
    "an answer": mail("回复: 材料收悉回执", "收到，谢谢"),
    "a name like a system": mail("材料", sender="systematic@ccut.edu.cn"),
    "one advert word in a summary's mail": mail("全民终身学习活动周材料", "另：增值税发票另寄", sender="a@ccut.edu.cn"),
    "a priority": mail("材料", headers={"x-priority": "1", "precedence": "first-class"}),
}


@pytest.mark.parametrize("facts", ANSWERED.values(), ids=ANSWERED)
def test_a_persons_mail_is_not_taken_for_a_machines(rulebook: Rulebook, facts: Facts) -> None:
    assert machine(facts, rulebook, OWN) is None


def test_material_in_a_mail_of_an_office_system_is_filed_and_the_mail_not_answered(rulebook: Rulebook) -> None:
    item = document("总结.docx", paper("长春工业大学2022年全民终身学习活动周工作总结"))
    judgement = judge(mail("材料", headers={"auto-submitted": "auto-generated"}, items=[item]), rulebook, Memory(), ARRIVED)
    assert judgement.automatic
    assert judgement.state is MailState.SETTLED
    assert judgement.files[0].unit == "ccut"


def test_an_automatic_reply_with_nothing_in_it_is_automatic_and_asks_nobody(rulebook: Rulebook) -> None:
    judgement = judge(mail("自动回复: 材料收悉", "我正在休假，收到总结后回复。北华大学"), rulebook, Memory(), ARRIVED)
    assert judgement.state is MailState.AUTOMATIC
    assert not judgement.needs_person


def test_a_file_that_a_machine_may_have_sent_and_nobody_could_read_is_shown_to_a_person(rulebook: Rulebook) -> None:
    unread = replace(mail("OA 通知", "见附件", sender="noreply@oa.example.cn"), doubts=("邮件原文里还有像附件的内容没有读到",))
    judgement = judge(unread, rulebook, Memory(), ARRIVED)
    assert judgement.automatic
    assert judgement.needs_person and unread.doubts[0] in judgement.because


def test_a_bounce_that_was_cut_short_asks_nobody(rulebook: Rulebook) -> None:
    cut = replace(mail("系统退信", "您的邮件被退回", sender="postmaster@163.com"), doubts=(CUT_SHORT,))
    assert not judge(cut, rulebook, Memory(), ARRIVED).needs_person


def test_our_letter_inside_a_bounce_is_no_material(rulebook: Rulebook) -> None:
    letter = Item(
        "转发.eml/(text)",
        "text.txt",
        "9",
        500,
        FileKind.TXT,
        inside="转发.eml",
        reading=Reading("长春工业大学：工作总结 1份 已收到", ("长春工业大学：",)),
    )
    judgement = judge(mail("系统退信", "您的邮件被退回", sender="postmaster@163.com", items=[letter]), rulebook, Memory(), ARRIVED)
    assert judgement.state is MailState.AUTOMATIC
    assert judgement.units == ()


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
