"""A ledger that is lost comes back as it was: every mail, unit and letter, number by number and word by word, and nothing is repeated."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mailbot.demo.samples import samples
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot


def books(office: Office) -> dict[str, Any]:
    """Everything that the program shows of its ledger, but the moment of looking."""
    letters = office.run("letters", "--format", "json")
    assert letters.returncode == 0
    status = office.status()
    del status["as_of"]
    return {"mails": office.mails(), "status": status, "letters": json.loads(letters.stdout)["letters"]}


def lose(office: Office) -> None:
    for file in office.storage.glob("mailbot.db*"):
        if ".old-" not in file.name:
            file.unlink()


def rebuild(office: Office) -> None:
    done = office.run("rebuild")
    assert done.returncode == 0, done.stdout + done.stderr


def deliver(dovecot: Dovecot, *numbers: int) -> None:
    for number in numbers:
        mail = samples()[number]
        dovecot.deliver(mail.raw, mail.received_at, mail.folder)


@pytest.mark.timeout(600)
def test_a_rebuilt_ledger_shows_what_the_lost_one_showed(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    deliver(dovecot, 3, 11, 12, 14)  # one of them came back to us
    office.once()
    deliver(dovecot, 17, 18, 19, 26, 27)  # a burst that is answered once, a supplement, and photos of nobody knows whom
    office.once()
    unsure = next(mail for mail in office.mails() if mail["state"] == "unsure")
    assert office.run("assign", str(unsure["number"]), "--unit", "none", "--by", "王五").returncode == 0
    assert office.run("waive", "长春师范大学", "--material", "case").returncode == 0
    office.once()
    before, left = books(office), len(sink.letters)
    assert {letter["state"] for letter in before["letters"]} >= {"sent", "superseded"}
    for _ in range(2):  # a rebuilt ledger may be lost as well
        lose(office)
        rebuild(office)
        office.once()
        assert books(office) == before
    assert office.run("letters", "--release", "all").returncode == 0
    office.once()
    assert len(sink.letters) == left


def test_a_rebuild_that_was_killed_before_it_wrote_anything_is_done_again_from_the_journal_it_put_aside(
    office: Office, dovecot: Dovecot, sink: SmtpSink
) -> None:
    deliver(dovecot, 2, 3)
    office.once()
    before, left = books(office), len(sink.letters)
    lose(office)
    (office.storage / "events.jsonl").rename(office.storage / "events.jsonl.old-20221229-093000")
    rebuild(office)
    office.once()
    assert books(office) == before
    assert len(sink.letters) == left


def test_letters_that_waited_for_a_person_wait_again_in_the_same_words(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    office.configure(mode="hold")
    deliver(dovecot, 0, 2, 3)
    office.once()
    assert office.run("letters", "--cancel", "2").returncode == 0
    before = books(office)
    assert [letter["state"] for letter in before["letters"]] == ["held", "silenced", "held"]
    lose(office)
    rebuild(office)
    office.once()
    assert books(office) == before
    assert office.run("letters", "--release", "all").returncode == 0
    office.once()
    texts = [letter["text"] for letter in before["letters"] if letter["state"] == "held"]
    assert len(sink.letters) == len(texts)


def test_a_letter_that_was_still_to_leave_is_held_after_a_rebuild(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    sink.script.mail = "451 later"
    deliver(dovecot, 2)
    office.run("run", "--once")
    (before,) = books(office)["letters"]
    assert before["state"] == "pending"
    lose(office)
    rebuild(office)
    (after,) = books(office)["letters"]
    assert after == before | {"state": "held"}


def test_an_uncertain_letter_keeps_its_bytes_through_a_rebuild(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    sink.script.after_dot = "die"
    deliver(dovecot, 2)
    office.run("run", "--once")
    before = books(office)["letters"]
    assert [letter["state"] for letter in before] == ["uncertain"]
    lose(office)
    rebuild(office)
    assert books(office)["letters"] == before


def test_a_journal_that_knows_no_words_of_letters_still_keeps_them_from_being_repeated(
    office: Office, dovecot: Dovecot, sink: SmtpSink
) -> None:
    deliver(dovecot, 0, 2, 3)
    office.once()
    before, left = books(office), len(sink.letters)
    journal = office.storage / "events.jsonl"
    events = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    for event in events:
        event["detail"].pop("answered", None)
    older = [event for event in events if event["what"] != "letter"]
    journal.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in older), encoding="utf-8")
    lose(office)
    rebuild(office)
    office.once()
    assert len(sink.letters) == left
    after = books(office)
    assert after["status"]["reconciliation"] == before["status"]["reconciliation"]
    claims = ("number", "mail", "unit", "kind", "to", "state", "message_id", "received", "missing")
    assert [[letter[name] for name in claims] for letter in after["letters"]] == [
        [letter[name] for name in claims] for letter in before["letters"]
    ]


def test_what_was_purged_stays_away_from_a_rebuilt_ledger(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    deliver(dovecot, 0, 2, 3)  # the first waits for a person and is not purged
    office.once()
    assert office.run("purge", "--before", "2099-01-01", "--yes").returncode == 0
    before = books(office)
    lose(office)
    rebuild(office)
    assert books(office)["letters"] == before["letters"]
    journal = (office.storage / "events.jsonl").read_text(encoding="utf-8")
    for words in ("长春工业大学", "长春师范大学", "1839204756", "503918822"):
        assert words not in journal
