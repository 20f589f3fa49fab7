"""Whose mail and whose file it is: all signs are collected first and weighed here; what does not agree goes to a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mailbot.deciding.collecting import Signs, collect
from mailbot.deciding.names import names_of
from mailbot.deciding.reasons import agreed, conflict, county_or_outsider, lone, nothing, several
from mailbot.deciding.roster import Sort
from mailbot.deciding.sender import author
from mailbot.deciding.signs import SENDER, Place, Sign
from mailbot.model import Facts, Item, Memory, UnitVerdict
from mailbot.rulebook import Addressed, Rulebook

DECIDES = 3
"""The weight that signs which agree must reach together; one document title, or a subject and one thing more."""

_OF_EACH = 2
"""Files that must name each unit where the sender names none: a summary of one and a case of another are a slip, not two bundles."""

_BELOW_CITY = frozenset({Sort.COUNTY, Sort.COUNTY_PLACE, Sort.OUTSIDER})


def whose_mail(facts: Facts, rulebook: Rulebook, memory: Memory) -> UnitVerdict:
    """Whose mail it is, or ranked candidates; `because` says in Chinese what agreed or what did not."""
    return weigh(collect(facts, rulebook, memory), facts, rulebook)


def weigh(signs: Signs, facts: Facts, rulebook: Rulebook) -> UnitVerdict:
    """The verdict over collected signs: the one place where the mail's unit is decided."""
    verdict = _weigh(signs, facts, rulebook)
    verdict = replace(verdict, evidence=tuple(sign.evidence for sign in _ranked(signs.everything)))
    if verdict.unit is None:
        return verdict
    unit = rulebook.units[verdict.unit]
    doubt = signs.blocked
    if not doubt and unit.addressed is Addressed.NO:
        doubt = f"{unit.name}不在本次通知的报送单位之内，请确定登记在哪个单位名下"
    if doubt:
        above = _city_of(verdict.unit, rulebook)
        return replace(verdict, unit=None, because=f"{doubt}（{verdict.because}）", candidates=(verdict.unit, *above), new_address=False)
    return verdict


def _city_of(unit: str, rulebook: Rulebook) -> tuple[str, ...]:
    """The unit that has this one's place among its counties."""
    name = rulebook.units[unit].name
    return tuple(
        above for above, counties in rulebook.counties.items() if above != unit and any(name.startswith(county) for county in counties)
    )


def _weigh(signs: Signs, facts: Facts, rulebook: Rulebook) -> UnitVerdict:
    said = _named(signs.mail)
    in_files = {path: _named(found) for path, found in signs.files.items()}
    filed = set().union(*in_files.values()) if in_files else set()
    leaders = said or filed or _named_softly(signs.everything)
    ranked = _candidates(signs.everything, rulebook)
    below = [sign for sign in signs.mail if sign.sort in _BELOW_CITY and not _known_to_send_for(sign, signs.mail)]
    below_files = [sign for found in signs.files.values() for sign in found if sign.sort in _BELOW_CITY and not sign.soft]

    if len(leaders) > 1 or (said and filed and not said & filed):
        because = several(leaders, rulebook) if _bundled(signs) else conflict(signs.everything, rulebook)
        return UnitVerdict(None, because, ranked)
    if not leaders:
        return _from_hints(signs, below + below_files, rulebook, ranked)
    unit = next(iter(leaders))
    stands = _stands_itself(unit, signs.mail)
    if below and not stands:
        return UnitVerdict(None, county_or_outsider(below, rulebook), ranked)
    if not stands and not said and any(_sent_by_another(sign, unit, rulebook) and unit not in sign.units for sign in below_files):
        return UnitVerdict(None, county_or_outsider(below_files, rulebook), ranked)
    against = _hint_against(unit, signs.everything, rulebook)
    if against is not None:
        return UnitVerdict(None, conflict([*signs.everything], rulebook, against), ranked)
    return _if_enough(unit, signs, facts, rulebook, ranked)


def _known_to_send_for(sign: Sign, mail: Sequence[Sign]) -> bool:
    """四平电大 as the name of a mailbox that sent for the city bureau before: it does so again."""
    return sign.place is Place.DISPLAY and any(seen.place is Place.SEEN and set(seen.units) <= set(sign.units) for seen in mail)


def _if_enough(unit: str, signs: Signs, facts: Facts, rulebook: Rulebook, ranked: tuple[str, ...]) -> UnitVerdict:
    if total(unit, signs.everything) < DECIDES:
        return UnitVerdict(None, lone(unit, signs.everything, rulebook), ranked)
    new = not any(sign.place in SENDER and unit in sign.units for sign in signs.mail)
    sender = author(facts.message)
    return UnitVerdict(unit, agreed(unit, signs.everything, rulebook, sender), (), (), new)


def total(unit: str, signs: Iterable[Sign]) -> int:
    """How strongly signs speak for a unit together: the strongest of each place; look-alike short forms count once in all."""
    places: dict[Place, int] = {}
    shaky = False
    for sign in signs:
        if sign.units != (unit,) or sign.sort in _BELOW_CITY:
            continue
        if sign.shaky:
            shaky = True
            continue
        places[sign.place] = max(places.get(sign.place, 0), sign.strength)
    return sum(places.values()) + (1 if shaky else 0)


def _named(signs: Iterable[Sign]) -> set[str]:
    return {sign.units[0] for sign in signs if sign.names_unit}


def _named_softly(signs: Sequence[Sign]) -> set[str]:
    """Units that only notices, forms or sentences name: they lead when they name one and name it twice."""
    soft = {sign.units[0] for sign in signs if sign.soft and sign.sort is Sort.NAME and sign.strength >= 2 and len(sign.units) == 1}
    return soft if len(soft) == 1 and total(next(iter(soft)), signs) > DECIDES else set()


def _stands_itself(unit: str, mail: Sequence[Sign]) -> bool:
    """Whether the unit itself plainly sends: its own address, its signature, its word."""
    own = SENDER | {Place.SIGNED, Place.STATED, Place.DISPLAY}
    return any(sign.units == (unit,) and sign.strength >= 3 and sign.place in own and sign.sort is Sort.NAME for sign in mail)


def _sent_by_another(sign: Sign, unit: str, rulebook: Rulebook) -> bool:
    """Whether a county or outside body in a file is its sender. A city passes on what its counties send, so every field counts; a
    school only goes there: for it the body must have signed, or be an education bureau."""
    if sign.soft or sign.sort not in _BELOW_CITY:
        return False
    if unit in rulebook.counties or sign.sort is Sort.OUTSIDER:
        return True
    return sign.sort is Sort.COUNTY and (sign.place in (Place.SEAL, Place.LETTERHEAD, Place.FORM) or sign.seen.endswith("局"))


_STATED_PLACES = frozenset(
    {Place.SUBJECT, Place.DISPLAY, Place.STATED, Place.SIGNED, Place.NAME, Place.TITLE, Place.LETTERHEAD, Place.SEAL}
)


def _hint_against(unit: str, signs: Sequence[Sign], rulebook: Rulebook) -> Sign | None:
    """A short form that stands as a sender's name and means another unit: 吉大材料 from 长春大学's domain."""
    only_said = not any(sign.units == (unit,) and sign.place not in (Place.SUBJECT, Place.STATED) for sign in signs)
    for sign in signs:
        if sign.place is Place.SEEN and unit not in sign.units and only_said:
            return sign  # an address that wrote for another unit needs more than a word in the subject
        if sign.place is Place.DOMAIN and unit not in sign.units:
            return sign  # the mail system of another town's government
        if unit in sign.units or sign.soft or sign.place not in _STATED_PLACES:
            continue
        if sign.sort is Sort.WEAK and not _department_like(sign.seen):
            return sign
        if sign.sort is Sort.PLACE and rulebook.units[unit].kind != rulebook.units[sign.units[0]].kind and sign.place is not Place.SUBJECT:
            continue
        if sign.sort is Sort.PLACE and rulebook.units[sign.units[0]].city != rulebook.units[unit].city:
            return sign
    return None


def _department_like(seen: str) -> bool:
    """人文学院, 艺术学院, 市教育局: every big school has a part so named, every city an office."""
    return seen.endswith(("学院", "局", "中心", "大学"))


def _from_hints(signs: Signs, below: Sequence[Sign], rulebook: Rulebook, ranked: tuple[str, ...]) -> UnitVerdict:
    if below:
        return UnitVerdict(None, county_or_outsider(below, rulebook), ranked)
    if not ranked:
        return UnitVerdict(None, nothing(), ())
    best = ranked[0]
    if _wrote_before(signs, ranked):
        return UnitVerdict(best, f"来信没有写明单位，同一邮箱的另一封来信写明是“{rulebook.units[best].name}”")
    rivals = [unit for unit in ranked[1:] if total(unit, signs.everything)]
    if rivals or not _hinted_twice(best, signs.everything, rulebook):
        return UnitVerdict(None, lone(best, signs.everything, rulebook), ranked)
    return UnitVerdict(best, agreed(best, signs.everything, rulebook, None), (), (), not any(sign.place in SENDER for sign in signs.mail))


def _wrote_before(signs: Signs, ranked: tuple[str, ...]) -> bool:
    """第二封, 照片2 or just 照片 from an address whose earlier mail plainly named its unit, and nothing in this one points elsewhere."""
    return len(ranked) == 1 and any(sign.place is Place.SEEN for sign in signs.mail)


def _hinted_twice(unit: str, signs: Sequence[Sign], rulebook: Rulebook) -> bool:
    """Whether short forms at two places mean one unit (吉外 in subject and file name). A look-alike form counts once in all, and a
    unit that every notice names (rules: look-alikes "mention") needs one sign more, unless the address is its town's."""
    passing = (Place.STATED,)  # a sentence that merely names somebody is no second sign
    places = {
        sign.place
        for sign in signs
        if sign.units == (unit,) and sign.sort not in _BELOW_CITY and not sign.shaky and not (sign.soft and sign.place in passing)
    }
    shaky = any(sign.shaky and sign.units == (unit,) for sign in signs)
    often_named = unit in names_of(rulebook).mention_only and Place.DOMAIN not in places
    return len(places) + shaky >= (3 if often_named else 2)


def _candidates(signs: Sequence[Sign], rulebook: Rulebook) -> tuple[str, ...]:
    scores: dict[str, int] = {}
    for sign in signs:
        for unit in sign.units:
            if unit in rulebook.units:
                scores[unit] = scores.get(unit, 0) + sign.strength * (2 if len(sign.units) == 1 else 1)
    return tuple(sorted(scores, key=lambda unit: -scores[unit]))[:6]


def _ranked(signs: Sequence[Sign]) -> list[Sign]:
    return sorted(signs, key=lambda sign: -sign.strength)


def whose_file(item: Item, mail: UnitVerdict, facts: Facts, rulebook: Rulebook, memory: Memory) -> UnitVerdict:
    """Whose one file is: the mail's unit unless the file itself speaks for another; then its own or a person's."""
    return file_owner(item, mail, collect(facts, rulebook, memory), rulebook)


def file_owner(item: Item, mail: UnitVerdict, signs: Signs, rulebook: Rulebook, *, chosen: bool = False) -> UnitVerdict:
    """`whose_file` over signs that are collected already; `chosen`: the city says that what names its county is its own material."""
    found = signs.files.get(item.path, ())
    named = _named(found)
    evidence = tuple(sign.evidence for sign in found)
    if mail.unit is not None:
        foreign = named - {mail.unit}
        if foreign:
            both = (mail.unit, *sorted(foreign))
            return UnitVerdict(None, conflict((*signs.mail, *found), rulebook), both, evidence)
        below = [sign for sign in found if _sent_by_another(sign, mail.unit, rulebook)]
        if below and not (chosen and all(mail.unit in sign.units for sign in below)):
            candidates = tuple(dict.fromkeys((mail.unit, *(unit for sign in below for unit in sign.units))))
            return UnitVerdict(None, county_or_outsider(below, rulebook), candidates, evidence)
        return UnitVerdict(mail.unit, mail.because, (), evidence, mail.new_address)
    return _in_bundle(found, mail, signs, rulebook)


def _in_bundle(found: Sequence[Sign], mail: UnitVerdict, signs: Signs, rulebook: Rulebook) -> UnitVerdict:
    """Two units in one mail: a file that names its unit is that unit's, if the sender names several and his address agrees."""
    named = _named(found)
    evidence = tuple(sign.evidence for sign in found)
    unit = next(iter(named)) if len(named) == 1 else None
    below = any(sign.sort in _BELOW_CITY for sign in found)
    if unit is not None and not below and unit in _bundled(signs) and rulebook.units[unit].addressed is not Addressed.NO:
        because = f"一封邮件里有几个单位的材料，这份文件写明是“{rulebook.units[unit].name}”的"
        return UnitVerdict(unit, because, (), evidence)
    candidates = tuple(dict.fromkeys((*sorted(named), *mail.candidates)))
    return UnitVerdict(None, mail.because, candidates, evidence)


def _bundled(signs: Signs) -> frozenset[str]:
    """The units whose files one mail brings together; none if its signs contradict each other instead.

    The sender must name them all himself, or none of them; and his address, where it speaks, must be one of them. Whose
    mailbox it is called by tells who sends, not whose material it is.
    """
    spoken = _named(sign for sign in signs.mail if sign.place not in SENDER and sign.place is not Place.DISPLAY)
    filed = {name for found in signs.files.values() for name in _named(found)}
    address = _named(sign for sign in signs.mail if sign.place in SENDER)
    if signs.blocked or len(spoken | filed) < 2 or not address <= spoken | filed:
        return frozenset()
    if spoken and not filed <= spoken:
        return frozenset()
    if not spoken and any(sum(name in _named(found) for found in signs.files.values()) < _OF_EACH for name in filed):
        return frozenset()
    return frozenset(spoken or filed)
