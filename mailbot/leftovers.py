"""Files that a killed process may leave where nothing mentions them: their keys are noted before, and looked after at the next start.

A file is put before the commit that mentions it and deleted after the commit that forgets it. Who dies in between leaves one too many,
in a unit's folder, where a person would take it for registered. The road makes that good by settling the mail again; what a person did
at the desk is not done again by itself.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable

from mailbot.app import App
from mailbot.errors import TryLater
from mailbot.filing import keys_of
from mailbot.storing.lock import claim
from mailbot.storing.records import Records

log = logging.getLogger(__name__)

_NOTED = "leftovers:"


def note(records: Records, number: int, keys: Iterable[str]) -> None:
    """These files of mail `number` are about to be put, or to be deleted."""
    before = json.loads(records.setting(f"{_NOTED}{number}") or "[]")
    records.set_setting(f"{_NOTED}{number}", json.dumps(sorted({*before, *keys}), ensure_ascii=False))


def tidy(app: App, number: int) -> int:
    """Delete those of the noted files of a mail that the ledger does not mention, and forget the note; how many files.

    To be called by who has claimed the mail: nobody else puts or deletes its files in the meantime.
    """
    with app.database.reading() as records:
        noted = records.setting(f"{_NOTED}{number}")
        mentioned = {key for item in records.items(number) for key in keys_of(item, app.rulebook)} if noted else set()
    if noted is None:
        return 0
    left = [key for key in json.loads(noted) if key not in mentioned and app.files.exists(key)]
    for key in left:
        app.files.delete(key)
    with app.database.transaction() as records:
        records.forget_setting(f"{_NOTED}{number}")
    return len(left)


def sweep(app: App) -> int:
    """Delete what a killed process left behind; how many files. A mail that somebody has in hand is left to them."""
    with app.database.reading() as records:
        numbers = [int(number) for number in records.settings(_NOTED)]
    gone = 0
    for number in numbers:
        try:
            with claim(app.config.storage, number, seconds=0):
                gone += tidy(app, number)
        except TryLater as trouble:
            log.info("mail %d: %s", number, trouble)
    return gone
