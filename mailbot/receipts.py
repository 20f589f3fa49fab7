"""Every unit's receipt, computed anew from the ledger by the one function that letters, Excel and page share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from mailbot.deciding.receipt import receipt
from mailbot.model import Filed, Receipt
from mailbot.rulebook import Rulebook
from mailbot.storing.records import Records
from mailbot.storing.rows import LetterRow, WaiverRow


def unit_receipt(rulebook: Rulebook, records: Records, unit: str) -> Receipt:
    """The receipt of one unit as the ledger stands in this transaction."""
    waived, until = waiving(rulebook, records.waivers(unit))
    return receipt(unit, records.filed(unit), rulebook, unsure=records.unsure_of(unit), waived=waived, until=until)


def receipts(rulebook: Rulebook, records: Records) -> Mapping[str, Receipt]:
    """The receipts of the whole roster, in its order."""
    filed: dict[str, list[Filed]] = defaultdict(list)
    for one in records.filed_all():
        filed[one.unit].append(one)
    waivers: dict[str, list[WaiverRow]] = defaultdict(list)
    for waiver in records.waivers_all():
        waivers[waiver.unit_id].append(waiver)
    unsure = records.unsure_all()
    found = {}
    for unit in rulebook.units:
        waived, until = waiving(rulebook, tuple(waivers[unit]))
        found[unit] = receipt(unit, filed[unit], rulebook, unsure=unsure.get(unit, 0), waived=waived, until=until)
    return found


def overtaken(rulebook: Rulebook, known: Receipt, letter: LetterRow, now: datetime) -> bool:
    """Whether the letter was written before the unit's deadline and that is over now: 请在此之前补报 would be a wrong word."""
    return now > (known.until or rulebook.campaign.deadline) and not letter.late


def waiving(rulebook: Rulebook, rows: tuple[WaiverRow, ...]) -> tuple[frozenset[str], datetime | None]:
    """What staff granted a unit: the materials it need not send, and the moment its extension ends (None = no extension)."""
    waived: set[str] = set()
    until: datetime | None = None
    for row in rows:
        if row.until is not None:
            until = max(until, row.until) if until else row.until
        elif row.material is None:
            waived.update(rulebook.materials)
        else:
            waived.add(row.material)
    return frozenset(waived), until
