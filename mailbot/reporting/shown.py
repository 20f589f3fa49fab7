"""How things are said on a table: Chinese words for every state, and text from mail made harmless."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from mailbot.model import BODY, Disposition, Intent, LetterKind, LetterState, MailState, UnitState
from mailbot.reporting.table import LastLetter, MailLine, Table

UNIT_STATES: Mapping[UnitState, str] = {
    UnitState.COMPLETE: "齐全",
    UnitState.PARTIAL: "部分",
    UnitState.NONE: "未报送",
    UnitState.UNSURE: "待核实",
}
MAIL_STATES: Mapping[MailState, str] = {
    MailState.KEPT: "等待处理",
    MailState.SETTLED: "已登记",
    MailState.UNSURE: "待核实",
    MailState.AUTOMATIC: "自动邮件",
    MailState.STUCK: "处理失败",
}
LETTER_KINDS: Mapping[LetterKind, str] = {
    LetterKind.CONFIRM: "收齐回执",
    LetterKind.MISSING: "缺件通知",
    LetterKind.ASK_UNIT: "询问单位",
    LetterKind.ASK_AGAIN: "请重发",
    LetterKind.ACK: "收到回执",
    LetterKind.CHASE: "催报",
}
LETTER_STATES: Mapping[LetterState, str] = {
    LetterState.HELD: "待放行",
    LetterState.PENDING: "待发",
    LetterState.CLAIMED: "发送中",
    LetterState.SENT: "已发",
    LetterState.REFUSED: "未送达",
    LetterState.UNCERTAIN: "不确定",
    LetterState.SUPERSEDED: "已并入新信",
    LetterState.SILENCED: "不发",
}

DISPOSITIONS: Mapping[Disposition, str] = {
    Disposition.FILED: "归档",
    Disposition.DUPLICATE: "重复",
    Disposition.REPLACED: "替换旧件",
    Disposition.IGNORED: "不算材料",
    Disposition.QUARANTINED: "隔离",
    Disposition.UNREADABLE: "读不出",
    Disposition.UNSURE: "待核",
}
INTENTS: Mapping[Intent, str] = {
    Intent.SUBMIT: "报送材料",
    Intent.CORRECT: "更正",
    Intent.SUPPLEMENT: "补报",
    Intent.WITHDRAW: "要求撤回",
    Intent.QUESTION: "提问",
    Intent.THANKS: "道谢",
    Intent.PROMISE: "说材料以后发来",
    Intent.NOTHING: "别的事",
}

# What XML 1.0 cannot hold (one lone surrogate once stopped a whole table at save), terminal escapes, and characters that turn the
# reading direction or hide in a name.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")

FILES_SHOWN = 10


def harmless(text: str) -> str:
    """The text with every character that a cell or a terminal must not get shown as U+FFFD."""
    return _HARMFUL.sub("\ufffd", text)


def called(path: str) -> str:
    """A file of a mail as people call it: by its path, the mail's own text 邮件正文."""
    return "邮件正文" if path == BODY else path


def mail_state(mail: MailLine) -> str:
    """已登记 is said of what brought something; the rest is 其他 (nobody's) or 无材料, unless it waits for a person."""
    if mail.state is not MailState.SETTLED:
        return MAIL_STATES[mail.state]
    if mail.waits:
        return "待办"
    return MAIL_STATES[mail.state] if mail.brings else "无材料" if mail.unit else "其他"


def file_list(files: tuple[str, ...]) -> str:
    """The first ten names, one a line, and how many there are in all."""
    names = "\n".join(files[:FILES_SHOWN])
    return names if len(files) <= FILES_SHOWN else f"{names}\n…… 共 {len(files)} 个"


def letter_state(letter: LastLetter) -> str:
    """What became of a letter; that it came back outweighs that it was sent."""
    return "退信" if letter.bounced else LETTER_STATES[letter.state]


def moment(table: Table, when: datetime) -> str:
    """`2022年12月28日 23:59`, in the office's time."""
    local = table.local(when)
    return f"{local:%Y}年{local.month}月{local.day}日 {local:%H:%M}"


def heading(table: Table) -> str:
    """When the deadline is and when the table was made."""
    return f"截止时间：{moment(table, table.deadline)}　　制表时间：{moment(table, table.as_of)}"


def totals(table: Table) -> str:
    """The line of sums."""
    sums = table.totals
    states = f"齐全 {sums.complete}，部分 {sums.partial}，待核实 {sums.unsure}，未报送 {sums.none}；其中逾期 {sums.late}"
    return f"应报 {sums.units} 个单位：{states}。邮件 {len(table.mails)} 封，待办 {len(table.todo)} 项。"
