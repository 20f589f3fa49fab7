"""Personal data after its time: raw mails, filed files and texts go; numbers, hashes, counts and the event log stay.

What the receipt table counts stays true, and a mail that the server shows once more is known by its hash and not kept again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mailbot.app import App
from mailbot.desk import sheet
from mailbot.storing.files import disk_errors
from mailbot.storing.rows import FilingRow, ItemRow, MailRow

UNFINISHED = "purge_unfinished"
"""The setting that stands from the commit of a purge until its files are gone: a purge that was cut off is finished by the next."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a purge would take away: mails, those left out because someone still has to act, files with their bytes, old copies."""

    mails: tuple[MailRow, ...]
    waiting: int
    files: tuple[Path, ...]
    copies: tuple[Path, ...]

    @property
    def megabytes(self) -> float:
        """How much space they take."""
        return sum(path.stat().st_size for path in (*self.files, *self.copies)) / 1024**2


def preview(app: App, before: datetime) -> Preview:
    """What would be purged; changes nothing."""
    with app.database.reading() as records:
        mails = records.purgeable(before)
        waiting = records.old_count(before) - len(mails)
    files = tuple(app.files.path(key) for key in _keys_of(app, mails))
    return Preview(mails, waiting, files, tuple(_old_copies(app)))


def purge(app: App, before: datetime, by: str) -> int:
    """Take the personal data away; returns of how many mails. To be called by who holds the lock; safe to repeat after a crash."""
    with app.database.transaction() as records:
        mails = records.purgeable(before)
        filings = records.filings_all()
        for mail in mails:
            detail = _remains(mail, records.items(mail.number), filings)
            records.event("purged", by, app.now(), mail=mail.number, unit=mail.unit_id, **detail)
        records.purge([mail.number for mail in mails], before, app.now())
        records.set_setting(UNFINISHED, before.isoformat())
    _finish(app)
    return len(mails)


def _finish(app: App) -> None:
    """Take away what the ledger has forgotten: files, old copies, the words in the journal and in the free pages of the database."""
    with app.database.reading() as records:
        purged = records.purged()
    for key in _keys_of(app, purged):
        app.files.delete(key)
    with disk_errors(app.config.storage):
        for copy in _old_copies(app):
            copy.unlink(missing_ok=True)
    app.database.rewrite_journal()
    with app.database.transaction() as records:
        records.forget_setting(UNFINISHED)
    app.database.compact()
    sheet.write(app)


def _keys_of(app: App, mails: Sequence[MailRow]) -> Iterator[str]:
    """The raw mails, and every file whose name begins with the number of one of these mails."""
    wanted = {mail.number for mail in mails}
    yield from (key for mail in mails if app.files.exists(key := f"raw/{mail.sha256}.eml"))
    for prefix in ("filed/", "待核实/"):
        for key in app.files.list(prefix):
            number = key.rpartition("/")[2].partition("-")[0]
            if number.isdigit() and int(number) in wanted:
                yield key


def _old_copies(app: App) -> Iterator[Path]:
    """What a rebuild set aside and tables that were written beside the open one: they hold the same personal data."""
    for pattern in ("mailbot.db*.old-*", "events.jsonl.old-*", f"{Path(sheet.SHEET).stem}?*.xlsx"):
        yield from sorted(app.config.storage.glob(pattern))


def _remains(mail: MailRow, items: Sequence[ItemRow], filings: Sequence[FilingRow]) -> dict[str, Any]:
    """What stays known of a mail, so that a ledger that is rebuilt counts it as before (`rebuilding.py`): hashes and numbers only."""
    counted = {
        item.id: [[row.unit_id, row.material, row.count] for row in filings if row.item_id == item.id and row.current] for item in items
    }
    files = [
        {
            "sha256": item.sha256,
            "size": item.size,
            "kind": item.kind,
            "disposition": item.disposition,
            "unit": item.unit_id,
            "materials": list(item.materials),
            "count": item.count,
            "filed": counted[item.id],
        }
        for item in items
    ]
    return {"sha256": mail.sha256, "state": mail.state, "units": list(mail.units), "automatic": mail.automatic, "files": files}
