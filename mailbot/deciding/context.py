"""Reads a name by the words around it: is the sender meant, or a partner, host, addressee, former name?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.deciding.names import Mention, names_of
from mailbot.deciding.once import once_per_rulebook
from mailbot.deciding.plain import squeeze
from mailbot.deciding.roster import Sort
from mailbot.rulebook import Rulebook

# 按照长春市教育局…通知, 原长春税务学院, 致长春开放大学, 由长春开放大学承办: Chinese office grammar, the same in every collection.
_FORMER = r"原|原名|曾用名:?|前身为?是?|更名前|旧称|旧名|原为"
_ADDRESSED = r"致|尊敬的|呈报给?|抄送:?|主送:?|收件人:?|报送至|发至|请转|暨|@"
_TAKEN_FOR = r"写成|写作|当成|当作|认作|看成|误为|误作|区别于|不同于|有别于|不是|并非|而非"  # 常被写成某校, 我们不是某校
_BEFORE_ALWAYS = re.compile(
    rf"(?:{_FORMER}|{_ADDRESSED}|{_TAKEN_FOR}|按照|根据|依据|遵照|贯彻|落实|转发|接到|响应|参照|依托|通过)[\"“”《(]?$"
)
_HOSTED = re.compile(r"^[^,。;:!?\n]{0,24}?(?:承办|主办|协办|举行|召开|启动|指导下|支持下|统一部署)")
_HOST_BEFORE = re.compile(r"(?:由|在|于|受|经)[\"“”]?$")
_HELD_BY = re.compile(r"^(?:等(?:单位|高校|院校)?)?(?:承办|协办|的?(?:支持|指导|统一部署|大力支持)下|相关部门的支持)")
_HELPED = re.compile(
    r"^的?(?:大力|悉心|精心|鼎力|热情|有力)?(?:支持|指导|帮助|协助|配合|关心|参与)"
)  # 得到长春大学继续教育学院的指导和帮助
# 通化市教育局今年不再汇总我市材料, 市教育局通知我们直接报: what another body does.
_DOES = re.compile(r"^(?:今年|本次|这次|已|已经)*(?:不再|不统一|不汇总|要求|通知(?:我|要|说)|让我|请我|告知|建议|派人|派员|牵头)")
_MIXED_UP = re.compile(r"^[\"”]?(?:搞混|弄混|混淆|混同|区分|区别|无关|不是)")
_NOTICE = re.compile(r"^(?:职[^,。]{0,6}[处科])?(?:下发|印发|发布)?(?:的)?(?:《|\"|“)?关于[^。\n]{0,40}?(?:通知|要求|部署|精神|文件)")
_ADDRESSEE = re.compile(r"^(?:[^,。;:]{0,10}?[处科办室])?(?:各位)?(?:领导|老师|同志|工作人员|负责人|们)*[,:](?:您好|你好)?!?$")
_SALUTED = re.compile(r"^(?:[^,。;:]{0,10}?[处科办室])?(?:各位)?(?:领导|老师|同志|工作人员|负责人|们)*:")
_CHAIN = re.compile(r"^(?:、|和|及|与|以及|,|\"|“|”)+$")
_CHAIN_LENGTH = 3
_LISTED = re.compile("[与和及、]")
_SENT = re.compile(r"$|[^\w]|的?(?:20\d\d年?)?(?:两校|各校|全部|所有|全民|终身|学习周|活动周|材料|总结|工作总结|照片|案例|典型|报送)")


@dataclass(frozen=True, slots=True)
class Reader:
    """Mentions of one rulebook's names that may mean the writer himself."""

    rulebook: Rulebook
    partners: re.Pattern[str]

    def own(self, line: str, *, running: bool = False) -> Sequence[Mention]:
        """The mentions in one squeezed line that can stand for the writer, left to right.

        `running` text is a sentence of a letter or document: there the organizers that every notice names count for
        nothing (rules: look-alikes of the kind "mention").
        """
        names = names_of(self.rulebook)
        kept: list[Mention] = []
        foreign_end = -1
        for mention in names.find(line):
            if not running and kept and _listed_with(kept[-1], mention, line):
                kept.append(mention)
                continue
            chained = foreign_end >= 0 and bool(_CHAIN.match(line[foreign_end : mention.start][:_CHAIN_LENGTH] or "\n"))
            if chained or self._foreign(line, mention, running):
                foreign_end = mention.end
                continue
            if mention.named.sort is Sort.SILENT or (running and names.mention_only.issuperset(mention.named.units)):
                continue
            kept.append(mention)
        return kept

    def _foreign(self, line: str, mention: Mention, running: bool) -> bool:
        before, after = line[max(0, mention.start - 8) : mention.start], line[mention.end :]
        if self.partners.search(before) or _BEFORE_ALWAYS.search(before):
            return True
        if _HOST_BEFORE.search(before) and _HOSTED.match(after):
            return True
        if any(said.match(after) for said in (_HELD_BY, _HELPED, _DOES, _MIXED_UP, _NOTICE)):
            return True
        return mention.start == 0 and bool((_SALUTED if running else _ADDRESSEE).match(after))


def _listed_with(before: Mention, mention: Mention, line: str) -> bool:
    """长春大学与长春师范大学材料: two senders; 长春大学与长春师范大学共建…: a sender and his partner."""
    names = before.named.sort is Sort.NAME and mention.named.sort is Sort.NAME
    return names and _LISTED.fullmatch(line[before.end : mention.start]) is not None and _SENT.match(line, mention.end) is not None


@once_per_rulebook
def reader_of(rulebook: Rulebook) -> Reader:
    """The reader of a rulebook's names."""
    partners = sorted({squeeze(word) for word in rulebook.words.partners if word}, key=len, reverse=True)
    words = "|".join(map(re.escape, partners)) or "$^"
    return Reader(rulebook, re.compile(rf"(?:{words})[\"“”(]?(?:吉林省)?$"))
