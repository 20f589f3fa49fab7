"""The road of a mail, in order, on one screen.

receive  new = UIDs on the server - UIDs in the ledger, per folder; raw bytes -> storage/raw/<sha256>.eml (temp, write, fsync,
         rename, fsync folder), then commit "kept"                                                       `receiving.py`
settle   one mail at a time, strictly in order of arrival; commit the attempt before any work
         parse -> unpack -> read -> identify -> classify -> judge                                        pure
         put filed bytes under keys that are a function of the mail's number
         ONE commit: items, filings, events, the letter into the outbox, mail "settled"                  `settling.py`
send     claim one due letter, commit; SMTP; commit sent | later | refused | uncertain                   `sending.py`

Starting is recovering: there is no other recovery code. Receiving never depends on sending, nor sending on receiving.
"""

from __future__ import annotations

from mailbot.receiving import Known, ingest, receive
from mailbot.sending import recover, send
from mailbot.settling import settle

__all__ = ["Known", "ingest", "receive", "recover", "send", "settle"]
