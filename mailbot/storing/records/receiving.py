"""Receiving: which places are known, keeping a mail once however often it shows up, and what the server showed at the last look."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select, update

from mailbot.model import Intent, MailState
from mailbot.storing import tables
from mailbot.storing.deskrows import PlaceRow
from mailbot.storing.records import build
from mailbot.storing.records.ledger import Ledger
from mailbot.storing.rows import NewMail, NewPlace

_LOOK = "look:"

# Built once: building a statement costs more than SQLite takes to run it.
_place = tables.place.c
_KNOWN = select(_place.uidvalidity, _place.uid).where(_place.folder == bindparam("where"))
_SAME_BYTES = select(tables.mail.c.number).where(tables.mail.c.sha256 == bindparam("this"))
_PLACE = update(tables.place).where(
    _place.folder == bindparam("where"), _place.uidvalidity == bindparam("validity"), _place.uid == bindparam("number")
)


class Receiving(Ledger):
    """The first stretch of the road: places and kept mails."""

    def known_places(self, folder: str) -> frozenset[tuple[int, int]]:
        """Every (UIDVALIDITY, UID) of the folder that has been dealt with, whatever the outcome."""
        return frozenset((uidvalidity, uid) for uidvalidity, uid in self.connection.execute(_KNOWN, {"where": folder}))

    def keep(self, mail: NewMail, place: NewPlace | None, now: datetime) -> tuple[int, bool]:
        """Note a mail whose raw bytes are safe on disk; returns its number and whether it is new.

        The same bytes at another place are the same mail: only the place is added. Safe to repeat after a crash.
        """
        number: int | None = self.connection.scalar(_SAME_BYTES, {"this": mail.sha256})
        fresh = number is None
        if number is None:
            number = self._add(
                tables.mail,
                sha256=mail.sha256,
                message_id=mail.message_id,
                from_address=mail.from_address,
                from_name=mail.from_name,
                subject=mail.subject,
                received_at=mail.received_at,
                folder=mail.folder or (place.folder if place else ""),
                size=mail.size,
                origin=mail.origin,
                answer=mail.answer,
                kept_at=now,
                **_UNJUDGED,
            )
        if place is not None:
            self._set_place(place, "kept", "", now, number)
        return number, fresh

    def note_place(self, place: NewPlace, state: str, note: str, now: datetime) -> None:
        """Note a place that holds nothing for us: `vanished` before it could be fetched, or `excluded`; `note` says why, in Chinese."""
        self._set_place(place, state, note, now, None)

    def note_look(self, folder: str, places: Iterable[tuple[int, int]], now: datetime) -> None:
        """Remember what the server listed in a folder just now, as far as the ledger does not know it: the reconciliation counts these."""
        listed = set(places)
        # A look at which everything is known, as nearly all are, asks nothing about the 100,000 others.
        unknown = sorted(listed - self.known_places(folder)) if listed else []
        before = self._look(self.setting(_LOOK + folder) or "{}")
        if unknown != before:
            self.set_setting(_LOOK + folder, json.dumps({"at": now.isoformat(), "unknown": unknown}))

    def unfetched(self) -> int:
        """How many places the server listed at the last look of each folder that still have no row."""
        seen = ((folder, self._look(value)) for folder, value in self.settings(_LOOK).items())
        return sum(len(set(unknown) - self.known_places(folder)) for folder, unknown in seen if unknown)

    def places(self, number: int | None = None) -> tuple[PlaceRow, ...]:
        """Every place (of one mail), in the order it was first seen."""
        statement = select(tables.place).order_by(tables.place.c.id)
        if number is not None:
            statement = statement.where(tables.place.c.mail_number == number)
        return self._all(statement, build.place)

    @staticmethod
    def _look(value: str) -> list[tuple[int, int]]:
        return [(uidvalidity, uid) for uidvalidity, uid in json.loads(value).get("unknown", [])]

    def _set_place(self, place: NewPlace, state: str, note: str, now: datetime, number: int | None) -> None:
        where = {"where": place.folder, "validity": place.uidvalidity, "number": place.uid}
        if not self._change(_PLACE, {**where, "mail_number": number, "state": state, "note": note, "seen_at": now}):
            self._add(
                tables.place,
                folder=place.folder,
                uidvalidity=place.uidvalidity,
                uid=place.uid,
                mail_number=number,
                state=state,
                note=note,
                seen_at=now,
            )


_UNJUDGED: dict[str, object] = {
    "state": MailState.KEPT,
    "attempts": 0,
    "parts": 0,
    "units": [],
    "candidates": [],
    "because": [],
    "doubts": [],
    "links": [],
    "evidence": [],
    "needs_person": False,
    "intent": Intent.NOTHING,
}
