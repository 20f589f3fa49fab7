"""Named places at which a test lets mailbot die or fail; without a test each costs one comparison.

MAILBOT_FAILPOINT=renamed:3 kills the process (SIGKILL) the third time it gets to the place `renamed`. Where the places are, in the
order of the road, says `PLACES`; how they are used, tests/faults.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PLACES = (
    "connected",  # logged in to the inbox
    "listed",  # new mails are known, none is fetched
    "literal",  # in the middle of a large body
    "written",  # a file is written under a temporary name
    "synced",  # ... is on disk, and still has no name
    "renamed",  # ... has its name, which is not certain to be on disk
    "kept",  # mails are in the ledger
    "gathered",  # a mail is read
    "filed",  # its files are put
    "settled",  # its outcome and its letters are committed
    "claimed",  # a letter is about to be sent
    "recipient",  # the server took its recipient
    "dot",  # the final dot is sent, the server has not answered
    "accepted",  # the server took the letter
    "noted",  # how it ended is committed
)

Deed = Callable[[str], None]


def failpoint(place: str) -> None:
    """Pass a place; nothing happens unless a test wants it."""
    if _deed is not None:
        _deed(place)


@contextmanager
def armed(deed: Deed) -> Iterator[None]:
    """For tests in the same process: `deed` is called with the name of every place that is passed."""
    global _deed  # noqa: PLW0603  # the one switch of the process
    before, _deed = _deed, deed
    try:
        yield
    finally:
        _deed = before


def from_environment() -> Deed | None:
    """What MAILBOT_FAILPOINT asks for, None where it names no place."""
    place, _, count = os.environ.get("MAILBOT_FAILPOINT", "").partition(":")
    if place not in PLACES:
        return None
    left = int(count or 1)

    def die(passed: str) -> None:
        nonlocal left
        left -= passed == place
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    return die


_deed = from_environment()
