"""A unit or a material as a person names it: id, name, alias, or an unambiguous part of the name."""

from __future__ import annotations

from mailbot.errors import ConfigError
from mailbot.rulebook import Rulebook


def unit_named(rulebook: Rulebook, wanted: str) -> str:
    """The id of the unit that `wanted` names; ConfigError with the nearest names when there is none or more than one."""
    wanted = wanted.strip()
    if wanted in rulebook.units:
        return wanted
    exact = [unit.id for unit in rulebook.units.values() if wanted == unit.name or wanted in unit.aliases]
    found = exact or [unit.id for unit in rulebook.units.values() if wanted and wanted in unit.name]
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(f"“{wanted}”可能是：{'、'.join(rulebook.units[name].name for name in found)}。请写全称。")
    from rapidfuzz import process

    names = [unit.name for unit in rulebook.units.values()]
    near = [name for name, *_ in process.extract(wanted, names, limit=3)]
    raise ConfigError(f"名录里没有“{wanted}”。最接近的是：{'、'.join(near)}。")


def material_named(rulebook: Rulebook, wanted: str) -> str:
    """The id of the material that `wanted` names by id or name; ConfigError when there is none."""
    for material in rulebook.materials.values():
        if wanted in (material.id, material.name):
            return material.id
    raise ConfigError(f"没有“{wanted}”这项材料。可写：{'、'.join(f'{m.name}（{m.id}）' for m in rulebook.materials.values())}。")
