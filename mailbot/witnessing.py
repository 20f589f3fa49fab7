"""Whether a mail comes through when it is tried in a process of its own: the witness without which no mail is set aside for a death.

That mailbot died three times while one mail was its turn proves nothing against the mail: a person, the kernel or a power cut may have
ended it. So from the third attempt on a child settles the mail first, up to a commit that is undone; only if the mail takes that child
down as well is it the mail.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from contextlib import closing

from mailbot.app import App
from mailbot.parsing.childprocess import Child

log = logging.getLogger(__name__)

TRIES = 3
"""A SIGKILL may come from outside also here, but not three times in a row into the same mail."""

WALL_SECONDS = 3600.0
CPU_SECONDS = 120.0
"""Of its own; the readers of attachments are children with limits of theirs. The worst mail we know takes three seconds."""


def comes_through(app: App, number: int, stop: Callable[[], bool]) -> bool:
    """Whether a child that settles the mail survives it; True too where the child could not be tried. TryLater when stopped."""
    limits, config = app.config.limits, app.config
    memory = limits.reader_memory_bytes + limits.ocr_memory_bytes
    arguments = (config.path.absolute(), config.storage.absolute(), config.database, memory, CPU_SECONDS)
    surroundings = {name: value for name, value in os.environ.items() if name != "MAILBOT_FAILPOINT"}
    for _ in range(TRIES):
        with closing(Child("mailbot.witness", arguments, stop, surroundings)) as child:
            answers = child.ask({"mail": number}, WALL_SECONDS)
        if "dead" not in answers[-1]:
            return True
        if not any("begun" in answer for answer in answers):
            log.warning("mail %d: no witness could be started (%s)", number, answers[-1]["dead"])
            return True
        log.error("mail %d: it took its witness down (%s)", number, answers[-1]["dead"])
        if answers[-1]["dead"] != -signal.SIGKILL:
            return False
    return False
