"""Dates, durations and sizes as people write them; each reader returns None where the text says nothing of the kind."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

_DATE = r"(?P<year>\d{4})\s*(?:年|[-/.])\s*(?P<month>\d{1,2})\s*(?:月|[-/.])\s*(?P<day>\d{1,2})\s*日?"
_TIME = r"(?:[T\s]\s*(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?:[:：](?P<second>\d{2}))?)?"
_ZONE = r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
_MOMENT = re.compile(_DATE + _TIME + _ZONE)
_AMOUNT = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[A-Za-z]*|秒|分钟?|小时|天)")

_SECONDS = {"": 1, "s": 1, "秒": 1, "m": 60, "min": 60, "分": 60, "分钟": 60, "h": 3600, "小时": 3600, "d": 86400, "天": 86400}
_BYTES = {"": 1, "b": 1, "k": 1024, "kb": 1024, "m": 1024**2, "mb": 1024**2, "g": 1024**3, "gb": 1024**3}

DAWN = time(0, 0)
LAST_MOMENT = time(23, 59, 59, 999999)


def moment(said: str, zone: ZoneInfo, alone: time) -> datetime | None:
    """A date with or without a time of day, aware; a date alone means `alone` of that day.

    2022-12-28, 2022/12/28, 2022.12.28 and 2022年12月28日 are dates; 24:00 is the last moment of its day.
    """
    match = _MOMENT.fullmatch(said.strip())
    if match is None:
        return None
    numbers = {name: int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")}
    clock = (numbers.pop("hour"), numbers.pop("minute"), numbers.pop("second"))
    try:
        at = alone if match["hour"] is None else LAST_MOMENT if clock == (24, 0, 0) else time(*clock)
        day = date(**numbers)
    except ValueError:
        return None
    offset = datetime.strptime(match["zone"], "%z").tzinfo if match["zone"] else zone
    return datetime.combine(day, at, tzinfo=offset)


def seconds(said: str) -> float | None:
    """A duration in seconds: 30s, 5m, 2h, 1d, 5分钟, or a plain number of seconds."""
    return _amount(said, _SECONDS)


def size(said: str) -> int | None:
    """A size in bytes: 100MB, 1GB (1 KB = 1024 bytes), or a plain number of bytes."""
    amount = _amount(said, _BYTES)
    return None if amount is None else int(amount)


def _amount(said: str, units: dict[str, int]) -> float | None:
    match = _AMOUNT.fullmatch(said.strip())
    if match is None or match["unit"].lower() not in units:
        return None
    return float(match["number"]) * units[match["unit"].lower()]
