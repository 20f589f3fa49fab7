"""The list of mails, page by page: what is found by words, the newest first, and how many there are of each state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, func, or_, select

from mailbot.model import BODY, Disposition, MailState
from mailbot.storing import tables
from mailbot.storing.records import build
from mailbot.storing.records.ledger import Ledger
from mailbot.storing.rows import MailRow

_mail = tables.mail.c
_item = tables.item.c


class Listing(Ledger):
    """Reads for the page 邮件."""

    def mails_found(self, wanted: Sequence[ColumnElement[bool]], most: int, skip: int) -> tuple[tuple[MailRow, ...], int]:
        """A page of mails that meet every condition of `mail_filter`, the newest first, and how many there are."""
        found = select(tables.mail).where(*wanted).order_by(_mail.number.desc()).limit(most).offset(skip)
        count = self.connection.scalar(select(func.count()).select_from(tables.mail).where(*wanted)) or 0
        return self._all(found, build.mail), count

    def mail_counts(self) -> Mapping[MailState, int]:
        """How many mails are in each state."""
        rows = self.connection.execute(select(_mail.state, func.count()).group_by(_mail.state))
        return {MailState(state): count for state, count in rows}

    def file_counts(self, numbers: Iterable[int]) -> Mapping[int, int]:
        """How many files each of these mails holds; its own text counts only when it is taken for material or waits."""
        plain = (_item.path == BODY) & (_item.disposition == Disposition.IGNORED)
        rows = self.connection.execute(
            select(_item.mail_number, func.count()).where(_item.mail_number.in_(list(numbers)), ~plain).group_by(_item.mail_number)
        )
        return {int(number): int(count) for number, count in rows}


def mail_filter(state: MailState | None, needs_person: bool, units: Iterable[str], text: str) -> list[ColumnElement[bool]]:
    """Conditions for `mails_found`: `text` is the number, stands in subject or sender, or the mail is of one of `units`."""
    wanted: list[ColumnElement[bool]] = []
    if state is not None:
        wanted.append(_mail.state == state)
    if needs_person:
        wanted.append(_mail.needs_person)
    if text:
        escaped = text.lower().replace("/", "//").replace("%", "/%").replace("_", "/_")
        named = [func.lower(column).like(f"%{escaped}%", escape="/") for column in (_mail.subject, _mail.from_address, _mail.from_name)]
        number = [_mail.number == int(text)] if text.isascii() and text.isdecimal() and len(text) < 10 else []
        wanted.append(or_(*number, *named, _mail.unit_id.in_(list(units))))
    return wanted
