"""The choices 1-9 of an entry, the likeliest first, each with the act behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.desk.doing import (
    Act,
    ApproveAddress,
    AssignFile,
    AssignMail,
    CancelLetters,
    ForgetAddress,
    NoteLetter,
    ReleaseLetters,
    ResendLetter,
)
from mailbot.desk.views import LetterView
from mailbot.rulebook import Rulebook
from mailbot.storing.rows import ItemRow, MailRow

_MOST = 9
_SIGNS = 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One of the choices 1-9: what a person reads, why it is offered, and the act to preview and apply."""

    number: int
    label: str
    because: str
    act: Act


def numbered(choices: Sequence[tuple[str, str, Act]]) -> tuple[Suggestion, ...]:
    """Choices with the keys that choose them."""
    return tuple(Suggestion(number, *choice) for number, choice in enumerate(choices[:_MOST], 1))


def for_unit(book: Rulebook, mail: MailRow) -> tuple[Suggestion, ...]:
    """The ranked candidates, then nobody."""
    choices: list[tuple[str, str, Act]] = [
        (book.units[unit].name, _speaking_for(mail, unit), AssignMail(mail.number, unit)) for unit in mail.candidates if unit in book.units
    ]
    return numbered([*choices[: _MOST - 1], ("不属于任何报送单位", "与本次收集无关", AssignMail(mail.number, ""))])


def _speaking_for(mail: MailRow, unit: str) -> str:
    """The strongest signs for a candidate; the whole table stands on the mail's page."""
    signs = sorted((sign for sign in mail.evidence if sign.speaks_for == unit), key=lambda sign: -sign.strength)
    return "；".join(dict.fromkeys(f"{sign.source.partition('：')[0]}“{sign.text}”" for sign in signs[:_SIGNS]))


def for_file(book: Rulebook, mail: MailRow, item: ItemRow) -> tuple[Suggestion, ...]:
    """What it seems to be first, then the other materials, then none of them; and whose, where that is open."""
    open_unit = item.unit_id is None and mail.unit_id is None
    whose = [unit for unit in dict.fromkeys((*mail.units, *mail.candidates)) if unit in book.units and open_unit]
    seems = tuple(material for material in item.materials if material in book.materials)
    orders = dict.fromkeys([*([seems] if seems else []), *((material,) for material in book.materials)])
    choices: list[tuple[str, str, Act]] = []
    units_or_not: list[str | None] = [*whose] or [None]
    for unit in units_or_not:
        for materials in list(orders)[: 1 if len(whose) > 1 else None]:
            name = "、".join(book.materials[material].name for material in materials)
            label = f"{book.units[unit].name}：{name}" if unit else name
            choices.append((label, "像是" if materials == seems else "", AssignFile(mail.number, item.path, unit, materials)))
    return numbered([*choices[: _MOST - 1], ("不是要收的材料", "", AssignFile(mail.number, item.path, None, ()))])


def for_letter(letter: LetterView) -> tuple[Suggestion, ...]:
    """Send, send again, or leave it."""
    number = letter.number
    if letter.can_release:
        return numbered([("发送", "", ReleaseLetters((number,))), ("取消，不发", "", CancelLetters((number,)))])
    choices: list[tuple[str, str, Act]] = [("已用电话联系，不再发", "", NoteLetter(number))]
    if letter.can_resend:
        choices.append(("再发一次", "同样的内容", ResendLetter(number)))
    return numbered(choices)


def for_address(knowledge: int) -> tuple[Suggestion, ...]:
    """Yes or no."""
    return numbered([("是，记住", "", ApproveAddress(knowledge)), ("不是，不再提示", "", ForgetAddress(knowledge))])
