"""Mails, items and letters as the road would write them, with only what a test speaks about."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from mailbot.model import Disposition, FileKind, LetterKind, MailState
from mailbot.storing.database import Database
from mailbot.storing.rows import JudgedMail, NewFiling, NewItem, NewLetter, NewMail, NewPlace
from tests.storing.conftest import NOW


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def keep(database: Database, name: str = "a", *, minutes: int = 0, **fields: Any) -> int:
    """Keep a mail whose bytes are known by `name`, arrived so many minutes after NOW."""
    mail = NewMail(sha256=digest(name), received_at=NOW + timedelta(minutes=minutes), size=1000, **fields)
    with database.transaction() as records:
        return records.keep(mail, NewPlace("INBOX", 1, int(digest(name)[:8], 16)), NOW)[0]


def item(path: str = "总结.docx", **fields: Any) -> NewItem:
    """An item that is filed for the unit `jlu` as a summary, unless told otherwise."""
    filings = fields.pop("filings", (NewFiling("jlu", "summary", 1),))
    defaults: dict[str, Any] = {
        "name": path.rpartition("/")[2],
        "sha256": digest(path),
        "size": 10,
        "kind": FileKind.DOCX,
        "disposition": Disposition.FILED,
        "because": "标题写明是工作总结",
        "unit_id": "jlu",
        "filings": filings,
    }
    return NewItem(path=path, **{**defaults, **fields})


def settle(database: Database, number: int, *items: NewItem, at: datetime = NOW, **fields: Any) -> None:
    judged = JudgedMail(**{"state": MailState.SETTLED, "unit_id": "jlu", "units": ("jlu",), **fields})
    with database.transaction() as records:
        records.settle(number, judged, items, at)


def letter(message_id: str = "<1@mailbot>", **fields: Any) -> NewLetter:
    """A confirmation to the unit `jlu`, due now."""
    defaults: dict[str, Any] = {
        "kind": LetterKind.CONFIRM,
        "to_address": "clerk@jlu.edu.cn",
        "subject": "回执",
        "text": "已收齐",
        "message": b"Subject: x\r\n\r\ny",
        "due_at": NOW,
        "unit_id": "jlu",
    }
    return NewLetter(message_id=message_id, **{**defaults, **fields})
