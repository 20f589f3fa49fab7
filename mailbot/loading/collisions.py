"""What must be unique in the roster: two owners of one name or one domain would book a mail on the wrong unit."""

from __future__ import annotations

from collections.abc import Collection

from mailbot.loading.roster import Roster, Row
from mailbot.loading.slips import Slips
from mailbot.loading.yamlfile import Text


def check_roster(roster: Roster, public_mail: Collection[str], slips: Slips) -> None:
    """Note every id, name, alias, domain or address that has two owners, and every domain that names nobody."""
    _ids(roster, slips)
    _names(roster, slips)
    _domains(roster, {domain.lower() for domain in public_mail}, slips)
    _addresses(roster, slips)


def _ids(roster: Roster, slips: Slips) -> None:
    seen: dict[str, Row] = {}
    for row in roster.rows:
        first = seen.setdefault(row.unit.id, row)
        if first is not row and row.unit.id:
            line = first.form.line("标识")
            slips.add(
                row.form.line("标识"), f"标识“{row.unit.id}”已经在第 {line} 行用过了（{first.unit.name}）", "每个单位用一个不同的标识"
            )


def _names(roster: Roster, slips: Slips) -> None:
    owners: dict[str, tuple[Text, Row]] = {}
    for row in roster.rows:
        for name in row.names:
            first, owner = owners.setdefault(name.value, (name, row))
            if owner is row or not name.value:
                continue
            wrong = f"“{name.value}”在第 {first.line} 行已经是“{owner.unit.name}”的名称或别名"
            whole = name.value == row.unit.name == owner.unit.name
            hint = "同一个单位只写一次，把两处合成一处" if whole else "只留在一个单位下；两家都可能这样写的，放进各自的“简称（需旁证）”"
            slips.add(name.line, wrong, hint)
    for stranger in roster.strangers:
        for name in stranger.names:
            if name.value in owners:
                text, row = owners[name.value]
                wrong = f"“{name.value}”是“{row.unit.name}”的名称或别名，又写在名录外单位“{stranger.outsider.name}”里（第 {name.line} 行）"
                slips.add(text.line, wrong, "只留一处：要么是本名录的单位，要么是名录外单位")


def _domains(roster: Roster, public: Collection[str], slips: Slips) -> None:
    owners: dict[str, tuple[Text, Row]] = {}
    for row in roster.rows:
        for domain in (*row.domains, *row.weak_domains):
            if domain.value in public:
                slips.add(
                    domain.line,
                    f"“{domain.value}”是公共邮箱，谁都可以用，不能当作“{row.unit.name}”的域名",
                    "删去它；该单位常用的邮箱写进“邮箱”",
                )
        for domain in row.domains:
            first, owner = owners.setdefault(domain.value, (domain, row))
            if owner is not row:
                wrong = f"域名“{domain.value}”在第 {first.line} 行已经是“{owner.unit.name}”的"
                slips.add(domain.line, wrong, "只留在一个单位下；两家共用的，放进各自的“需旁证的域名”")


def _addresses(roster: Roster, slips: Slips) -> None:
    owners: dict[str, Row] = {}
    for row in roster.rows:
        for address in row.unit.addresses:
            owner = owners.setdefault(address, row)
            if owner is not row:
                wrong = f"邮箱“{address}”已经写在“{owner.unit.name}”下面"
                slips.add(row.form.line("邮箱"), wrong, "只留在一个单位下")
