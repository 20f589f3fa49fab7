"""Letters that the server takes for spam, and letters of which nobody knows whether they left."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from mailbot.demo.samples import samples
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import Script, SmtpSink

pytestmark = pytest.mark.dovecot

SPAM = "554 DT:SPM 126 smtp1, please see the help page"


@pytest.fixture
def office(office: Office, dovecot: Dovecot) -> Office:
    """One complete mail lies in the inbox: it will be confirmed."""
    mail = next(sample for sample in samples() if sample.title == "全是PDF")
    dovecot.deliver(mail.raw, mail.received_at)
    return office


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def test_a_letter_taken_for_spam_is_said_once_more_in_fewer_words(office: Office, sink: SmtpSink) -> None:
    sink.script = Script(dot=[SPAM])
    office.once()
    full, brief = (parsed(one.content) for one in sink.received)
    assert [one.accepted for one in sink.received] == [False, True]
    assert full["Message-ID"] == brief["Message-ID"]
    assert full["In-Reply-To"] == brief["In-Reply-To"]
    assert full["References"] == brief["References"]
    assert full["Subject"] != brief["Subject"]
    assert len(brief.get_content()) < len(full.get_content()) / 2
    assert "材料已经收齐，不必再报" in brief.get_content()
    (letter,) = office.mails()[0]["letters"]
    assert (letter["state"], letter["text"].splitlines()) == ("sent", brief.get_content().splitlines())


def test_the_second_refusal_as_spam_goes_to_a_person(office: Office, sink: SmtpSink) -> None:
    sink.script = Script(dot=[SPAM, SPAM])
    office.once()
    assert len(sink.received) == 2
    assert office.mails()[0]["letters"][0]["state"] == "refused"
    office.once()
    assert len(sink.received) == 2


def test_a_letter_of_an_uncertain_end_that_lies_in_the_sent_folder_has_left(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    sink.script = Script(after_dot="die")
    office.once()
    assert office.mails()[0]["letters"][0]["state"] == "uncertain"
    (taken,) = sink.received
    dovecot.deliver(taken.content, folder="已发送")
    sink.script = Script()
    office.once()
    assert office.mails()[0]["letters"][0]["state"] == "sent"
    assert len(sink.received) == 1
    assert len(office.mails()) == 1, "the sent folder is looked at, not read"


def test_a_letter_that_is_not_among_the_sent_mail_stays_uncertain(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    sink.script = Script(after_dot="die")
    office.once()
    dovecot.deliver(samples()[0].raw, folder="已发送")
    sink.script = Script()
    office.once()
    assert office.mails()[0]["letters"][0]["state"] == "uncertain"
