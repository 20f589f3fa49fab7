"""邮件: a mail as it was read, its parts as a tree with outcomes, and the evidence behind every verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailbot.desk.desk import Desk
from mailbot.desk.fetching import file_of
from mailbot.desk.mailacts import is_readable
from mailbot.desk.mailreader import UnreadableMailError
from mailbot.desk.viewing import Viewer
from mailbot.desk.views import ActView, FileView, LetterView, LinkView, Named, Node, Sign
from mailbot.model import BODY, Address, Facts, MailState, Message
from mailbot.storing.naming import FILE_BYTES, safe_name
from mailbot.storing.records import About
from mailbot.storing.rows import MailRow


@dataclass(frozen=True, slots=True)
class MailPage:
    """The whole page. `text` is plain text, hostile: escape it. `version` goes into `apply`."""

    number: int
    sha256: str
    message_id: str
    from_name: str
    from_address: str
    to: str
    cc: str
    subject: str
    date: datetime | None  # what the mail claims
    received_at: datetime
    folder: str
    origin: str  # imap | ingest | rebuild | desk
    size: int
    state: MailState
    unit: Named | None
    units: tuple[Named, ...]
    candidates: tuple[Named, ...]
    because: tuple[str, ...]
    doubts: tuple[str, ...]
    automatic: str | None
    needs_person: bool
    text: str
    quoted: str
    forwarded: str
    tree: tuple[Node, ...]
    files: tuple[FileView, ...]
    links: tuple[LinkView, ...]
    evidence: tuple[Sign, ...]
    letters: tuple[LetterView, ...]
    acts: tuple[ActView, ...]
    earlier: int | None
    later: int | None
    version: str


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes to send as an attachment: a path inside the storage that we chose, the name for Content-Disposition, the size."""

    path: str
    name: str
    size: int
    media_type: str = "application/octet-stream"


def mail_page(desk: Desk, number: int) -> MailPage | None:
    """The page of a mail, None when there is no such number. Reads the raw mail again (0.1 to 1 s for the first time)."""
    with desk.app.database.reading() as records:
        row = records.mail(number)
    if row is None:
        return None
    if not is_readable(row):
        return _page(desk, row, None)
    try:
        with desk.mails.opened(row) as facts:
            return _page(desk, row, facts)
    except UnreadableMailError as trouble:
        return _page(desk, row, None, str(trouble))


def raw_mail(desk: Desk, number: int) -> Download | None:
    """The .eml, None when there is no such mail or its file is gone."""
    with desk.app.database.reading() as records:
        row = records.mail(number)
    path = desk.app.files.path(f"raw/{row.sha256}.eml") if row else None
    if row is None or path is None or not path.is_file():
        return None
    return Download(str(path), f"{row.number:04d}.eml", path.stat().st_size, "message/rfc822")


def file_download(desk: Desk, item: int) -> Download | None:
    """The bytes of one file by its id; taken out of the raw mail when it is not filed. None when it is not there."""
    path = file_of(desk, item)
    with desk.app.database.reading() as records:
        row = records.item(item)
    if path is None or row is None:
        return None
    name = "正文.txt" if row.path == BODY else safe_name(row.name, FILE_BYTES)
    return Download(str(path), name, path.stat().st_size)


def _page(desk: Desk, row: MailRow, facts: Facts | None, trouble: str = "") -> MailPage:
    view = Viewer(desk.app)
    message = facts.message if facts else Message()
    with desk.app.database.reading() as records:
        row = records.mail(row.number) or row
        files = tuple(view.file(item, row) for item in records.items(row.number))
        version = records.newest_about(About(mails=(row.number,)))
        letters = view.letters(records, records.letters(mail=row.number))
        acts = view.acts(records.events_about(About(mails=(row.number,))))
        earlier, later = records.neighbours(row.number)
    return MailPage(
        number=row.number,
        sha256=row.sha256,
        message_id=row.message_id,
        from_name=row.from_name,
        from_address=row.from_address,
        to=_addresses(message.to),
        cc=_addresses(message.cc),
        subject=row.subject,
        date=view.maybe(message.date if message.date and message.date.tzinfo else None),
        received_at=view.local(row.received_at),
        folder=row.folder,
        origin=row.origin,
        size=row.size,
        state=row.state,
        unit=view.unit(row.unit_id),
        units=view.units(row.units),
        candidates=view.units(row.candidates),
        because=(*row.because, *([trouble] if trouble else [])),
        doubts=row.doubts,
        automatic=row.automatic,
        needs_person=row.needs_person,
        text=message.own,
        quoted=message.quoted,
        forwarded=message.forwarded,
        tree=tree(files),
        files=files,
        links=tuple(view.link(link) for link in row.links),
        evidence=view.signs(row.evidence),
        letters=letters,
        acts=acts,
        earlier=earlier,
        later=later,
        version=str(version),
    )


def tree(files: Sequence[FileView]) -> tuple[Node, ...]:
    """The files under the archives, folders and nested mails that their paths name."""
    top: dict[str, Any] = {}
    for file in files:
        *folders, name = file.path.split("/") if file.path != BODY else [file.path]
        place = top
        for folder in folders:
            inside = place.setdefault(folder, {})
            if not isinstance(inside, dict):  # an archive that is itself listed, because not all of it came out
                inside = place[folder] = {"": inside}
            place = inside
        place[name] = file if name not in place else {**place[name], "": file}
    return _nodes(top)


def _nodes(level: dict[str, Any]) -> tuple[Node, ...]:
    nodes = []
    for name, inside in level.items():
        if name == "":
            continue
        if isinstance(inside, dict):
            nodes.append(Node(name, inside.get(""), _nodes(inside)))
        else:
            nodes.append(Node(inside.name, inside))
    return tuple(nodes)


def _addresses(addresses: Sequence[Address]) -> str:
    return "，".join(f"{one.name} <{one.address}>" if one.name else one.address for one in addresses)
