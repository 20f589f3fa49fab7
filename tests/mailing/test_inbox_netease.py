"""The Inbox against NetEase's manners and against every fault its imitation can play."""

from __future__ import annotations

import errno
import io
import logging
import re
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from mailbot.errors import TryLater
from mailbot.mailing.inbox import Inbox, Seen
from tests.servers.netease import CAPABILITIES, FIRST_UID, Mail, NetEase

RAW = b"From: a@example.edu.cn\r\nSubject: x\r\n\r\n" + b"0123456789abcdef\r\n" * 20_000
OpenInbox = Callable[..., Inbox]


def fetched(inbox: Inbox, seen: Seen) -> bytes | None:
    sink = io.BytesIO()
    return None if inbox.fetch(seen, sink) is None else sink.getvalue()


def only_place(inbox: Inbox) -> Seen:
    (seen,) = inbox.places("INBOX")
    return seen


def test_every_connection_sends_id_after_login_and_before_the_first_folder(netease: NetEase, open_inbox: OpenInbox) -> None:
    inbox = open_inbox(netease)
    inbox.places("INBOX")
    inbox.close()
    inbox.places("INBOX")

    verbs = [line.split()[0] for line in netease.commands if line.split()[0] in ("LOGIN", "ID", "EXAMINE")]
    assert verbs == ["LOGIN", "ID", "EXAMINE"] * 2
    identity = next(line for line in netease.commands if line.startswith("ID"))
    assert re.fullmatch(r'ID \("name" "mailbot" "version" "[^"]+" "vendor" "mailbot" "support-email" "jsjyktg@126.com"\)', identity)


def test_without_the_capability_no_id_is_sent_and_the_refusal_of_the_folder_is_explained(netease: NetEase, open_inbox: OpenInbox) -> None:
    netease.capabilities = CAPABILITIES.replace(" ID ", " ")

    with pytest.raises(TryLater, match="Unsafe Login") as trouble:
        open_inbox(netease).places("INBOX")

    assert trouble.value.login  # hammering an unsafe login gets the account locked
    assert "重新生成授权码" in str(trouble.value)
    assert not any(line.startswith("ID") for line in netease.commands)


def test_login_refusals_in_gbk_are_readable(netease: NetEase, open_inbox: OpenInbox) -> None:
    with pytest.raises(TryLater, match="帐号或密码错误"):
        open_inbox(netease, password="old").folders()


def test_a_server_that_echoes_the_password_does_not_get_it_into_the_sentence(netease: NetEase, open_inbox: OpenInbox) -> None:
    netease.faults.login_refusal = b"LOGIN failed for jsjyktg@126.com with OLDCODE99"

    with pytest.raises(TryLater) as trouble:
        open_inbox(netease, password="OLDCODE99").folders()

    assert "OLDCODE99" not in str(trouble.value)
    assert "LOGIN failed" in str(trouble.value)


def test_a_password_with_chinese_characters_is_a_login_error_not_a_crash(netease: NetEase, open_inbox: OpenInbox) -> None:
    with pytest.raises(TryLater, match="不能用的字符") as trouble:
        open_inbox(netease, password="授权码").folders()

    assert trouble.value.login


def test_only_reading_commands_are_ever_sent_and_none_netease_cannot_answer(netease: NetEase, open_inbox: OpenInbox) -> None:
    for number in range(5):
        netease.deliver(RAW[: 100 + number])
    netease.deliver(RAW)
    inbox = open_inbox(netease)
    inbox.survey()
    for folder in inbox.folders():
        for body in inbox.bodies(inbox.arrivals(list(inbox.places(folder)))):
            body.write_to(io.BytesIO())
    inbox.wait(0.1)
    inbox.close()

    assert netease.writes() == []
    heard = " ".join(netease.commands)
    assert not re.search(r"UIDNEXT|UNSEEN|UIDVALIDITY|FROM|SUBJECT|STATUS|IDLE|FETCH 1:\*", heard)


def test_more_than_a_hundred_thousand_ten_digit_uids_are_all_listed(netease: NetEase, open_inbox: OpenInbox) -> None:
    now = datetime.now(UTC)
    uids = range(FIRST_UID, FIRST_UID + 120_000)
    netease.mails["INBOX"] = [Mail(uid, b"", now) for uid in uids]

    places = open_inbox(netease).places("INBOX")

    assert {seen.uid for seen in places} == set(uids)
    ranges = [line for line in netease.commands if line.startswith("UID SEARCH")]
    assert len(ranges) == 3
    assert all(line.startswith("UID SEARCH UID ") for line in ranges)


def test_small_mails_share_one_command_and_big_ones_come_alone(netease: NetEase, open_inbox: OpenInbox) -> None:
    small = [netease.deliver(b"Subject: %d\r\n\r\nbody\r\n" % number) for number in range(50)]
    big = netease.deliver(RAW)
    inbox = open_inbox(netease)

    came = {}
    for body in inbox.bodies(inbox.arrivals(sorted(inbox.places("INBOX"), key=lambda seen: seen.uid))):
        sink = io.BytesIO()
        body.write_to(sink)
        came[body.arrival.seen.uid] = sink.getvalue()

    assert came == {uid: netease.state()[uid][2] for uid in [*small, big]}
    assert len([line for line in netease.commands if "BODY" in line]) == 2


@pytest.mark.parametrize("fault", ["vanish", "refuse_fetch", "nil_bodies", "empty_bodies"])
def test_one_bad_mail_among_small_ones_does_not_hold_up_the_others(netease: NetEase, open_inbox: OpenInbox, fault: str) -> None:
    uids = [netease.deliver(b"Subject: %d\r\n\r\nbody\r\n" % number) for number in range(4)]
    inbox = open_inbox(netease)
    arrivals = inbox.arrivals(sorted(inbox.places("INBOX"), key=lambda seen: seen.uid))
    getattr(netease.faults, fault).add(uids[1])

    came: dict[int, int | str | None] = {}
    for body in inbox.bodies(arrivals):
        try:
            came[body.arrival.seen.uid] = body.write_to(io.BytesIO())
        except TryLater:
            came[body.arrival.seen.uid] = "later"
            assert inbox.alive  # the line is good: only this mail could not be had

    expected = None if fault == "vanish" else "later"
    assert came == {uids[0]: 20, uids[1]: expected, uids[2]: 20, uids[3]: 20}


def test_arrivals_survive_a_server_that_refuses_the_whole_command_for_one_mail(netease: NetEase, open_inbox: OpenInbox) -> None:
    uids = [netease.deliver(b"x\r\n") for _ in range(7)]
    inbox = open_inbox(netease)
    places = sorted(inbox.places("INBOX"), key=lambda seen: seen.uid)
    netease.faults.refuse_fetch.add(uids[3])

    assert [arrival.seen.uid for arrival in inbox.arrivals(places)] == uids[:3] + uids[4:]


@pytest.mark.parametrize(
    "faults",
    [{"ignore_partials": True}, {"bare_key": True}, {"short_partials": 70_001}, {"ignore_partials": True, "short_partials": 9}],
    ids=str,
)
@pytest.mark.parametrize("raw", [b"\n", RAW[:200], RAW], ids=["1 byte", "200 bytes", "360 kB"])
def test_partials_may_be_ignored_cut_short_or_named_otherwise(
    netease: NetEase, open_inbox: OpenInbox, faults: dict[str, Any], raw: bytes
) -> None:
    netease.deliver(raw)
    for name, value in faults.items():
        setattr(netease.faults, name, value)
    inbox = open_inbox(netease)

    assert fetched(inbox, only_place(inbox)) == raw


def test_a_mail_of_no_bytes_is_an_empty_mail(netease: NetEase, open_inbox: OpenInbox) -> None:
    netease.deliver(b"")
    inbox = open_inbox(netease)

    assert fetched(inbox, only_place(inbox)) == b""


@pytest.mark.parametrize("fault", ["nil_bodies", "empty_bodies"])
def test_nothing_for_a_mail_that_is_still_there_is_never_an_empty_mail(netease: NetEase, open_inbox: OpenInbox, fault: str) -> None:
    uid = netease.deliver(RAW)
    getattr(netease.faults, fault).add(uid)
    inbox = open_inbox(netease)
    seen = only_place(inbox)

    with pytest.raises(TryLater, match="没有给出邮件"):
        inbox.fetch(seen, io.BytesIO())
    assert inbox.alive

    getattr(netease.faults, fault).clear()
    assert fetched(inbox, seen) == RAW


def test_a_session_that_the_server_declares_broken_is_not_used_again(netease: NetEase, open_inbox: OpenInbox) -> None:
    uid = netease.deliver(RAW)
    inbox = open_inbox(netease)
    seen = only_place(inbox)
    netease.faults.refuse_fetch.add(uid)
    netease.faults.refusal = "[UNAVAILABLE] 系统繁忙"

    with pytest.raises(TryLater, match="系统繁忙"):
        inbox.fetch(seen, io.BytesIO())

    assert not inbox.alive


def test_a_mail_that_goes_away_between_listing_and_fetching_is_none(netease: NetEase, open_inbox: OpenInbox) -> None:
    uid = netease.deliver(RAW)
    inbox = open_inbox(netease)
    seen = only_place(inbox)
    netease.faults.vanish.add(uid)

    assert fetched(inbox, seen) is None
    assert inbox.arrivals([seen]) == ()


@pytest.mark.parametrize("off_by", [-5, 7, 100_000])
def test_a_wrong_size_is_tried_once_more_and_what_came_is_kept(
    netease: NetEase, open_inbox: OpenInbox, caplog: pytest.LogCaptureFixture, off_by: int
) -> None:
    netease.deliver(RAW)
    netease.faults.wrong_size = off_by
    inbox = open_inbox(netease)
    seen = only_place(inbox)

    with caplog.at_level(logging.WARNING):
        assert fetched(inbox, seen) == RAW
    assert "已按收到的保存" in caplog.text
    first = len([line for line in netease.commands if "BODY" in line])
    assert fetched(inbox, seen) == RAW
    again = len([line for line in netease.commands if "BODY" in line]) - first
    assert again * 2 == first  # a server that counts otherwise is not asked twice for every mail


def test_small_mails_of_a_wrong_size_are_tried_once_more_too(
    netease: NetEase, open_inbox: OpenInbox, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        netease.deliver(RAW[:500])
    netease.faults.wrong_size = 9
    inbox = open_inbox(netease)

    sinks = []
    for body in inbox.bodies(inbox.arrivals(list(inbox.places("INBOX")))):
        sinks.append(io.BytesIO())
        assert body.write_to(sinks[-1]) == 500

    assert [sink.getvalue() for sink in sinks] == [RAW[:500]] * 2
    assert caplog.text.count("服务器说 509 字节，收到 500 字节") == 2


@pytest.mark.parametrize("at", [0, 1, len(RAW) // 2, len(RAW) - 1])
def test_a_line_dropped_inside_a_body_is_try_later_and_the_next_use_reconnects(netease: NetEase, open_inbox: OpenInbox, at: int) -> None:
    netease.deliver(RAW)
    inbox = open_inbox(netease)
    seen = only_place(inbox)
    netease.faults.drop_at = at

    with pytest.raises(TryLater, match="连接断开"):
        inbox.fetch(seen, io.BytesIO())
    assert not inbox.alive

    netease.faults.drop_at = None
    assert fetched(inbox, seen) == RAW
    assert netease.logins == 2


def test_a_stalled_line_is_given_up_after_the_read_timeout(netease: NetEase, open_inbox: OpenInbox) -> None:
    netease.deliver(RAW)
    inbox = open_inbox(netease, read_timeout=0.5)
    seen = only_place(inbox)
    netease.faults.stall_at = 1000

    began = time.monotonic()
    with pytest.raises(TryLater, match="没有回应"):
        inbox.fetch(seen, io.BytesIO())

    assert time.monotonic() - began < 3
    assert not inbox.alive


@pytest.mark.parametrize("command", ["ID", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH"])
@pytest.mark.parametrize("fault", ["bye_on", "garbage_on"])
def test_bye_and_nonsense_at_any_command_are_try_later_and_over_with_the_next_try(
    netease: NetEase, open_inbox: OpenInbox, fault: str, command: str
) -> None:
    netease.deliver(RAW)
    setattr(netease.faults, fault, command)
    inbox = open_inbox(netease, read_timeout=1.0)

    def road() -> bytes | None:
        inbox.folders()
        return fetched(inbox, only_place(inbox))

    with pytest.raises(TryLater):
        road()

    setattr(netease.faults, fault, "")
    assert road() == RAW


def test_a_literal_of_ten_gigabytes_is_cut_off_at_the_cap_in_flat_memory(netease: NetEase, open_inbox: OpenInbox) -> None:
    netease.deliver(RAW)
    inbox = open_inbox(netease, max_mail_bytes=3_000_000)
    seen = only_place(inbox)
    netease.faults.literal = 10 * 1024**3

    sink = io.BytesIO()
    assert inbox.fetch(seen, sink) == 3_000_000
    assert len(sink.getvalue()) == 3_000_000


def test_a_mail_over_the_cap_is_kept_as_far_as_the_cap(netease: NetEase, open_inbox: OpenInbox) -> None:
    netease.deliver(RAW)
    inbox = open_inbox(netease, max_mail_bytes=100_000)

    assert fetched(inbox, only_place(inbox)) == RAW[:100_000]
    assert inbox.alive


def test_an_unasked_huge_literal_never_goes_to_memory(netease: NetEase, open_inbox: OpenInbox) -> None:
    for number in range(2):
        netease.deliver(b"Subject: %d\r\n\r\n" % number)
    inbox = open_inbox(netease, max_mail_bytes=100_000)
    arrivals = inbox.arrivals(list(inbox.places("INBOX")))
    netease.faults.literal = 10 * 1024**3  # the sizes promised two small mails

    tracemalloc.start()
    written = [body.write_to(io.BytesIO()) for body in inbox.bodies(arrivals)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert written == [100_000, 100_000]
    assert peak < 8 * 1024 * 1024


def test_the_stop_signal_ends_a_long_body_at_once(netease: NetEase, open_inbox: OpenInbox) -> None:
    netease.deliver(RAW * 30)
    stopping = False
    inbox = open_inbox(netease, stop=lambda: stopping)
    seen = only_place(inbox)
    stopping = True

    with pytest.raises(TryLater, match="正在停止"):
        inbox.fetch(seen, io.BytesIO())


def test_a_full_disk_is_not_taken_for_a_broken_line(netease: NetEase, open_inbox: OpenInbox) -> None:
    class FullDisk(io.BytesIO):
        def write(self, octets: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    netease.deliver(RAW)
    inbox = open_inbox(netease)
    seen = only_place(inbox)

    with pytest.raises(OSError, match="No space left") as trouble:
        inbox.fetch(seen, FullDisk())

    assert trouble.value.errno == errno.ENOSPC
    assert fetched(inbox, seen) == RAW  # on a new line: the old one was left in the middle of a body


def test_mails_that_are_counted_but_not_listed_are_no_silence(netease: NetEase, open_inbox: OpenInbox) -> None:
    netease.deliver(RAW)
    netease.faults.lists_nothing = True

    with pytest.raises(TryLater, match="1 封邮件，却一封也没有列出"):
        open_inbox(netease).places("INBOX")


def test_survey_warns_when_the_counts_differ(netease: NetEase, open_inbox: OpenInbox) -> None:
    netease.deliver(RAW)
    netease.faults.lists_nothing = True

    assert any("列出了 0 封" in warning for warning in open_inbox(netease).survey().warnings)


def test_survey_names_a_configured_folder_that_does_not_exist(netease: NetEase, open_inbox: OpenInbox) -> None:
    inbox = open_inbox(netease, folders=("垃圾邮件", "工作总结"))

    survey = inbox.survey()

    assert [folder.name for folder in survey.folders if folder.read] == ["INBOX", "垃圾邮件"]
    assert any("工作总结" in warning for warning in survey.warnings)
    assert any("靠定时查看" in sentence for sentence in survey.sentences)


def test_a_folder_that_cannot_be_opened_is_try_later_and_the_line_stays(netease: NetEase, open_inbox: OpenInbox) -> None:
    netease.deliver(RAW)
    inbox = open_inbox(netease)
    seen = only_place(inbox)

    with pytest.raises(TryLater, match="打开文件夹“没有的”"):
        inbox.places("没有的")

    assert inbox.alive
    assert fetched(inbox, seen) == RAW


def test_nobody_at_the_port_is_a_sentence_about_the_port(netease: NetEase, open_inbox: OpenInbox) -> None:
    with pytest.raises(TryLater, match="端口没有开放") as trouble:
        open_inbox(netease, port=1).folders()

    assert not trouble.value.login


def test_a_host_that_does_not_exist_is_a_sentence_about_the_name(netease: NetEase, open_inbox: OpenInbox) -> None:
    with pytest.raises(TryLater, match="找不到这个地址"):
        open_inbox(netease, host="imap.mailbot.invalid").folders()


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: tuple[str, str], open_inbox: OpenInbox) -> None:
    with NetEase(certificate=certificate) as server, pytest.raises(TryLater, match="证书没有通过验证"):
        open_inbox(server).folders()


def test_a_trusted_certificate_opens_the_encrypted_line(
    certificate: tuple[str, str], open_inbox: OpenInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    with NetEase(certificate=certificate) as server:
        server.deliver(RAW)
        inbox = open_inbox(server)

        assert fetched(inbox, only_place(inbox)) == RAW
        inbox.close()


def test_no_line_of_our_log_holds_the_password_or_a_body(netease: NetEase, open_inbox: OpenInbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    netease.deliver(b"Subject: secret-subject\r\n\r\nsecret-body\r\n")
    inbox = open_inbox(netease)

    fetched(inbox, only_place(inbox))

    assert netease.password not in caplog.text
    assert "secret-" not in caplog.text
