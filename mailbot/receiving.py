"""The first stretch of the road: whatever lies on the server and is not in the ledger is kept on disk, and nothing else happens to it.

New is a set difference, UIDs on the server minus UIDs in the ledger: never the \\Seen flag (people read this inbox too), never a
high-water mark (one failed fetch below it would be lost for ever).
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol, cast

from mailbot.app import LAST_POLL, App
from mailbot.errors import TryLater
from mailbot.failpoints import failpoint
from mailbot.keeping import Keeping, place_of
from mailbot.mailfiles import MailFile
from mailbot.mailing.inbox import Arrival, Body, Seen
from mailbot.storing.rows import NewMail, NewPlace

log = logging.getLogger(__name__)

LARGE = 8 * 1024 * 1024
"""Mails above this size (bytes) are fetched after the small ones, so that one 70 MB mail does not hold up forty others."""

BREAKS = 3
"""How often in a row the line may break before the round is given up."""


class Source(Protocol):
    """The inbox as receiving needs it (`mailing.inbox.Inbox`)."""

    @property
    def alive(self) -> bool: ...
    def folders(self) -> tuple[str, ...]: ...
    def places(self, folder: str) -> frozenset[Seen]: ...
    def arrivals(self, seen: Sequence[Seen]) -> tuple[Arrival, ...]: ...
    def bodies(self, arrivals: Sequence[Arrival]) -> Iterator[Body]: ...


@dataclass
class Known:
    """Places that are in the ledger for certain, kept by the daemon from look to look so that a quiet one need not read 100,000 rows.

    A place never leaves the ledger, and nothing comes in here but out of the ledger: what is missing here is looked up there. It is
    no high-water mark: every look still compares all that the server lists.
    """

    folders: dict[str, frozenset[Seen]] = field(default_factory=dict)

    def unknown(self, app: App, folder: str, there: frozenset[Seen]) -> frozenset[Seen]:
        """Which of these places have no row."""
        unknown = there - self.folders.get(folder, frozenset())
        if unknown:
            with app.database.reading() as records:
                rows = records.known_places(folder)
            unknown = frozenset(seen for seen in unknown if (seen.uidvalidity, seen.uid) not in rows)
            # Only what the server still lists is worth keeping in memory, and these values exist anyway.
            self.folders[folder] = there - unknown
        return unknown


def receive(app: App, inbox: Source, stop: Callable[[], bool], known: Known | None = None) -> int:
    """Keep every mail that the server holds and the ledger does not know; returns how many were new.

    `known` is what earlier calls with the same App found in the ledger. Raises TryLater when the server or the disk does not
    answer; what was kept until then stays kept.
    """
    known = known or Known()
    fresh = [arrival for folder in inbox.folders() for arrival in _fresh(app, inbox, folder, known)]
    fresh.sort(key=lambda arrival: (arrival.size > LARGE, arrival.received_at, arrival.seen.folder, arrival.seen.uid))
    failpoint("listed")
    keeping = Keeping(app)
    try:
        complete = _keep_all(keeping, inbox, fresh, stop)
    finally:
        keeping.note()
    if complete:
        with app.database.transaction() as records:
            records.set_setting(LAST_POLL, app.now().isoformat())
    return keeping.new


def _keep_all(keeping: Keeping, inbox: Source, fresh: Sequence[Arrival], stop: Callable[[], bool]) -> bool:
    """Fetch and keep one after the other; False when stopped on the way. TryLater for the first that could not be had."""
    troubles, breaks = list[TryLater](), 0
    for body in inbox.bodies(fresh):
        if stop():
            return False
        try:
            _keep(keeping, body)
            breaks = 0
        except TryLater as trouble:
            # One mail that cannot be had, or that breaks the line every time, must not hold up those behind it.
            breaks = 0 if inbox.alive else breaks + 1
            if breaks == BREAKS or trouble.login:
                raise
            troubles.append(trouble)
    if troubles:
        raise troubles[0]
    return True


def ingest(app: App, mail: MailFile, received_at: datetime | None, *, answer: bool) -> bool:
    """Keep one mail that lies on disk as if it had arrived (at `received_at`, else at its file's time); whether it was new."""
    keeping = Keeping(app)
    with app.files.put_stream("raw") as incoming, mail.open() as stream:
        shutil.copyfileobj(stream, incoming)
        arrived = received_at or mail.arrived
        wanted = NewMail(sha256=incoming.sha256, size=incoming.size, received_at=arrived, origin="ingest", answer=answer)
        keeping.add(incoming, wanted)
    keeping.note()
    return bool(keeping.new)


def _fresh(app: App, inbox: Source, folder: str, known: Known) -> Iterable[Arrival]:
    """What lies in one folder and is not in the ledger; what vanished meanwhile is noted."""
    new = sorted(known.unknown(app, folder, inbox.places(folder)), key=lambda seen: seen.uid)
    with app.database.transaction() as records:
        records.note_look(folder, {(seen.uidvalidity, seen.uid) for seen in new}, app.now())
    arrivals = inbox.arrivals(new)
    unanswered = set(new) - {arrival.seen for arrival in arrivals}
    if unanswered:
        # Only what the server no longer lists is gone; what it merely did not answer for is asked again at the next look.
        gone = unanswered - inbox.places(folder)
        with app.database.transaction() as records:
            for seen in sorted(gone, key=lambda seen: seen.uid):
                _vanished(app, records.note_place, seen)
    return arrivals


def _keep(keeping: Keeping, body: Body) -> None:
    """Bring one mail to disk (fsynced, under its hash) and have it noted, or note that it is gone."""
    app, arrival = keeping.app, body.arrival
    _room_for(app, arrival.size)
    with app.files.put_stream("raw") as incoming:
        # `Incoming` is a file as far as fetching needs one: write, tell, seek, truncate.
        written = body.write_to(cast(BinaryIO, incoming))
        if written is None:
            with app.database.transaction() as records:
                _vanished(app, records.note_place, arrival.seen)
            return
        size = _whole(app, arrival, written)
        mail = NewMail(sha256=incoming.sha256, size=size, received_at=arrival.received_at, folder=arrival.seen.folder)
        keeping.add(incoming, mail, arrival.seen)


def _whole(app: App, arrival: Arrival, written: int) -> int:
    """The size that the ledger notes: that of the whole mail, also where only what the cap allows was kept of it."""
    if written < app.config.inbox.max_mail_bytes or arrival.size == written:
        return written
    return max(arrival.size, written + 1)  # a server that announced less and sent on without end


def _room_for(app: App, size: int) -> None:
    """Stop fetching before the disk is full: what is kept stays kept, and the server still has the rest."""
    if app.files.free_bytes() < app.config.inbox.min_free_bytes + 2 * size:
        raise TryLater("磁盘空间不足，暂停收取新邮件；已收的邮件不受影响。请清理磁盘，空间恢复后会自动继续。")


def _vanished(app: App, note: Callable[[NewPlace, str, str, datetime], None], seen: Seen) -> None:
    note(place_of(seen), "vanished", "取件前已从服务器上消失（被移动、撤回或删除）", app.now())
    log.info("vanished before fetching: uid %d", seen.uid)
