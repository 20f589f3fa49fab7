"""The events tell every letter: what they leave is what the ledger holds, whoever changed it, and a new ledger takes it over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mailbot.model import LetterKind, LetterState
from mailbot.storing.database import Database
from mailbot.storing.records.letterlog import LETTER, UNKNOWN_WORDS, letters_in
from mailbot.storing.rows import LetterRow
from tests.storing.conftest import NOW
from tests.storing.mails import keep, letter

LATER = NOW + timedelta(minutes=20)


def told(database: Database) -> tuple[LetterRow, ...]:
    with database.reading() as records:
        return letters_in(records.events())


def held(database: Database) -> tuple[LetterRow, ...]:
    with database.reading() as records:
        return records.letters_all()


def live(database: Database) -> None:
    """Six letters, each with another fate."""
    mail, other = keep(database), keep(database, "b")
    with database.transaction() as records:
        records.queue(letter("<1@m>", mail_number=mail, kind=LetterKind.MISSING, unit_id="jlu", missing=("case",)), NOW)
        records.queue(letter("<2@m>", mail_number=mail, unit_id="jlu", received=("case",), late=True), NOW)
        records.queue(letter("<3@m>", mail_number=other, to_address="b@x.cn", unit_id=None), NOW)
        records.queue(letter("<4@m>", to_address="c@x.cn", state=LetterState.HELD), NOW)
        records.queue(letter("<5@m>", to_address="d@x.cn", state=LetterState.HELD), NOW)
        records.queue(letter("<6@m>", to_address="e@x.cn"), NOW)
    with database.transaction() as records:
        assert records.claim(2, LATER)
    with database.transaction() as records:
        records.finish(2, LetterState.SENT, "250 ok", LATER)
        records.mark_bounced(2)
        records.take_letter(4, LATER, subject="改", text="另一种说法", message=b"other words", edited=True)
        records.cancel([5], LATER)
        records.supersede(None, "b@x.cn", None, LATER)
    with database.transaction() as records:
        records.take_letter(2, LATER, noted=True)
        assert records.claim(6, LATER)
    with database.transaction() as records:
        records.abandoned_claims(LATER)


def test_what_the_events_tell_is_what_the_ledger_holds(database: Database) -> None:
    live(database)
    assert {row.state for row in held(database)} == {
        LetterState.SUPERSEDED, LetterState.SENT, LetterState.HELD, LetterState.SILENCED, LetterState.UNCERTAIN
    }  # fmt: skip
    assert told(database) == held(database)


def test_a_transaction_that_is_undone_tells_nothing(database: Database) -> None:
    live(database)
    before = told(database)
    try:
        with database.transaction() as records:
            records.release([4], LATER)
            raise RuntimeError
    except RuntimeError:
        pass
    assert told(database) == before == held(database)


def test_letters_are_put_under_their_numbers_and_the_next_one_follows_them(database: Database) -> None:
    mail = keep(database)
    with database.transaction() as records:
        records.queue(letter("<1@m>", mail_number=mail), NOW)
    (row,) = held(database)
    later = replace(row, number=7, message_id="<7@m>", state=LetterState.SENT)
    with database.transaction() as records:
        records.put_letters((replace(row, state=LetterState.HELD), later))
    assert held(database) == (replace(row, state=LetterState.HELD), later)
    with database.transaction() as records:
        assert records.queue(letter("<8@m>"), NOW) == 8


def test_of_a_letter_whose_words_no_event_holds_its_claims_are_known(database: Database) -> None:
    live(database)
    with database.transaction() as records:
        row = records.letter(2)
        assert row is not None
        records.note_end(row, LetterState.SENT, LATER)
        events = [event for event in records.events() if event.what != LETTER]
    (left,) = letters_in(events)
    assert (left.number, left.state, left.received, left.late) == (2, LetterState.SENT, ("case",), True)
    assert (left.subject, left.message) == (UNKNOWN_WORDS, b"")


def test_a_confirmation_whose_bytes_are_not_known_is_never_repeated(database: Database) -> None:
    with database.transaction() as records:
        number = records.queue(letter(message=b""), NOW)
        records.claim(number, NOW)
        records.finish(number, LetterState.UNCERTAIN, "", NOW)
        assert records.repeat_uncertain(LATER, LATER) == 0
