"""Every name a mail can say, with what it stands for: the roster, the bodies beside it, the counties below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from mailbot.deciding.plain import squeeze
from mailbot.rulebook import Addressed, Lookalike, Rulebook, Unit


class Sort(StrEnum):
    """What a name in the table is."""

    NAME = "name"  # official name or safe alias: decides
    WEAK = "weak"  # short form: a hint
    PLACE = "place"  # the bare name of a unit's place, 松原市: a hint, and only where a title or subject begins so
    OUTSIDER = "outsider"  # a body that is no unit
    COUNTY = "county"  # a county-level body, 农安县教育局
    COUNTY_PLACE = "county_place"  # the bare name of a county, 农安县
    COUNTY_STEM = "county_stem"  # 农安: only with a body behind it
    SILENT = "silent"  # speaks for nobody: the organizer, 吉林大学第一医院


@dataclass(frozen=True, slots=True)
class Named:
    """One name of the table: `units` are the ids it may stand for (for a county or outsider: whom staff would book it on)."""

    text: str
    sort: Sort
    units: tuple[str, ...]
    shaky: bool = False  # listed as a look-alike short form: said twice it is still one hint


_STEM = re.compile(r"(?:满族|朝鲜族|蒙古族)?自治县$|[市县区旗]$")


def table(rulebook: Rulebook) -> Mapping[str, Named]:
    """All names, squeezed, to what they stand for.

    Where two lists hold one string the earlier list wins: unit, outsider, short form, county. Two units with one short
    form share it, so that it decides for neither.
    """
    names: dict[str, Named] = {}
    for named in chain(_units(rulebook), _outsiders(rulebook), _short_forms(rulebook), _counties(rulebook)):
        held = names.get(named.text)
        if len(named.text) < 2:
            continue
        if held is None:
            names[named.text] = named
        elif held.sort is named.sort:
            units = tuple(dict.fromkeys((*held.units, *named.units)))
            names[named.text] = Named(named.text, held.sort, units, held.shaky or named.shaky or len(units) > 1)
    for text in _containing(rulebook.lookalikes, names):
        names.setdefault(text, Named(text, Sort.SILENT, ()))
    return names


def _units(rulebook: Rulebook) -> Iterator[Named]:
    for unit in rulebook.units.values():
        for text in (unit.name, *unit.aliases):
            yield Named(squeeze(text), Sort.NAME, (unit.id,))


def _outsiders(rulebook: Rulebook) -> Iterator[Named]:
    for outsider in rulebook.outsiders:
        sort = Sort.SILENT if outsider.organizer else Sort.OUTSIDER
        for text in (outsider.name, *outsider.aliases):
            yield Named(squeeze(text), sort, _nearest(squeeze(text), outsider.belongs_to, rulebook))


def _nearest(text: str, units: tuple[str, ...], rulebook: Rulebook) -> tuple[str, ...]:
    """Of a list of candidates (the branches of all cities share one entry) those of the city the name begins with."""
    near = tuple(unit for unit in units if unit in rulebook.units and rulebook.units[unit].city[:2] == text[:2])
    return near or units


def _short_forms(rulebook: Rulebook) -> Iterator[Named]:
    shaky = {squeeze(text) for lookalike in rulebook.lookalikes if lookalike.kind == "short" for text in lookalike.names}
    for unit in rulebook.units.values():
        for text in unit.weak_aliases:
            plain = squeeze(text)
            sort = Sort.PLACE if is_place(plain, unit) else Sort.WEAK
            yield Named(plain, sort, (unit.id,), plain in shaky)


def is_place(text: str, unit: Unit) -> bool:
    """Whether a short form is the bare name of the place whose body the unit is (松原市 of 松原市教育局)."""
    return text[-1:] in tuple("市州县区盟") or (unit.city.startswith(text) and unit.name.startswith(text))


def _counties(rulebook: Rulebook) -> Iterator[Named]:
    """County names by the unit above them; a county that is on the roster itself is no county (梅河口市)."""
    own = {
        squeeze(unit.name)[:length]
        for unit in rulebook.units.values()
        if unit.addressed is not Addressed.NO
        for length in range(2, len(unit.name))
    }
    for unit_id, counties in rulebook.counties.items():
        for text in map(squeeze, counties):
            if text in own:
                continue
            yield Named(text, Sort.COUNTY_PLACE, (unit_id,))
            stem = _STEM.sub("", text)
            if len(stem) >= 2 and stem != text and stem not in own:
                yield Named(stem, Sort.COUNTY_STEM, (unit_id,))


def _containing(lookalikes: tuple[Lookalike, ...], names: Mapping[str, Named]) -> Iterator[str]:
    """Listed strings that hold a unit's name and are nobody's name: they must not let the shorter name speak."""
    units = tuple(text for text, named in names.items() if named.sort in (Sort.NAME, Sort.PLACE))
    for lookalike in lookalikes:
        if lookalike.kind not in ("contains", "mention"):
            continue
        for text in map(squeeze, lookalike.names):
            if "/" not in text and "." not in text and any(unit in text for unit in units):
                yield text
