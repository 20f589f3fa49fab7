"""What waits for a person, the events, and the sums that must agree."""

from __future__ import annotations

from mailbot.model import Disposition, MailState
from mailbot.storing.database import Database
from mailbot.storing.rows import NewMail, NewPlace
from tests.storing.conftest import NOW
from tests.storing.mails import digest, item, keep, settle


def unsure(database: Database, unit: str) -> int:
    with database.reading() as records:
        one, every = records.unsure_of(unit), records.unsure_all().get(unit, 0)
    assert one == every
    return one


def test_files_and_mails_that_wait_count_for_the_unit_they_are_or_may_be_of(database: Database) -> None:
    settle(database, keep(database, "a"), item("1.docx", disposition=Disposition.UNREADABLE, filings=()), item("2.docx"))
    settle(database, keep(database, "b"), state=MailState.UNSURE, unit_id=None, units=(), candidates=("jlu", "nenu"), needs_person=True)
    open_file = item("3.docx", disposition=Disposition.UNSURE, unit_id=None, filings=())
    settle(
        database, keep(database, "c"), open_file, state=MailState.UNSURE, unit_id=None, units=(), candidates=("nenu",), needs_person=True
    )
    assert (unsure(database, "jlu"), unsure(database, "nenu"), unsure(database, "ybu")) == (2, 2, 0)


def test_candidates_no_longer_count_once_the_unit_is_sure(database: Database) -> None:
    waiting = item("1.docx", disposition=Disposition.UNSURE, unit_id=None, filings=())
    settle(database, keep(database), waiting, unit_id="jlu", candidates=("jlu", "nenu"), needs_person=True)
    assert (unsure(database, "jlu"), unsure(database, "nenu")) == (1, 0)


def test_a_unit_whose_id_is_part_of_another_is_not_counted_for_it(database: Database) -> None:
    settle(database, keep(database), state=MailState.UNSURE, unit_id=None, units=(), candidates=("jlu-2",), needs_person=True)
    assert (unsure(database, "jlu"), unsure(database, "jlu-2")) == (0, 1)


def test_events_are_read_oldest_first_and_narrowed(database: Database) -> None:
    with database.transaction() as records:
        for number in range(1, 6):
            records.event("settled", "mailbot", NOW, mail=number, unit="jlu" if number % 2 else "nenu", reason="因为")
        assert [event.mail_number for event in records.events(limit=2)] == [4, 5]
        assert [event.mail_number for event in records.events(unit="jlu")] == [1, 3, 5]
        (one,) = records.events(mail=3)
    assert (one.what, one.actor, one.at, one.detail) == ("settled", "mailbot", NOW, {"reason": "因为"})


def test_every_arrival_is_accounted_for(database: Database) -> None:
    for name, state in (("a", MailState.SETTLED), ("b", MailState.AUTOMATIC), ("c", MailState.UNSURE)):
        settle(database, keep(database, name), item(f"{name}.docx", filings=()), state=state)
    stuck = keep(database, "d")
    keep(database, "waiting")
    with database.transaction() as records:
        records.mark_stuck(stuck, "处理失败", NOW)
        records.keep(NewMail(digest("a"), NOW, 10), NewPlace("垃圾邮件", 1, 5), NOW)
        records.keep(NewMail(digest("ingested"), NOW, 10, origin="ingest"), None, NOW)
        records.note_place(NewPlace("INBOX", 1, 1), "vanished", "", NOW)
        records.note_place(NewPlace("INBOX", 1, 2), "excluded", "", NOW)
        sums = records.reconciliation()
    assert (sums.on_server, sums.ingested, sums.repeated) == (8, 1, 1)
    assert (sums.kept, sums.vanished, sums.excluded) == (7, 1, 1)
    assert (sums.filed, sums.automatic, sums.unsure, sums.stuck, sums.waiting) == (2, 1, 1, 1, 2)
    assert (sums.parts, sums.outcomes, sums.equal) == (3, 3, True)
    assert sums.sentence.endswith("核对一致。")


def test_what_the_server_listed_and_nobody_fetched_is_red(database: Database) -> None:
    with database.transaction() as records:
        records.note_look("INBOX", {(1, 7), (1, 8)}, NOW)
        records.note_look("垃圾邮件", {(1, 7)}, NOW)
        records.keep(NewMail(digest("a"), NOW, 10), NewPlace("INBOX", 1, 7), NOW)
        records.keep(NewMail(digest("b"), NOW, 10), NewPlace("垃圾邮件", 1, 7), NOW)
        behind = records.reconciliation()
        records.note_place(NewPlace("INBOX", 1, 8), "vanished", "", NOW)
        caught_up = records.reconciliation()
    assert (behind.on_server, behind.kept, behind.equal) == (3, 2, False)
    assert "不一致" in behind.sentence
    assert (caught_up.on_server, caught_up.equal) == (3, True)


def test_what_people_delete_on_the_server_stays_accounted_for(database: Database) -> None:
    keep(database, "a")
    with database.transaction() as records:
        records.note_look("INBOX", set(), NOW)
        sums = records.reconciliation()
    assert (sums.on_server, sums.equal) == (1, True)
