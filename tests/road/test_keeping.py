"""Mails are noted several at a time: in their order, none without its file, and none lost between the two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from mailbot.app import App, open_app
from mailbot.config import Answering, Config, Inbox, Server
from mailbot.keeping import Keeping
from mailbot.loading.shipped import shipped_rules
from mailbot.mailing.inbox import Seen
from mailbot.receiving import Known
from mailbot.storing.rows import NewMail

NOW = datetime(2022, 12, 1, 8, tzinfo=UTC)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    server = Server("127.0.0.1", 9, "office@example.cn", "x")
    storage = tmp_path / "storage"
    database = f"sqlite:///{storage}/mailbot.db"
    config = Config(tmp_path / "config.yaml", shipped_rules(), storage, database, Inbox(server), Answering(server, "office@example.cn"))
    opened = open_app(config)
    yield opened
    opened.close()


def add(keeping: Keeping, raw: bytes, uid: int) -> None:
    with keeping.app.files.put_stream("raw") as incoming:
        incoming.write(raw)
        keeping.add(incoming, NewMail(sha256=incoming.sha256, size=len(raw), received_at=NOW), Seen("INBOX", 1, uid))


def test_mails_that_wait_together_get_their_numbers_in_the_order_they_came(app: App) -> None:
    keeping = Keeping(app)
    for uid in range(1, 6):
        add(keeping, b"mail %d" % uid, uid)
    keeping.note()
    with app.database.reading() as records:
        assert [mail.sha256 for mail in records.mails()] == [sha256(b"mail %d" % uid).hexdigest() for uid in range(1, 6)]
    assert keeping.new == 5


def test_what_was_not_noted_before_a_crash_is_kept_once_when_it_is_fetched_again(app: App) -> None:
    add(Keeping(app), b"mail", 1)  # and never noted
    again = Keeping(app)
    add(again, b"mail", 1)
    again.note()
    with app.database.reading() as records:
        assert len(records.mails()) == 1
    assert app.files.list("raw/") == (f"raw/{sha256(b'mail').hexdigest()}.eml",)


def test_the_same_bytes_at_two_places_of_one_batch_are_one_mail(app: App) -> None:
    keeping = Keeping(app)
    add(keeping, b"mail", 1)
    add(keeping, b"mail", 2)
    keeping.note()
    assert keeping.new == 1
    with app.database.reading() as records:
        assert records.known_places("INBOX") == {(1, 1), (1, 2)}


def test_what_is_remembered_as_known_came_out_of_the_ledger_and_a_lower_uid_is_still_news(app: App) -> None:
    known, five, three = Known(), Seen("INBOX", 1, 5), Seen("INBOX", 1, 3)
    assert known.unknown(app, "INBOX", frozenset({five})) == {five}
    keeping = Keeping(app)
    add(keeping, b"mail", 5)
    keeping.note()
    assert known.unknown(app, "INBOX", frozenset({five})) == frozenset()
    assert known.unknown(app, "INBOX", frozenset({five, three})) == {three}
    assert known.unknown(app, "INBOX", frozenset({five, Seen("INBOX", 2, 5)})) == {Seen("INBOX", 2, 5)}
