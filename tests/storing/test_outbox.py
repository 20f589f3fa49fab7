"""The outbox: a letter is written once, leaves once, and what may have left is never forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbot.model import LetterKind, LetterState
from mailbot.storing.database import Database
from mailbot.storing.rows import LetterRow, NewFiling
from tests.storing.conftest import NOW
from tests.storing.mails import item, keep, letter, settle

LATER = NOW + timedelta(minutes=20)


def states(database: Database) -> list[LetterState]:
    with database.reading() as records:
        return [row.state for row in records.letters_all()]


def read(database: Database, number: int) -> LetterRow:
    with database.reading() as records:
        row = records.letter(number)
    assert row is not None
    return row


def test_the_bytes_that_leave_are_the_bytes_that_were_written(database: Database) -> None:
    with database.transaction() as records:
        number = records.queue(letter(message=b"\x00\xff\r\n", received=("summary",), missing=("case",), late=True), NOW)
    row = read(database, number)
    assert (row.message, row.received, row.missing, row.late) == (b"\x00\xff\r\n", ("summary",), ("case",), True)
    with database.reading() as records:
        assert records.letter_by_message_id("<1@mailbot>") == row
        assert records.letter_by_message_id("<2@mailbot>") is None


def test_settling_a_mail_again_does_not_write_its_letter_twice(database: Database) -> None:
    mail = keep(database)
    with database.transaction() as records:
        first = records.queue(letter(mail_number=mail), NOW)
        records.claim_due(NOW)
        records.finish(first, LetterState.SENT, "250 ok", NOW)
        assert records.queue(letter(mail_number=mail, text="changed"), LATER) == first
    assert (read(database, first).state, read(database, first).text) == (LetterState.SENT, "已收齐")


def test_a_letter_that_was_never_attempted_says_what_the_mail_says_now(database: Database) -> None:
    mail = keep(database)
    with database.transaction() as records:
        notice = records.queue(letter("<missing@m>", mail_number=mail, kind=LetterKind.MISSING), NOW)
        confirmation = records.queue(letter("<confirm@m>", mail_number=mail), NOW)
        assert records.queue(letter("<confirm@m>", mail_number=mail, text="第二稿"), NOW) == confirmation
    assert read(database, notice).state == LetterState.SUPERSEDED
    assert (read(database, confirmation).state, read(database, confirmation).text) == (LetterState.PENDING, "第二稿")


def test_a_letter_that_a_person_cancelled_does_not_come_back(database: Database) -> None:
    mail = keep(database)
    with database.transaction() as records:
        number = records.queue(letter(mail_number=mail, state=LetterState.HELD), NOW)
        assert records.cancel([number], NOW) == 1
        records.queue(letter(mail_number=mail), NOW)
    assert read(database, number).state == LetterState.SILENCED


def test_a_burst_of_mails_gets_only_the_newest_letter(database: Database) -> None:
    first, second = keep(database, "a"), keep(database, "b")
    with database.transaction() as records:
        records.queue(letter("<1>", mail_number=first), NOW)
        records.queue(letter("<other unit>", mail_number=first, unit_id="nenu"), NOW)
        assert records.supersede("jlu", "clerk@jlu.edu.cn", second, NOW) == 1
        records.queue(letter("<2>", mail_number=second), NOW)
    assert states(database) == [LetterState.SUPERSEDED, LetterState.PENDING, LetterState.PENDING]


def test_another_clerk_of_the_same_unit_still_gets_an_answer(database: Database) -> None:
    first, second = keep(database, "a"), keep(database, "b")
    with database.transaction() as records:
        records.queue(letter("<1>", mail_number=first), NOW)
        assert records.supersede("jlu", "colleague@qq.com", second, NOW) == 0
    assert states(database) == [LetterState.PENDING]


def test_without_a_unit_only_letters_to_the_same_address_are_superseded(database: Database) -> None:
    with database.transaction() as records:
        for mid, address in (("<1>", "A@qq.com"), ("<2>", "b@qq.com")):
            records.queue(letter(mid, unit_id=None, to_address=address, mail_number=None), NOW)
        assert records.supersede(None, "a@QQ.com", None, NOW) == 1
    assert states(database) == [LetterState.SUPERSEDED, LetterState.PENDING]


def test_what_was_attempted_is_never_superseded(database: Database) -> None:
    with database.transaction() as records:
        number = records.queue(letter(), NOW)
        records.claim_due(NOW)
        records.finish(number, LetterState.PENDING, "451 try later", NOW, LATER)
        assert records.supersede("jlu", "clerk@jlu.edu.cn", None, NOW) == 0
    row = read(database, number)
    assert (row.state, row.due_at, row.last_reply, row.finished_at) == (LetterState.PENDING, LATER, "451 try later", None)


def test_letters_are_claimed_one_by_one_the_longest_due_first(database: Database) -> None:
    with database.transaction() as records:
        records.queue(letter("<2>", due_at=NOW + timedelta(minutes=2)), NOW)
        records.queue(letter("<1>", due_at=NOW + timedelta(minutes=1)), NOW)
        records.queue(letter("<held>", state=LetterState.HELD), NOW)
        assert records.earliest_due() == NOW + timedelta(minutes=1)
        assert records.claim_due(NOW) is None
        claimed = [records.claim_due(LATER), records.claim_due(LATER), records.claim_due(LATER)]
    assert [row and (row.message_id, row.state, row.attempts, row.claimed_at) for row in claimed] == [
        ("<1>", LetterState.CLAIMED, 1, LATER),
        ("<2>", LetterState.CLAIMED, 1, LATER),
        None,
    ]


def test_a_letter_can_be_claimed_only_once(database: Database) -> None:
    with database.transaction() as records:
        number = records.queue(letter(), NOW)
        assert records.claim(number, NOW)
        assert not records.claim(number, NOW)


def test_a_letter_found_claimed_at_start_is_uncertain(database: Database) -> None:
    with database.transaction() as records:
        number = records.queue(letter(), NOW)
        records.claim_due(NOW)
    with database.transaction() as records:
        assert [row.number for row in records.abandoned_claims(LATER)] == [number]
        assert records.abandoned_claims(LATER) == ()
        assert records.claim_due(LATER) is None
    assert read(database, number).state == LetterState.UNCERTAIN


@pytest.mark.parametrize(
    ("kind", "repeats"), [(LetterKind.CONFIRM, 1), (LetterKind.ACK, 1), (LetterKind.MISSING, 0), (LetterKind.CHASE, 0)]
)
def test_only_confirmations_are_repeated_and_only_once(database: Database, kind: LetterKind, repeats: int) -> None:
    with database.transaction() as records:
        number = records.queue(letter(kind=kind), NOW)
        records.claim_due(NOW)
        records.finish(number, LetterState.UNCERTAIN, "", NOW)
        assert records.repeat_uncertain(NOW - timedelta(seconds=1), NOW) == 0
        assert records.repeat_uncertain(NOW, LATER) == repeats
        if records.claim_due(LATER):
            records.finish(number, LetterState.UNCERTAIN, "", LATER)
        assert records.repeat_uncertain(LATER, LATER) == 0


def test_caps_count_what_may_have_left_in_the_ledger(database: Database) -> None:
    sent_at = (NOW - timedelta(hours=25), NOW - timedelta(hours=2), NOW - timedelta(minutes=5), NOW - timedelta(minutes=4))
    ends = (LetterState.SENT, LetterState.SENT, LetterState.UNCERTAIN, LetterState.REFUSED)
    with database.transaction() as records:
        for place, (moment, end) in enumerate(zip(sent_at, ends, strict=True)):
            number = records.queue(letter(f"<{place}>", due_at=moment, to_address="Clerk@jlu.edu.cn"), moment)
            records.claim(number, moment)
            records.finish(number, end, "", moment)
        records.queue(letter("<waits>"), NOW)
        ours = records.sent_counts(NOW, "clerk@JLU.edu.cn", "jlu")
        others = records.sent_counts(NOW, "x@qq.com", "nenu")
    assert (ours.last_15_minutes, ours.last_day, ours.address_day, ours.unit_day) == (1, 2, 2, 2)
    assert (others.last_15_minutes, others.last_day, others.address_day, others.unit_day) == (1, 2, 0, 0)


def test_held_letters_leave_only_when_released(database: Database) -> None:
    with database.transaction() as records:
        held = records.queue(letter(state=LetterState.HELD), NOW)
        assert records.claim_due(LATER) is None
        assert records.release([held, 99], LATER) == 1
        assert records.release([held], LATER) == 0
        assert records.claim_due(LATER) is not None
        assert records.cancel([held], LATER) == 0


def test_letters_are_found_by_state_mail_and_unit(database: Database) -> None:
    mail = keep(database)
    with database.transaction() as records:
        one = records.queue(letter("<1>", mail_number=mail), NOW)
        records.queue(letter("<2>", unit_id="nenu"), NOW)
        records.mark_bounced(one)
        assert [row.number for row in records.letters(mail=mail)] == [one]
        assert [row.message_id for row in records.letters(unit="nenu")] == ["<2>"]
        assert len(records.letters(state=LetterState.PENDING)) == 2
        assert [row.bounced for row in records.letters()] == [True, False]


def test_a_letter_waits_while_another_mail_from_its_address_is_not_settled(database: Database) -> None:
    unread = keep(database, "b", from_address="Clerk@jlu.edu.cn")
    with database.transaction() as records:
        records.queue(letter(), NOW)
        records.queue(letter("<2@mailbot>", to_address="other@jlu.edu.cn"), NOW)
        other = records.claim_due(NOW)
        assert other is not None and other.to_address == "other@jlu.edu.cn"
        assert records.claim_due(NOW) is None
    settle(database, unread)
    with database.transaction() as records:
        assert records.claim_due(NOW) is not None


def test_letters_are_counted_back_to_the_last_mail_that_brought_a_new_material(database: Database) -> None:
    photo = item("1.jpg", filings=(NewFiling("jlu", "photos", 1),))
    mails = [keep(database, str(number), minutes=number) for number in range(4)]
    for mail, brought in zip(mails, (item("a.docx"), photo, item("b.docx"), item("c.docx")), strict=True):
        settle(database, mail, brought)
    with database.transaction() as records:
        for mail in mails[:3]:
            records.queue(letter(f"<{mail}>", mail_number=mail), NOW)
            taken = records.claim_due(NOW + timedelta(minutes=mail))
            assert taken is not None
            records.finish(taken.number, LetterState.SENT, "250", NOW)
        assert [records.brings_news(mail) for mail in mails] == [True, True, False, False]
        since = records.letters_since_news("Clerk@jlu.edu.cn", mails[3], NOW)
        assert since == [NOW + timedelta(minutes=mails[2]), NOW + timedelta(minutes=mails[1])]
        assert records.letters_since_news("clerk@jlu.edu.cn", mails[3], NOW + timedelta(days=1)) == []
        assert records.letters_since_news("other@jlu.edu.cn", mails[3], NOW) == []
