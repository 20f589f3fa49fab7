"""From the ledger's rows to what pages show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mailbot.app import App
from mailbot.desk.telling import sentence
from mailbot.desk.undoing import is_undoing
from mailbot.desk.views import ActView, AddressView, FileView, LetterView, LinkView, MailBrief, Named, Sign
from mailbot.model import BODY, Disposition, Evidence, FileKind, LetterState
from mailbot.rulebook import NO_MATERIAL
from mailbot.storing.records import About, Records
from mailbot.storing.rows import EventRow, FilingRow, ItemRow, KnowledgeRow, LetterRow, MailRow

_WAITING = (LetterState.HELD, LetterState.PENDING)
_RESENDABLE = (LetterState.SENT, LetterState.UNCERTAIN, LetterState.REFUSED, LetterState.SILENCED)
_ACTS = frozenset(
    {
        *("assigned", "closed", "uploaded", "waived", "waiver_revoked", "noted", "phoned", "note_removed", "taught", "forgotten"),
        *("retried", "replayed", "undone", "question_answered", "sending_stopped", "sending_resumed"),
        *("letter_released", "letter_cancelled", "letter_edited", "letter_resent", "letter_written", "letter_noted", "letter_bounced"),
    }
)
_DATE = re.compile(r"(20\d\d)\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})(?:\D{1,4}(\d{1,2}):(\d{2}))?")


class Viewer:
    """Makes views of one App's rows."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._book = app.rulebook
        self._zone = app.rulebook.campaign.timezone

    def local(self, moment: datetime) -> datetime:
        """The moment on the office's clock."""
        return moment.astimezone(self._zone)

    def maybe(self, moment: datetime | None) -> datetime | None:
        """The same for one that may be missing."""
        return self.local(moment) if moment else None

    def unit(self, unit: str | None) -> Named | None:
        """A unit by its name; one that is no longer on the roster by its id."""
        if not unit:
            return None
        known = self._book.units.get(unit)
        return Named(unit, known.name if known else unit)

    def units(self, units: Iterable[str]) -> tuple[Named, ...]:
        """Several of them."""
        return tuple(named for unit in units if (named := self.unit(unit)))

    def materials(self, names: Iterable[str]) -> tuple[Named, ...]:
        """Materials by name."""
        return tuple(Named(name, self._book.materials[name].name if name in self._book.materials else name) for name in names)

    def signs(self, evidence: Iterable[Evidence]) -> tuple[Sign, ...]:
        """The evidence table, the strongest first."""
        rows = [Sign(one.source, one.text, self._speaks_for(one.speaks_for), one.strength) for one in evidence]
        return tuple(sorted(rows, key=lambda row: -row.strength))

    def file(self, item: ItemRow, mail: MailRow | None = None, filing: FilingRow | None = None, newer: int | None = None) -> FileView:
        """One file; `filing` says whether it is the current version, `newer` which mail brought the one that took its place."""
        return FileView(
            id=item.id,
            mail=item.mail_number,
            path=item.path,
            name="邮件正文" if item.path == BODY else item.name,
            size=item.size,
            kind=item.kind,
            problem=item.problem.sentence if item.problem else "",
            disposition=item.disposition,
            because=item.because,
            unit=self.unit(item.unit_id),
            materials=self.materials(item.materials),
            count=item.count,
            stored_as=item.stored_as,
            evidence=self.signs(item.evidence),
            preview=preview_of(item),
            current=filing is None or filing.current,
            received_at=self.maybe(mail.received_at) if mail else None,
            replaced_by=newer,
            problem_kind=item.problem,
        )

    def letter(self, row: LetterRow, version: int) -> LetterView:
        """One letter and what a person may do with it."""
        untouched = row.state in _WAITING and row.attempts == 0
        return LetterView(
            number=row.number,
            mail=row.mail_number,
            unit=self.unit(row.unit_id),
            kind=row.kind,
            to=row.to_address,
            state=LetterState.UNCERTAIN if row.state is LetterState.CLAIMED else row.state,
            subject=row.subject,
            text=row.text,
            created_at=self.local(row.created_at),
            due_at=self.local(row.due_at),
            finished_at=self.maybe(row.finished_at),
            last_reply=row.last_reply,
            bounced=row.bounced,
            attempts=row.attempts,
            edited=row.edited,
            can_release=row.state is LetterState.HELD,
            can_edit=untouched,
            can_cancel=row.state in _WAITING,
            can_resend=bool(row.message) and row.state in _RESENDABLE,
            version=str(version),
        )

    def letters(self, records: Records, rows: Sequence[LetterRow]) -> tuple[LetterView, ...]:
        """Several letters, each with its version."""
        mails = {row.number: (row.mail_number,) if row.mail_number is not None else () for row in rows}
        return tuple(self.letter(row, records.newest_about(About(mails[row.number], None, (row.number,)))) for row in rows)

    def brief(self, mail: MailRow, files: int, may_be: bool = False) -> MailBrief:
        """A mail in a list."""
        return MailBrief(
            number=mail.number,
            received_at=self.local(mail.received_at),
            from_name=mail.from_name,
            from_address=mail.from_address,
            subject=mail.subject,
            state=mail.state,
            needs_person=mail.needs_person,
            because="；".join(mail.because),
            files=files,
            origin=mail.origin,
            may_be=may_be,
        )

    def acts(self, events: Sequence[EventRow]) -> tuple[ActView, ...]:
        """What people did, out of the events about one thing, oldest first."""
        undone = {event.detail.get("act"): event.actor for event in events if event.what == "undone"}
        return tuple(self._act(event, undone) for event in events if event.what in _ACTS)

    def link(self, link: Mapping[str, Any]) -> LinkView:
        """A link, with the moment it expires as far as the mail says it in figures."""
        fields = {name: link[name] for name in ("url", "provider", "name", "size", "expires", "code", "quoted", "article")}
        return LinkView(**fields, expires_at=self._expiry(str(link["expires"])))

    def address(self, row: KnowledgeRow) -> AddressView:
        """A learned or seen address."""
        return AddressView(row.id, row.key, row.source, row.confirmed, self.local(row.at))

    def _act(self, event: EventRow, undone: Mapping[Any, str]) -> ActView:
        can = isinstance(event.detail.get("undo"), dict) and event.id not in undone and not is_undoing(event, event.id)
        return ActView(
            id=event.id,
            at=self.local(event.at),
            by=event.actor,
            sentence=sentence(self._app, event),
            mail=event.mail_number,
            unit=event.unit_id,
            letter=event.letter_number,
            undoable=can,
            undone_by=undone.get(event.id),
        )

    def _speaks_for(self, name: str) -> str:
        if name in self._book.units:
            return self._book.units[name].name
        return self._book.materials[name].name if name in self._book.materials else NO_MATERIAL.get(name, name)

    def _expiry(self, words: str) -> datetime | None:
        found = _DATE.search(words)
        if found is None:
            return None
        year, month, day, hour, minute = (int(part) if part else None for part in found.groups())
        assert year is not None and month is not None and day is not None
        try:
            # Without a time the link lives to the end of its day.
            return datetime(year, month, day, 23 if hour is None else hour, 59 if minute is None else minute, tzinfo=self._zone)
        except ValueError:
            return None


def preview_of(item: ItemRow) -> str:
    """How a file can be looked at: picture | pages | text | none."""
    if item.kind is FileKind.IMAGE:
        return "picture"
    if item.kind is FileKind.PDF:
        return "pages"
    return "text" if item.kind.is_document and item.kind is not FileKind.ENCRYPTED else "none"


def worth_showing(item: ItemRow) -> bool:
    """Not the mail's own text, unless it is taken for material or waits."""
    return not (item.path == BODY and item.disposition is Disposition.IGNORED)
