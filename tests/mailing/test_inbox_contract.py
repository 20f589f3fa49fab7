"""What an Inbox promises, on three servers: NetEase's imitation, Debian's Dovecot, the demo's pymap."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mailbot.errors import TryLater
from mailbot.mailing.inbox import Inbox, Seen
from tests.servers.embedded import Embedded

RAW = b"From: a@example.edu.cn\r\nSubject: =?gb18030?B?ssTBzw==?=\r\n\r\n\xc4\xfa\xba\xc3 8-bit body.\r\n..dots\r\n.\r\nend\r\n"
WHEN = datetime(2022, 12, 28, 15, 59, 59, tzinfo=UTC)

OpenInbox = Callable[..., Inbox]


@pytest.fixture(params=["netease", pytest.param("dovecot", marks=pytest.mark.dovecot), "embedded"])
def server(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "embedded":
        with Embedded() as mailbox:
            yield mailbox
    else:
        yield request.getfixturevalue(request.param)


def fetched(inbox: Inbox, seen: Seen) -> bytes | None:
    sink = io.BytesIO()
    written = inbox.fetch(seen, sink)
    assert written is None or written == len(sink.getvalue())
    return None if written is None else sink.getvalue()


def all_places(inbox: Inbox) -> list[Seen]:
    return sorted((seen for folder in inbox.folders() for seen in inbox.places(folder)), key=lambda seen: (seen.folder, seen.uid))


def test_every_mail_of_inbox_and_junk_comes_byte_for_byte(server: Any, open_inbox: OpenInbox) -> None:
    server.deliver(RAW, WHEN)
    server.deliver(RAW + b"second\r\n", WHEN)
    server.deliver(RAW + b"in junk\r\n", WHEN, "垃圾邮件")
    inbox = open_inbox(server)

    places = all_places(inbox)

    assert [seen.folder for seen in places] == ["INBOX", "INBOX", "垃圾邮件"]
    assert [fetched(inbox, seen) for seen in places] == [RAW, RAW + b"second\r\n", RAW + b"in junk\r\n"]


def test_bodies_gives_small_and_big_mails_in_order_byte_for_byte(server: Any, open_inbox: OpenInbox) -> None:
    mails = [RAW + b"x" * size + b"\r\n" for size in (10, 300, 3_000_000, 20, 700_000, 30)]
    for mail in mails:
        server.deliver(mail, WHEN)
    inbox = open_inbox(server)

    came = []
    for body in inbox.bodies(inbox.arrivals(all_places(inbox))):
        sink = io.BytesIO()
        assert body.write_to(sink) == body.arrival.size
        came.append(sink.getvalue())

    assert came == mails


def test_arrival_tells_size_and_internaldate_in_chinese_time(server: Any, open_inbox: OpenInbox) -> None:
    server.deliver(RAW, WHEN)
    inbox = open_inbox(server)

    (arrival,) = inbox.arrivals(all_places(inbox))

    assert arrival.size == len(RAW)
    assert arrival.received_at == WHEN
    assert arrival.received_at.isoformat() == "2022-12-28T23:59:59+08:00"


def test_looking_and_fetching_changes_nothing_on_the_server(server: Any, open_inbox: OpenInbox) -> None:
    for number in range(3):
        server.deliver(RAW + b"%d\r\n" % number, WHEN)
    inbox = open_inbox(server)
    all_places(inbox)  # Dovecot numbers new mail at the first look
    before = server.state()

    for body in inbox.bodies(inbox.arrivals(all_places(inbox))):
        body.write_to(io.BytesIO())
    for seen in all_places(inbox):
        fetched(inbox, seen)
    inbox.survey()
    inbox.close()

    after = server.state()
    assert len(after) == 3
    assert after == before
    assert "Seen" not in str(after)


def test_a_mail_that_vanished_after_listing_is_none_and_has_no_arrival(server: Any, open_inbox: OpenInbox) -> None:
    server.deliver(RAW, WHEN)
    server.deliver(RAW + b"stays\r\n", WHEN)
    inbox = open_inbox(server)
    gone, stays = all_places(inbox)
    server.expunge(gone.uid)

    assert fetched(inbox, gone) is None
    assert [arrival.seen for arrival in inbox.arrivals([gone, stays])] == [stays]
    assert fetched(inbox, stays) == RAW + b"stays\r\n"
    assert inbox.alive


def test_a_place_of_another_uidvalidity_is_gone(server: Any, open_inbox: OpenInbox) -> None:
    server.deliver(RAW, WHEN)
    inbox = open_inbox(server)
    (seen,) = all_places(inbox)
    old = Seen(seen.folder, seen.uidvalidity + 1, seen.uid)

    assert fetched(inbox, old) is None
    assert inbox.arrivals([old]) == ()


def test_an_empty_folder_has_no_places(server: Any, open_inbox: OpenInbox) -> None:
    inbox = open_inbox(server)

    assert inbox.places("INBOX") == frozenset()
    assert inbox.arrivals([]) == ()
    assert list(inbox.bodies([])) == []


def test_new_mail_shows_at_the_next_look_on_the_same_connection(server: Any, open_inbox: OpenInbox) -> None:
    inbox = open_inbox(server)
    assert inbox.places("INBOX") == frozenset()

    server.deliver(RAW, WHEN)

    assert len(inbox.places("INBOX")) == 1


def test_refused_credentials_are_told_apart_and_never_quoted(server: Any, open_inbox: OpenInbox) -> None:
    with pytest.raises(TryLater) as trouble:
        open_inbox(server, password="wrong-password-7531").folders()

    assert trouble.value.login
    assert "授权码" in str(trouble.value)
    assert "wrong-password-7531" not in str(trouble.value)


def test_wait_is_over_within_a_second_of_the_stop_signal(server: Any, open_inbox: OpenInbox) -> None:
    stop = threading.Event()
    inbox = open_inbox(server, stop=stop.is_set)
    inbox.folders()
    threading.Timer(0.3, stop.set).start()

    began = time.monotonic()
    inbox.wait(30)

    assert 0.2 < time.monotonic() - began < 1.5


def test_wait_lasts_as_long_as_asked_where_nothing_happens(server: Any, open_inbox: OpenInbox) -> None:
    inbox = open_inbox(server)
    inbox.folders()

    began = time.monotonic()
    inbox.wait(0.6)

    assert 0.55 < time.monotonic() - began < 1.6


def test_survey_counts_the_folders_and_names_the_oldest_mail(server: Any, open_inbox: OpenInbox) -> None:
    now = datetime.now(UTC)
    server.deliver(RAW, now - timedelta(days=90))
    server.deliver(RAW, now - timedelta(days=1), "垃圾邮件")
    inbox = open_inbox(server)

    survey = inbox.survey()

    counts = {folder.name: (folder.exists, folder.listed) for folder in survey.folders if folder.read}
    assert counts["INBOX"] == (1, 1)
    assert counts["垃圾邮件"] == (1, 1)
    assert survey.oldest and abs(survey.oldest - (now - timedelta(days=90))) < timedelta(seconds=2)
    assert survey.partial is True
    assert not any("30 天" in warning for warning in survey.warnings)


def test_survey_warns_when_nothing_older_than_thirty_days_is_visible(server: Any, open_inbox: OpenInbox) -> None:
    server.deliver(RAW, datetime.now(UTC) - timedelta(days=2))

    assert any("收取最近30天邮件" in warning for warning in open_inbox(server).survey().warnings)
