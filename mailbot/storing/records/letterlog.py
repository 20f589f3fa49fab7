"""Letters as the events tell them: whoever changes one notes how it stands now, so that a lost ledger has each again, words and number.

The words come with the event that gave them to the letter; every later one holds only how far it has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mailbot.model import LetterKind, LetterState
from mailbot.storing.records.purging import GONE
from mailbot.storing.rows import EventRow, LetterRow

LETTER = "letter"
"""What such an event is called."""

_LEFT = {"letter_sent": LetterState.SENT, "letter_uncertain": LetterState.UNCERTAIN, "letter_refused": LetterState.REFUSED}
"""How a letter ended, as journals tell it that know no other events of letters."""

UNKNOWN_WORDS = "（重建前已发出）"


def as_detail(row: LetterRow, *, words: bool) -> dict[str, Any]:
    """How the letter stands, for the journal; with its `words`, and what never changes, if they are new."""
    stands: dict[str, Any] = {
        "state": row.state,
        "due_at": row.due_at.isoformat(),
        "attempts": row.attempts,
        "reply": row.last_reply,
        "claimed_at": _written(row.claimed_at),
        "finished_at": _written(row.finished_at),
        "bounced": row.bounced,
        "edited": row.edited,
        "noted": row.noted,
    }
    if not words:
        return stands
    return stands | {
        "kind": row.kind,
        "to": row.to_address,
        "subject": row.subject,
        "text": row.text,
        "message": row.message.decode("latin-1"),
        "message_id": row.message_id,
        "received": list(row.received),
        "missing": list(row.missing),
        "late": row.late,
        "created_at": row.created_at.isoformat(),
    }


def changed_at(row: LetterRow) -> datetime:
    """When the letter came to stand as it does."""
    return max(moment for moment in (row.created_at, row.claimed_at, row.finished_at) if moment is not None)


def letters_in(events: Iterable[EventRow]) -> tuple[LetterRow, ...]:
    """Every letter that these events tell of, as they leave it; of one whose words they do not hold, what it claimed when it left."""
    known: dict[int, dict[str, Any]] = {}
    left: dict[int, LetterRow] = {}
    for event in events:
        number = event.letter_number
        if number is None:
            continue
        if event.what == LETTER:
            known.setdefault(number, {}).update(event.detail, mail=event.mail_number, unit=event.unit_id)
        elif event.what in _LEFT and "message_id" in event.detail:
            left[number] = _bare(number, event)
    whole = {number: _row(number, fields) for number, fields in known.items() if "message_id" in fields}
    return tuple(row for _, row in sorted((left | whole).items()))


def _row(number: int, fields: Mapping[str, Any]) -> LetterRow:
    gone = _is_hash(fields["to"]) or _is_hash(fields["subject"])  # purged: what was hashed in the journal is empty in the ledger
    return LetterRow(
        number=number,
        mail_number=fields["mail"],
        unit_id=fields["unit"],
        kind=LetterKind(fields["kind"]),
        to_address="" if gone else fields["to"],
        subject=GONE if gone else fields["subject"],
        text="" if gone else fields["text"],
        message=b"" if gone else fields["message"].encode("latin-1"),
        message_id=fields["message_id"],
        state=LetterState(fields["state"]),
        due_at=datetime.fromisoformat(fields["due_at"]),
        attempts=fields["attempts"],
        received=tuple(fields["received"]),
        missing=tuple(fields["missing"]),
        late=fields["late"],
        last_reply="" if gone else fields["reply"],
        created_at=datetime.fromisoformat(fields["created_at"]),
        claimed_at=_read(fields["claimed_at"]),
        finished_at=_read(fields["finished_at"]),
        bounced=fields["bounced"],
        edited=fields["edited"],
        noted=fields["noted"],
    )


def _bare(number: int, event: EventRow) -> LetterRow:
    """A letter that left, without its text: what it claimed and to whom is enough never to say it twice."""
    detail = event.detail
    return LetterRow(
        number=number,
        mail_number=event.mail_number,
        unit_id=event.unit_id,
        kind=LetterKind(detail["kind"]),
        to_address="" if _is_hash(detail["to"]) else detail["to"],
        subject=UNKNOWN_WORDS,
        text="",
        message=b"",
        message_id=detail["message_id"],
        state=_LEFT[event.what],
        due_at=event.at,
        attempts=1,
        received=tuple(detail["received"]),
        missing=tuple(detail["missing"]),
        late=detail["late"],
        last_reply="",
        created_at=event.at,
        claimed_at=event.at,
        finished_at=event.at,
        bounced=False,
        edited=False,
        noted=False,
    )


def _is_hash(text: str) -> bool:
    return text.startswith("sha256:")


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None
