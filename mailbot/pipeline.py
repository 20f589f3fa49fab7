"""The road of a mail, in order, on one screen.

receive  new = UIDs on the server - UIDs in the ledger, per folder; raw bytes -> storage/raw/<sha256>.eml (temp, write, fsync,
         rename, fsync folder), then commit "kept"                                                       `receiving.py`
settle   one mail at a time in order of arrival, floods last; commit the attempt before any work
         parse -> unpack -> read -> identify -> classify -> judge                                        pure
         put filed bytes under keys that are a function of the mail's number
         ONE commit: items, filings, events, the letter into the outbox, mail "settled"                  `settling.py`
         notices that another mail or the deadline has overtaken meanwhile are taken back                `rechecking.py`
look     letters of an uncertain end are looked for in the account's own sent mail                     `looking.py`
send     claim one due letter, commit; SMTP; commit sent | later | refused | uncertain                   `sending.py`

Starting is recovering: there is no other recovery code. Receiving never depends on sending, nor sending on receiving.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from mailbot import leftovers, sending, settling
from mailbot.app import App
from mailbot.looking import look_for_uncertain
from mailbot.receiving import Known, ingest, receive
from mailbot.rechecking import recheck
from mailbot.sending import send

__all__ = ["Known", "ingest", "look_for_uncertain", "receive", "recover", "send", "settle"]


def settle(app: App, stop: Callable[[], bool], patience: float = math.inf) -> int:
    """Settle every kept mail in order of arrival, then those whose waiting notice doubt or the deadline has overtaken; returns how many.

    `patience` is how many seconds a sender who floods the inbox may take (`settling.settle`).
    """
    done = settling.settle(app, stop, patience)
    return done + settling.settle(app, stop, patience) if not stop() and recheck(app) else done


def recover(app: App) -> None:
    """At start: what a killed process had begun and the road does not begin anew by itself."""
    sending.recover(app)
    leftovers.sweep(app)
