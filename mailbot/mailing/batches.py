"""How many mails are asked for at once: UIDs in ranges, sizes and times in batches, small bodies together."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mailbot.mailing.connection import Connection
from mailbot.mailing.seen import Arrival, Seen

CHINA = ZoneInfo("Asia/Shanghai")
LISTED_AT_ONCE = 50_000  # ten-digit UIDs in one SEARCH line: 550 kB; imaplib refuses a line over 1,000,000 bytes
ASKED_AT_ONCE = 200  # UIDs in one command: 2.2 kB, below the 8 kB that RFC 7162 section 4 lets a server insist on
LATEST = 1000  # mails of the sent folder that are looked through
SMALL = 256 * 1024  # bytes; smaller mails are fetched together to save round trips
TOGETHER = 2 * 1024 * 1024  # bytes of small mails in one command, held in memory


def all_uids(line: Connection, exists: int | None) -> list[int]:
    """List all UIDs of the open folder, in ranges of UIDs where one line could not hold them."""
    if not exists or exists <= LISTED_AT_ONCE:
        return line.search("ALL") or (line.search("UID", "1:*") if exists else [])
    borders = line.uids_at(range(LISTED_AT_ONCE, exists, LISTED_AT_ONCE))
    uids: set[int] = set()
    for first, last in zip([1, *(border + 1 for border in borders)], [*map(str, borders), "*"], strict=True):
        uids.update(line.search("UID", f"{first}:{last}"))
    return sorted(uids)


def sent_ids(line: Connection, since: datetime) -> frozenset[str]:
    """The Message-IDs of the latest mails in the open folder, from the day before `since` on.

    Read one by one: NetEase answers a SEARCH for a header with nothing (mail-facts 1.5).
    """
    uids = sorted(line.search("SINCE", f"{since - timedelta(days=1):%d-%b-%Y}"))[-LATEST:]
    found: set[str] = set()
    for start in range(0, len(uids), ASKED_AT_ONCE):
        answer = line.fetch(uids[start : start + ASKED_AT_ONCE], ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
        for facts in answer.values():
            for key, text in facts.items():
                if key.startswith(b"BODY[HEADER") and isinstance(text, bytes):
                    found.update(re.findall(r"<[^<>\s]+>", text.decode("ascii", "replace")))
    return frozenset(found)


def arrival(seen: Seen, facts: Mapping[bytes, Any]) -> Arrival:
    size, when = facts.get(b"RFC822.SIZE"), facts.get(b"INTERNALDATE")
    received_at = datetime.now(CHINA)
    if isinstance(when, datetime):
        with contextlib.suppress(OverflowError):  # year 1 or 9999 at the edge of the calendar
            received_at = (when if when.tzinfo else when.replace(tzinfo=CHINA)).astimezone(CHINA)
    return Arrival(seen, size if isinstance(size, int) else 0, received_at)


def by_folder(seen: Sequence[Seen]) -> dict[str, list[Seen]]:
    folders: dict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        folders[one.folder].append(one)
    return folders


def groups(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """Cut into runs of small mails of one folder that fit into memory together, and big mails alone."""
    group: list[Arrival] = []
    for arrival in arrivals:
        joins = (
            group
            and arrival.seen.folder == group[-1].seen.folder
            and all(0 < one.size < SMALL for one in (arrival, group[-1]))
            and sum(one.size for one in group) + arrival.size <= TOGETHER
            and len(group) < ASKED_AT_ONCE
        )
        if group and not joins:
            yield group
            group = []
        group.append(arrival)
    if group:
        yield group
