"""What waits for a person, as keys: whose is a mail, what is a file, what became of a letter, is an address right."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from mailbot.app import STOPPED
from mailbot.model import Disposition, LetterState, MailState
from mailbot.storing.deskrows import OpenMail
from mailbot.storing.records import Records


class EntryKind(StrEnum):
    """What a person is asked."""

    UNIT = "unit"  # whose mail is it
    MATERIAL = "material"  # what is this file (or whose)
    UNREADABLE = "unreadable"  # unreadable or quarantined file
    LINK = "link"  # material behind a link
    STUCK = "stuck"  # a mail that could not be settled
    READ = "read"  # a question, a withdrawal, a doubt: read it, then 已处理
    LETTER = "letter"  # uncertain, refused or bounced
    HELD = "held"  # waits to be released
    ADDRESS = "address"  # a new address to approve
    STOPPED = "stopped"  # sending has stopped


@dataclass(frozen=True, slots=True)
class Opening:
    """One thing that waits: `number` is the mail's, file's, letter's or entry's id."""

    kind: EntryKind
    number: int
    since: datetime
    mail: int | None = None

    @property
    def key(self) -> str:
        """Its name for good: unit-42, material-381."""
        return f"{self.kind}-{self.number}"


def openings(records: Records) -> tuple[Opening, ...]:
    """Everything that waits, the oldest first."""
    files: dict[int, list[tuple[int, Disposition]]] = defaultdict(list)
    for key, number, disposition in records.open_items():
        files[number].append((key, disposition))
    found: list[Opening] = []
    for mail in records.open_mails():
        found += _of_mail(mail, files.get(mail.number, []))
    for letter in records.open_letters():
        kind = EntryKind.HELD if letter.state is LetterState.HELD else EntryKind.LETTER
        found.append(Opening(kind, letter.number, letter.finished_at or letter.created_at))
    found += [Opening(EntryKind.ADDRESS, row.id, row.at) for row in records.open_addresses()]
    found.sort(key=lambda opening: (opening.since, opening.mail or 0, opening.number))
    if records.setting(STOPPED) is not None:
        # Nothing else matters as much, and it is one.
        found.insert(0, Opening(EntryKind.STOPPED, 0, found[0].since if found else datetime.min.replace(tzinfo=UTC)))
    return tuple(found)


def _of_mail(mail: OpenMail, files: list[tuple[int, Disposition]]) -> list[Opening]:
    """Whose it is comes first: once that is known, most of its files are clear."""
    if mail.state is MailState.STUCK:
        return [Opening(EntryKind.STUCK, mail.number, mail.received_at, mail.number)]
    if mail.state is MailState.UNSURE and mail.unit_id is None and not mail.units:
        return [Opening(EntryKind.UNIT, mail.number, mail.received_at, mail.number)]
    found = []
    for key, disposition in files:
        kind = EntryKind.MATERIAL if disposition is Disposition.UNSURE else EntryKind.UNREADABLE
        found.append(Opening(kind, key, mail.received_at, mail.number))
    if any(not link["quoted"] and not link["article"] for link in mail.links):
        found.append(Opening(EntryKind.LINK, mail.number, mail.received_at, mail.number))
    return found or [Opening(EntryKind.READ, mail.number, mail.received_at, mail.number)]
