"""The day on which the demonstration plays: its mails are of 2022, so a letter of today would call them years late."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

from mailbot.app import Clock

TODAY = datetime(2022, 12, 29, 16, 30, tzinfo=timezone(timedelta(hours=8)))
"""The samples end on the day after the deadline."""

SAYING = "演示里是 2022 年 12 月 29 日下午。"


def clock() -> Clock:
    """A clock that stood at the demonstration's day when it was made, and goes on from there."""
    start = time.monotonic()
    return lambda: TODAY + timedelta(seconds=time.monotonic() - start)
