"""What the sender wants, from his own words only: what he quotes is ours or another's."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailbot.deciding.once import once_per_rulebook
from mailbot.deciding.plain import squeeze
from mailbot.deciding.statements import bare_subject, is_reply
from mailbot.model import BODY, Facts, Intent
from mailbot.rulebook import Rulebook

_THANKS_LENGTH = 60
_ACKNOWLEDGED = re.compile(
    r"(?:^|/)(?:您好|你好|老师|领导)*[,!。]*(?:回执|邮件|材料|通知|附件)?(?:已|均已|都)?(?:收到|收悉|知悉|好的|谢谢|感谢|多谢|辛苦)"
)
_LETTER_LENGTH = 600
"""A longer text is the material itself: 感谢, 补充 and 请问 in it are its words, not the letter's."""


# 将于26日前发送, 预计下周报送: a time to come and a sending.
_LATER = (
    r"(?:将于|将在|预计|计划于?|争取|过几天|过两天|[这近]两天|[这近]几天|[等待][^,。;!?]{1,12}[后再]|下周|明天|明日|后天)[^,。;!?]{0,12}"
    r"(?:发[送给来]?|报[送上]|报(?=[,。;!?/]|$)|补[发报交]|寄|提交)"
)


# 没有典型案例, 暂无合适的活动照片: none of a material, and no question about its form.
_HAS_NONE = r"(?<!有)(?:没有|暂无|并无|未有|未形成|不报|无)(?:相关|相应|合适|可报|单独|专门|成型|具体)?的?"


class _Wordings:
    """The word lists of one rulebook as patterns."""

    def __init__(self, rulebook: Rulebook) -> None:
        words = rulebook.words
        self.correction = _any(words.correction)
        self.supplement = _any(words.supplement)
        self.withdrawal = _any(words.withdrawal)
        self._question = _any(words.question)
        self._no_question = _any(words.no_question)
        self.thanks = _any(words.thanks)
        self.promise = re.compile(f"{_any(words.promise).pattern}|{_LATER}")
        self.named = {one.id: _any((one.name, *one.strong)) for one in rulebook.materials.values()}
        named = "|".join(pattern.pattern for pattern in self.named.values())
        self.nothing_to_send = re.compile(
            f"{_any(words.nothing_to_send).pattern}|{_HAS_NONE}(?:{named})(?![^,。;!?]{{0,6}}(?:要求|格式|模板|问题|变化))"
        )

    def asks(self, text: str) -> str | None:
        """The words by which a squeezed text asks something."""
        found = self._question.search(self._no_question.sub(" ", text))
        return found.group() if found else None


def _any(words: Iterable[str]) -> re.Pattern[str]:
    listed = sorted({squeeze(word) for word in words} - {""}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, listed)) or "(?!)")


@once_per_rulebook
def _wordings(rulebook: Rulebook) -> _Wordings:
    return _Wordings(rulebook)


def intent(facts: Facts, rulebook: Rulebook) -> Intent:
    """What the mail is for. With something enclosed a question is a submission's polite end (收到请回复), not a question."""
    words, text = _wordings(rulebook), own_words(facts)
    enclosed = has_enclosures(facts)
    corrects = words.correction.search(text) is not None
    if words.withdrawal.search(text) and not (enclosed and corrects):
        return Intent.WITHDRAW
    if enclosed:
        if corrects:
            return Intent.CORRECT
        return Intent.SUPPLEMENT if words.supplement.search(text) else Intent.SUBMIT
    return _without_enclosure(text, words, rulebook)


def _without_enclosure(text: str, words: _Wordings, rulebook: Rulebook) -> Intent:
    """The first that fits, from what needs an answer to what needs none."""
    of_material = _speaks_of_material(text, rulebook)
    acknowledged = _ACKNOWLEDGED.search(text) is not None or not of_material
    fits = (
        (Intent.NOTHING, words.nothing_to_send.search(text)),
        (Intent.QUESTION, words.asks(text) or text.rstrip("/").endswith("?")),
        (Intent.PROMISE, words.promise.search(text)),
        (Intent.THANKS, len(text) <= _THANKS_LENGTH and acknowledged and words.thanks.search(text)),
        (Intent.CORRECT, words.correction.search(text)),
        (Intent.SUPPLEMENT, words.supplement.search(text)),
        (Intent.SUBMIT, of_material),
    )
    return next((wanted for wanted, found in fits if found), Intent.NOTHING)


def own_words(facts: Facts) -> str:
    """The sender's subject (unless it is our subject, answered) and the text of a letter's length, squeezed."""
    message = facts.message
    subject = "" if is_reply(message.subject) else squeeze(bare_subject(message.subject))
    own = squeeze(message.own)
    return f"{subject}/{own}" if len(own) <= _LETTER_LENGTH else f"{subject}/{own[:120]}"


def has_enclosures(facts: Facts) -> bool:
    """Whether anything came that could be material: not the text, not a logo, not a mail program's leftover."""
    return any(
        item.path != BODY
        and not (item.picture is not None and item.picture.kind.adorns)
        and not item.name.lower().endswith((".ics", ".vcf", ".p7s"))
        for item in facts.items
    )


_RECEIPT = re.compile(r"收到|查收|收悉|回执|确认收")
_CLAUSE = re.compile(r"[。;!?\n/]")


def asks_beside(facts: Facts, rulebook: Rulebook) -> str | None:
    """A real question beside enclosed material (另请问案例是否需要盖章？); whether it arrived, our letter answers."""
    words, message = _wordings(rulebook), facts.message
    if not has_enclosures(facts) or len(squeeze(message.own)) > _LETTER_LENGTH:
        return None
    for clause in _CLAUSE.split(squeeze(message.own)):
        asked = words.asks(clause)
        if asked is not None and _RECEIPT.search(clause) is None:
            return asked
    return None


def promises(facts: Facts, rulebook: Rulebook) -> str | None:
    """The words by which the sender announces material that is still to come."""
    found = _wordings(rulebook).promise.search(own_words(facts))
    return found.group() if found else None


def promised(facts: Facts, rulebook: Rulebook) -> frozenset[str]:
    """The materials that the sender announces by name (照片见附件，总结还在盖章，明天报: the summary); empty if he names none."""
    words, found = _wordings(rulebook), set[str]()
    for sentence in _CLAUSE.split(own_words(facts)):
        spoken_of: set[str] = set()
        for clause in sentence.split(","):
            spoken_of = {material for material, named in words.named.items() if named.search(clause)} or spoken_of
            if words.promise.search(clause):
                found |= spoken_of
    return frozenset(found)


def says_nothing_to_send(facts: Facts, rulebook: Rulebook) -> str | None:
    """The words by which the sender says that there is no such material or activity (我校没有开展此项活动)."""
    found = _wordings(rulebook).nothing_to_send.search(own_words(facts))
    return found.group() if found else None


_ASKED_LENGTH = 150


_BEFORE = re.compile(r"(?:已经?|昨[天日]|前[天日]|上周|上次|之前|此前|早就)[^,。;!?/]{0,6}[发报寄交传][过了送出上]?")


def speaks_of_before(facts: Facts) -> bool:
    """Whether the sender says that the material went off earlier."""
    return _BEFORE.search(own_words(facts)) is not None


@once_per_rulebook
def _material_words(rulebook: Rulebook) -> re.Pattern[str]:
    words: list[str] = [*rulebook.campaign.activity, "材料", "附件"]
    for material in rulebook.materials.values():
        words += [material.name, *material.strong]
    return _any(words)


def _speaks_of_material(text: str, rulebook: Rulebook) -> bool:
    return _material_words(rulebook).search(text) is not None


def concerns_collection(facts: Facts, rulebook: Rulebook) -> bool:
    """Whether anything in the mail (subject, own and forwarded text, file names) speaks of the collection, or asks after it."""
    message = facts.message
    own = squeeze(f"{message.subject}/{message.own}")
    if len(own) <= _ASKED_LENGTH and not facts.links and _wordings(rulebook).asks(own):
        return True
    told = squeeze("/".join((message.subject, message.own, message.forwarded, *(item.path for item in facts.items))))
    return _speaks_of_material(told, rulebook)
