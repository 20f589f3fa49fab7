"""A letter as a mail: what a reader sees, what robots see, and that no hostile text gets through or gets it down."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.mailing.letter import Threading, compose, message_id
from mailbot.model import Address, Letter, LetterKind

OFFICE = Address("生殖健康项目办公室（吉林）", "jsjyktg@126.com")
DATE = datetime(2022, 12, 28, 17, 30, tzinfo=timezone(timedelta(hours=8)))
LETTER = Letter(
    LetterKind.CONFIRM, "unit@jlu.edu.cn", "回复：吉林大学材料（第42号）", "吉林大学：\n\n来信收到。\n.以点开头的行\n\n项目办公室\n"
)
ID = message_id("d1b5", 42, LetterKind.CONFIRM, 1, OFFICE.address)


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.SMTP)


def written(letter: Letter = LETTER, headers: Threading | None = None, sender: Address = OFFICE) -> bytes:
    return compose(letter, headers or Threading(), sender, ID, DATE)


def test_a_reader_sees_sender_recipient_subject_date_and_text() -> None:
    mail = read(written())

    assert mail["From"].addresses[0].display_name == OFFICE.name
    assert mail["From"].addresses[0].addr_spec == OFFICE.address
    assert mail["To"] == "unit@jlu.edu.cn"
    assert mail["Subject"] == LETTER.subject
    assert mail["Date"].datetime == DATE
    assert mail["Message-ID"] == ID
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == LETTER.text
    assert mail.defects == []


def test_robots_see_that_a_robot_wrote() -> None:
    mail = read(written())

    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["X-Mailbot-Loop"] == OFFICE.address
    assert mail["Precedence"] is None  # a spam sign for Chinese providers (mail-facts 5.1)


def test_a_chase_answers_nothing_and_says_so() -> None:
    mail = read(written(replace(LETTER, kind=LetterKind.CHASE)))

    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["In-Reply-To"] is None
    assert mail["References"] is None


def test_the_same_letter_is_the_same_bytes() -> None:
    assert written() == written()


def test_the_thread_is_theirs_then_their_own_mail() -> None:
    mail = read(written(headers=Threading("<c@qq.com>", ("<a@qq.com>", "<b@qq.com>"))))

    assert mail["In-Reply-To"] == "<c@qq.com>"
    assert mail["References"].split() == ["<a@qq.com>", "<b@qq.com>", "<c@qq.com>"]


def test_a_long_message_id_is_neither_cut_nor_encoded() -> None:
    long = "<" + "SY4P282MB0123ABCDEF0123456789" * 5 + "@SY4P282MB0123.AUSP282.PROD.OUTLOOK.COM>"
    raw = written(headers=Threading(long, ("<a@b>",)))

    assert f"\r\nIn-Reply-To: {long}\r\n".encode() in raw
    assert f"\r\n {long}\r\n".encode() in raw


@pytest.mark.parametrize("theirs", ["", "no brackets@x", "<no-at>", "<a b@c>", "<a@b>\r\nBcc: x@y", "<" + "a" * 300 + "@b>", "<中@文>"])
def test_without_a_well_formed_message_id_of_theirs_no_thread_is_invented(theirs: str) -> None:
    mail = read(written(headers=Threading(theirs, ("<a@b>",))))

    assert mail["In-Reply-To"] is None
    assert mail["References"] is None
    assert mail["Bcc"] is None


def test_an_endless_thread_keeps_its_first_and_its_latest_ids() -> None:
    references = tuple(f"<{number}@x>" for number in range(500))
    kept = read(written(headers=Threading("<last@x>", references)))["References"].split()

    assert kept[0] == "<0@x>"
    assert kept[-2:] == ["<499@x>", "<last@x>"]
    assert len(kept) == 20


def test_broken_ids_among_the_references_are_left_out() -> None:
    headers = Threading("<c@x>", ("<a@x>", "junk", "<a@x>", "<b@x>\r\nX: y", "<c@x>"))

    assert read(written(headers=headers))["References"].split() == ["<a@x>", "<c@x>"]


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("总结\r\nBcc: evil@x", "总结 Bcc: evil@x"),
        ("总结\u2028第二行\u0085第三行", "总结 第二行 第三行"),
        ("a\x00b\x0bc\u202egpj\u200b", "ab cgpj"),
        ("坏\ud800字符\udcff", "坏字符"),
        ("=?utf-8?q?a=0D=0ABcc:_x@y?=", "=?utf-8?q?a=0D=0ABcc:_x@y?="),
        ("Report 2022", "Report 2022"),
        ("字" * 200, "字" * 79 + "…"),
        ("", ""),
    ],
)
def test_a_hostile_subject_becomes_one_printable_line(subject: str, shown: str) -> None:
    mail = read(written(replace(LETTER, subject=subject)))

    assert mail["Subject"] == shown
    assert mail["Bcc"] is None


@pytest.mark.parametrize("to", ["a@b\r\nBcc: x@y", "a@b, c@d", "中文@例子.cn", "", '"x" <a@b>'])
def test_a_recipient_that_is_no_plain_address_becomes_an_empty_group(to: str) -> None:
    mail = read(written(replace(LETTER, to=to)))

    assert mail["To"].addresses == ()
    assert mail["Bcc"] is None


def test_the_body_ends_with_one_line_end_and_holds_no_control_characters() -> None:
    raw = written(replace(LETTER, text="\n\n您好\t：\x00\u202e\r\n\u2028再见  \n\n\n\n"))

    assert read(raw).get_payload(decode=True) == "您好\t：\r\n\r\n再见\r\n".encode()


def test_the_message_id_is_a_function_of_installation_mail_kind_and_serial() -> None:
    ids = {
        message_id(identity, number, kind, serial, "a@126.com")
        for identity in ("one", "two")
        for number in (1, 2)
        for kind in (LetterKind.CONFIRM, LetterKind.MISSING)
        for serial in (1, 2)
    }

    assert len(ids) == 16
    assert all(re.fullmatch(r"<mailbot\.\d\.(confirm|missing)\.\d\.[0-9a-f]{16}@126\.com>", one) for one in ids)
    assert message_id("one", 42, LetterKind.ACK, 1, "a@126.com") == message_id("one", 42, LetterKind.ACK, 1, "a@126.com")


@pytest.mark.parametrize("sender", ["", "no-at", "a@", "a@坏域名", "a@b c", "a@b>\r\nX: y"])
def test_a_message_id_is_well_formed_whatever_the_sender(sender: str) -> None:
    assert re.fullmatch(r"<[!-;=?-~]+@[A-Za-z0-9.-]+>", message_id("id", 1, LetterKind.ACK, 1, sender))


hostile = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=120) | st.sampled_from(
    ["\r\nBcc: x@y", "\ud83d", "\u202e", "=?utf-8?b?", "=?", '"', "<>", "\u2028", "\x85", "." * 50]
)


@settings(max_examples=300, deadline=None)
@given(subject=hostile, text=hostile, name=hostile, to=hostile, reply_to=hostile, references=st.lists(hostile, max_size=3))
def test_no_text_whatever_adds_a_header_breaks_a_line_or_raises(
    subject: str, text: str, name: str, to: str, reply_to: str, references: list[str]
) -> None:
    letter = replace(LETTER, subject=subject, text=text, to=to)
    raw = written(letter, Threading(reply_to, tuple(references)), Address(name, OFFICE.address))

    head = raw.partition(b"\r\n\r\n")[0]
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith(b" ")]
    allowed = "From To Subject Date Message-ID In-Reply-To References Auto-Submitted X-Auto-Response-Suppress X-Mailbot-Loop MIME-Version"
    assert set(names) <= {word.encode() for word in [*allowed.split(), "Content-Type", "Content-Transfer-Encoding"]}
    assert len(names) == len(set(names))
    assert read(raw).get_payload(decode=True).decode("utf-8").endswith("\r\n")  # type: ignore[union-attr]
