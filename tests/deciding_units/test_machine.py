"""Mail that no one may answer is known by its headers, its sender, its subject or its text; a person's mail is not taken for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from mailbot.deciding.judge import judge
from mailbot.deciding.machine import machine
from mailbot.model import CUT_SHORT, Address, Facts, FileKind, Item, MailState, Memory, Message, Picture, PictureKind, Reading
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


@pytest.mark.parametrize(
    "subject",
    [
        "【自动回复】材料收悉",
        "[自动回复]材料收悉",
        "（自动回复）材料收悉",
        "自动答复: 材料收悉",
        "自动应答：材料收悉",
        "邮件自动回复：材料收悉",
        "您好，自动回复：材料收悉",
        "不在办公室: 材料收悉",
        "外出: 材料收悉",
        "AUTO: 材料收悉",
        "OOO Re: 材料收悉",
        "Out of office: 材料收悉",
        "[Auto-Reply] 材料收悉",
        "[AUTO REPLY] 材料收悉",
        "Automatic reply: 材料收悉",
        "Automatische Antwort: 材料收悉",
        "Réponse automatique : 材料收悉",
        "自動返信：材料收悉",
        "Fw: 自动回复：材料收悉",
        "回复：【自动回复】材料收悉",
        "答复: 自动答复: 材料收悉",
        "Re: Out of Office: 材料收悉",
        "未读: 材料收悉",
    ],
)
def test_an_automatic_reply_is_known_by_its_subject(rulebook: Rulebook, subject: str) -> None:
    assert machine(mail(subject, "您好！您的邮件已收到。", sender="a@ccut.edu.cn"), rulebook, OWN)


@pytest.mark.parametrize(
    "subject",
    [
        "关于自动回复系统的案例",
        "自动回复系统的建设案例",
        "自动化学院材料",
        "转发：自动化学院总结",
        "转发: 自动回复的通知",
        "外出考察学习总结",
        "休假期间学习活动总结",
        "不在校学生学习案例",
        "北华大学（外出学习）材料",
        "转发：北华大学材料",
        "Automation 学院材料",
        "阅读活动总结",
    ],
)
def test_a_unit_may_write_such_a_word_in_its_subject(rulebook: Rulebook, subject: str) -> None:
    assert machine(mail(subject, "请查收", sender="a@ccut.edu.cn"), rulebook, OWN) is None


MARKS: dict[str, Mapping[str, tuple[str, ...]]] = {
    "a second Auto-Submitted": {"auto-submitted": ("no", "auto-replied")},
    "an empty Auto-Submitted before": {"auto-submitted": ("", "auto-generated")},
    "comments before the keyword": {"auto-submitted": ("(on (long) leave) auto-replied",)},
    "a second Precedence": {"precedence": ("normal", "bulk")},
    "Precedence auto-reply": {"precedence": ("auto-reply",)},
    "X-Autogenerated": {"x-autogenerated": ("Reply",)},
    "X-Autoreply": {"x-autoreply": ("yes",)},
    "X-AutoRespond": {"x-autorespond": ("x",)},
    "X-Auto-Response-Suppress": {"x-auto-response-suppress": ("DR, RN, NRN, OOF, AutoReply",)},
    "Delivered-To: Autoresponder": {"delivered-to": ("jsjyktg@126.com", "Autoresponder")},
    "a return path of MAILER-DAEMON": {"return-path": ("<MAILER-DAEMON>",)},
    "a return path of MAILER-DAEMON at a host": {"return-path": ("<MAILER-DAEMON@mx.example>",)},
    "Mailing-List": {"mailing-list": ("contact x@y; run by ezmlm",)},
    "X-Mailing-List": {"x-mailing-list": ("linux@vger",)},
    **{name: {name: ("<mailto:x@y.cn>",)} for name in ("list-owner", "list-archive", "list-subscribe", "list-unsubscribe-post")},
}


@pytest.mark.parametrize("headers", MARKS.values(), ids=MARKS)
def test_every_mark_in_the_headers_counts_wherever_it_stands(rulebook: Rulebook, headers: Mapping[str, tuple[str, ...]]) -> None:
    facts = mail("材料", "请查收", sender="a@ccut.edu.cn")
    assert machine(replace(facts, message=replace(facts.message, headers=headers)), rulebook, OWN)


@pytest.mark.parametrize("value", ["None", "RN, NRN", "OOF, DR, RN, NRN"])
def test_a_sender_who_wants_no_receipts_is_answered(rulebook: Rulebook, value: str) -> None:
    assert machine(mail("材料", "请查收", headers={"x-auto-response-suppress": value}), rulebook, OWN) is None


@pytest.mark.parametrize(
    "local",
    [
        "autoreply",
        "auto-reply",
        "daemon",
        "mail-daemon",
        "root",
        "www-data",
        "listserv",
        "majordomo",
        "noreply1",
        "no_reply",
        "no.reply",
        "do_not_reply",
        "noreply-oa",
    ],
)
def test_nobody_sits_behind_such_an_address(rulebook: Rulebook, local: str) -> None:
    assert machine(mail("材料", "请查收", sender=f"{local}@ccut.edu.cn"), rulebook, OWN)


@pytest.mark.parametrize("local", ["rooter", "daemonic", "1840372615", "listing"])
def test_a_person_may_sit_behind_such_an_address(rulebook: Rulebook, local: str) -> None:
    assert machine(mail("材料", "请查收", sender=f"{local}@ccut.edu.cn"), rulebook, OWN) is None


WEAK: dict[str, Facts] = {
    "a subject": mail("外出：材料", "请查收", sender="a@ccut.edu.cn"),
    "an opening": mail("材料", "我正在休假，材料见附件", sender="a@ccut.edu.cn"),
    "no answers asked for": mail("材料", "请查收", sender="a@ccut.edu.cn", headers={"x-auto-response-suppress": "All"}),
}


@pytest.mark.parametrize("facts", WEAK.values(), ids=WEAK)
@pytest.mark.parametrize("name", ["总结.docx", "通讯录.docx"])
def test_what_a_mail_encloses_that_may_be_a_persons_is_shown_to_one(rulebook: Rulebook, facts: Facts, name: str) -> None:
    judgement = judge(replace(facts, items=(*facts.items, document(name))), rulebook, Memory(), ARRIVED)
    assert judgement.automatic
    assert judgement.needs_person


def test_a_question_that_may_be_a_persons_is_read_by_one(rulebook: Rulebook) -> None:
    facts = mail("咨询", "请问材料什么时候交？", sender="a@ccut.edu.cn", headers={"x-auto-response-suppress": "All"})
    assert judge(facts, rulebook, Memory(), ARRIVED).needs_person


def test_an_absence_with_a_logo_asks_nobody(rulebook: Rulebook) -> None:
    logo = Item("logo.png", "logo.png", "5", 900, FileKind.IMAGE, inline=True, picture=Picture(80, 40, 900, PictureKind.DECORATION))
    assert not judge(mail("不在办公室: 材料收悉", "我在外地", items=[logo]), rulebook, Memory(), ARRIVED).needs_person


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
