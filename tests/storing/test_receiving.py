"""Keeping mails once however often they show up, and knowing every place that was dealt with."""

from __future__ import annotations

from mailbot.model import MailState
from mailbot.storing.database import Database
from mailbot.storing.rows import NewMail, NewPlace
from tests.storing.conftest import NOW
from tests.storing.mails import digest, keep


def test_mails_are_numbered_from_one_in_the_order_they_are_kept(database: Database) -> None:
    assert [keep(database, "a"), keep(database, "b"), keep(database, "c")] == [1, 2, 3]


def test_the_same_bytes_at_a_second_place_are_the_same_mail(database: Database) -> None:
    mail = NewMail(sha256=digest("a"), received_at=NOW, size=10)
    with database.transaction() as records:
        assert records.keep(mail, NewPlace("INBOX", 1, 7), NOW) == (1, True)
        assert records.keep(mail, NewPlace("垃圾邮件", 1, 3), NOW) == (1, False)
        assert [place.folder for place in records.places(1)] == ["INBOX", "垃圾邮件"]
        assert len(records.mails()) == 1


def test_keeping_again_after_a_crash_changes_nothing(database: Database) -> None:
    assert keep(database, "a") == keep(database, "a") == 1
    with database.reading() as records:
        assert len(records.places()) == 1


def test_a_place_is_known_whatever_became_of_it(database: Database) -> None:
    with database.transaction() as records:
        records.keep(NewMail(digest("a"), NOW, 10), NewPlace("INBOX", 1, 4_294_967_295), NOW)
        records.note_place(NewPlace("INBOX", 1, 8), "vanished", "取件前已被移走", NOW)
        records.note_place(NewPlace("INBOX", 1, 9), "excluded", "超过大小上限", NOW)
        assert records.known_places("INBOX") == {(1, 4_294_967_295), (1, 8), (1, 9)}
        assert records.known_places("垃圾邮件") == frozenset()


def test_another_uidvalidity_is_another_place(database: Database) -> None:
    with database.transaction() as records:
        records.note_place(NewPlace("INBOX", 1, 8), "vanished", "", NOW)
        assert (2, 8) not in records.known_places("INBOX")


def test_an_ingested_mail_needs_no_place(database: Database) -> None:
    with database.transaction() as records:
        records.keep(NewMail(digest("a"), NOW, 10, origin="ingest", answer=False), None, NOW)
    with database.reading() as records:
        mail = records.mail(1)
    assert mail is not None
    assert (mail.state, mail.origin, mail.answer) == (MailState.KEPT, "ingest", False)


def test_times_come_back_aware_and_equal(database: Database) -> None:
    keep(database, "a", minutes=5)
    with database.reading() as records:
        mail = records.mail(1)
    assert mail is not None
    assert (mail.received_at - NOW).total_seconds() == 300
    assert mail.received_at.utcoffset() is not None


def test_what_a_database_refuses_in_text_does_not_stop_a_mail(database: Database) -> None:
    hostile = "总结\x00\ud83d =HYPERLINK()"
    with database.transaction() as records:
        records.keep(NewMail(digest("a"), NOW, 10, subject=hostile, message_id="x" * 5_000_000), NewPlace("INBOX", 1, 1), NOW)
        assert [mail.subject for mail in records.mails_with_message_id("x" * 5_000_000)] == ["总结\ufffd\ufffd =HYPERLINK()"]
