"""Letters in a person's hands: let go, put into other words, taken back, sent once more, stopped altogether."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from mailbot import pipeline
from mailbot.desk import doors, letterpage, queue
from mailbot.desk.doing import (
    Act,
    CancelLetters,
    Conflict,
    Done,
    EditLetter,
    JudgeAnew,
    NoteLetter,
    Refused,
    ReleaseLetters,
    ResendLetter,
    ResumeSending,
    StopSending,
    Waive,
    WriteTo,
)
from mailbot.desk.openings import EntryKind
from mailbot.mailing.post import Outcome, Posted
from mailbot.model import LetterKind, LetterState
from mailbot.storing.rows import LetterRow
from tests.desk.conftest import Office


class Post:
    """A post office that notes what it is given."""

    def __init__(self, outcome: Outcome = Outcome.SENT) -> None:
        self.sent: list[tuple[bytes, str]] = []
        self.outcome = outcome

    def send(self, message: bytes, to: str) -> Posted:
        self.sent.append((message, to))
        return Posted(self.outcome, 250, "OK", "已发出")


def done(office: Office, act: Act, by: str = "李老师", seen: str | None = None) -> Done:
    outcome = doors.apply(office.desk, act, by, seen)
    assert isinstance(outcome, Done), outcome
    return outcome


def refused(office: Office, act: Act) -> str:
    outcome = doors.apply(office.desk, act, "李老师")
    return outcome.sentence if isinstance(outcome, Refused) else ""


def held(office: Office, kind: LetterKind = LetterKind.MISSING) -> LetterRow:
    return next(letter for letter in office.letters() if letter.kind is kind and letter.state is LetterState.HELD)


def state(office: Office, number: int) -> LetterState:
    with office.app.database.reading() as records:
        row = records.letter(number)
    assert row is not None
    return row.state


def end(office: Office, number: int, how: LetterState, *, bounced: bool = False) -> None:
    with office.app.database.transaction() as records:
        records.release([number], office.clock())
        records.claim(number, office.clock())
        records.finish(number, how, "550 no such user", office.clock())
        if bounced:
            records.mark_bounced(number)
        records.event(f"letter_{how}", "mailbot", office.clock(), letter=number)


def test_a_released_letter_leaves_in_the_next_round_and_a_cancelled_one_never(office: Office) -> None:
    first, second = held(office), held(office, LetterKind.ACK)
    done(office, ReleaseLetters((first.number,)))
    done(office, CancelLetters((second.number,)))
    post = Post()
    assert pipeline.send(office.app, post, lambda: False) == 1
    assert [to for _, to in post.sent] == [first.to_address]
    assert (state(office, first.number), state(office, second.number)) == (LetterState.SENT, LetterState.SILENCED)
    assert refused(office, CancelLetters((first.number,)))


def test_releasing_and_cancelling_can_be_undone_until_the_letter_has_left(office: Office) -> None:
    letter = held(office)
    for act in (ReleaseLetters((letter.number,)), CancelLetters((letter.number,))):
        outcome = done(office, act)
        doors.undo(office.desk, outcome.act, "李老师")
        assert state(office, letter.number) is LetterState.HELD
    outcome = done(office, ReleaseLetters((letter.number,)))
    pipeline.send(office.app, Post(), lambda: False)
    assert isinstance(doors.undo(office.desk, outcome.act, "李老师"), Refused)


def test_an_edited_letter_leaves_in_the_new_words_in_its_thread(office: Office) -> None:
    letter = held(office)
    before = message_from_bytes(letter.message, _class=EmailMessage, policy=policy.default)
    edited = done(office, EditLetter(letter.number, "请补报案例", "您好！请补报典型活动案例。\n谢谢！"))
    doors.undo(office.desk, edited.act, "李老师")
    with office.app.database.reading() as records:
        assert records.letter(letter.number) == letter
    done(office, EditLetter(letter.number, "请补报案例", "您好！请补报典型活动案例。\n谢谢！"))
    done(office, ReleaseLetters((letter.number,)))
    post = Post()
    pipeline.send(office.app, post, lambda: False)
    (raw, _) = post.sent[0]
    after = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    body = after.get_body(("plain",))
    assert body is not None
    assert "请补报典型活动案例" in body.get_content()
    for name in ("Message-ID", "In-Reply-To", "References", "To", "From"):
        assert after[name] == before[name]
    assert refused(office, EditLetter(letter.number, "再改", "来不及了"))


def test_a_persons_words_outlive_judging_anew(office: Office) -> None:
    letter = held(office)
    assert letter.mail_number is not None
    done(office, EditLetter(letter.number, "请补报案例", "您好！请补报典型活动案例。"))
    done(office, JudgeAnew(letter.mail_number))
    kept = held(office)
    assert (kept.number, kept.subject) == (letter.number, "请补报案例")


def test_the_second_person_who_edits_is_told_of_the_first(office: Office) -> None:
    number = held(office).number
    view = letterpage.letter_view(office.desk, number)
    assert view is not None
    done(office, EditLetter(number, "甲", "甲的文字"), "李老师", view.version)
    second = doors.apply(office.desk, EditLetter(number, "乙", "乙的文字"), "王老师", view.version)
    assert isinstance(second, Conflict)
    assert "李老师" in {change.by for change in second.changes}


@pytest.mark.parametrize("how", [LetterState.UNCERTAIN, LetterState.REFUSED])
def test_a_letter_that_ended_badly_waits_for_a_person_who_sends_it_again_or_takes_note(office: Office, how: LetterState) -> None:
    letter = held(office)
    end(office, letter.number, how)
    entry = queue.entry(office.desk, f"letter-{letter.number}")
    assert entry is not None
    noted = done(office, NoteLetter(letter.number))
    assert queue.entry(office.desk, f"letter-{letter.number}") is None
    doors.undo(office.desk, noted.act, "李老师")
    assert queue.entry(office.desk, f"letter-{letter.number}") is not None
    done(office, ResendLetter(letter.number))
    post = Post()
    pipeline.send(office.app, post, lambda: False)
    assert post.sent == [(letter.message, letter.to_address)]
    assert state(office, letter.number) is LetterState.SENT


def test_a_bounced_letter_goes_to_another_address_of_the_unit_only(office: Office) -> None:
    letter = held(office)
    end(office, letter.number, LetterState.SENT, bounced=True)
    assert letterpage.letters_page(office.desk).bounced == 1
    assert refused(office, ResendLetter(letter.number, to="stranger@evil.example"))
    with office.app.database.transaction() as records:
        records.learn("address", "office@ccsfu.example", "ccsfu", "李老师", True, office.clock())
    done(office, ResendLetter(letter.number, to="office@ccsfu.example"))
    post = Post()
    pipeline.send(office.app, post, lambda: False)
    assert [to for _, to in post.sent] == ["office@ccsfu.example"]
    assert queue.entry(office.desk, f"letter-{letter.number}") is None


def test_what_a_unit_never_got_is_sent_once_more_as_a_letter_of_its_own(office: Office) -> None:
    letter = held(office)
    end(office, letter.number, LetterState.SENT)
    done(office, ResendLetter(letter.number))
    post = Post()
    pipeline.send(office.app, post, lambda: False)
    assert [to for _, to in post.sent] == [letter.to_address]
    assert state(office, letter.number) is LetterState.SENT
    again = office.letters()[-1]
    assert (again.subject, again.text, again.state) == (letter.subject, letter.text, LetterState.SENT)
    assert again.message_id != letter.message_id, "or the unit's mail server would drop it as known"


@pytest.mark.parametrize("ended", [LetterState.SENT, LetterState.REFUSED])
def test_what_no_longer_holds_is_not_sent_once_more(office: Office, ended: LetterState) -> None:
    letter = next(row for row in office.letters(unit="ccsfu") if row.kind is LetterKind.MISSING)
    end(office, letter.number, ended)
    done(office, Waive("ccsfu", "case", note="来电说明"))
    assert "不再准确" in refused(office, ResendLetter(letter.number))


@pytest.mark.parametrize("ended", [LetterState.SENT, LetterState.REFUSED])
def test_a_letter_that_asks_for_something_in_time_is_not_sent_once_more_when_time_is_over(office: Office, ended: LetterState) -> None:
    letter = held(office)
    end(office, letter.number, ended)
    office.clock.moment += timedelta(days=30)
    assert "不再准确" in refused(office, ResendLetter(letter.number))


def test_a_notice_that_the_server_put_off_until_the_deadline_was_over_does_not_leave(office: Office) -> None:
    doors.apply(office.desk, WriteTo("ccsfu"), "李老师", letter=True)
    (letter,) = (row for row in office.letters(unit="ccsfu") if row.state is LetterState.PENDING)
    assert letter.kind is LetterKind.MISSING
    pipeline.send(office.app, Post(Outcome.LATER), lambda: False)
    assert state(office, letter.number) is LetterState.PENDING
    office.clock.moment += timedelta(days=30)
    post = Post()
    pipeline.send(office.app, post, lambda: False)
    assert post.sent == []
    assert state(office, letter.number) is LetterState.SUPERSEDED


def test_a_confirmation_that_a_correction_made_false_does_not_leave(office: Office) -> None:
    doors.apply(office.desk, Waive("ccsfu", "case", note="来电说明"), "李老师", letter=True)
    letter = next(row for row in office.letters(unit="ccsfu") if row.kind is LetterKind.CONFIRM and row.state is LetterState.PENDING)
    with office.app.database.transaction() as records:  # by another hand, which says nothing of letters
        records.revoke_waivers("ccsfu", "case", office.clock())
    post = Post()
    pipeline.send(office.app, post, lambda: False)
    assert post.sent == []
    assert state(office, letter.number) is LetterState.SUPERSEDED


def test_stopping_stops_also_what_is_due_until_a_person_resumes(office: Office) -> None:
    done(office, ReleaseLetters((held(office).number,)))
    done(office, StopSending("先核对"))
    post = Post()
    assert pipeline.send(office.app, post, lambda: False) == 0
    (entry,) = queue.queue(office.desk, (EntryKind.STOPPED,)).entries
    assert "先核对" in entry.because
    (choice,) = entry.suggestions
    assert choice.act == ResumeSending()
    done(office, choice.act)
    assert pipeline.send(office.app, post, lambda: False) == 1
    assert refused(office, ResumeSending())


def test_letters_are_found_by_state_and_words(office: Office) -> None:
    page = letterpage.letters_page(office.desk, letterpage.WantedLetters(state=LetterState.HELD, per_page=2))
    assert len(page.letters) == 2
    assert page.found == page.counts[LetterState.HELD] > 2
    found = letterpage.letters_page(office.desk, letterpage.WantedLetters(text="长春师范大学"))
    assert {letter.unit.name for letter in found.letters if letter.unit} == {"长春师范大学"}
    assert not letterpage.letters_page(office.desk, letterpage.WantedLetters(text="%")).letters
