"""A bounce that names only an address finds the letter that went there."""

from __future__ import annotations

from mailbot.model import LetterState
from mailbot.storing.database import Database
from tests.storing.conftest import NOW
from tests.storing.mails import letter


def test_the_newest_letter_that_left_for_an_address_is_found(database: Database) -> None:
    with database.transaction() as records:
        first = records.queue(letter("<1>", mail_number=None), NOW)
        records.claim_due(NOW)
        records.finish(first, LetterState.SENT, "250", NOW)
        records.queue(letter("<2>", mail_number=None), NOW)
        found = records.letter_to("CLERK@jlu.edu.cn")
        nobody = records.letter_to("other@jlu.edu.cn")
    assert found is not None
    assert found.number == first
    assert nobody is None
