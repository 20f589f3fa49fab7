"""The embedded mailbox talks real IMAP and SMTP."""

import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from mailbot.demo.mailbox import Mailbox

CHINA = timezone(timedelta(hours=8))
DEADLINE = datetime(2022, 12, 28, 23, 59, 59, tzinfo=CHINA)
MAIL = b"Subject: =?GBK?B?ssTByQ==?=\r\n\r\nhello\r\n"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as running:
        yield running


def logged_in(mailbox: Mailbox) -> IMAPClient:
    client = IMAPClient(mailbox.host, mailbox.imap_port, ssl=False)
    client.normalise_times = False
    client.login(mailbox.user, mailbox.password)
    return client


def test_a_delivered_mail_keeps_its_bytes_and_its_arrival_to_the_second(mailbox: Mailbox) -> None:
    mailbox.deliver(MAIL, DEADLINE)
    with logged_in(mailbox) as client:
        client.select_folder("INBOX", readonly=True)
        (found,) = client.fetch(client.search("ALL"), ["INTERNALDATE", "BODY.PEEK[]"]).values()
    assert (found[b"BODY[]"], found[b"INTERNALDATE"]) == (MAIL, DEADLINE)


def test_a_folder_is_made_when_the_first_mail_goes_there(mailbox: Mailbox) -> None:
    mailbox.deliver(MAIL, DEADLINE, "广告邮件")
    mailbox.deliver(MAIL + b"2", DEADLINE, "广告邮件")
    with logged_in(mailbox) as client:
        assert {name for _, _, name in client.list_folders()} == {"INBOX", "垃圾邮件", "广告邮件"}
        assert client.select_folder("广告邮件", readonly=True)[b"EXISTS"] == 2


def test_a_new_mail_wakes_an_idle_client(mailbox: Mailbox) -> None:
    with logged_in(mailbox) as client:
        client.select_folder("INBOX", readonly=True)
        client.idle()
        mailbox.deliver(MAIL, DEADLINE)
        assert (1, b"EXISTS") in client.idle_check(timeout=5)
        client.idle_done()


def test_wrong_passwords_are_refused_by_both_servers(mailbox: Mailbox) -> None:
    with IMAPClient(mailbox.host, mailbox.imap_port, ssl=False) as client, pytest.raises(LoginError):
        client.login(mailbox.user, "wrong")
    with smtplib.SMTP(mailbox.host, mailbox.smtp_port) as post, pytest.raises(smtplib.SMTPAuthenticationError):
        post.login(mailbox.user, "wrong")


def test_smtp_records_letters_in_order_as_it_got_them(mailbox: Mailbox) -> None:
    with smtplib.SMTP(mailbox.host, mailbox.smtp_port) as post:
        post.login(mailbox.user, mailbox.password)
        for letter in (MAIL, MAIL + b".dot at the start\r\n"):
            post.sendmail(mailbox.user, ["clerk@qq.com"], letter)
    assert mailbox.letters() == (MAIL, MAIL + b".dot at the start\r\n")


def test_smtp_refuses_strangers_and_foreign_senders_as_126_does(mailbox: Mailbox) -> None:
    with smtplib.SMTP(mailbox.host, mailbox.smtp_port) as post:
        with pytest.raises(smtplib.SMTPSenderRefused) as without_login:
            post.sendmail(mailbox.user, ["clerk@qq.com"], MAIL)
        post.rset()
        post.login(mailbox.user, mailbox.password)
        with pytest.raises(smtplib.SMTPSenderRefused) as null_path:
            post.sendmail("", ["clerk@qq.com"], MAIL)
    assert (without_login.value.smtp_code, null_path.value.smtp_code) == (530, 553)
    assert mailbox.letters() == ()


def test_leaving_ends_the_servers_even_with_a_client_connected() -> None:
    with Mailbox() as mailbox:
        client = logged_in(mailbox)
    with pytest.raises(ConnectionRefusedError):
        IMAPClient(mailbox.host, mailbox.imap_port, ssl=False)
    client.shutdown()


def test_two_mailboxes_run_side_by_side() -> None:
    with Mailbox() as one, Mailbox() as other:
        one.deliver(MAIL, DEADLINE)
        with logged_in(other) as client:
            assert client.select_folder("INBOX", readonly=True)[b"EXISTS"] == 0
        assert len({one.imap_port, one.smtp_port, other.imap_port, other.smtp_port}) == 4
