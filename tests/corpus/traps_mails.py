"""Traps about what the sender wants: questions, thanks, promises, withdrawals; and mail that machines write."""

from __future__ import annotations

from datetime import timedelta

from mailbot.demo.mailers import Mailer

from . import texts
from .building import Clerk, Corpus, at
from .pieces import DUPLICATE, FILED, REPLACED, SUMMARY, Want
from .plots import case, our_notice, photos, summary
from .traps_units import stranger

QUESTIONS = (
    ("咨询：典型案例字数要求", "请问典型案例有没有固定模板？字数有要求吗？"),
    ("请问照片要几张", "老师好，请问照片需要几张？是否需要文字说明？"),
    ("是否收到材料", "请问邮件是否收到？之前发过一次没有回音。"),
    ("咨询", "我校因疫情原因活动改为线上，照片用线上课堂截图是否可以？"),
    ("关于延期报送的说明", "由于疫情防控，我单位活动推迟到十二月中旬，总结可能晚几天报送，可以吗？"),
    ("请教", "请问总结需要盖章吗？纸质版邮寄到哪里？"),
)
THANKS = (
    ("回复：【材料收悉】", "收到，谢谢！"),
    ("Re: 材料收悉回执", "好的，谢谢老师。"),
    ("回复：材料收悉", "收到，辛苦了。"),
    ("答复: 【材料收悉】回执", "谢谢，已知悉。"),
)


def questions(c: Corpus) -> None:
    for number, ((subject, text), id) in enumerate(
        zip(QUESTIONS, ("jlbtc", "jyj-baishan", "jlou", "ccit", "jlnku", "cc-jiankang"), strict=True)
    ):
        c.mail(
            "a question",
            c.regular(id),
            subject,
            f"{text}\n{c.unit(id).name}",
            [],
            at(11, 26 + number % 4, 10 + number),
            id,
            needs_person=None,
            intents=("question",),
        )
    id = "jlart"
    c.mail(
        "a question and a file",
        c.regular(id),
        f"{c.unit(id).name}材料",
        f"材料见附件，请问还缺什么吗？\n{c.unit(id).name}",
        [summary(c, id)],
        at(12, 21, 9),
        id,
        needs_person=None,
    )


def thanks(c: Corpus) -> None:
    for number, ((subject, text), id) in enumerate(zip(THANKS, ("ccut", "beihua", "jyj-tonghua", "jisu"), strict=True)):
        quoted = (
            f"\n\n------------------ 原始邮件 ------------------\n发件人: <jlqmxx@126.com>\n主题: 【材料收悉】\n\n"
            f"{our_notice(c.unit(id).name)}"
        )
        mid = f"<mailbot.confirm.{id}@126.com>"
        c.mail(
            "thanks over our quoted letter",
            c.regular(id),
            subject,
            text + quoted,
            [],
            at(12, 22 + number, 9),
            id,
            in_reply_to=mid,
            letter=(mid, id, "confirm"),
            needs_person=False,
            intents=("thanks",),
        )


def promises(c: Corpus) -> None:
    for number, (id, text) in enumerate(
        (
            ("sypt", "材料正在整理，预计下周报送，请您谅解。"),
            ("caii", "总结、照片和案例将于26日前发送到贵处邮箱。"),
            ("jlsfjy", "案例还在完善，稍后另发。"),
        )
    ):
        c.mail(
            "a promise",
            c.regular(id),
            f"{c.unit(id).name}报送说明",
            f"{text}\n{c.unit(id).name}",
            [],
            at(12, 1 + number, 15),
            id,
            needs_person=None,
            intents=("promise",),
        )
    for number, id in enumerate(("cc-zaoqi", "jlemcc")):
        c.mail(
            "见附件, and nothing is attached",
            c.regular(id),
            f"{c.unit(id).name}活动周材料",
            f"材料见附件，请查收。\n{c.unit(id).name}",
            [],
            at(12, 2 + number, 9),
            id,
            needs_person=None,
        )


def nothing_to_send(c: Corpus) -> None:
    for number, (id, text) in enumerate(
        (("jl-tonghang", "我校今年没有开展此项活动，特此说明。"), ("cc-jyxy", "我单位今年未单独组织活动，照片和案例没有。"))
    ):
        c.mail(
            "nothing to send",
            c.regular(id),
            f"{c.unit(id).name}说明",
            f"{text}\n{c.unit(id).name}",
            [],
            at(12, 8 + number, 9),
            id,
            needs_person=True,
            doubt=True,
        )


def withdrawals(c: Corpus) -> None:
    for number, (id, subject, text) in enumerate(
        (
            ("jlau", "撤回：吉林农业大学工作总结", "刚才发的总结有误，请撤回，不要登记。\n吉林农业大学"),
            ("citpc", "撤回: 材料", "王老师 将撤回邮件“长春信息技术职业学院材料”。"),
        )
    ):
        c.mail("a withdrawal", c.regular(id), subject, text, [], at(12, 24 + number, 9), id, needs_person=None, automatic=None, doubt=True)


def supplements(c: Corpus) -> None:
    for number, id in enumerate(("jlufe", "jlsu", "jyj-jilinshi", "ccmc")):
        name = c.unit(id).name
        piece_ = case(c, id) if number % 2 else photos(c, id, 1, "补充照片{n}.jpg")[0]
        c.mail(
            "a supplement",
            c.regular(id),
            f"【补报】{name}材料",
            f"补充报送材料一份，请与之前的材料合并。\n{name}",
            [piece_],
            at(12, 26, 9 + number),
            id,
            intents=("supplement", "submit"),
        )
    for number, id in enumerate(("jlevc", "jlju")):
        name, first = c.unit(id).name, at(12, 20 + number, 9)
        old = case(c, id, "典型活动案例.docx")
        c.mail("before a correction", c.regular(id), f"{name}典型案例", f"请查收。\n{name}", [old], first, id)
        new = case(c, id, "典型活动案例（修改版）.docx").wanting(REPLACED)
        c.mail(
            "a correction",
            c.regular(id),
            f"更正：{name}典型案例",
            f"之前发的案例有误，以此件为准。\n{name}",
            [new],
            first + timedelta(days=1),
            id,
            intents=("correct",),
        )
        c.mail(
            "the same again after a correction",
            c.regular(id),
            f"{name}典型案例",
            f"再发一遍。\n{name}",
            [new.wanting(DUPLICATE)],
            first + timedelta(days=2),
            id,
        )


def machines(c: Corpus) -> None:
    def machine(line: str, clerk: Clerk, subject: str, text: str, day: int, unit: str | None = None, **more: object) -> None:
        c.mail(line, clerk, subject, text, [], at(12, day, 11), unit, automatic=True, needs_person=None, **more)  # type: ignore[arg-type]

    away = "这是来自QQ邮箱的假期自动回复邮件。\n您好，我最近正在休假中，无法亲自回复您的邮件。我将在假期结束后，尽快给您回复。"
    machine("an automatic reply (QQ)", stranger(c), "自动回复:【材料收悉】回执", away, 6, headers=[("X-QQ-AUTO-REPLY", "true")])
    machine("an automatic reply (QQ, older)", stranger(c), "自动回复: 材料收悉", away, 7, headers=[("X-QQ-HolidayReply", "true")])
    machine(
        "an automatic reply (163)",
        Clerk("zcc2022@163.com", "张", Mailer.NETEASE),
        "自动回复:【材料收悉】",
        "您好，邮件已收到，我会尽快处理。",
        8,
    )
    machine(
        "an automatic reply (RFC 3834)",
        Clerk("cj@cust.edu.cn", "", Mailer.OUTLOOK),
        "自动答复: 材料收悉",
        "我正在出差。",
        9,
        headers=[("Auto-Submitted", "auto-replied")],
    )
    gone = (
        "抱歉，您的邮件被退回来了……\n原邮件信息：\n时间 2022-12-13\n主题 【材料收悉】\n"
        "收件人 nobody@163.com\n退信原因：收件人不存在\n英文说明: 550 User not found"
    )
    machine("a bounce (NetEase)", Clerk("Postmaster@163.com", "Postmaster", Mailer.NETEASE), "系统退信", gone, 10)
    machine(
        "a bounce (QQ)",
        Clerk("PostMaster@qq.com", "", Mailer.QQ),
        "来自qq.com的退信",
        "很抱歉您发送的邮件被退回，无法发送到 1234@qq.com，退信原因：邮箱容量已满。",
        11,
    )
    machine(
        "a bounce (other)",
        Clerk("MAILER-DAEMON@mx.jlu.edu.cn", "Mail Delivery Subsystem", Mailer.OUTLOOK),
        "Undeliverable: 【材料收悉】",
        "The following address had errors.",
        12,
    )
    machine(
        "a mailing list",
        Clerk("news@edu-mail.example.com", "教育资讯", Mailer.FOXMAIL),
        "教育资讯周刊",
        "本期要闻……",
        13,
        headers=[("List-Unsubscribe", "<mailto:off@example.com>")],
    )
    machine("a service mail", Clerk("noreply@service.netease.com", "网易邮箱", Mailer.NETEASE), "您的邮箱容量即将用完", "请及时清理。", 14)
    machine("our own mail", Clerk("jlqmxx@126.com", "全民学习", Mailer.NETEASE), "【材料收悉】测试", "测试邮件", 15)
    machine(
        "the province office", Clerk("zcc@jyt.jl.gov.cn", "职成处", Mailer.COREMAIL_EDU), "关于召开会议的通知", "请相关人员参加会议。", 16
    )


def adverts(c: Corpus) -> None:
    for number, (subject, text) in enumerate(
        (("发票", "本公司可代开各类发票，税率优惠，欢迎来电咨询。"), ("学术会议邀请", "诚邀您参加学术会议并投稿，快速见刊。"))
    ):
        c.mail("an advert", stranger(c, "财务"), subject, text, [], at(12, 5 + number, 3), None, automatic=None, needs_person=None)


def forwarded_by_rule(c: Corpus) -> None:
    """A QQ rule forwards real material: X-QQ-AUTO-FWD is no automatic reply."""
    id = "jlict"
    name = c.unit(id).name
    c.mail(
        "forwarded by a QQ rule",
        Clerk("298811@qq.com", name, Mailer.QQ),
        f"{name}材料",
        f"请查收。\n{name}",
        [summary(c, id), *photos(c, id, 2)],
        at(12, 17, 9),
        id,
        headers=[("X-QQ-AUTO-FWD", "true")],
        automatic=None,
    )


def forwarded_inline(c: Corpus) -> None:
    for id in ("jljy", "jyj-changbaishan", "jlu"):
        name = c.unit(id).name
        text = (
            f"请查收。\n\n-------- 转发邮件信息 --------\n发件人：{c.rng.choice('王李张')}老师 <abc@163.com>\n"
            f"发送日期：2022-12-19 10:00:00\n收件人：office@163.com\n主题：{name}活动周材料\n\n"
            f"附件是{name}的材料，请转报省厅。"
        )
        c.mail("forwarded inline", c.regular(id), f"Fw: {name}活动周材料", text, [summary(c, id), case(c, id)], at(12, 19, 16), id)


def sincerely_texts(c: Corpus) -> None:
    """A summary typed over a quoted letter of ours: the own part is the material, the quoted words are not."""
    id = "yb-zhigong"
    text = "\n".join(texts.short_summary(c.rng, c.unit(id).name))
    quoted = "\n".join(f"> {line}" for line in our_notice(c.unit(id).name).splitlines())
    c.mail(
        "a summary typed over our letter",
        c.regular(id),
        f"回复：{c.unit(id).name}",
        f"{text}\n\n在 2022-12-20 10:00:00，jlqmxx@126.com 写道：\n{quoted}",
        [],
        at(12, 21, 9),
        id,
        body=Want("(body)", FILED, SUMMARY),
    )


ALL = (
    questions,
    thanks,
    promises,
    nothing_to_send,
    withdrawals,
    supplements,
    machines,
    adverts,
    forwarded_by_rule,
    forwarded_inline,
    sincerely_texts,
)
