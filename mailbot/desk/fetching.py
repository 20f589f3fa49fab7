"""Where the bytes of one file of a mail lie: under its key, in the cache, or taken out of the raw mail into the cache."""

from __future__ import annotations

from pathlib import Path

from mailbot.desk.desk import Desk
from mailbot.desk.mailacts import is_readable
from mailbot.desk.mailreader import UnreadableMailError
from mailbot.filing import keys_of
from mailbot.storing.rows import ItemRow, MailRow

_CACHE = "cache/files"


def file_of(desk: Desk, item: int) -> Path | None:
    """The bytes of the file with this id; None when they are not to be had."""
    with desk.app.database.reading() as records:
        row = records.item(item)
        mail = records.mail(row.mail_number) if row else None
    if row is None or mail is None:
        return None
    return _as_filed(desk, row) or (_taken_out(desk, row, mail) if is_readable(mail) else None)


def _as_filed(desk: Desk, row: ItemRow) -> Path | None:
    """Under its key, as long as nobody has changed it in place; a cut-off size is looked at first, the hash costs more."""
    files = desk.app.files
    for key in sorted(keys_of(row, desk.app.rulebook)):
        path = files.path(key)
        if path.is_file() and path.stat().st_size == row.size:
            return path
    return None


def _taken_out(desk: Desk, row: ItemRow, mail: MailRow) -> Path | None:
    files = desk.app.files
    key = f"{_CACHE}/{row.sha256[:2]}/{row.sha256}"
    if files.exists(key):
        return files.path(key)
    try:
        with desk.mails.opened(mail) as facts:
            found = next((item.file for item in facts.items if item.path == row.path and item.sha256 == row.sha256), None)
            return files.put(key, found) if found is not None and found.is_file() else None
    except UnreadableMailError:
        return None
