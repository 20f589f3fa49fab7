"""What the sender's address proves: the domain label by label, addresses known before, and what our provider says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailbot.deciding.signs import Place, Sign
from mailbot.model import Address, Memory, Message
from mailbot.rulebook import Outsider, Rulebook

_VERDICT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)


def author(message: Message) -> Address | None:
    """The one address the mail is from; None if there is none or more than one, or the name poses as another address.

    `"unit@school.cn" <x@elsewhere>` shows the reader an address that is not the sender's (CVE-2023-27043 family).
    """
    if len(message.from_) != 1:
        return None
    only = message.from_[0]
    if "@" not in only.address:
        return None
    shown = re.search(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", only.name)
    if shown is not None and shown.group().lower() != only.address.lower():
        return None
    return only


def belongs(domain: str, listed: str) -> bool:
    """Whether a domain is the listed one or lies below it: tccu.edu.cn is not ccu.edu.cn, mails.ccu.edu.cn is."""
    domain, listed = domain.lower().rstrip("."), listed.lower().strip(".")
    return bool(listed) and (domain == listed or domain.endswith("." + listed))


def address_signs(address: Address, rulebook: Rulebook, memory: Memory) -> Iterator[Sign]:
    """For whom the address itself speaks: staff's and confirmed mails' addresses, then deciding and weak domains."""
    known = memory.addresses.get(address.address)
    if known is not None and known in rulebook.units:
        yield Sign(Place.ADDRESS, address.address, (known,), 3)
    for unit in rulebook.units.values():
        if address.address in (listed.lower() for listed in unit.addresses):
            yield Sign(Place.ADDRESS, address.address, (unit.id,), 3)
    if (seen := memory.seen.get(address.address)) is not None and seen in rulebook.units:
        yield Sign(Place.SEEN, address.address, (seen,), 1)
    if is_public(address.domain, rulebook):
        return
    for weight, listed in ((3, "domains"), (1, "weak_domains")):
        for unit in rulebook.units.values():
            domains: tuple[str, ...] = getattr(unit, listed)
            if any(belongs(address.domain, domain) for domain in domains):
                yield Sign(Place.DOMAIN, address.domain, (unit.id,), weight)
                return


def is_public(domain: str, rulebook: Rulebook) -> bool:
    """Whether anybody can have an address there (qq.com, vip.163.com)."""
    return any(belongs(domain, public) for public in rulebook.words.public_mail)


def outsider_of(address: Address, rulebook: Rulebook) -> Outsider | None:
    """The body beside the roster that owns the sender's domain: the province office, a branch."""
    for outsider in rulebook.outsiders:
        if any(belongs(address.domain, domain) for domain in outsider.domains):
            return outsider
    return None


def authentication_failed(message: Message) -> bool:
    """Whether our own provider's verdict (RFC 8601; the top-most header only, the ones below are the sender's claim) is a failure.

    softfail and none are everyday for small schools; one of SPF and DKIM passing is enough.
    """
    headers = message.headers.get("authentication-results", ())
    if not headers:
        return False
    verdicts = {method.lower(): verdict.lower() for method, verdict in reversed(_VERDICT.findall(headers[0]))}
    if verdicts.get("dmarc") == "fail":
        return True
    failed = "fail" in (verdicts.get("spf"), verdicts.get("dkim"))
    return failed and "pass" not in (verdicts.get("spf"), verdicts.get("dkim"))
