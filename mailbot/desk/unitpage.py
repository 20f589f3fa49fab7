"""单位: one unit's checklist, files, time line, addresses, notes and what it was granted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailbot.desk.board import board_row
from mailbot.desk.boardvalues import BoardRow
from mailbot.desk.desk import Desk
from mailbot.desk.viewing import Viewer, worth_showing
from mailbot.desk.views import ActView, AddressView, FileView, LetterView, MailBrief, Named
from mailbot.model import Disposition, ItemReceipt
from mailbot.rulebook import Unit
from mailbot.storing.records import About, Records
from mailbot.storing.rows import FilingRow, ItemRow, MailRow


@dataclass(frozen=True, slots=True)
class Line:
    """One material of the checklist with its files, the current ones first, then older versions and duplicates."""

    material: Named
    measure: str
    needed: int
    item: ItemReceipt
    files: tuple[FileView, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the time line, exactly one of the three."""

    at: datetime
    mail: MailBrief | None = None
    letter: LetterView | None = None
    act: ActView | None = None


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note or a phone mark (`phoned`)."""

    id: int
    at: datetime
    by: str
    text: str
    phoned: bool


@dataclass(frozen=True, slots=True)
class WaiverView:
    """What was granted: 免报 (`until` None) of a material (None = all of them), or 延期."""

    id: int
    material: Named | None
    until: datetime | None
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UnitPage:
    """The whole page."""

    row: BoardRow
    city: str
    remark: str  # the roster's own note
    aliases: tuple[str, ...]
    deadline: datetime  # the unit's own
    checklist: tuple[Line, ...]
    others: tuple[FileView, ...]  # files that are none of the materials, or unsure
    timeline: tuple[Moment, ...]  # newest first
    addresses: tuple[AddressView, ...]
    notes: tuple[NoteView, ...]
    waivers: tuple[WaiverView, ...]
    version: str


def unit_page(desk: Desk, unit: str) -> UnitPage | None:
    """The page of a unit by its id, None when it is not on the roster."""
    known, row = desk.app.rulebook.units.get(unit), board_row(desk, unit)
    if known is None or row is None:
        return None
    view = Viewer(desk.app)
    with desk.app.database.reading() as records:
        mails = {mail.number: mail for mail in records.mails_of_unit(unit)}
        items = _items(records, unit, mails)
        checklist, others = _checklist(view, desk, row, _Filed(records.filings_of(unit), items, mails))
        return UnitPage(
            row=row,
            city=known.city,
            remark=known.note,
            aliases=known.aliases,
            deadline=row.until or view.local(desk.app.rulebook.campaign.deadline),
            checklist=checklist,
            others=others,
            timeline=_timeline(view, records, unit, mails),
            addresses=_addresses(view, records, known),
            notes=tuple(NoteView(note.id, view.local(note.at), note.actor, note.text, note.phoned) for note in records.notes(unit)),
            waivers=_waivers(view, records, unit),
            version=str(records.newest_about(About(unit=unit))),
        )


@dataclass(frozen=True, slots=True)
class _Filed:
    """What is on file, and the mails it came with."""

    filings: Sequence[FilingRow]
    items: Sequence[ItemRow]
    mails: dict[int, MailRow]


def _items(records: Records, unit: str, mails: dict[int, MailRow]) -> tuple[ItemRow, ...]:
    """The files of the unit, and those of its mails that are nobody's yet."""
    return tuple(
        item
        for item in records.items_of(mails)
        if worth_showing(item) and (item.unit_id == unit or (item.unit_id is None and mails[item.mail_number].unit_id in (unit, None)))
    )


def _checklist(view: Viewer, desk: Desk, row: BoardRow, filed: _Filed) -> tuple[tuple[Line, ...], tuple[FileView, ...]]:
    mail_of = {filing.id: filing.mail_number for filing in filed.filings}
    by_item: dict[int, list[FilingRow]] = defaultdict(list)
    for row_of in filed.filings:
        by_item[row_of.item_id].append(row_of)
    lines, shown = [], set()
    for material in desk.app.rulebook.materials.values():
        files = []
        for item in filed.items:
            filing = next((one for one in by_item[item.id] if one.material == material.id), None)
            if filing is None and not (item.disposition is Disposition.DUPLICATE and material.id in item.materials):
                continue
            newer = mail_of.get(filing.replaced_by) if filing and filing.replaced_by else None
            files.append(view.file(item, filed.mails[item.mail_number], filing, newer))
            shown.add(item.id)
        files.sort(key=lambda file: (file.disposition is Disposition.DUPLICATE, not file.current))
        lines.append(Line(Named(material.id, material.name), material.measure, material.needed, row.items[material.id], tuple(files)))
    others = tuple(view.file(item, filed.mails[item.mail_number]) for item in filed.items if item.id not in shown)
    return tuple(lines), others


def _timeline(view: Viewer, records: Records, unit: str, mails: dict[int, MailRow]) -> tuple[Moment, ...]:
    counts: dict[int, int] = defaultdict(int)
    for item in records.items_of(mails):
        counts[item.mail_number] += item.path != "(body)"
    moments = []
    for mail in mails.values():
        brief = view.brief(mail, counts[mail.number], may_be=mail.unit_id != unit and unit not in mail.units)
        moments.append(Moment(brief.received_at, mail=brief))
    for letter in view.letters(records, records.letters_of_unit(unit)):
        moments.append(Moment(letter.finished_at or letter.created_at, letter=letter))
    for act in view.acts(records.events_about(About(unit=unit))):
        moments.append(Moment(act.at, act=act))
    return tuple(sorted(moments, key=lambda moment: moment.at, reverse=True))


def _addresses(view: Viewer, records: Records, unit: Unit) -> tuple[AddressView, ...]:
    roster = tuple(AddressView(None, address, "名录", True, None) for address in unit.addresses)
    return roster + tuple(view.address(row) for row in records.knowledge("address") if row.value == unit.id)


def _waivers(view: Viewer, records: Records, unit: str) -> tuple[WaiverView, ...]:
    return tuple(
        WaiverView(
            id=row.id,
            material=view.materials([row.material])[0] if row.material else None,
            until=view.maybe(row.until),
            note=row.note,
            by=row.actor,
            at=view.local(row.at),
        )
        for row in records.waivers(unit)
    )
