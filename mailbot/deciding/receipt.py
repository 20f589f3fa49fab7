"""A unit's receipt, computed from its filings and nothing else, so that letters, Excel and page cannot disagree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from mailbot.deciding.filename import same_stem
from mailbot.deciding.pages import series
from mailbot.model import Filed, ItemReceipt, Receipt, UnitState
from mailbot.rulebook import Material, Rulebook

_NEAR = 7
"""Bits of a 128-bit difference hash by which two copies of one photo may differ (scaled, saved again by a chat program)."""


def receipt(  # noqa: PLR0913, PLR0917 - one value for each thing the ledger knows about a unit
    unit: str,
    filed: Sequence[Filed],
    rulebook: Rulebook,
    unsure: int = 0,
    waived: frozenset[str] = frozenset(),
    until: datetime | None = None,
) -> Receipt:
    """The receipt of `unit` from its filings (of other units: left out), `unsure` items, waived material ids and extension `until`.

    A material is received when its current pieces reach what is needed. COMPLETE: every material received or waived, whatever else is
    unsure; UNSURE: not complete, and something waits for a person; PARTIAL: some material received; NONE: nothing.
    """
    own = [one for one in filed if one.unit == unit]
    limit = until or rulebook.campaign.deadline
    items = {
        material.id: _item(material, [one for one in own if one.material == material.id], limit, material.id in waived)
        for material in rulebook.materials.values()
    }
    missing = tuple(item.material for item in items.values() if not item.received and not item.waived)
    return Receipt(
        unit=unit,
        state=_state(items.values(), missing, unsure),
        late=any(item.late for item in items.values()),
        items=items,
        missing=missing,
        unsure=unsure,
        last_received_at=max((one.received_at for one in own), default=None),
        until=until,
    )


def _state(items: Iterable[ItemReceipt], missing: tuple[str, ...], unsure: int) -> UnitState:
    if not missing:
        return UnitState.COMPLETE
    if unsure:
        return UnitState.UNSURE
    return UnitState.PARTIAL if any(item.count for item in items) else UnitState.NONE


def _item(material: Material, filed: Sequence[Filed], limit: datetime, waived: bool) -> ItemReceipt:
    """First arrival counts the replaced versions too: a corrected summary does not make a punctual unit late."""
    count = pieces(filed, material)
    received = count >= max(1, material.needed)
    first = min((one.received_at for one in filed), default=None) if count else None
    return ItemReceipt(material.id, received, count, first, bool(first and first > limit), waived)


def pieces(filed: Sequence[Filed], material: Material) -> int:
    """How many pieces the current filings of one material are: the same bytes, the Word and the PDF of one text, near-equal photos once,
    and so the page pictures of one scanned document (总结1.jpg, 总结2.jpg).

    A document that holds photos counts all of them; where such a filing is a copy of another, the larger number stands.
    """
    groups: list[list[Filed]] = []
    for one in filed:
        if not one.current:
            continue
        same = [group for group in groups if any(_same(one, other) or _pages(one, other, material) for other in group)]
        groups = [group for group in groups if group not in same]
        groups.append([one, *(other for group in same for other in group)])
    return sum(max(one.count for one in group) for group in groups)


def _same(one: Filed, other: Filed) -> bool:
    if one.sha256 == other.sha256:
        return True
    if one.text_key and one.text_key == other.text_key and one.count == other.count:
        return True  # two albums under the same heading have different numbers of pictures
    if one.fingerprint and other.fingerprint:
        return near(one.fingerprint, other.fingerprint)
    return not one.fingerprint and not other.fingerprint and _renditions(one, other)


def _pages(one: Filed, other: Filed, material: Material) -> bool:
    """Pages of one document, each a picture: of one mail, named in a row. Pictures of a material of pictures are pieces of their own."""
    if material.pictures or one.mail != other.mail or not (one.fingerprint and other.fingerprint):
        return False
    return series(one.name) == series(other.name)


def near(one: str, other: str) -> bool:
    """Whether two fingerprints (hex) are of one picture; a fingerprint that is no hex number is like none."""
    if len(one) != len(other):
        return False
    try:
        return (int(one, 16) ^ int(other, 16)).bit_count() <= _NEAR
    except ValueError:
        return False


def _renditions(one: Filed, other: Filed) -> bool:
    """总结.docx and 总结（盖章）.pdf of one mail are one text; 总结.docx twice are two files that happen to share a name."""
    return one.mail == other.mail and _ending(one.name) != _ending(other.name) and same_stem(one.name) == same_stem(other.name)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].casefold()
