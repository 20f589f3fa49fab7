"""The three functions behind every button: preview an act, apply it, undo it."""

from __future__ import annotations

from mailbot.desk.desk import Desk
from mailbot.desk.doing import Act, Conflict, Done, Preview, Refused


def preview(desk: Desk, act: Act) -> Preview | Refused:
    """What the act will change, found by doing it in a transaction that is rolled back."""
    raise NotImplementedError


def apply(desk: Desk, act: Act, by: str, seen_version: str | None = None, *, letter: bool = False) -> Done | Conflict | Refused:
    """Do it: one transaction with an event that names `by`; files are put before and deleted after it.

    `seen_version`: of the page or preview; None = whatever stands. `letter`: the follow-up letters of the preview leave.
    """
    raise NotImplementedError


def undo(desk: Desk, act: int, by: str) -> Done | Conflict | Refused:
    """Take an act back; the same as `apply(desk, Undo(act), by)`."""
    raise NotImplementedError
