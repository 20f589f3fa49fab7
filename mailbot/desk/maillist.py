"""邮件: the list of every mail, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailbot.desk.desk import Desk
from mailbot.desk.viewing import Viewer
from mailbot.desk.views import MailBrief, Named
from mailbot.model import MailState
from mailbot.storing.records.listing import mail_filter


@dataclass(frozen=True, slots=True)
class WantedMails:
    """Which mails; None = any. `text` is a number, or words in subject, sender or the unit's name."""

    state: MailState | None = None
    needs_person: bool = False
    text: str = ""
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail of the list, and whose it is."""

    brief: MailBrief
    unit: Named | None


@dataclass(frozen=True, slots=True)
class MailsPage:
    """One page of mails, how many there are of it, and the counts of each state."""

    mails: tuple[Listed, ...]
    found: int
    counts: Mapping[MailState, int]


_EVERY = WantedMails()


def mails_page(desk: Desk, wanted: WantedMails = _EVERY) -> MailsPage:
    """The page as the ledger stands now."""
    view, text = Viewer(desk.app), wanted.text.strip().removeprefix("第").removesuffix("号")
    units = [unit.id for unit in desk.app.rulebook.units.values() if text and text in unit.name]
    conditions = mail_filter(wanted.state, wanted.needs_person, units, text)
    with desk.app.database.reading() as records:
        rows, found = records.mails_found(conditions, wanted.per_page, (max(1, wanted.page) - 1) * wanted.per_page)
        files = records.file_counts(row.number for row in rows)
        counts = records.mail_counts()
    return MailsPage(tuple(Listed(view.brief(row, files.get(row.number, 0)), view.unit(row.unit_id)) for row in rows), found, counts)
