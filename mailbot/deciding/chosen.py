"""What a city sends as its own though it comes from a county: the case it chose, the photos it counts as its."""

from __future__ import annotations

import re

from mailbot.deciding.case import Case
from mailbot.deciding.filename import read_name
from mailbot.deciding.lexicon import lexicon_of
from mailbot.deciding.plain import squeeze
from mailbot.deciding.statements import bare_subject
from mailbot.model import Item

_CHOSEN = re.compile(r"推荐|推选|选送|遴选|择优|选报|评选")
_OWN = re.compile(r"(?:算作|作为|计入|算|归|记)(?:我|本)[市州局]|我[市州](?:报送|推荐|上报)的")


def is_chosen(materials: tuple[str, ...], item: Item, case: Case) -> bool:
    """Whether a county's photo or case that came in the city's own mail is the city's: 典型案例（朝阳区推荐）, 一并算作我市照片.

    A report on the whole is never passed on so: a county's summary is no city's. Nor is one of several cases.
    """
    rules = case.rulebook.materials
    if case.unit.unit not in case.rulebook.counties or not materials or any(material not in rules for material in materials):
        return False
    own = squeeze(f"{bare_subject(case.facts.message.subject)}/{case.facts.message.own}")
    if all(rules[material].pictures for material in materials):
        return _OWN.search(own) is not None
    if any(material in lexicon_of(case.rulebook).whole for material in materials):
        return False
    head = "".join(item.reading.head[:3]) if item.reading else ""
    said = _CHOSEN.search(squeeze(f"{item.path}/{head}/{own}")) or _OWN.search(own)
    return said is not None and _is_only_one(materials, item, case)


def _is_only_one(materials: tuple[str, ...], item: Item, case: Case) -> bool:
    """Whether no other file of the mail is called the same material, and none of the unit's is filed."""
    lexicon = lexicon_of(case.rulebook)
    others = (read_name(other.name, lexicon).strong() for other in case.facts.items if other.path != item.path and other.kind.is_document)
    filed = (one for filings in case.memory.filed.values() for one in filings if one.unit == case.unit.unit and one.current)
    named = {material for strong in others for material in strong} | {one.material for one in filed if one.sha256 != item.sha256}
    return not named & set(materials)
