"""The list of mails and the health of every page, until the desk offers them itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mailbot.desk import board, documents, letterpage
from mailbot.desk.board import Health, Wanted
from mailbot.desk.desk import Desk
from mailbot.desk.views import MailBrief, Named
from mailbot.model import LetterState, MailState


@dataclass(frozen=True, slots=True)
class WantedMails:
    """Which mails; None = any."""

    state: MailState | None = None
    needs_person: bool = False
    text: str = ""
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail of the list."""

    brief: MailBrief
    unit: Named | None


@dataclass(frozen=True, slots=True)
class MailsPage:
    """One page of mails."""

    mails: tuple[Listed, ...]
    found: int
    counts: Mapping[MailState, int]


def health(desk: Desk) -> tuple[Health, int]:
    """Health and how many letters wait."""
    held = letterpage.letters_page(desk, letterpage.WantedLetters(per_page=1)).counts.get(LetterState.HELD, 0)
    return board.board(desk, Wanted(per_page=1)).health, held


def mails_page(desk: Desk, wanted: WantedMails) -> MailsPage:
    """The newest first."""
    rows = documents.mails(desk.app)["mails"]
    fitting = [
        row
        for row in reversed(rows)
        if (wanted.state is None or row["state"] == wanted.state)
        and (not wanted.needs_person or row["needs_person"])
        and (wanted.text in row["subject"] + row["from"] + row["from_name"] or wanted.text == str(row["number"]))
    ]
    first = (wanted.page - 1) * wanted.per_page
    listed = tuple(
        Listed(
            MailBrief(
                row["number"],
                datetime.fromisoformat(row["received_at"]),
                row["from_name"],
                row["from"],
                row["subject"],
                row["state"],
                row["needs_person"],
                "；".join(row["because"]),
                len(row["files"]),
            ),
            Named(row["unit"]["id"], row["unit"]["name"]) if row["unit"] else None,
        )
        for row in fitting[first : first + wanted.per_page]
    )
    return MailsPage(listed, len(fitting), Counter(row["state"] for row in rows))
