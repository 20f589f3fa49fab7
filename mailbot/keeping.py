"""Raw mails on their way into the ledger: each on disk before its row, the rows of several in one commit.

A commit and the journal line behind it wait for the disk four times, which is most of what keeping a small mail costs. Until the
commit the server still has the mails, and fetching one again ends at the same file: a crash in between costs nothing but the time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

from mailbot.app import App
from mailbot.failpoints import failpoint
from mailbot.mailing.inbox import Seen
from mailbot.parsing.glance import sender_at_a_glance
from mailbot.storing.files import Incoming
from mailbot.storing.rows import NewMail, NewPlace

MAILS = 50
BYTES = 4 * 1024 * 1024
SECONDS = 1.0
"""What waits for its row is noted when it has become this much, or this old."""


@dataclass
class Keeping:
    """Mails of which the bytes are on disk, in the order in which they get their numbers; `new` counts those noted that were new."""

    app: App
    new: int = 0
    _waiting: list[tuple[NewMail, Seen | None]] = field(default_factory=list)
    _since: float = 0.0

    def add(self, incoming: Incoming, mail: NewMail, seen: Seen | None = None) -> None:
        """Bring the bytes to disk under their hash; the row follows with those of its neighbours."""
        raw = incoming.commit(f"raw/{mail.sha256}.eml", later=True)
        self._since = self._since if self._waiting else time.monotonic()
        self._waiting.append((replace(mail, from_address=sender_at_a_glance(raw)), seen))
        much = len(self._waiting) >= MAILS or sum(waiting.size for waiting, _ in self._waiting) >= BYTES
        if much or time.monotonic() - self._since >= SECONDS:
            self.note()

    def note(self) -> None:
        """Note everything that waits, in one commit. TryLater when disk or database refuse: then it is fetched again."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        self.app.files.sync()
        now, fresh, purged = self.app.now(), 0, list[str]()
        with self.app.database.transaction() as records:
            for mail, seen in waiting:
                number, new = records.keep(mail, place_of(seen) if seen else None, now)
                records.event("kept" if new else "known", "mailbot", now, mail=number, **_for_rebuild(mail, seen))
                fresh += new
                if not new and records.is_purged(number):
                    purged.append(mail.sha256)
        failpoint("kept")
        self.new += fresh
        for sha256 in purged:  # the server shows once more what was removed here after its time
            self.app.files.delete(f"raw/{sha256}.eml")


def place_of(seen: Seen) -> NewPlace:
    """A place on the server as the ledger writes it."""
    return NewPlace(seen.folder, seen.uidvalidity, seen.uid)


def _for_rebuild(mail: NewMail, seen: Seen | None) -> dict[str, Any]:
    """What the raw bytes do not hold and a ledger that is made anew from them needs (`rebuilding.py`)."""
    place = [seen.folder, seen.uidvalidity, seen.uid] if seen else None
    arrived = mail.received_at.isoformat()
    return {"sha256": mail.sha256, "arrived": arrived, "origin": mail.origin, "answer": mail.answer, "size": mail.size, "place": place}
