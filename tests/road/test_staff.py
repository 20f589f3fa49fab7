"""What staff decide: it is applied at once, outranks every rule, teaches the sender's address, and survives replay."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from mailbot.demo.samples import Sample, samples
from tests.road.office import Office, read_letter
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot


def sample(title: str) -> Sample:
    return next(mail for mail in samples() if title in mail.title)


@pytest.fixture
def unknown(office: Office, dovecot: Dovecot) -> Office:
    """An office whose inbox holds one mail that names no unit."""
    mail = sample("不知道是谁")
    dovecot.deliver(mail.raw, mail.received_at)
    office.once()
    (found,) = office.mails()
    assert found["state"] == "unsure"
    assert found["unit"] is None
    return office


def test_a_mail_of_nobody_is_asked_whose_it_is_and_nothing_is_filed(unknown: Office) -> None:
    (mail,) = unknown.mails()
    assert [letter["kind"] for letter in mail["letters"]] == ["ask_unit"]
    assert not unknown.tree()
    assert all(file["disposition"] == "unsure" for file in mail["files"])


def test_a_persons_word_files_it_and_tells_the_unit(unknown: Office, sink: SmtpSink) -> None:
    assert unknown.run("assign", "1", "--unit", "延边大学", "--by", "李老师").returncode == 0
    (mail,) = unknown.mails()
    assert mail["unit"]["name"] == "延边大学"
    assert mail["state"] == "settled"
    assert all(path.startswith("延边大学/") for path in unknown.tree())
    unknown.once()
    assert [letter["kind"] for letter in unknown.mails()[0]["letters"]][-1] == "missing"
    assert len(sink.letters) == 2


def test_the_decision_survives_replay(unknown: Office) -> None:
    unknown.run("assign", "1", "--unit", "延边大学")
    before, tree = unknown.mails(), unknown.tree()
    assert unknown.run("replay", "1").returncode == 0
    assert unknown.mails() == before
    assert unknown.tree() == tree


def test_the_address_is_known_from_then_on(unknown: Office, dovecot: Dovecot) -> None:
    unknown.run("assign", "1", "--unit", "延边大学")
    mail = sample("不知道是谁")
    dovecot.deliver(mail.raw.replace(b"Message-ID: <", b"Message-ID: <again."), datetime.fromisoformat("2022-12-23T10:00:00+08:00"))
    unknown.once()
    assert [mail["unit"]["name"] for mail in unknown.mails()] == ["延边大学", "延边大学"]


def test_a_file_is_what_a_person_says_it_is(unknown: Office) -> None:
    path = unknown.mails()[0]["files"][0]["path"]
    unknown.run("assign", "1", "--unit", "延边大学")
    assert unknown.run("assign", "1", "--file", path, "--material", "none").returncode == 0
    file = unknown.mails()[0]["files"][0]
    assert (file["path"], file["disposition"], file["stored_as"]) == (path, "ignored", None)
    assert not any(path in name for name in unknown.tree())


def test_a_unit_that_does_not_exist_is_answered_with_the_nearest_names(unknown: Office) -> None:
    done = unknown.run("assign", "1", "--unit", "长春农业大学")
    assert done.returncode == 3
    assert "长春工业大学" in done.stderr
    assert unknown.mails()[0]["unit"] is None


def test_a_waiver_makes_a_unit_complete_and_can_be_taken_back(office: Office, dovecot: Dovecot) -> None:
    mail = sample("缺典型案例")
    dovecot.deliver(mail.raw, mail.received_at)
    office.once()
    unit = office.mails()[0]["unit"]["name"]
    assert office.unit(unit)["missing"] == ["case"]
    office.run("waive", unit, "--material", "case", "--note", "来电说明")
    assert office.unit(unit)["state"] == "complete"
    office.run("waive", unit, "--material", "case", "--revoke")
    assert office.unit(unit)["missing"] == ["case"]


def test_an_extension_moves_the_units_own_deadline(office: Office, dovecot: Dovecot) -> None:
    mail = sample("过了截止时间")
    dovecot.deliver(mail.raw, mail.received_at)
    office.once()
    unit = office.mails()[0]["unit"]["name"]
    assert office.unit(unit)["late"]
    office.run("waive", unit, "--until", "2022-12-31")
    assert not office.unit(unit)["late"]


@pytest.mark.parametrize("threaded", [True, False], ids=["in its thread", "by a program that loses the thread"])
def test_the_senders_answer_to_our_question_settles_the_earlier_mail(
    unknown: Office, dovecot: Dovecot, sink: SmtpSink, threaded: bool
) -> None:
    question = read_letter(sink.letters[0])
    answer = EmailMessage()
    answer["From"], answer["To"] = str(question["To"]), str(question["From"])
    answer["Subject"] = f"回复：{question['Subject']}"
    answer["Message-ID"] = "<answer@qq.com>"
    if threaded:
        answer["In-Reply-To"] = str(question["Message-ID"]).strip()
    answer.set_content("您好，我们是延边大学继续教育学院，谢谢！")
    dovecot.deliver(answer.as_bytes(), datetime.fromisoformat("2022-12-22T08:00:00+08:00"))
    unknown.once()
    first, _answer = unknown.mails()
    assert first["unit"]["name"] == "延边大学"
    assert first["state"] == "settled"
    assert all(path.startswith("延边大学/") for path in unknown.tree())
    assert len(sink.letters) == 2
    assert "延边大学" in str(read_letter(sink.letters[1])["Subject"])


def introduction(nameless: Sample, unit: str) -> bytes:
    """A mail of the same address that says which unit it is."""
    mail = EmailMessage()
    mail["From"] = str(read_letter(nameless.raw)["From"])
    mail["To"], mail["Subject"], mail["Message-ID"] = "jlqmxx@126.com", f"{unit}的联系人", f"<{len(unit)}.intro@qq.com>"
    mail.set_content(f"老师好，我们是{unit}继续教育学院，联系人是我，请查收。\n\n{unit}继续教育学院")
    return mail.as_bytes()


def unit_of(office: Office, mail: Sample) -> str | None:
    message_id = read_letter(mail.raw)["Message-ID"]
    unit = next(found["unit"] for found in office.mails() if found["message_id"] == message_id)
    return str(unit["name"]) if unit else None


def test_an_address_that_names_its_unit_in_a_later_mail_tells_whose_its_nameless_one_was(office: Office, dovecot: Dovecot) -> None:
    nameless = sample("不知道是谁")
    dovecot.deliver(nameless.raw, nameless.received_at)
    dovecot.deliver(introduction(nameless, "延边大学"), nameless.received_at + timedelta(hours=1))
    office.once()
    assert unit_of(office, nameless) == "延边大学"


def test_an_address_that_writes_for_two_units_speaks_for_neither(office: Office, dovecot: Dovecot) -> None:
    nameless = sample("不知道是谁")
    for hours, unit in ((2, "延边大学"), (1, "吉林外国语大学")):
        dovecot.deliver(introduction(nameless, unit), nameless.received_at - timedelta(hours=hours))
    dovecot.deliver(nameless.raw, nameless.received_at)
    office.once()
    assert unit_of(office, nameless) is None


def test_what_was_learned_is_visible_and_can_be_taken_back(unknown: Office) -> None:
    unknown.run("assign", "1", "--unit", "延边大学", "--by", "李老师")
    listed = unknown.run("knowledge").stdout
    assert "延边大学" in listed
    assert "李老师" in listed
    assert unknown.run("knowledge", "--forget", listed.split()[0]).returncode == 0
    assert "延边大学" not in unknown.run("knowledge").stdout


def test_a_taught_name_settles_what_was_unsure_at_replay(office: Office, dovecot: Dovecot) -> None:
    mail = sample("不知道是谁")
    raw = mail.raw.replace(b"\nSubject: ", "\nSubject: 白山松水学堂照片 ".encode() + b"\nX-Old: ", 1)
    dovecot.deliver(raw, mail.received_at)
    office.once()
    assert office.mails()[0]["unit"] is None
    assert office.run("knowledge", "--alias", "白山松水学堂", "--unit", "延边大学").returncode == 0
    office.run("replay")
    assert "延边大学" in str(office.mails()[0])


def test_a_notice_that_another_mail_puts_in_doubt_becomes_a_word_that_we_are_checking(
    office: Office, dovecot: Dovecot, sink: SmtpSink
) -> None:
    lacking = sample("缺典型案例")
    dovecot.deliver(lacking.raw, lacking.received_at)
    locked = EmailMessage()
    locked["From"], locked["To"], locked["Message-ID"] = "another@163.com", office.sender, "<locked@163.com>"
    locked["Subject"] = "长春师范大学典型活动案例"
    locked.set_content("您好，案例见附件。\n长春师范大学团委")
    locked.add_attachment(b"PK\x03\x04 broken", maintype="application", subtype="octet-stream", filename="长春师范大学典型案例.docx")
    dovecot.deliver(locked.as_bytes(), lacking.received_at + timedelta(minutes=1))
    office.once()
    first, _second = office.mails()
    assert first["unit"]["name"] == "长春师范大学"
    assert [(letter["kind"], letter["state"]) for letter in first["letters"]] == [("missing", "superseded"), ("ack", "sent")]
    assert not any("尚缺" in str(read_letter(raw)["Subject"]) for raw in sink.letters)
    assert office.status()["reconciliation"]["waiting"] == 0
