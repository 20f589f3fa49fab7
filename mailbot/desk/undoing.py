"""Taking an act back: each act's event says what undoing it takes; what a person decided later stands above that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mailbot.answering import Manner
from mailbot.app import STOPPED
from mailbot.desk import letteracts, mailacts
from mailbot.desk.doing import Undo
from mailbot.desk.stroke import TOLD, NotSoError, Stroke
from mailbot.desk.telling import sentence
from mailbot.model import LetterState, MailState
from mailbot.storing.records import About, Records, Revocable
from mailbot.storing.rows import EventRow, LetterRow, NewDecision

_UNTOUCHED = (LetterState.HELD, LetterState.PENDING, LetterState.SILENCED)


def about(records: Records, act: Undo) -> About:
    """What the act spoke of."""
    event = records.event_by_id(act.act)
    if event is None:
        return About()
    if event.mail_number is not None and event.letter_number is None:
        return About(mails=(event.mail_number, *_linked(event)))
    if event.letter_number is not None:
        return letteracts.about(records, (event.letter_number,))
    return About(unit=event.unit_id)


def to_read(records: Records, act: Undo) -> tuple[int, ...]:
    """The mail that is settled anew without the act."""
    event = records.event_by_id(act.act)
    if event is None or event.mail_number is None or event.letter_number is not None:
        return ()
    return tuple(mail for number in (event.mail_number, *_linked(event)) for mail in mailacts.to_read(records, number))


def _linked(event: EventRow) -> tuple[int, ...]:
    """The mail whose link led to what was brought."""
    linked = event.detail.get("undo", {}).get("linked")
    return (linked,) if linked else ()


def undoable(event: EventRow, others: Sequence[EventRow]) -> bool:
    """Whether this event is an act that can be taken back and has not been; `others` are events about the same things."""
    return isinstance(event.detail.get("undo"), dict) and not any(is_undoing(other, event.id) for other in others)


def is_undoing(event: EventRow, act: int) -> bool:
    """Whether this event took the act back."""
    return event.what == "undone" and event.detail.get("act") == act


def undo(stroke: Stroke, act: Undo) -> None:
    """Take it back."""
    event = stroke.records.event_by_id(act.act)
    if event is None or not isinstance(event.detail.get("undo"), dict):
        raise NotSoError("这一步不能撤销。")
    if not undoable(event, stroke.records.events_about(_everything(event), event.id)):
        raise NotSoError("这一步已经撤销过了。")
    payload: Mapping[str, Any] = event.detail["undo"]
    stroke.undoable = False
    _revoke(stroke, payload)
    _letters(stroke, payload)
    _switch(stroke, payload)
    if "uploaded" in payload:
        _unregister(stroke, payload["uploaded"])
        _unsay(stroke, event)
    stroke.note("undone", mail=event.mail_number, unit=event.unit_id, letter=event.letter_number, act=event.id, of=event.what)
    stroke.say(f"已撤销：{sentence(stroke.app, event)}。")
    if event.unit_id:
        stroke.units.add(event.unit_id)
    if event.mail_number is not None and event.letter_number is None:
        _settle(stroke, event)
    for linked in _linked(event):
        _open_again(stroke, linked, event)


def _everything(event: EventRow) -> About:
    mails = (event.mail_number,) if event.mail_number is not None else ()
    letters = (event.letter_number,) if event.letter_number is not None else ()
    if not mails and not letters and event.unit_id is None:
        return About(letters=(0,))  # the switch: undone by the opposite act, checked there
    return About(mails, event.unit_id, letters)


def _revoke(stroke: Stroke, payload: Mapping[str, Any]) -> None:
    for name, key in payload.get("revoke", ()):
        stroke.records.revoke(Revocable(name), key, stroke.now)
    for name, key in payload.get("reinstate", ()):
        stroke.records.reinstate(Revocable(name), key)


def _letters(stroke: Stroke, payload: Mapping[str, Any]) -> None:
    for number, state, attempts in payload.get("letters", ()):
        _must_be_here(stroke, number, attempts)
        # What was pending or held before waits for a person again: nothing leaves because of an undo.
        back = LetterState.HELD if state in (LetterState.HELD, LetterState.PENDING) else LetterState(state)
        stroke.records.take_letter(number, stroke.now, state=back)
    for number, subject, text, edited, message in payload.get("words", ()):
        _must_be_here(stroke, number, 0)
        stroke.records.take_letter(number, stroke.now, subject=subject, text=text, edited=edited, message=bytes.fromhex(message))
    for number in payload.get("unnote", ()):
        stroke.records.take_letter(number, stroke.now, noted=False)


def _must_be_here(stroke: Stroke, number: int, attempts: int) -> None:
    row = stroke.records.letter(number)
    if row is not None and row.state is LetterState.SUPERSEDED:
        raise NotSoError("这封信已经收回，没有发出。")
    if row is None or row.state not in _UNTOUCHED or row.attempts != attempts:
        raise NotSoError("这封信已经发出，收不回了。")


def _switch(stroke: Stroke, payload: Mapping[str, Any]) -> None:
    if "resume" in payload:
        stroke.records.forget_setting(STOPPED)
    if "stop" in payload:
        stroke.records.set_setting(STOPPED, payload["stop"])


def _unregister(stroke: Stroke, number: int) -> None:
    """What was brought stays kept, but belongs to nobody."""
    nothing = [(None, "", None), *((item.path, None, ()) for item in stroke.records.items(number))]
    for path, unit, materials in nothing:
        stroke.records.decide(NewDecision(stroke.by, number, path, unit, materials), stroke.now)
        stroke.records.event("assigned", stroke.by, stroke.now, number, None, None, said=unit, file=path, materials=materials)


def _settle(stroke: Stroke, event: EventRow) -> None:
    assert event.mail_number is not None
    number = event.mail_number
    row = stroke.mail(number)
    if row.state is MailState.STUCK and event.what == "closed":
        stroke.records.see_to(number, False)
        return
    _withdraw(stroke, stroke.records.letters(mail=number), event)
    # What the road would have written without the act waits again as it did.
    stroke.manner = Manner.CONFIGURED
    stroke.settle_anew(number)


def _open_again(stroke: Stroke, linked: int, event: EventRow) -> None:
    """The mail whose link was followed waits for a person again."""
    for closed in stroke.records.events_about(About(mails=(linked,)), event.id):
        if closed.what == "closed" and closed.at == event.at:
            _revoke(stroke, closed.detail["undo"])
            stroke.note("undone", mail=linked, unit=closed.unit_id, act=closed.id, of="closed")
            _settle(stroke, closed)


def _unsay(stroke: Stroke, event: EventRow) -> None:
    """What was written to the unit since counts what was brought: a mail that caused some of it is answered anew, without that."""
    for letter in _withdraw(stroke, stroke.records.letters_of_unit(event.unit_id or ""), event):
        stroke.say(f"还没有发出的第{letter.number}封信一并收回。")
        by_hand = any(one.what == "letter_written" for one in stroke.records.events_about(About(letters=(letter.number,))))
        if letter.mail_number is not None and not by_hand:
            stroke.records.reopen(letter.mail_number)
            stroke.records.event("letter_withdrawn", stroke.by, stroke.now, letter.mail_number, letter=letter.number)


def _withdraw(stroke: Stroke, letters: Sequence[LetterRow], event: EventRow) -> list[LetterRow]:
    """Letters since the act: what has not left is taken back and returned, of the others the person is told."""
    withdrawn = []
    for letter in letters:
        if letter.created_at < event.at:
            continue
        if letter.state in TOLD:
            stroke.warnings.append(f"第{letter.number}封回信已发给 {letter.to_address}，收不回。")
        elif letter.attempts == 0 and letter.state in (LetterState.HELD, LetterState.PENDING):
            stroke.records.take_letter(letter.number, stroke.now, state=LetterState.SUPERSEDED, finished_at=stroke.now)
            withdrawn.append(letter)
    return withdrawn
