"""Opens winmail.dat, the envelope in which Outlook hides attachments (MS-OXTNEF)."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import SupportsIndex

from tnefparse import TNEF, mapi
from tnefparse.tnef import TNEFAttachment

from mailbot.model import Problem
from mailbot.parsing.archivewriter import Writer
from mailbot.parsing.charset import decode_text
from mailbot.parsing.unreadable import UnreadableError

logging.getLogger("tnefparse").setLevel(logging.CRITICAL)

PROPERTIES = 100_000
"""Far more than any message has."""


def _no_endless_range(count: int) -> range:
    return range(min(count, PROPERTIES))


# tnefparse 1.4 counts on behind the end of the bytes: thirty of them that claim four billion properties take it an hour.
mapi.range = _no_endless_range


class _Envelope(bytes):
    """Bytes whose open slices end with the attribute they begin: tnefparse copies the whole rest for each, 30 photos a hundred times."""

    def __getitem__(self, key: SupportsIndex | slice) -> int | bytes:  # type: ignore[override]
        if isinstance(key, slice) and key.start and key.stop is None:
            length = int.from_bytes(super().__getitem__(slice(key.start + 5, key.start + 9)), "little")
            key = slice(key.start, key.start + _FRAME + length)
        return super().__getitem__(key)


_FRAME = 11
"""Level, name, type, length and checksum of an attribute, in bytes (MS-OXTNEF 2.1.3)."""


def unpack(path: Path, writer: Writer) -> None:
    """Writes every attachment of the TNEF file at `path`; a nameless one is called 附件N. Raises UnreadableError for a broken file."""
    try:
        envelope = TNEF(_Envelope(path.read_bytes()))
    except MemoryError:
        raise
    except Exception:  # tnefparse raises ValueError, struct.error, IndexError, UnicodeError over broken envelopes
        raise UnreadableError(Problem.CORRUPT) from None
    _write(envelope, writer)


def _write(envelope: TNEF, writer: Writer) -> None:
    for number, attachment in enumerate(envelope.attachments, 1):
        embedded = getattr(attachment, "embed", None)
        if embedded is not None:  # a message attached to the message: its attachments count, its shell is nothing
            _write(embedded, writer)
            continue
        name = _name(attachment) or f"附件{number}"
        if writer.wants(name):
            writer.write(name, [bytes(attachment.data)])


def _name(attachment: TNEFAttachment) -> str:
    try:
        value = attachment.long_filename() or attachment.name
    except UnicodeDecodeError:  # the short name in GBK bytes, where tnefparse wants UTF-8
        value = attachment._name
    text = decode_text(value) if isinstance(value, bytes) else str(value or "")
    return text.strip("\x00 ")
