"""The first stretch of the road: whatever lies on the server and is not in the ledger is kept on disk, and nothing else happens to it.

New is a set difference, UIDs on the server minus UIDs in the ledger: never the \\Seen flag (people read this inbox too), never a
high-water mark (one failed fetch below it would be lost for ever).
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from mailbot.app import App
from mailbot.errors import TryLater
from mailbot.mailing.inbox import Arrival, Seen
from mailbot.parsing.envelope import Envelope, envelope
from mailbot.storing.rows import NewMail, NewPlace

log = logging.getLogger(__name__)

LARGE = 8 * 1024 * 1024
"""Mails above this size (bytes) are fetched after the small ones, so that one 70 MB mail does not hold up forty others."""

Stop = Callable[[], bool]


class Source(Protocol):
    """The inbox as receiving needs it (`mailing.inbox.Inbox`)."""

    def folders(self) -> tuple[str, ...]: ...
    def places(self, folder: str) -> frozenset[Seen]: ...
    def arrivals(self, seen: Sequence[Seen]) -> tuple[Arrival, ...]: ...
    def bodies(self, arrivals: Iterable[Arrival], sinks: Callable[[Arrival], object]) -> object: ...


def receive(app: App, inbox: Source, stop: Stop) -> int:
    """Keep every mail that the server holds and the ledger does not know; returns how many were new.

    Raises TryLater when the server or the disk does not answer; what was kept until then stays kept.
    """
    fresh: list[Arrival] = []
    for folder in inbox.folders():
        there = inbox.places(folder)
        with app.database.transaction() as records:
            known = records.known_places(folder)
            records.note_look(folder, frozenset((seen.uidvalidity, seen.uid) for seen in there), app.now())
        new = sorted((seen for seen in there if (seen.uidvalidity, seen.uid) not in known), key=lambda seen: seen.uid)
        arrivals = inbox.arrivals(new)
        _note_vanished(app, new, arrivals)
        fresh.extend(arrivals)
    fresh.sort(key=lambda arrival: (arrival.size > LARGE, arrival.received_at, arrival.seen.folder, arrival.seen.uid))
    return _fetch_all(app, inbox, fresh, stop)
