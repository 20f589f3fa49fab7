"""Named reads and writes over the ledger, grouped by the stretch of the road they serve: the only SQL in mailbot."""

from __future__ import annotations

from mailbot.storing.records.desk import About, Desk, letter_filter
from mailbot.storing.records.listing import Listing
from mailbot.storing.records.outbox import Outbox
from mailbot.storing.records.people import People
from mailbot.storing.records.purging import Purging
from mailbot.storing.records.settling import Settling
from mailbot.storing.records.showing import Showing
from mailbot.storing.records.staffing import Revocable, Staffing

__all__ = ["About", "Records", "Revocable", "letter_filter"]


class Records(Showing, Settling, Outbox, Staffing, People, Desk, Listing, Purging):
    """Everything one transaction can read and write; `Database.transaction` and `Database.reading` hand it out."""
