"""Says in plain Chinese why a unit was or was not decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mailbot.deciding.roster import Sort
from mailbot.deciding.signs import SENDER, Place, Sign
from mailbot.model import Address
from mailbot.rulebook import Rulebook

_SHOWN_PLACES = 4
_NOT_SAID = SENDER | {Place.LETTER, Place.SEEN}


def agreed(unit: str, signs: Sequence[Sign], rulebook: Rulebook, sender: Address | None) -> str:
    """Where the unit is named, and what the address adds."""
    said = _places(sign for sign in signs if sign.units == (unit,) and sign.place not in _NOT_SAID)
    parts = [f"{said}写明“{_as_seen(unit, signs, rulebook)}"] if said else []
    known = [sign for sign in signs if sign.place in SENDER and unit in sign.units]
    if any(sign.place is Place.LETTER and sign.units == (unit,) for sign in signs):
        parts.append("来信是对我们发给该单位信件的回复")
    if known:
        parts.append(_address_reason(known[0], rulebook, alone=not said, unit=unit))
    elif any(sign.place is Place.SEEN for sign in signs):
        parts.append("此邮箱以前来信也判断为该单位")
    elif sender is not None:
        parts.append("发件邮箱此前未见过")
    return "，".join(parts)


def _as_seen(unit: str, signs: Sequence[Sign], rulebook: Rulebook) -> str:
    """The unit's name, with the short form that was really written where no full name was."""
    name = rulebook.units[unit].name
    mine = [sign for sign in signs if sign.units == (unit,) and sign.place not in _NOT_SAID]
    if any(sign.sort is Sort.NAME for sign in mine):
        return f"{name}”"
    return f"{mine[0].seen}”（即{name}）"


def _address_reason(sign: Sign, rulebook: Rulebook, *, alone: bool, unit: str) -> str:
    owner = f"“{rulebook.units[unit].name}”" if alone else "该单位"
    if sign.place is Place.ADDRESS:
        return f"发件邮箱{sign.seen}已登记在{owner}名下"
    return f"发件邮箱域名{sign.seen}属于{owner}"


def conflict(signs: Iterable[Sign], rulebook: Rulebook, hint: Sign | None = None) -> str:
    """Both sides of a contradiction."""
    sides: dict[str, list[Sign]] = {}
    for sign in signs:
        if sign.names_unit or sign is hint:
            sides.setdefault("、".join(rulebook.units[unit].name for unit in sign.units if unit in rulebook.units), []).append(sign)
    told = "；".join(f"{_places(found)}指向“{name}”" for name, found in sides.items())
    return f"几处说法不一致：{told}。请人工确认单位" if told else "几处说法不一致，请人工确认单位"


def county_or_outsider(below: Sequence[Sign], rulebook: Rulebook) -> str:
    """A body that is not on the roster, and whom staff will most likely book it on."""
    first = below[0]
    above = "、".join(rulebook.units[unit].name for sign in below[:1] for unit in sign.units if unit in rulebook.units)
    kind = "不是本次通知的报送单位" if first.sort is Sort.OUTSIDER else "属于县（市、区）一级"
    tail = f"，可能应登记在“{above}”名下" if above else ""
    return f"{_places(below[:1])}写的是“{first.seen}”，{kind}{tail}，请人工确认"


def lone(unit: str, signs: Sequence[Sign], rulebook: Rulebook) -> str:
    """Too little to decide: what there is."""
    mine = [sign for sign in signs if unit in sign.units]
    seen = mine[0].seen if mine else rulebook.units[unit].name
    several = any(len(sign.units) > 1 for sign in mine)
    name = rulebook.units[unit].name
    if several:
        return f"{_places(mine)}只写了“{seen}”，可指不止一个单位，请人工确认"
    if any(sign.sort in (Sort.WEAK, Sort.PLACE) for sign in mine):
        return f"{_places(mine)}只写了简称“{seen}”（可能是{name}），没有其他依据，请人工确认"
    return f"只有{_places(mine)}提到“{name}”，没有其他依据印证，发件邮箱也未见过，请人工确认"


def nothing() -> str:
    """No sign at all."""
    return "邮件里没有写明是哪个单位，发件邮箱也未见过"


def _places(signs: Iterable[Sign]) -> str:
    """Places of signs as a clerk would list them: 邮件主题和2份文件的标题."""
    where: dict[Place, set[str]] = {}
    for sign in signs:
        where.setdefault(sign.place, set()).add(sign.where)
    told = [f"{len(files)}份材料的{place}" if len(files) > 1 else str(place) for place, files in where.items()][:_SHOWN_PLACES]
    return told[0] if len(told) == 1 else "、".join(told[:-1]) + "和" + told[-1] if told else ""


def several(units: Iterable[str], rulebook: Rulebook) -> str:
    """A mail that brings the material of several units."""
    names = "”“".join(rulebook.units[unit].name for unit in sorted(units))
    return f"邮件里有“{names}”几个单位的材料，按每份文件写明的单位登记"
