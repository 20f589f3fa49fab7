"""rules/units.yaml: who must send, under which names and from which addresses; and who else writes in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mailbot.loading.campaign import read_addresses
from mailbot.loading.form import Form
from mailbot.loading.materials import read_identifier
from mailbot.loading.slips import Slips, did_you_mean
from mailbot.loading.yamlfile import Text, read_table
from mailbot.rulebook import Addressed, Lookalike, Outsider, Unit

_ADDRESSED = {"是": Addressed.YES, "也许": Addressed.MAYBE, "否": Addressed.NO}
_LOOKALIKES = {"包含": "contains", "相近": "similar", "简称": "short", "地名": "place", "提及": "mention"}
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Row:
    """One unit with the places of what must be unique about it."""

    unit: Unit
    form: Form
    names: tuple[Text, ...]  # the name and the aliases that decide alone
    domains: tuple[Text, ...]  # those that decide alone
    weak_domains: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Stranger:
    """One outsider with the places of its names."""

    outsider: Outsider
    names: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """All of units.yaml; a unit that stands twice is here twice and a slip."""

    rows: tuple[Row, ...]
    strangers: tuple[Stranger, ...]
    kinds: Mapping[str, str]
    counties: Mapping[str, tuple[str, ...]]
    lookalikes: tuple[Lookalike, ...]
    units: Mapping[str, Unit] = field(default_factory=dict)


def load_roster(path: Path, slips: Slips) -> Roster | None:
    """The roster, each part read for itself; None if the file cannot be read."""
    table = read_table(path, slips)
    if table is None:
        return None
    form = Form(table, slips)
    kinds = _kinds(form)
    rows = tuple(_row(row, kinds) for row in form.forms("单位", "名称", needed=True))
    if form.has("单位") and not rows:
        slips.add(form.line("单位"), "“单位”里一个单位也没有", "至少写一个单位，以“- 标识: …”开头")
    units: dict[str, Unit] = {}
    for row in rows:
        units.setdefault(row.unit.id, row.unit)
    strangers = tuple(_stranger(row, units) for row in form.forms("名录外单位", "名称"))
    counties = _counties(form, units)
    lookalikes = tuple(_lookalike(row, units) for row in form.forms("易混名称", "名称"))
    form.done()
    return Roster(rows, strangers, kinds, counties, lookalikes, units)


def _kinds(form: Form) -> Mapping[str, str]:
    below = form.form("类别", needed=True)
    return {} if below is None else {kind: below.text(kind) for kind in below.table.entries}


def _row(form: Form, kinds: Mapping[str, str]) -> Row:
    name = Text(form.text("名称"), form.line("名称"))
    aliases = form.items("别名")
    domains, weak_domains = _domains(form, "域名"), _domains(form, "需旁证的域名")
    unit = Unit(
        id=read_identifier(form),
        name=name.value,
        kind=_kind(form, kinds),
        city=form.text("所在地", ""),
        addressed=form.choice("是否通知", _ADDRESSED, Addressed.YES),
        aliases=tuple(alias.value for alias in aliases),
        weak_aliases=form.texts("简称（需旁证）"),
        domains=tuple(domain.value for domain in domains),
        weak_domains=tuple(domain.value for domain in weak_domains),
        addresses=read_addresses(form, "邮箱"),
        note=form.text("说明", ""),
    )
    form.done()
    return Row(unit, form, (name, *aliases), domains, weak_domains)


def _kind(form: Form, kinds: Mapping[str, str]) -> str:
    """The id of a kind; the clerk writes its heading, 高职高专院校, or the id itself."""
    said = form.text("类别")
    by_heading = {heading: kind for kind, heading in kinds.items()}
    if said in kinds or not said:
        return said
    if said not in by_heading:
        form.slips.add(form.line("类别"), f"没有“{said}”这个类别", did_you_mean(said, by_heading) + "（类别写在文件开头的“类别”里）")
    return by_heading.get(said, "")


def _domains(form: Form, key: str) -> tuple[Text, ...]:
    found = []
    for item in form.items(key):
        domain = item.value.lower().removeprefix("@")
        if not _DOMAIN.fullmatch(domain):
            form.slips.add(item.line, f"“{key}”里的“{item.value}”不是域名", "只写 @ 后面的部分，例如 ccu.edu.cn，不要网址和斜杠")
        found.append(Text(domain, item.line))
    return tuple(found)


def _stranger(form: Form, units: Mapping[str, Unit]) -> Stranger:
    name = Text(form.text("名称"), form.line("名称"))
    aliases = form.items("别名")
    outsider = Outsider(
        name=name.value,
        aliases=tuple(alias.value for alias in aliases),
        domains=tuple(domain.value for domain in _domains(form, "域名")),
        belongs_to=_unit_ids(form, "可能归入", units),
        why=form.text("说明", ""),
        organizer=form.yes("是主办单位"),
    )
    form.done()
    return Stranger(outsider, (name, *aliases))


def _counties(form: Form, units: Mapping[str, Unit]) -> Mapping[str, tuple[str, ...]]:
    below = form.form("县市区")
    if below is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for key, entry in below.table.entries.items():
        unit = _unit_id(form, Text(key, entry.line), units)
        found[unit] = (*found.get(unit, ()), *below.texts(key))
    return found


def _lookalike(form: Form, units: Mapping[str, Unit]) -> Lookalike:
    lookalike = Lookalike(
        kind=form.choice("种类", _LOOKALIKES, "similar"),
        names=form.texts("名称"),
        units=_unit_ids(form, "单位", units),
        rule=form.text("规则"),
    )
    form.done()
    return lookalike


def _unit_ids(form: Form, key: str, units: Mapping[str, Unit]) -> tuple[str, ...]:
    return tuple(_unit_id(form, item, units) for item in form.items(key))


def _unit_id(form: Form, said: Text, units: Mapping[str, Unit]) -> str:
    """The id that a reference means: the id itself or the unit's full name."""
    by_name = {unit.name: unit.id for unit in units.values()}
    if said.value not in units and said.value not in by_name:
        form.slips.add(said.line, f"名录里没有“{said.value}”这个单位", _near_unit(said.value, units))
    return by_name.get(said.value, said.value)


def _near_unit(said: str, units: Mapping[str, Unit]) -> str:
    names = [*units, *(unit.name for unit in units.values())]
    hint = did_you_mean(said, names)
    return hint if "是不是" in hint else "写“单位”里的标识或全称"
