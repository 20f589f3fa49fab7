"""Database rows to the frozen values of `rows.py`: names are the same, so only enums and lists need a hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailbot.model import Disposition, Evidence, Filed, FileKind, Intent, LetterKind, LetterState, MailState, Problem
from mailbot.storing.deskrows import LetterBrief, NoteRow, OpenMail, PersonRow, PlaceRow, VisitRow
from mailbot.storing.rows import DecisionRow, EventRow, FilingRow, ItemRow, KnowledgeRow, LetterRow, MailRow, WaiverRow

Fields = Mapping[str, Any]


def mail(row: Fields) -> MailRow:
    """One row of `mail`."""
    fields = dict(row)
    for name in ("units", "candidates", "because", "doubts", "links"):
        fields[name] = tuple(fields[name])
    fields["evidence"] = tuple(Evidence(**sign) for sign in fields["evidence"])
    return MailRow(**{**fields, "state": MailState(fields["state"]), "intent": Intent(fields["intent"])})


def item(row: Fields) -> ItemRow:
    """One row of `item`."""
    fields = dict(row)
    fields["kind"] = FileKind(fields["kind"])
    fields["problem"] = Problem(fields["problem"]) if fields["problem"] else None
    fields["materials"] = tuple(fields["materials"])
    fields["disposition"] = Disposition(fields["disposition"])
    fields["evidence"] = tuple(Evidence(**sign) for sign in fields["evidence"])
    return ItemRow(**fields)


def filing(row: Fields) -> FilingRow:
    """One row of `filing` joined with its item."""
    return FilingRow(**row)


def filed(row: Fields) -> Filed:
    """The same as deciding sees it."""
    return Filed(
        unit=row["unit_id"],
        material=row["material"],
        count=row["count"],
        received_at=row["received_at"],
        mail=row["mail_number"],
        name=row["name"],
        sha256=row["sha256"],
        current=row["current"],
        fingerprint=row["fingerprint"],
        text_key=row["text_key"],
    )


def letter(row: Fields) -> LetterRow:
    """One row of `letter`."""
    fields = dict(row)
    fields["kind"] = LetterKind(fields["kind"])
    fields["state"] = LetterState(fields["state"])
    fields["received"] = tuple(fields["received"])
    fields["missing"] = tuple(fields["missing"])
    return LetterRow(**fields)


def event(row: Fields) -> EventRow:
    """One row of `event`."""
    return EventRow(**row)


def decision(row: Fields) -> DecisionRow:
    """One row of `decision`."""
    fields = dict(row)
    fields["materials"] = None if fields["materials"] is None else tuple(fields["materials"])
    fields["disposition"] = Disposition(fields["disposition"]) if fields["disposition"] else None
    return DecisionRow(**fields)


def knowledge(row: Fields) -> KnowledgeRow:
    """One row of `knowledge`."""
    return KnowledgeRow(**row)


def waiver(row: Fields) -> WaiverRow:
    """One row of `waiver`."""
    return WaiverRow(**row)


def place(row: Fields) -> PlaceRow:
    """One row of `place`."""
    return PlaceRow(**row)


def note(row: Fields) -> NoteRow:
    """One row of `note`."""
    return NoteRow(**row)


def person(row: Fields) -> PersonRow:
    """One row of `person`."""
    return PersonRow(**row)


def brief(row: Fields) -> LetterBrief:
    """One row of `letter` without its words."""
    return LetterBrief(**{**row, "kind": LetterKind(row["kind"]), "state": LetterState(row["state"])})


def visit(row: Fields) -> VisitRow:
    """One row of `visit`."""
    return VisitRow(**row)


def open_mail(row: Fields) -> OpenMail:
    """One row of `mail` as far as it says what a person must do."""
    return OpenMail(**{**row, "state": MailState(row["state"]), "units": tuple(row["units"]), "links": tuple(row["links"])})
