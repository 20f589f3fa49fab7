"""The message itself: mail-parser reads a skeleton of the mail, and what it gets wrong is corrected over the raw bytes.

mail-parser 4.8 destroys gb2312 headers, leaves the quoted encoded words of QQ alone, loses nameless parts and can raise
(mail-facts 3.2 and 6.2, reliability 0). So it is asked for the date, the ids and a second opinion on the number of attachments;
every word of Chinese comes from our own reading.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from mailbot.model import Address, Message
from mailbot.parsing.fields import Fields
from mailbot.parsing.headers import addresses, decode_header
from mailbot.parsing.skeleton import Part, Skeleton
from mailbot.parsing.spool import Spool

BODY_KEPT = 2048
"""Bytes: longer leaf bodies are cut out of what mail-parser gets."""
FIELD_KEPT = 4000
PARTS_KEPT = 120

_BEIJING = timezone(timedelta(hours=8))
_ID = re.compile(r"<[^<>\s]{1,400}>")

# It logs subtypes and header names that the sender chose.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What mail-parser made of the mail; `attachments` is None where it raised or was not given the parts."""

    date: datetime | None = None
    message_id: str = ""
    attachments: int | None = None


def read_message(spool: Spool, skeleton: Skeleton, where: str) -> tuple[Message, SecondOpinion]:
    """The Message at `where` ("" = the mail itself) without its text, and mail-parser's opinion. Never raises for bad mail."""
    fields = skeleton.root.fields
    opinion = ask_mail_parser(bare_mail(spool, skeleton), whole=_is_small(skeleton))
    senders = _mailboxes(fields, "sender", whole=True)
    message = Message(
        path=where,
        message_id=_message_id(fields) or opinion.message_id,
        in_reply_to=_first_id(decode_header(fields.first("in-reply-to"), 2000)),
        references=tuple(_ID.findall(decode_header(fields.first("references"), 20_000)))[:100],
        # Two From fields are two senders: whoever judges must see both.
        from_=_mailboxes(fields, "from", whole=True),
        sender=senders[0] if senders else None,
        reply_to=_mailboxes(fields, "reply-to", whole=True),
        to=_mailboxes(fields, "to"),
        cc=_mailboxes(fields, "cc"),
        subject=decode_header(fields.first("subject")),
        date=opinion.date or _own_date(fields),
        headers=_decoded(fields),
    )
    return message, opinion


def ask_mail_parser(bare: bytes, *, whole: bool = True) -> SecondOpinion:
    """mail-parser's reading of a small mail; nothing at all where it raises, which it does on some broken mail (reliability 0, 2)."""
    import mailparser

    try:
        parsed: Any = mailparser.parse_from_bytes(bare)
        date = parsed.date
        counted = sum(not str(one.get("mail_content_type")).startswith("multipart/") for one in parsed.attachments)
        return SecondOpinion(
            date=date if isinstance(date, datetime) and date.tzinfo is not None else None,
            message_id=_first_id(str(parsed.message_id or "")),
            attachments=counted if whole else None,
        )
    except Exception:
        return SecondOpinion()


def bare_mail(spool: Spool, skeleton: Skeleton) -> bytes:
    """The mail with large leaf bodies and whole nested messages cut out and long fields shortened: at most a few hundred KiB."""
    root = skeleton.root
    header = b"".join(name.encode() + b": " + value[:FIELD_KEPT].rstrip() + b"\r\n" for name, value in root.fields.items[:400])
    if not _is_small(skeleton):
        return header + b"\r\n"
    pieces = [header, b"\r\n"]
    at = root.body
    for leaf in skeleton.leaves:
        if leaf.end - leaf.body > BODY_KEPT or leaf.type.startswith("message/"):
            pieces.append(spool.read(at, min(leaf.body - at, 64 * 1024)))
            at = leaf.end
    pieces.append(spool.read(at, min(root.end - at, 64 * 1024)))
    return b"".join(pieces)


def _is_small(skeleton: Skeleton) -> bool:
    leaves = skeleton.leaves
    return len(leaves) <= PARTS_KEPT and not any(_is_odd(leaf) for leaf in leaves)


def _is_odd(leaf: Part) -> bool:
    return leaf.level > 20 or (leaf.body - leaf.start > 32 * 1024 and leaf.level > 0)


def _mailboxes(fields: Fields, name: str, *, whole: bool = False) -> tuple[Address, ...]:
    return addresses(b", ".join(fields.every(name)), whole=whole)


def _message_id(fields: Fields) -> str:
    text = decode_header(fields.first("message-id"), 1000)
    return _first_id(text) or text


def _first_id(text: str) -> str:
    match = _ID.search(text)
    return match[0] if match else ""


def _own_date(fields: Fields) -> datetime | None:
    try:
        date = parsedate_to_datetime(decode_header(fields.first("date"), 200))
        return date if date.tzinfo else date.replace(tzinfo=_BEIJING)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _decoded(fields: Fields) -> Mapping[str, tuple[str, ...]]:
    headers: dict[str, list[str]] = {}
    for name, value in fields.items:
        headers.setdefault(name, []).append(decode_header(value, 4000))
    return {name: tuple(values) for name, values in headers.items()}
