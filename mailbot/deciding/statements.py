"""What a message says of its sender in its own words: subject, display name, sentences, signature, a forwarded letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailbot.deciding.context import reader_of
from mailbot.deciding.once import once_per_rulebook
from mailbot.deciding.plain import squeeze
from mailbot.deciding.roster import Sort
from mailbot.deciding.signs import Place, Sign, Spot, field_like, signs_of, strongest
from mailbot.model import Message
from mailbot.rulebook import Rulebook

_REPLY_PREFIX = re.compile(r"^(?:(?:re|回复|答复|回覆|fw|fwd|转发|转寄|自动回复)(?:\[\d+\])?[:：]\s*)+", re.IGNORECASE)
_REPLY = re.compile(r"^(?:re|回复|答复|回覆)(?:\[\d+\])?[:：]", re.IGNORECASE)
# 我是…的, 单位：…, 请登记在…名下: the writer says who he is.
_SELF = re.compile(
    r"(?:我是|我们是|这里是|我来自|我们来自|来自|我(?:们|这边|单位|校|院|局)?(?:这边)?是|单位(?:名称|全称)?[:为是]|学校(?:名称)?[:为是]|"
    r"登记[在为到](?:我们)?|名称[:为是]|全[称名][:为是叫]?|^[\W_]*(?:就|应该|应)?是|代表|我校|我院|我局|本校|本院|本局|我单位|本单位|归到|记在|算在|署名[:为是]?|落款[:为是]?)[\"“(]?(?:吉林省)?$"
)
# 现将长春工业大学2022年…报上: what is delivered is the named unit's.
_DELIVERS = re.compile(r"(?:现将|附件[为是中里]|附上|报送|上报|提交|发送|送上|这是|补报|补发|补充)[\"“(]?(?:吉林省)?$")
_NOT_SELF = re.compile(r"(?:不是|并非|请问|和|与|收件|抄送|上级|合作|承办|主办|指导)(?:单位)?[:是]?$")
_SENT = ("附件", "现将", "报送", "上报", "提交", "发送", "报上", "呈上", "请查收", "材料", "送上", "发给", "补报", "补发")
# 吉林动画学院的材料见附件, 老师好，吉林动画学院继续教育学院2022年…: whose material it is stands at the head of the sentence.
_BEGINS = re.compile(r"(?:[\W\d_]|各位|领导|老师|您好|你好|好|省(?:教育)?厅)*")
_OF_THE_UNIT = re.compile(
    r"(?:\([^()]{2,20}\))?(?:[^,。;:]{0,8}(?:学院|处|科|部|中心|室))?的?(?:全部|所有|相关|有关|本次|20\d\d年?(?:度)?)?(?:全民|终身|学习|活动|材料|总结|工作总结|照片|案例|典型|附件)"
)
_FOR_ANOTHER = re.compile(r"(?:代|替|帮|为|受|托|转|将|把|及|和|与|、)[\"“(]?(?:吉林省)?$")  # 代某局报送, 将我校和某校的一并报上
_NAMES_ITSELF = re.compile(r"(?:我们?(?:是|学校|学院|单位|校|院|局)的?|本[校院局]),$")  # 我们学校的，吉林省教育学院，收到请回复
_GREETING = re.compile(r"^(?:尊敬的|各位)|(?:您好|你好)[!,。]?$")
_DEPARTMENT = re.compile(r"^[\W_]*(?:吉林省)?[\W_]*(?:[^\W\d_]{0,10}(?:处|部|科|院|室|中心|办|学院|老师))?[\W_\d]*$")
_SIGNATURE_LINES = 8
_SIGNATURE_LENGTH = 70
_SENTENCE_END = re.compile(r"(?<=[。;!?\n])")
_HEADER_LINE = re.compile(
    r"^(发件人|寄件人|from|主题|subject|收件人|to|抄送|cc|发送时间|日期|date|sent|发送日期)[:：]\s*(.*)$", re.IGNORECASE
)


def is_reply(subject: str) -> bool:
    """Whether the subject is that of a letter answered: then its words are ours or another's, not the sender's."""
    return _REPLY.match(subject.strip()) is not None


def bare_subject(subject: str) -> str:
    """The subject without 回复：, 转发：, Re:."""
    return _REPLY_PREFIX.sub("", subject.strip())


def message_signs(message: Message, rulebook: Rulebook) -> tuple[Sign, ...]:
    """The signs in subject, display name, own text and inline forwarded text of one message."""
    found = list(_in_subject(message.subject, rulebook))
    if len(message.from_) == 1:
        found += _shown(squeeze(message.from_[0].name), rulebook)
    found += text_signs(message.own, rulebook)
    found += _forwarded(message.forwarded, rulebook)
    return strongest(found)


def _in_subject(subject: str, rulebook: Rulebook) -> Iterator[Sign]:
    """A subject tells whose it is, but a stranger's subject alone does not decide: anybody can write one (reliability section 4 no. 18)."""
    yield from signs_of(squeeze(bare_subject(subject)), Spot(Place.SUBJECT, 2), rulebook)


def _shown(name: str, rulebook: Rulebook) -> Iterator[Sign]:
    """A mailbox that bears a unit's name, or that of its department, and nothing else, is that unit's; a name among words is a sign."""
    for sign in signs_of(name, Spot(Place.DISPLAY, 2), rulebook):
        whole = sign.sort is Sort.NAME and _DEPARTMENT.match(name.replace(sign.seen, "", 1)) is not None
        yield replace(sign, strength=3) if whole else sign


def text_signs(text: str, rulebook: Rulebook) -> Iterator[Sign]:
    """What a letter's own text states and how it is signed."""
    lines = [line for line in map(squeeze, text.splitlines()) if line]
    for line in _unwrapped(lines):
        for sentence in filter(None, _SENTENCE_END.split(line)):
            yield from _stated(sentence, rulebook)
    for line in map(_tail, lines[-_SIGNATURE_LINES:]):
        if len(line) <= _SIGNATURE_LENGTH and "。" not in line and not _GREETING.search(line):
            yield from _signed(line, rulebook)


def _tail(line: str) -> str:
    """What stands behind the last full stop: 请确认。 吉林工商学院 is signed on the line of its last sentence."""
    before, _, after = line.rpartition("。")
    return after if before and after else line


def _unwrapped(lines: Sequence[str]) -> Iterator[str]:
    """Plain-text mailers break lines at 70 columns, in the middle of a name if need be."""
    held = ""
    for line in lines:
        held += line
        if len(line) < 30 or held[-1] in "。;:!?":
            yield held
            held = ""
    if held:
        yield held


def _stated(sentence: str, rulebook: Rulebook) -> Iterator[Sign]:
    sent = _sent_words(rulebook).search(sentence) is not None
    for mention in reader_of(rulebook).own(sentence):
        before, name = sentence[: mention.start], mention.named
        if _NOT_SELF.search(before):
            continue
        clause = before[-1:] in ("", ",") and sentence[mention.end : mention.end + 1] in ("", ",", "。", "!")
        said = _SELF.search(before) is not None or (
            clause and name.sort is Sort.NAME and not name.shaky and _NAMES_ITSELF.search(before) is not None
        )
        if name.sort is Sort.PLACE and not said and not field_like(sentence, mention, rulebook):
            continue
        if name.sort is Sort.COUNTY_PLACE and not said:
            continue
        if said or (sent and not _named_only(mention.named.units, rulebook)):
            plainly = said or _DELIVERS.search(before) or (_BEGINS.fullmatch(before) and _OF_THE_UNIT.match(sentence, mention.end))
            # 借用了某校的礼堂: a sentence may name anybody; only what speaks of whose the material is stands against other signs.
            passing = not plainly and not _OF_THE_UNIT.match(sentence, mention.end) and not _FOR_ANOTHER.search(before)
            weight = 1 if passing or name.sort in (Sort.WEAK, Sort.PLACE) else 3 if plainly else 2
            yield Sign(Place.STATED, name.text, name.units, weight, name.sort, soft=passing, shaky=name.shaky)


def _named_only(units: tuple[str, ...], rulebook: Rulebook) -> bool:
    from mailbot.deciding.names import names_of

    return bool(units) and names_of(rulebook).mention_only.issuperset(units)


@once_per_rulebook
def _sent_words(rulebook: Rulebook) -> re.Pattern[str]:
    words = {squeeze(word) for material in rulebook.materials.values() for word in (material.name, *material.strong)}
    return re.compile("|".join(re.escape(word) for word in (*_SENT, *sorted(filter(None, words)))))


# 单位：…, 张三 / …: what stands before the name in a signature line.
_SIGNED_BEFORE = re.compile(
    r"^(?:[-_=*>|/]*|[^,。;:]{0,10}(?:单位|学校|院校|部门|联系人|姓名|发件人|地址|职务|办公室|此致|敬礼)[^,。;]{0,14}?[:|/-]?|[^\W\d]{2,4}[|/,、-]?)$"
)
_SENTENCE_WORDS = re.compile(r"[已将请把被是在的了让给向对为]")


@once_per_rulebook
def _our_contacts(rulebook: Rulebook) -> re.Pattern[str]:
    numbers = re.findall(r"[0-9][0-9-]{6,}", " ".join(rulebook.campaign.phones))
    return re.compile("|".join(map(re.escape, (*numbers, *rulebook.campaign.mailboxes))) or "(?!)")


def _signed(line: str, rulebook: Rulebook) -> Iterator[Sign]:
    """A signature line is a name with a department, a person, a number; it has no verb (请将某校标记为已收齐 is no signature)."""
    if _our_contacts(rulebook).search(line):
        return  # the last lines of our own notice, pasted below the letter
    for sign in signs_of(line, Spot(Place.SIGNED, 3), rulebook):
        before, _, after = line.partition(sign.seen)
        if _SIGNED_BEFORE.match(before) and not _NOT_SELF.search(before) and not _SENTENCE_WORDS.search(after):
            yield sign


def _forwarded(text: str, rulebook: Rulebook) -> Iterator[Sign]:
    """The letter inside an inline forward; nothing if it is one of ours (the clerk forwards our reminder)."""
    if not text.strip():
        return
    body: list[str] = []
    for line in text.splitlines():
        header = _HEADER_LINE.match(line.strip())
        if header is None:
            body.append(line)
            continue
        name, content = header.group(1).lower(), header.group(2)
        if name in ("发件人", "寄件人", "from"):
            if any(mailbox and mailbox.lower() in content.lower() for mailbox in rulebook.campaign.mailboxes):
                return
            yield from _as_forwarded(signs_of(squeeze(content), Spot(Place.DISPLAY, 2), rulebook))
        elif name in ("主题", "subject"):
            yield from _as_forwarded(signs_of(squeeze(bare_subject(content)), Spot(Place.SUBJECT, 2), rulebook))
    yield from _as_forwarded(text_signs("\n".join(body), rulebook))


def _as_forwarded(signs: Iterator[Sign], where: str = "") -> Iterator[Sign]:
    """Another's words: no more than two, however clearly they speak."""
    for sign in signs:
        yield Sign(Place.FORWARDED, sign.seen, sign.units, min(sign.strength, 2), sign.sort, where, sign.soft, sign.shaky)


def nested_signs(message: Message, rulebook: Rulebook) -> tuple[Sign, ...]:
    """The signs of a message that came as an attachment; none if it is one of our own letters."""
    ours = set(rulebook.campaign.mailboxes)
    if any(address.address in ours for address in message.from_):
        return ()
    return strongest(_as_forwarded(iter(message_signs(message, rulebook)), message.path))
