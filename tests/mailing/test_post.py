"""Handing letters over: every end of an attempt is told apart, on a real SMTP server that misbehaves to order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.config import Security
from mailbot.errors import TryLater
from mailbot.mailing.post import Outcome, Post, Posted
from tests.servers.dovecot import free_port
from tests.servers.smtpsink import Script, SmtpSink

LETTER = b"From: jsjyktg@126.com\r\nTo: a@qq.com\r\nSubject: x\r\n\r\nbody\r\n"
TO = "a@qq.com"
MINUTE, HOUR = 60.0, 3600.0


@contextmanager
def post(sink: SmtpSink, **changes: Any) -> Iterator[Post]:
    with Post(sink.answering(**changes)) as opened:
        yield opened


def outcome_of(sink: SmtpSink, **script: Any) -> Posted:
    sink.script = Script(**script)
    with post(sink) as opened:
        return opened.send(LETTER, TO)


def test_a_letter_that_is_taken_is_sent_and_arrives_byte_for_byte(sink: SmtpSink) -> None:
    posted = outcome_of(sink)

    assert (posted.outcome, posted.code) == (Outcome.SENT, 250)
    assert sink.letters == [LETTER]
    assert (sink.received[0].sender, sink.received[0].recipients) == ("jsjyktg@126.com", (TO,))


def test_several_letters_share_one_connection_and_one_login(sink: SmtpSink) -> None:
    with post(sink) as opened:
        outcomes = [opened.send(LETTER, f"unit{number}@qq.com").outcome for number in range(5)]

    assert outcomes == [Outcome.SENT] * 5
    assert (sink.connections, sink.logins) == (1, 1)
    assert [one.recipients for one in sink.received] == [(f"unit{number}@qq.com",) for number in range(5)]
    assert sink.commands[-1] == "QUIT"


# mail-facts 1.7, row by row: (command answered, answer, outcome, least and most seconds to wait, concerns everyone)
NETEASE = [
    ("auth", "535 Error: authentication failed", Outcome.STOP, 0, 0, True),
    ("auth", "550 User has no permission", Outcome.STOP, 0, 0, True),
    ("mail", "550 User has no permission", Outcome.STOP, 0, 0, True),
    ("mail", "553 Mail from must equal authorized user", Outcome.STOP, 0, 0, True),
    ("mail", "554 DT:SUM 126 smtp2,DMmowAB3 1", Outcome.STOP, 0, 0, True),
    ("dot", "554 DT:SUM 126 smtp2,DMmowAB3 1", Outcome.STOP, 0, 0, True),
    ("mail", "421 HL:REP 126 smtp7", Outcome.LATER, 15 * MINUTE, HOUR, True),
    ("mail", "421 HL:ICC 126 smtp7", Outcome.LATER, 15 * MINUTE, HOUR, True),
    ("mail", "421 HL:IFC 126 smtp7", Outcome.LATER, 15 * MINUTE, HOUR, True),
    ("greeting", "421 HL:MEP 126 smtp7", Outcome.LATER, 15 * MINUTE, HOUR, True),
    ("rcpt", "421 closing transmission channel", Outcome.LATER, 15 * MINUTE, HOUR, True),
    ("mail", "451 MI:CEL 126 smtp1", Outcome.LATER, MINUTE, HOUR, True),
    ("mail", "450 MI:CCL 126 smtp1", Outcome.LATER, MINUTE, HOUR, True),
    ("rcpt", "451 RP:CEL 126 smtp1", Outcome.LATER, MINUTE, HOUR, True),
    ("rcpt", "450 RP:CCL 126 smtp1", Outcome.LATER, MINUTE, HOUR, True),
    ("mail", "451 MI:DMC 126 smtp1", Outcome.LATER, 1, HOUR, True),
    ("rcpt", "450 RP:DRC 126 smtp1", Outcome.LATER, 1, HOUR, True),
    ("mail", "451 MI:SFQ 126 smtp1", Outcome.LATER, 15 * MINUTE, HOUR, True),
    ("rcpt", "451 RP:QRC 126 smtp1", Outcome.LATER, HOUR, 24 * HOUR, True),
    ("rcpt", "550 RP:TRC 126 smtp1", Outcome.LATER, 6 * HOUR, 24 * HOUR, True),
    ("mail", "554 MI:STC 126 smtp1", Outcome.LATER, 6 * HOUR, 24 * HOUR, True),
    ("mail", "550 MI:STC 126 smtp1", Outcome.LATER, 6 * HOUR, 24 * HOUR, True),
    ("dot", "451 DT:SPM please try again 126 smtp1", Outcome.LATER, 2 * MINUTE, HOUR, False),
    ("dot", "550 DT:SPM 126 smtp1", Outcome.SPAM, 0, 0, False),
    ("dot", "554 DT:SPM 126 smtp1", Outcome.SPAM, 0, 0, False),
    ("mail", "554 HL:IHU 126 smtp1", Outcome.STOP, 0, 0, True),
    ("greeting", "554 HL:IPB 126 smtp1", Outcome.STOP, 0, 0, True),
    ("mail", "554 IP in blacklist", Outcome.STOP, 0, 0, True),
    ("mail", "554 MI:SPB 126 smtp1", Outcome.STOP, 0, 0, True),
    ("mail", "550 User in blacklist", Outcome.STOP, 0, 0, True),
    ("auth", "554 IP is rejected, smtp auth error limit exceed", Outcome.STOP, 0, 0, True),
    ("auth", "451 Requested action aborted: too much fail authentication", Outcome.LATER, HOUR, 24 * HOUR, True),
    ("rcpt", "550 Invalid User", Outcome.REFUSED, 0, 0, False),
    ("rcpt", "550 User suspended", Outcome.REFUSED, 0, 0, False),
    ("rcpt", "550 RP:RCL 126 smtp1", Outcome.REFUSED, 0, 0, False),
    ("rcpt", "553 Requested action not taken: too much recipient", Outcome.REFUSED, 0, 0, False),
    ("dot", "552 Illegal Attachment", Outcome.REFUSED, 0, 0, False),
    ("dot", "552 Requested mail action aborted: exceeded mailsize limit", Outcome.REFUSED, 0, 0, False),
    # Not in NetEase's list: Tencent's refusals and the classes of RFC 5321.
    ("rcpt", "550 Connection frequency limited", Outcome.STOP, 0, 0, True),
    ("rcpt", "550 Mailbox not found", Outcome.REFUSED, 0, 0, False),
    ("rcpt", "450 Mailbox busy", Outcome.LATER, MINUTE, HOUR, False),
    ("mail", "452 insufficient system storage", Outcome.LATER, MINUTE, HOUR, True),
    ("mail", "530 Authentication required", Outcome.STOP, 0, 0, True),
    ("data", "451 try later", Outcome.LATER, MINUTE, HOUR, False),
    ("data", "503 bad sequence", Outcome.REFUSED, 0, 0, False),
    ("dot", "451 local error", Outcome.LATER, MINUTE, HOUR, False),
    ("dot", "554 transaction failed", Outcome.REFUSED, 0, 0, False),
    ("mail", "999 ???", Outcome.LATER, 1, HOUR, False),
]


@pytest.mark.parametrize(("command", "answer", "outcome", "least", "most", "everyone"), NETEASE, ids=lambda value: str(value)[:34])
def test_each_answer_has_its_meaning(
    sink: SmtpSink, command: str, answer: str, outcome: Outcome, least: float, most: float, everyone: bool
) -> None:
    posted = outcome_of(sink, **{command: answer})

    assert posted.outcome is outcome
    assert posted.code == int(answer[:3])
    assert posted.reply == answer[4:]
    assert least <= posted.wait_seconds <= most
    assert posted.everyone is everyone
    assert answer[4:] in posted.sentence
    assert sink.letters == []


def test_a_refused_letter_leaves_the_connection_good_for_the_next(sink: SmtpSink) -> None:
    sink.script.rcpt = ["550 Invalid User"]
    with post(sink) as opened:
        outcomes = [opened.send(LETTER, TO).outcome, opened.send(LETTER, "b@qq.com").outcome]

    assert outcomes == [Outcome.REFUSED, Outcome.SENT]
    assert sink.connections == 1
    assert [one.recipients for one in sink.received] == [("b@qq.com",)]


def test_a_server_that_has_enough_of_this_connection_gets_a_new_one(sink: SmtpSink) -> None:
    sink.script.mail = ["451 MI:DMC 126 smtp1"]
    with post(sink) as opened:
        outcomes = [opened.send(LETTER, TO).outcome, opened.send(LETTER, TO).outcome]

    assert outcomes == [Outcome.LATER, Outcome.SENT]
    assert sink.connections == 2


@pytest.mark.parametrize("quitting", ["421 HL:REP closing", "554 go away"])
def test_250_and_then_trouble_at_quit_is_sent_once(sink: SmtpSink, quitting: str) -> None:
    posted = outcome_of(sink, quit=quitting)

    assert posted.outcome is Outcome.SENT
    assert len(sink.letters) == 1


def test_250_and_then_421_at_the_next_letter_opens_a_new_connection(sink: SmtpSink) -> None:
    sink.script.noop = ["421 idle too long"]
    with post(sink) as opened:
        outcomes = [opened.send(LETTER, TO).outcome, opened.send(LETTER, TO).outcome]

    assert outcomes == [Outcome.SENT, Outcome.SENT]
    assert len(sink.letters) == 2
    assert sink.connections == 2


@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
@pytest.mark.parametrize("fault", ["die", "silent"])
def test_no_answer_after_the_final_dot_is_uncertain_whether_it_was_taken_or_not(sink: SmtpSink, fault: str, taken: bool) -> None:
    began = time.monotonic()
    posted = outcome_of(sink, after_dot=fault, refuse_dot_after=not taken)

    assert posted.outcome is Outcome.UNCERTAIN
    assert len(sink.letters) == taken
    assert "可能" in posted.sentence
    assert time.monotonic() - began < 4  # data_timeout is one second here


def test_nonsense_after_the_final_dot_is_uncertain(sink: SmtpSink) -> None:
    assert outcome_of(sink, dot="hello?").outcome is Outcome.UNCERTAIN


def test_the_long_wait_is_for_the_answer_to_the_dot_alone(sink: SmtpSink) -> None:
    with post(sink, server=sink.settings(read_timeout=0.7), data_timeout=30.0) as opened:
        assert opened.send(LETTER, TO).outcome is Outcome.SENT
        sink.script.noop = "250 OK"
        assert opened._smtp is not None
        assert opened._smtp.sock is not None
        assert opened._smtp.sock.gettimeout() == 0.7


def test_a_line_that_breaks_before_the_dot_is_later_and_the_letter_did_not_arrive(sink: SmtpSink) -> None:
    big = LETTER + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 200_000  # more than the sockets between us can hold
    sink.script.die_before_body = True
    with post(sink) as opened:
        posted = opened.send(big, TO)

    assert posted.outcome is Outcome.LATER
    assert sink.received == []


def test_nobody_at_the_port_is_later_for_everyone(sink: SmtpSink) -> None:
    with post(sink, server=sink.settings(port=free_port())) as opened:
        posted = opened.send(LETTER, TO)

    assert (posted.outcome, posted.everyone) == (Outcome.LATER, True)
    assert "端口没有开放" in posted.sentence


def test_a_server_without_login_is_stop(sink: SmtpSink) -> None:
    with SmtpSink(mechanisms=()) as bare, post(bare) as opened:
        posted = opened.send(LETTER, TO)

    assert posted.outcome is Outcome.STOP
    assert "不提供登录" in posted.sentence


def test_refused_credentials_are_tried_once_and_hint_at_the_authorisation_code(sink: SmtpSink) -> None:
    with post(sink, server=sink.settings(password="old-code")) as opened:
        posted = opened.send(LETTER, TO)

    assert posted.outcome is Outcome.STOP
    assert "授权码" in posted.sentence
    assert sink.logins == 1  # every wrong try brings the account nearer to a lock


@pytest.mark.parametrize("echo", ["{password}", "AGpzanlrdGdAMTI2LmNvbQBTSE9VUVVBTk1BMTIzNDU2", "U0hPVVFVQU5NQTEyMzQ1Ng=="])
def test_a_password_that_the_server_echoes_is_blotted_out(sink: SmtpSink, echo: str) -> None:
    echo = echo.format(password=sink.password)
    posted = outcome_of(sink, auth=f"535 bad credentials {echo} for user")

    assert echo not in posted.sentence + posted.reply
    assert posted.reply == "bad credentials *** for user"


def test_answers_in_gbk_are_readable(sink: SmtpSink) -> None:
    posted = outcome_of(sink, rcpt="550 用户不存在".encode("gbk"))

    assert posted.reply == "用户不存在"


def test_only_login_works_where_plain_is_not_offered() -> None:
    with SmtpSink(mechanisms=("LOGIN",)) as server, post(server) as opened:
        assert opened.send(LETTER, TO).outcome is Outcome.SENT


@pytest.mark.parametrize("to", ["", "no-at-sign", "a b@qq.com", "a@qq.com>\r\nRCPT TO:<b@qq.com", "单位@例子.cn", "<a@qq.com>"])
def test_what_is_no_address_is_refused_without_asking_the_server(sink: SmtpSink, to: str) -> None:
    with post(sink) as opened:
        assert opened.send(LETTER, to).outcome is Outcome.REFUSED

    assert sink.connections == 0


def test_the_size_is_announced_and_eight_bit_only_where_there_is_any(sink: SmtpSink) -> None:
    with post(sink) as opened:
        opened.send(LETTER, TO)
        opened.send(LETTER + "中\r\n".encode(), TO)

    assert [one.options for one in sink.received] == [
        (f"SIZE={len(LETTER)}",),
        (f"SIZE={len(LETTER) + 5}", "BODY=8BITMIME"),
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.binary(max_size=60).map(lambda line: line.replace(b"\r", b"").replace(b"\n", b"")), max_size=6))
def test_whatever_the_lines_begin_with_they_arrive_unchanged(sink: SmtpSink, lines: list[bytes]) -> None:
    message = LETTER + b"".join(line + b"\r\n" for line in [b".", b"..", *lines])
    sink.received.clear()
    with post(sink) as opened:
        assert opened.send(message, TO).outcome is Outcome.SENT

    assert sink.letters == [message]


def test_probe_logs_in_and_sends_nothing(sink: SmtpSink) -> None:
    with post(sink) as opened:
        findings = opened.probe()

    assert "登录成功" in findings[0]
    assert "70 MB" in findings[0]
    assert (sink.logins, sink.received) == (1, [])


def test_probe_raises_try_later_with_login_for_refused_credentials_only(sink: SmtpSink) -> None:
    with post(sink, server=sink.settings(password="old")) as opened, pytest.raises(TryLater, match="授权码") as refused:
        opened.probe()
    with post(sink, server=sink.settings(port=free_port())) as opened, pytest.raises(TryLater, match="端口") as unreachable:
        opened.probe()

    assert (refused.value.login, unreachable.value.login) == (True, False)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_the_line_is_encrypted_and_only_with_a_trusted_certificate(
    certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch, security: Security
) -> None:
    files = {"certificate": certificate} if security is Security.TLS else {"starttls": certificate}
    with SmtpSink(**files) as server:  # type: ignore[arg-type]
        secure = server.settings(security=security)
        with post(server, server=secure) as opened:
            untrusted = opened.send(LETTER, TO)
        monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
        with post(server, server=secure) as opened:
            trusted = opened.send(LETTER, TO)

    assert untrusted.outcome is Outcome.LATER
    assert "证书没有通过验证" in untrusted.sentence
    assert trusted.outcome is Outcome.SENT
