"""Collects every sign of who wrote a mail, without weighing any: message, address, nested mail, what staff taught, files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailbot.deciding.names import names_of
from mailbot.deciding.papers import file_signs
from mailbot.deciding.plain import squeeze
from mailbot.deciding.roster import Sort
from mailbot.deciding.sender import address_signs, authentication_failed, author, outsider_of
from mailbot.deciding.signs import SENDER, Place, Sign
from mailbot.deciding.statements import bare_subject, message_signs, nested_signs
from mailbot.model import BODY, Facts, Item, Memory, Message
from mailbot.rulebook import Rulebook

_TITLE_LINES = 3
DECISIVE = 3
"""The strength of a sign that decides alone."""


@dataclass(frozen=True, slots=True)
class Signs:
    """All signs of one mail: `mail` from the message and its address, `files` of each item by its path.

    `blocked` says why nothing in the mail may decide: no one sender, or our provider's word against the sender.
    """

    mail: tuple[Sign, ...]
    files: dict[str, tuple[Sign, ...]]
    blocked: str = ""

    @property
    def everything(self) -> tuple[Sign, ...]:
        """Mail and files together, mail first."""
        return (*self.mail, *(sign for signs in self.files.values() for sign in signs))


def collect(facts: Facts, rulebook: Rulebook, memory: Memory) -> Signs:
    """Every sign of who wrote, in the order mail, nested mail, files."""
    mail = list(message_signs(facts.message, rulebook))
    sender = author(facts.message)
    if sender is not None:
        mail += address_signs(sender, rulebook, memory)
        if (outsider := outsider_of(sender, rulebook)) is not None and not outsider.organizer:
            mail.append(Sign(Place.DOMAIN, sender.domain, outsider.belongs_to, 3, Sort.OUTSIDER))
    mail += _answered(facts, rulebook, memory)
    for nested in facts.nested:
        mail += _nested(nested, rulebook, memory)
    mail += _learned(facts, rulebook, memory)
    files = {
        item.path: (*file_signs(item, rulebook), *_learned_in(item, rulebook, memory)) for item in facts.items if not _decoration(item)
    }
    return Signs(tuple(mail), files, _blocked(facts) or _for_another(facts, rulebook, mail))


def _blocked(facts: Facts) -> str:
    if author(facts.message) is None:
        return "发件人地址缺失或写法可疑，无法确认是谁寄来的"
    if authentication_failed(facts.message):
        return "邮箱服务商的验证结果显示发件人地址可能是冒用的"
    return ""


_INSTEAD_OF = re.compile(r"(?:(?<![时年现当替世近古])代|代替|代为|替|帮|受)(?:吉林省)?$")
_SENDS = re.compile(r"[^。;!?]{0,12}(?:报|发|送|交|委托|转|整理|汇总)")


def _for_another(facts: Facts, rulebook: Rulebook, mail: Sequence[Sign]) -> str:
    """代白城市教育局报送: who writes is not whose it is; a person asks, unless the address is the unit's own or the mail says whose name
    it is to stand under (请登记在白城市教育局名下)."""
    message = facts.message
    for line in map(squeeze, (bare_subject(message.subject), *message.own.splitlines())):
        for mention in names_of(rulebook).find(line):
            named = mention.named
            if named.sort not in (Sort.NAME, Sort.PLACE) or not _INSTEAD_OF.search(line[: mention.start]):
                continue
            own = any(sign.place in SENDER and sign.units == named.units and sign.strength >= DECISIVE for sign in mail)
            placed = any(_to_stand_under(squeeze(text), named.text) for text in message.own.splitlines())
            if not own and not placed and _SENDS.match(line, mention.end):
                return f"来信说是代“{named.text}”报送的，请确认登记在哪个单位名下"
    return ""


def _to_stand_under(line: str, name: str) -> bool:
    return (
        re.search(rf"(?:登记|记录?|算|列|归)(?:在|入|到|为)?[“\"]?(?:吉林省)?{re.escape(name)}[”\"]?(?:名下|的?材料|[。,;!]|$)", line)
        is not None
    )


def _decoration(item: Item) -> bool:
    return item.picture is not None and item.picture.kind.adorns


def _nested(nested: Message, rulebook: Rulebook, memory: Memory) -> Iterable[Sign]:
    """A forwarded mail's own signs and its address: hearsay, so never more than two strong."""
    yield from nested_signs(nested, rulebook)
    sender = author(nested)
    if sender is not None and sender.address not in rulebook.campaign.mailboxes:
        for sign in address_signs(sender, rulebook, memory):
            yield replace(sign, place=Place.FORWARDED, where=nested.path, strength=min(sign.strength, 2))


def _answered(facts: Facts, rulebook: Rulebook, memory: Memory) -> Iterable[Sign]:
    """A mail that answers one of our letters comes from somebody who got it."""
    for message_id in (facts.message.in_reply_to, *reversed(facts.message.references)):
        letter = memory.letters.get(message_id)
        if letter is not None and letter[0] in rulebook.units:
            return (Sign(Place.LETTER, rulebook.units[letter[0]].name, (letter[0],), 2),)
    return _quoted_letter(facts.message, rulebook)


def _quoted_letter(message: Message, rulebook: Rulebook) -> Iterable[Sign]:
    """Our letter quoted below the answer speaks to one unit; anybody may write such lines, so other signs must agree."""
    if not any(mailbox.lower() in message.quoted.lower() for mailbox in rulebook.campaign.mailboxes):
        return
    lines = {squeeze(line) for line in message.quoted.splitlines()}
    spoken = [unit for unit in rulebook.units.values() if f"{squeeze(unit.name)}:" in lines]
    if len(spoken) == 1:
        yield Sign(Place.LETTER, spoken[0].name, (spoken[0].id,), 2)


def _learned(facts: Facts, rulebook: Rulebook, memory: Memory) -> Iterable[Sign]:
    """Names that staff taught, where they stand in subject, display name or own text."""
    for alias, unit in memory.aliases.items():
        if unit not in rulebook.units or not alias:
            continue
        if alias in facts.message.subject:
            yield Sign(Place.SUBJECT, alias, (unit,), 2)
        if len(facts.message.from_) == 1 and alias in facts.message.from_[0].name:
            yield Sign(Place.DISPLAY, alias, (unit,), 2)
        if alias in facts.message.own:
            yield Sign(Place.SIGNED, alias, (unit,), 2)


def _learned_in(item: Item, rulebook: Rulebook, memory: Memory) -> Iterable[Sign]:
    """Names that staff taught, in a file's name or first lines."""
    for alias, unit in memory.aliases.items():
        if unit not in rulebook.units or not alias:
            continue
        if alias in item.path and item.path != BODY:
            yield Sign(Place.NAME, alias, (unit,), 3, where=item.path)
        if item.path != BODY and item.reading is not None and any(alias in line for line in item.reading.head[:_TITLE_LINES]):
            yield Sign(Place.TITLE, alias, (unit,), 3, where=item.path)
