"""What the sender wrote, what is quoted and what is passed on, in the manner of each Chinese mailer."""

from __future__ import annotations

import pytest

from mailbot.model import Message
from mailbot.parsing.body import split_text, unflow
from mailbot.parsing.htmltext import html_to_text
from mailbot.parsing.texts import passwords
from tests.parsing_message.conftest import Read
from tests.parsing_message.mails import b64, mail, multipart, part, text_part, word

OWN = "老师您好：\n总结见附件。\n\n张三\n吉林大学继续教育学院"
OLD = "旧邮件的内容，长春大学"

QQ = (
    '------------------ 原始邮件 ------------------\n发件人: "办公室" <jlqmxx@126.com>;\n'
    '发送时间: 2022年12月1日(星期四) 上午9:00\n收件人: "张三" <zs@jlu.edu.cn>;\n主题: 通知\n\n'
)
REPLIES = {
    "QQ": QQ,
    "QQ on the phone": '---原始邮件---\n发件人: "办公室"\n',
    "163": "---- 回复的原邮件 ----\n| 发件人 | 办公室 |\n| 日期 | 2022年12月01日 |\n",
    "163 older": '在 2022-12-01 10:00:00，"办公室" <jlqmxx@126.com> 写道：\n',
    "163 English": 'At 2022-12-01 10:00:00, "office" <jlqmxx@126.com> wrote:\n',
    "Coremail": "-----原始邮件-----\n发件人:办公室\n发送时间:2022-12-01 10:00:00 (星期四)\n",
    "Foxmail": "发件人： 办公室\n发送日期： 2022-12-01 10:00\n收件人： 张三\n主题： 通知\n",
    "Outlook": "发件人: 办公室 <jlqmxx@126.com> \n发送时间: 2022年12月1日 10:00\n收件人: 张三\n主题: 通知\n",
    "Outlook English": "From: Office <a@b.cn>\nSent: Thursday\nTo: Zhang\nSubject: x\n",
    "Original Message": "-----Original Message-----\nFrom: x\n",
    "Gmail": "On Thu, Dec 1, 2022 at 10:00 AM Office <a@b.cn> wrote:\n",
    "Gmail in two lines": "On Thu, Dec 1, 2022 at 10:00 AM Office\n<a@b.cn> wrote:\n",
    "Gmail Chinese": "Office <a@b.cn> 于2022年12月1日周四 10:00写道：\n",
    "Apple Mail": "在 2022年12月1日，上午10:00，办公室 <a@b.cn> 写道：\n",
}


@pytest.mark.parametrize("mailer", REPLIES)
def test_a_reply_is_cut_where_the_old_mail_begins(mailer: str) -> None:
    split = split_text(f"{OWN}\n\n{REPLIES[mailer]}{OLD}", "回复：通知")
    assert split.own == OWN
    assert OLD in split.quoted
    assert split.forwarded == ""


FORWARDS = {
    "163": "-------- 转发邮件信息 --------\n发件人：长春大学\n",
    "163 new": "---- 转发的原邮件 ----\n| 发件人 | 长春大学 |\n",
    "Gmail": "---------- Forwarded message ---------\n发件人： 长春大学 <a@b.cn>\n",
    "Apple Mail": "下面是被转发的邮件：\n\n发件人: 长春大学\n",
    "Apple Mail English": "Begin forwarded message:\n\nFrom: x\n",
}


@pytest.mark.parametrize("mailer", FORWARDS)
def test_a_forward_is_evidence_whatever_the_subject_says(mailer: str) -> None:
    split = split_text(f"{OWN}\n\n{FORWARDS[mailer]}{OLD}", "工作总结")
    assert (split.own, split.quoted) == (OWN, "")
    assert OLD in split.forwarded


@pytest.mark.parametrize("mailer", ["QQ", "Foxmail", "Outlook", "Outlook English", "Coremail"])
@pytest.mark.parametrize("subject", ["转发：工作总结", "Fw: 总结", "FW:Re: 总结", "【外部】转发: 总结"])
def test_a_line_that_both_kinds_use_is_told_by_the_first_prefix_of_the_subject(mailer: str, subject: str) -> None:
    assert OLD in split_text(f"{OWN}\n\n{REPLIES[mailer]}{OLD}", subject).forwarded
    assert OLD in split_text(f"{OWN}\n\n{REPLIES[mailer]}{OLD}", "回复：" + subject).quoted


def test_words_below_a_marked_quote_are_the_senders_again() -> None:
    split = split_text("On Thu, Dec 1, 2022, Office <a@b.cn> wrote:\n> 通知\n> 请报送\n\n已报送，见附件。", "Re: x")
    assert split.own == "已报送，见附件。"
    assert "请报送" in split.quoted


@pytest.mark.parametrize(
    "text",
    [
        "发件人：张三\n请查收总结。",
        "在活动中，学员写道：我学到了很多。然后继续参加了活动",
        "-----\n一、活动情况\n-----",
        "1. 在 2022 年活动周期间开展了讲座",
    ],
)
def test_ordinary_words_are_not_taken_for_an_old_mail(text: str) -> None:
    assert split_text(text, "x").own == text


def test_html_becomes_the_lines_that_one_sees() -> None:
    html = (
        "<html><head><title>t</title><style>p{}</style></head><body><p>您好：</p><div>总结&nbsp;见<b>附件</b>。<br>谢谢</div>"
        "<script>x()</script><table><tr><td>甲</td><td>乙</td></tr></table></body></html>"
    )
    assert html_to_text(html).replace("\xa0", " ") == "您好：\n总结 见附件。\n谢谢\n甲 乙"


def test_a_cited_block_is_a_quote_and_an_indented_one_is_not() -> None:
    assert split_text(html_to_text('<p>好</p><blockquote type="cite">旧</blockquote>')).own == "好"
    assert split_text(html_to_text("<p>好</p><blockquote>缩进</blockquote>")).own == "好\n缩进"


def test_a_netease_forward_inside_its_quote_block_is_a_forward_and_its_reply_a_quote() -> None:
    forward = '<p>请收</p><blockquote id="isReplyContent"><p>-------- 转发邮件信息 --------</p><p>发件人：长春大学</p><p>总结'
    reply = '<p>请收</p><p>At 2022-12-01 10:00:00, "x" &lt;a@b.cn&gt; wrote:</p><blockquote id="isReplyContent"><p>旧</p></blockquote>'
    assert split_text(html_to_text(forward)).forwarded == "-------- 转发邮件信息 --------\n发件人：长春大学\n总结"
    assert (split_text(html_to_text(reply)).own, split_text(html_to_text(reply)).forwarded) == ("请收", "")


def test_the_qq_divider_made_of_nbsp_is_seen_in_html(read: Read) -> None:
    html = "<div>总结见附件</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>发件人: x</div><div>旧</div>"
    message = read(
        mail(b64(html.encode("gb18030")), extra=b"Content-Type: text/html; charset=gb18030\r\nContent-Transfer-Encoding: base64\r\n")
    ).message
    assert (message.own, "旧" in message.quoted) == ("总结见附件", True)


def test_html_is_taken_where_the_plain_text_is_a_stub(read: Read) -> None:
    rich = part(b"Content-Type: text/html; charset=utf-8", "<p>吉林大学工作总结，请查收</p>".encode())
    assert (
        read(multipart(part(b"Content-Type: text/plain", b"??????"), rich, kind=b"alternative")).message.own == "吉林大学工作总结，请查收"
    )
    assert read(multipart(text_part("吉林大学工作总结，请查收"), rich, kind=b"alternative")).message.own == "吉林大学工作总结，请查收"


@pytest.mark.parametrize(
    ("label", "raw"),
    [
        ("gb2312", "刘堃与朱镕基".encode("gbk")),
        ("", "刘堃与朱镕基".encode("gbk")),
        ("", "刘堃与朱镕基".encode()),
        ("utf-8", "刘堃与朱镕基".encode("gbk")),
        ("gb2312", "刘堃与朱镕基".encode()),
        ("us-ascii", "刘堃与朱镕基".encode("gbk")),
        ("iso-8859-1", "刘堃与朱镕基".encode()),
        ("x-unknown", "刘堃与朱镕基".encode("gbk")),
        ("utf-16", "刘堃与朱镕基".encode("utf-16")),
        ("big5", "劉堃與朱鎔基".encode("big5hkscs")),
    ],
)
def test_a_body_is_readable_whatever_its_label_claims(read: Read, label: str, raw: bytes) -> None:
    kind = b"Content-Type: text/plain" + (b"; charset=" + label.encode() if label else b"")
    assert read(mail(b64(raw), extra=kind + b"\r\nContent-Transfer-Encoding: base64\r\n")).message.own in ("刘堃与朱镕基", "劉堃與朱鎔基")


def test_a_charset_in_the_html_itself_is_believed(read: Read) -> None:
    html = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=big5"></head><body>劉先生</body></html>'.encode("big5")
    assert read(mail(html, extra=b"Content-Type: text/html\r\n")).message.own == "劉先生"


def test_soft_line_ends_are_joined_and_the_signature_stays() -> None:
    assert unflow("one \ntwo\n-- \nZhang") == "one two\n-- \nZhang"


def test_pictures_between_pieces_of_text_leave_one_text(read: Read) -> None:
    jpeg = part(
        b'Content-Type: image/jpeg\r\nContent-Disposition: inline; filename="IMG_0001.JPG"\r\nContent-Transfer-Encoding: base64',
        b64(b"\xff\xd8\xff\xe0"),
    )
    facts = read(multipart(text_part("一"), jpeg, text_part("二")))
    assert facts.message.own == "一\n二"
    assert [(item.path, item.inline) for item in facts.items[1:]] == [("IMG_0001.JPG", True)]


@pytest.mark.parametrize("text", ["解压密码：Jlu@2022。", "密码是 Jlu@2022", "压缩包密码为：“Jlu@2022”，请查收", "password: Jlu@2022"])
def test_a_password_in_the_text_is_exposed_for_the_archives(text: str) -> None:
    assert "Jlu@2022" in passwords(Message(own=text))


def test_the_fields_of_a_reply_are_read(read: Read) -> None:
    extra = (
        b"Message-ID: <1.Coremail.a@163.com>\r\nIn-Reply-To: <ours@126.com>\r\nReferences: <a@b>\r\n <ours@126.com>\r\n"
        b"Reply-To: <r@b.cn>\r\nSender: s@b.cn\r\nDate: Mon, 5 Dec 2022 10:00:00 +0800\r\n"
    )
    message = read(mail(extra=extra, subject=word("回复：通知"))).message
    assert (message.message_id, message.in_reply_to, message.references) == (
        "<1.Coremail.a@163.com>",
        "<ours@126.com>",
        ("<a@b>", "<ours@126.com>"),
    )
    assert (message.subject, message.reply_to[0].address, message.sender and message.sender.address) == ("回复：通知", "r@b.cn", "s@b.cn")
    assert message.date is not None and message.date.isoformat() == "2022-12-05T02:00:00+00:00"
    assert message.headers["subject"] == ("回复：通知",)


@pytest.mark.parametrize("date", [b"", b"Mon, 32 Foo", b"x" * 500, b"Mon, 5 Dec 99999 10:00:00 +0800"])
def test_a_broken_date_is_no_date(read: Read, date: bytes) -> None:
    assert read(mail(extra=b"Date: " + date + b"\r\n")).message.date is None


def test_two_from_fields_are_two_senders(read: Read) -> None:
    assert len(read(mail(extra=b"From: other@x.cn\r\n")).message.from_) == 2
