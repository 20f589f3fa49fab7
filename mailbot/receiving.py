"""The first stretch of the road: whatever lies on the server and is not in the ledger is kept on disk, and nothing else happens to it.

New is a set difference, UIDs on the server minus UIDs in the ledger: never the \\Seen flag (people read this inbox too), never a
high-water mark (one failed fetch below it would be lost for ever).
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Protocol, cast

from mailbot.app import App
from mailbot.errors import TryLater
from mailbot.mailfiles import MailFile
from mailbot.mailing.inbox import Arrival, Body, Seen
from mailbot.storing.rows import NewMail, NewPlace

log = logging.getLogger(__name__)

LARGE = 8 * 1024 * 1024
"""Mails above this size (bytes) are fetched after the small ones, so that one 70 MB mail does not hold up forty others."""

BREAKS = 3
"""How often in a row the line may break before the round is given up."""

LAST_POLL = "last_good_poll"
"""The setting that holds the moment of the last complete look at the inbox."""


class Source(Protocol):
    """The inbox as receiving needs it (`mailing.inbox.Inbox`)."""

    @property
    def alive(self) -> bool: ...
    def folders(self) -> tuple[str, ...]: ...
    def places(self, folder: str) -> frozenset[Seen]: ...
    def arrivals(self, seen: Sequence[Seen]) -> tuple[Arrival, ...]: ...
    def bodies(self, arrivals: Sequence[Arrival]) -> Iterator[Body]: ...


def receive(app: App, inbox: Source, stop: Callable[[], bool]) -> int:
    """Keep every mail that the server holds and the ledger does not know; returns how many were new.

    Raises TryLater when the server or the disk does not answer; what was kept until then stays kept.
    """
    fresh = [arrival for folder in inbox.folders() for arrival in _fresh(app, inbox, folder)]
    fresh.sort(key=lambda arrival: (arrival.size > LARGE, arrival.received_at, arrival.seen.folder, arrival.seen.uid))
    count, troubles, breaks = 0, list[TryLater](), 0
    for body in inbox.bodies(fresh):
        if stop():
            return count
        try:
            count += _keep(app, body)
            breaks = 0
        except TryLater as trouble:
            # One mail that cannot be had, or that breaks the line every time, must not hold up those behind it.
            breaks = 0 if inbox.alive else breaks + 1
            if breaks == BREAKS or trouble.login:
                raise
            troubles.append(trouble)
    if troubles:
        raise troubles[0]
    with app.database.transaction() as records:
        records.set_setting(LAST_POLL, app.now().isoformat())
    return count


def ingest(app: App, mail: MailFile, received_at: datetime | None, *, answer: bool) -> bool:
    """Keep one mail that lies on disk as if it had arrived (at `received_at`, else at its file's time); whether it was new."""
    with app.files.put_stream("raw") as incoming, mail.open() as stream:
        shutil.copyfileobj(stream, incoming)
        digest, size = incoming.sha256, incoming.size
        incoming.commit(f"raw/{digest}.eml")
    wanted = NewMail(sha256=digest, size=size, received_at=received_at or mail.arrived, origin="ingest", answer=answer)
    with app.database.transaction() as records:
        number, new = records.keep(wanted, None, app.now())
        records.event("kept" if new else "known", "mailbot", app.now(), mail=number, **_for_rebuild(wanted, None))
    return new


def _fresh(app: App, inbox: Source, folder: str) -> Iterable[Arrival]:
    """What lies in one folder and is not in the ledger; what vanished meanwhile is noted."""
    there = inbox.places(folder)
    with app.database.transaction() as records:
        known = records.known_places(folder)
        records.note_look(folder, {(seen.uidvalidity, seen.uid) for seen in there}, app.now())
    new = sorted((seen for seen in there if (seen.uidvalidity, seen.uid) not in known), key=lambda seen: seen.uid)
    arrivals = inbox.arrivals(new)
    unanswered = set(new) - {arrival.seen for arrival in arrivals}
    if unanswered:
        # Only what the server no longer lists is gone; what it merely did not answer for is asked again at the next look.
        gone = unanswered - inbox.places(folder)
        with app.database.transaction() as records:
            for seen in sorted(gone, key=lambda seen: seen.uid):
                _vanished(app, records.note_place, seen)
    return arrivals


def _keep(app: App, body: Body) -> bool:
    """Bring one mail to disk (fsynced, under its hash), then note it; whether it was new."""
    arrival = body.arrival
    _room_for(app, arrival.size)
    with app.files.put_stream("raw") as incoming:
        # `Incoming` is a file as far as fetching needs one: write, tell, seek, truncate.
        written = body.write_to(cast(BinaryIO, incoming))
        if written is None:
            with app.database.transaction() as records:
                _vanished(app, records.note_place, arrival.seen)
            return False
        digest, size = incoming.sha256, incoming.size
        incoming.commit(f"raw/{digest}.eml")
    mail = NewMail(sha256=digest, size=size, received_at=arrival.received_at, folder=arrival.seen.folder)
    with app.database.transaction() as records:
        number, new = records.keep(mail, _place(arrival.seen), app.now())
        records.event("kept" if new else "known", "mailbot", app.now(), mail=number, **_for_rebuild(mail, arrival.seen))
    return new


def _for_rebuild(mail: NewMail, seen: Seen | None) -> dict[str, Any]:
    """What the raw bytes do not hold and a ledger that is made anew from them needs (`rebuilding.py`)."""
    place = [seen.folder, seen.uidvalidity, seen.uid] if seen else None
    return {"sha256": mail.sha256, "arrived": mail.received_at.isoformat(), "origin": mail.origin, "place": place}


def _room_for(app: App, size: int) -> None:
    """Stop fetching before the disk is full: what is kept stays kept, and the server still has the rest."""
    if app.files.free_bytes() < app.config.inbox.min_free_bytes + 2 * size:
        raise TryLater("磁盘空间不足，暂停收取新邮件；已收的邮件不受影响。请清理磁盘，空间恢复后会自动继续。")


def _vanished(app: App, note: Callable[[NewPlace, str, str, datetime], None], seen: Seen) -> None:
    note(_place(seen), "vanished", "取件前已从服务器上消失（被移动、撤回或删除）", app.now())
    log.info("vanished before fetching: uid %d", seen.uid)


def _place(seen: Seen) -> NewPlace:
    return NewPlace(seen.folder, seen.uidvalidity, seen.uid)
