"""To whom a letter goes: exactly one address, or nobody."""

from __future__ import annotations

import re

from mailbot.deciding.service import is_service
from mailbot.model import Address, Facts
from mailbot.rulebook import Rulebook, Unit

# One plain mailbox; anything quoted, spaced or with a second @ is not worth a guess (reliability 4, rows 4 and 13).
_MAILBOX = re.compile(r"[a-z0-9](?:[a-z0-9._+\-=]{0,62}[a-z0-9_\-])?@(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")


def recipient(facts: Facts, rulebook: Rulebook, unit: Unit | None, own: frozenset[str]) -> str | None:
    """The one address to answer: From, or a single Reply-To that is known for the unit, of From's domain, or named in the text.

    OA systems send from one mailbox and read another, so such a Reply-To is right; any other is a stranger's (architecture section 4).
    `own` are our addresses. None: no From, two of them, a machine's, our own.
    """
    message = facts.message
    if len(message.from_) != 1:
        return None
    sender = message.from_[0]
    if len(message.reply_to) == 1:
        answer = message.reply_to[0]
        if _answerable(answer, rulebook, own) and _belongs(answer, sender, unit, message.own):
            return answer.address.lower()
    return sender.address.lower() if _answerable(sender, rulebook, own) else None


def _answerable(address: Address, rulebook: Rulebook, own: frozenset[str]) -> bool:
    plain = address.address.lower()
    ours = {mailbox.lower() for mailbox in (*own, *rulebook.campaign.mailboxes)}
    return bool(_MAILBOX.fullmatch(plain)) and plain not in ours and not is_service(plain, rulebook.words.service_senders)


def _belongs(answer: Address, sender: Address, unit: Unit | None, text: str) -> bool:
    plain = answer.address.lower()
    if unit is not None and plain in (known.lower() for known in unit.addresses):
        return True
    if answer.domain and answer.domain.lower() == sender.domain.lower():
        return True
    return bool(re.search(rf"(?<![\w.+\-]){re.escape(plain)}(?![\w\-]|\.\w)", text.lower()))
