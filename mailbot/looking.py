"""A look into the account's own 已发送 folder: what lies there has left, whatever the line did after the final dot.

It proves only one way (reliability section 5): the provider may not keep sent mail, or keep it late, so a letter that is not there stays
uncertain, and a confirmation is repeated once, as ever.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from mailbot.app import App
from mailbot.model import LetterState

log = logging.getLogger(__name__)

LOOKED_FOR = timedelta(days=1)
FOUND = "在邮箱的“已发送”文件夹里找到，已发出"


class Sentbox(Protocol):
    """The account's sent mail as looking needs it (`mailing.inbox.Inbox`)."""

    def sent(self, message_ids: Collection[str], since: datetime) -> frozenset[str]: ...


def look_for_uncertain(app: App, sentbox: Sentbox) -> int:
    """Mark as sent every uncertain letter that lies among the sent mail; returns how many. TryLater when the server does not answer.

    Nothing is asked of the server while no letter is uncertain, nor about one that has not been found for a day.
    """
    lately = app.now() - LOOKED_FOR
    with app.database.reading() as records:
        waiting = records.letters(LetterState.UNCERTAIN)
    uncertain = {letter.message_id: letter for letter in waiting if letter.claimed_at and letter.claimed_at > lately}
    if not uncertain:
        return 0
    since = min(letter.claimed_at for letter in uncertain.values() if letter.claimed_at)
    found = sentbox.sent(uncertain.keys(), since)
    with app.database.transaction() as records:
        for message_id in sorted(found):
            letter = uncertain[message_id]
            records.finish(letter.number, LetterState.SENT, FOUND, app.now())
            records.note_end(letter, LetterState.SENT, app.now(), reason=FOUND)
            log.info("letter %d: found among the sent mail", letter.number)
    return len(found)
