"""What staff did, once more: the events of a journal done again in a new ledger, in their order, without what was undone since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from mailbot.storing.records import Records, Revocable
from mailbot.storing.rows import EventRow, NewDecision


def recall(records: Records, events: Sequence[EventRow]) -> int:
    """Do again what staff did; returns how many acts."""
    undone = {event.detail.get("act") for event in events if event.what == "undone"}
    done = 0
    for event in events:
        again = _ACTS.get(event.what)
        if again is None or event.id in undone:
            continue
        again(records, event)
        done += 1
    return done


def recite(records: Records, events: Sequence[EventRow]) -> None:
    """Note every event again as it was, so that the new journal knows as much as the old one did.

    Events have new ids here, and so has what an act would revoke: an act of the old ledger cannot be undone in this one.
    """
    ids: dict[int, int] = {}
    for event in events:
        detail = {name: value for name, value in event.detail.items() if name != "undo"}
        if event.what == "undone":
            detail["act"] = ids.get(detail.get("act", 0), 0)
        about = (event.mail_number, event.unit_id, event.letter_number)
        ids[event.id] = records.event(event.what, event.actor, event.at, *about, **detail)


def _assigned(records: Records, event: EventRow) -> None:
    if event.mail_number is None or records.mail(event.mail_number) is None:
        return
    materials = event.detail.get("materials")
    told = tuple(materials) if materials is not None else None
    said = event.detail.get("said")
    records.decide(NewDecision(event.actor, event.mail_number, event.detail.get("file"), said, told), event.at)
    if said and event.detail.get("learned"):
        source = f"{event.actor}（第{event.mail_number}号邮件）"
        records.learn("address", event.detail["learned"], said, source, True, event.at)


def _closed(records: Records, event: EventRow) -> None:
    if event.mail_number is not None and records.mail(event.mail_number) is not None:
        records.decide(NewDecision(event.actor, event.mail_number, done=True), event.at)


def _waived(records: Records, event: EventRow) -> None:
    if event.unit_id:
        detail = event.detail
        records.waive(event.unit_id, detail.get("material"), _moment(detail), detail.get("note") or "", event.actor, event.at)


def _waiver_revoked(records: Records, event: EventRow) -> None:
    if not event.unit_id:
        return
    material = event.detail.get("material")
    if "until" not in event.detail:  # the command line takes all of them back
        records.revoke_waivers(event.unit_id, material, event.at)
        return
    until = _moment(event.detail)
    row = next((row for row in records.waivers(event.unit_id) if (row.material, row.until) == (material, until)), None)
    if row is not None:
        records.revoke(Revocable.WAIVER, row.id, event.at)


def _noted(records: Records, event: EventRow) -> None:
    if event.unit_id:
        records.note(event.unit_id, str(event.detail.get("text", "")), event.what == "phoned", event.actor, event.at)


def _note_removed(records: Records, event: EventRow) -> None:
    rows = records.notes(event.unit_id) if event.unit_id else ()
    row = next((row for row in rows if row.text == event.detail.get("text")), None)
    if row is not None:
        records.revoke(Revocable.NOTE, row.id, event.at)


def _taught(records: Records, event: EventRow) -> None:
    detail = event.detail
    records.learn(detail["kind"], detail["key"], detail["value"], event.actor, True, event.at)


def _forgotten(records: Records, event: EventRow) -> None:
    for row in records.knowledge(event.detail.get("kind")):
        if (row.key, row.value) == (event.detail.get("key"), event.detail.get("value")):
            records.revoke(Revocable.KNOWLEDGE, row.id, event.at)


def _moment(detail: Mapping[str, object]) -> datetime | None:
    until = detail.get("until")
    return datetime.fromisoformat(str(until)) if until else None


_ACTS: Mapping[str, Callable[[Records, EventRow], None]] = {
    "assigned": _assigned,
    "closed": _closed,
    "waived": _waived,
    "waiver_revoked": _waiver_revoked,
    "noted": _noted,
    "phoned": _noted,
    "note_removed": _note_removed,
    "taught": _taught,
    "forgotten": _forgotten,
}
