"""A letter goes to exactly one address: the From, or a Reply-To that is plainly the same sender's."""

from __future__ import annotations

import pytest

from mailbot.deciding.recipient import recipient
from mailbot.model import Address
from mailbot.rulebook import Rulebook, Unit
from tests.deciding_materials.making import mail

UNIT = Unit("ccut", "长春工业大学", "university", addresses=("jxjy@ccut.edu.cn", "clerk@vip.qq.com"))
OWN = frozenset({"jlqmxx@126.com", "second@126.com"})


def to(
    rulebook: Rulebook, *, sender: str = "a@ccut.edu.cn", reply: tuple[str, ...] = (), own: str = "", unit: Unit | None = UNIT
) -> str | None:
    facts = mail(sender=sender, own=own, reply_to=tuple(Address("", address) for address in reply))
    return recipient(facts, rulebook, unit, OWN)


@pytest.mark.parametrize(
    ("reply", "own", "expected"),
    [
        ((), "", "a@ccut.edu.cn"),
        (("b@ccut.edu.cn",), "", "b@ccut.edu.cn"),
        (("Clerk@vip.qq.com",), "", "clerk@vip.qq.com"),
        (("x@evil.com",), "", "a@ccut.edu.cn"),
        (("x@evil.com",), "请回复到 x@evil.com，谢谢", "x@evil.com"),
        (("x@evil.com",), "请回复到 xx@evil.com.cn，谢谢", "a@ccut.edu.cn"),
        (("b@ccut.edu.cn", "c@ccut.edu.cn"), "", "a@ccut.edu.cn"),
        (("jlqmxx@126.com",), "jlqmxx@126.com", "a@ccut.edu.cn"),
        (("noreply@ccut.edu.cn",), "", "a@ccut.edu.cn"),
        (("b@sub.ccut.edu.cn.evil.com",), "", "a@ccut.edu.cn"),
    ],
)
def test_reply_to_counts_only_where_it_is_the_same_senders(reply: tuple[str, ...], own: str, expected: str, rulebook: Rulebook) -> None:
    assert to(rulebook, reply=reply, own=own) == expected


@pytest.mark.parametrize(
    "sender",
    ["", "a@b", "no-at-sign", "jlqmxx@126.com", "SECOND@126.com", "no-reply@ccut.edu.cn", "noreply2@x.com", "MAILER-DAEMON@qq.com",
     "postmaster@163.com",
     "a b@x.com", "a@x.com\r\nBcc: b@x.com", "bounces+1@x.com", "a@x.com,b@x.com"],
)  # fmt: skip
def test_machines_ourselves_and_broken_addresses_get_nothing(sender: str, rulebook: Rulebook) -> None:
    assert to(rulebook, sender=sender) is None


def test_an_office_system_that_cannot_be_answered_names_the_clerk(rulebook: Rulebook) -> None:
    assert to(rulebook, sender="noreply@ccut.edu.cn", reply=("clerk@ccut.edu.cn",)) == "clerk@ccut.edu.cn"


def test_two_senders_or_none_get_nothing(rulebook: Rulebook) -> None:
    from dataclasses import replace

    facts = mail()
    two = replace(facts, message=replace(facts.message, from_=(Address("", "a@x.com"), Address("", "b@x.com"))))
    assert recipient(two, rulebook, UNIT, OWN) is None
    assert recipient(replace(facts, message=replace(facts.message, from_=())), rulebook, UNIT, OWN) is None


def test_without_a_unit_the_sender_is_still_answered(rulebook: Rulebook) -> None:
    assert to(rulebook, sender="2841@qq.com", unit=None) == "2841@qq.com"
