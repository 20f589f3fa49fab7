"""Column types of the ledger: moments in UTC, text that both databases accept, JSON that a person can read."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

# SQLite refuses lone surrogates, PostgreSQL also refuses NUL; both occur in real subjects and file names.
_REFUSED = re.compile("[\x00\ud800-\udfff]")
# PostgreSQL indexes at most 2,704 bytes of one value; a hostile Message-ID or path of a nested archive is longer.
_INDEXED_BYTES = 2000


def storable(text: str) -> str:
    """The text with every character that a database refuses shown as U+FFFD."""
    return _REFUSED.sub("\ufffd", text)


def write_json(value: object) -> str:
    """JSON with Chinese left readable, on one line."""
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite, which knows no zones, gives it back aware as well."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses naive times: a moment without a zone is a bug, never a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text that may come from a mail: what a database refuses is replaced on its way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """The text as both databases accept it."""
        del dialect
        return None if value is None else storable(str(value))


class Key(Words):
    """Words that stand in an index: an overlong one keeps its beginning and gets a hash in place of the rest, also in comparisons."""

    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """The text, at most 2,000 bytes of UTF-8."""
        words = super().process_bind_param(value, dialect)
        if words is None or len(words) * 4 <= _INDEXED_BYTES:
            return words
        encoded = words.encode()
        return words if len(encoded) <= _INDEXED_BYTES else f"{words[:400]}…{sha256(encoded).hexdigest()}"
