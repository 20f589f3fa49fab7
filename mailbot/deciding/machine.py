"""Mail that no one may answer: automatic replies, bounces, lists, receipts, ourselves, the organizer (RFC 3834, mail-facts 5.3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.deciding.bounce import has_null_path, is_report
from mailbot.deciding.once import once_per_rulebook
from mailbot.deciding.plain import squeeze
from mailbot.deciding.sender import outsider_of
from mailbot.model import BODY, Facts, Message
from mailbot.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Automatic:
    """Why a mail is never answered; `speechless` when its text is no person's word (an automatic reply), `empty` when nothing in it
    can be material (a bounce brings back our own letter), `advert` when only a plain material in it would be one."""

    because: str
    speechless: bool = False
    empty: bool = False
    advert: bool = False


_REPLY_HEADERS = (
    "x-qq-auto-reply",
    "x-qq-holidayreply",
    "x-autoreply",
    "x-auto-reply",
    "x-autorespond",
    "x-autoresponder",
    "x-autoresponse",
    "x-ms-exchange-inbox-rules-loop",
    "x-fc-machinegenerated",
    "x-failed-recipients",
)
_LIST_HEADERS = ("list-id", "list-unsubscribe", "list-post", "list-help")
_BULK = re.compile(r"^\s*(?:bulk|list|junk|auto_reply)\b", re.IGNORECASE)
_OWNER = re.compile(r"^owner-|-(?:request|owner|bounces?)$|^bounces?[-+=]")  # RFC 3834 section 2, list software
_AUTO_SENDER = re.compile(r"\+auto_=", re.IGNORECASE)  # QQ's envelope for what a rule of the user sent
LOOP_HEADER = "x-mailbot-loop"


def machine(facts: Facts, rulebook: Rulebook, own: frozenset[str]) -> str | None:
    """The Chinese reason never to answer this mail, or None. `own` are our addresses, lower case. Filing is another question."""
    found = automatic(facts, rulebook, own)
    return found.because if found else None


def automatic(facts: Facts, rulebook: Rulebook, own: frozenset[str]) -> Automatic | None:
    """`machine` with the word whether the text is a person's."""
    message = facts.message
    return (
        _ours(message, own)
        or _report(facts)
        or _automatic_reply(message, rulebook)
        or _calendar(facts)
        or _organizer(message, rulebook)
        or _bulk(message)
        or _service(message, rulebook)
        or _advert(facts, rulebook)
    )


def _header(message: Message, name: str) -> str:
    values = message.headers.get(name, ())
    return values[0] if values else ""


def _ours(message: Message, own: frozenset[str]) -> Automatic | None:
    senders = {address.address for address in message.from_} | ({message.sender.address} if message.sender else set())
    if senders & own:
        return Automatic("发件人是我们自己的邮箱", speechless=True)
    # The header alone is anybody's to write; with our address in it, it is one of our letters come back.
    if any(address in _header(message, LOOP_HEADER).lower() for address in own):
        return Automatic("带有本系统的防循环标记，是我们的信转了回来", speechless=True)
    return None


def _report(facts: Facts) -> Automatic | None:
    message = facts.message
    content_type = _header(message, "content-type").lower()
    if "disposition-notification" in content_type:
        return Automatic("是阅读回执", empty=True)
    if is_report(facts):
        return Automatic("是退信或投递情况通知", empty=True)
    if "multipart/report" in content_type:
        return Automatic("是邮件系统的报告", empty=True)
    if has_null_path(message):
        return Automatic("没有退信地址，是系统自动发出的邮件", speechless=True)
    return None


def _automatic_reply(message: Message, rulebook: Rulebook) -> Automatic | None:
    # RFC 3834 section 5: the keyword may be followed by parameters or a comment; only `no` is a person.
    keyword = re.split(r"[;\s(]", _header(message, "auto-submitted").strip().lower(), maxsplit=1)[0]
    marked = any(_header(message, name).strip().lower() not in ("", "no", "false") for name in _REPLY_HEADERS)
    if marked or keyword.startswith(("auto-replied", "auto-notified")):
        return Automatic("邮件标明是自动回复", speechless=True)
    return _automatic_text(message, rulebook) or _rule_of_a_mailbox(message, keyword)


def _automatic_text(message: Message, rulebook: Rulebook) -> Automatic | None:
    subjects, openings = _texts(rulebook)
    if (found := subjects.search(message.subject)) is not None:
        return Automatic(f"主题“{found.group().strip()}”表明是自动邮件", speechless=True)
    if squeeze(message.own).startswith(openings):
        return Automatic("正文开头表明是自动邮件", speechless=True)
    return None


def _rule_of_a_mailbox(message: Message, keyword: str) -> Automatic | None:
    forwarded = bool(_header(message, "x-qq-auto-fwd"))
    envelope = (_header(message, "return-path"), message.sender.address if message.sender else "", _header(message, "sender"))
    if not forwarded and any(_AUTO_SENDER.search(address) for address in envelope):
        return Automatic("是邮箱的自动规则发出的", speechless=True)
    if keyword not in ("", "no"):
        return Automatic("邮件标明由系统自动发出")
    return None


@once_per_rulebook
def _texts(rulebook: Rulebook) -> tuple[re.Pattern[str], tuple[str, ...]]:
    subjects = "|".join(f"(?:{pattern})" for pattern in rulebook.words.automatic_subjects if pattern)
    openings = tuple(filter(None, map(squeeze, rulebook.words.automatic_openings)))
    return re.compile(subjects or "(?!)", re.IGNORECASE), openings


def _calendar(facts: Facts) -> Automatic | None:
    leaves = [item for item in facts.items if item.path != BODY]
    invited = "text/calendar" in _header(facts.message, "content-type").lower()
    if invited or (leaves and all(item.name.lower().endswith((".ics", ".vcs")) for item in leaves)):
        return Automatic("是日程邀请", empty=True)
    return None


def _organizer(message: Message, rulebook: Rulebook) -> Automatic | None:
    for address in message.from_:
        outsider = outsider_of(address, rulebook)
        if outsider is not None and outsider.organizer:
            return Automatic(f"来信单位是{outsider.name}，不自动回复")
    return None


def _bulk(message: Message) -> Automatic | None:
    if any(_header(message, name) for name in _LIST_HEADERS):
        return Automatic("是邮件列表或群发邮件")
    if _BULK.match(_header(message, "precedence")) or _BULK.match(_header(message, "x-precedence")):
        return Automatic("邮件标明是群发或自动邮件")
    return None


def _service(message: Message, rulebook: Rulebook) -> Automatic | None:
    for address in message.from_:
        local = address.local.lower()
        if _OWNER.search(local) or _is_service(local, rulebook.words.service_senders):
            return Automatic(f"发件人{address.address}是系统邮箱，不是个人")
    return None


def _is_service(local: str, listed: Sequence[str]) -> bool:
    """Whether a listed name is the local part or a word of it: edu-no-reply, bounces+42, but not systematic."""
    return any(re.search(rf"(?:^|[._+=-]){re.escape(name.lower())}(?:$|[._+=-])", local) for name in listed if name)


_PLAIN_ADVERT = 3  # words of adverts with which a seminar on 全民终身学习 is still a seminar


def _advert(facts: Facts, rulebook: Rulebook) -> Automatic | None:
    """Adverts and invoices: two words of the list, or one in the subject, and nothing of the collection in the whole mail."""
    message = facts.message
    subject, text = squeeze(message.subject), squeeze(message.own)
    words, activities = _advert_words(rulebook)
    found = [word for word in words if word in subject or word in text]
    if len(found) < 2 and not any(word in subject for word in found):
        return None
    names = "".join(squeeze(item.name) for item in facts.items)
    if len(found) < _PLAIN_ADVERT and any(name in subject + text + names for name in activities):
        return None
    return Automatic(f"内容是广告一类（“{found[0]}”），与收集工作无关", advert=True)


@once_per_rulebook
def _advert_words(rulebook: Rulebook) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of adverts, and the names of the activity whose mention makes a mail none."""
    return tuple(filter(None, map(squeeze, rulebook.words.advert))), tuple(filter(None, map(squeeze, rulebook.campaign.activity)))
