"""What an SMTP answer means for the letter and for all sending: NetEase's own list (mail-facts 1.7), then RFC 5321's classes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MINUTE, HOUR = 60.0, 3600.0
AUTH_HINT = "请到网页邮箱确认 SMTP 服务已开启，并重新生成授权码填入配置（要用授权码，不是登录密码）"


class Outcome(StrEnum):
    """How an attempt to send ended."""

    SENT = "sent"  # the server took it
    LATER = "later"  # not taken; try again after `wait_seconds`
    REFUSED = "refused"  # this address, or this letter, will never be taken
    STOP = "stop"  # nothing will be taken until a person acts: stop all sending
    UNCERTAIN = "uncertain"  # the line broke after the final dot: it may have been taken (RFC 1047)
    SPAM = "spam"  # taken for spam: the text must change


class Stage(StrEnum):
    """The command that was answered."""

    LOGIN = "登录"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"


@dataclass(frozen=True, slots=True)
class Meaning:
    """`everyone`: it concerns the whole account, so every letter waits; `reconnect`: a new connection is needed."""

    outcome: Outcome
    sentence: str
    wait_seconds: float = 0.0
    everyone: bool = False
    reconnect: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    codes: str  # the first digits of the code
    words: str  # a tag or words of the text, as a regular expression
    meaning: Meaning
    stages: Sequence[Stage] = tuple(Stage)


def _stop(sentence: str) -> Meaning:
    return Meaning(Outcome.STOP, sentence, everyone=True)


def _pause(sentence: str, seconds: float) -> Meaning:
    return Meaning(Outcome.LATER, sentence, seconds, everyone=True, reconnect=True)


def _refused(sentence: str) -> Meaning:
    return Meaning(Outcome.REFUSED, sentence)


# The first row that fits decides.
_TABLE = (
    _Row("5", r"smtp auth error limit|IP is rejected", _stop(f"因登录失败次数过多，服务器暂时拒绝本机，已停止发信。{AUTH_HINT}")),
    _Row("4", r"too much fail authentication", _pause(f"登录失败次数过多，服务器要求稍后再试。{AUTH_HINT}", HOUR)),
    _Row("53[0458]", r"", _stop(f"发信账号登录被拒绝，已停止发信。{AUTH_HINT}")),
    _Row("5", r"authentication (failed|required|is required)|Login fail", _stop(f"发信账号登录被拒绝，已停止发信。{AUTH_HINT}")),
    _Row("5", r"User has no permission", _stop(f"邮箱没有开通 SMTP 服务，或用了登录密码而不是授权码，已停止发信。{AUTH_HINT}")),
    _Row("5", r"DT:SUM|Mail from must equal", _stop("发件地址和登录账号不一致，已停止发信：请把配置里的发件地址改成账号本身")),
    _Row("5", r"HL:I(HU|PB)|MI:SPB|in blacklist|blacklisted", _stop("本机 IP 或账号被列入黑名单，已停止发信：请联系邮箱客服")),
    _Row(
        "5", r"frequency limited|account is abnormal", _stop("发信过于频繁或账号异常，服务器拒绝发信，已停止发信：请登录网页邮箱查看提示")
    ),
    _Row("5", r"MI:STC", _pause("今天的发信数量已用完，明天再发", 12 * HOUR)),
    _Row("5", r"RP:TRC", _pause("今天的收件人数量已用完，明天再发", 12 * HOUR)),
    _Row("4", r"RP:QRC", _pause("近期收件人过多，几小时后再发", 4 * HOUR)),
    _Row("4", r"MI:SFQ", _pause("15 分钟内发信过多，稍后再发", 15 * MINUTE)),
    _Row("4", r"(MI|RP):C[EC]L", _pause("服务器嫌命令过多，换一个连接稍后再发", 5 * MINUTE)),
    _Row("4", r"MI:DMC|RP:DRC", _pause("这个连接上发得够多了，换一个连接再发", MINUTE)),
    _Row("4", r"HL:(REP|ICC|IFC|MEP)", _pause("服务器暂时限制本机连接，稍后再发", 15 * MINUTE)),
    _Row("4", r"DT:SPM", Meaning(Outcome.LATER, "服务器怀疑是垃圾邮件，请求稍后再试", 5 * MINUTE)),
    _Row("5", r"DT:SPM", Meaning(Outcome.SPAM, "服务器判定这封信像垃圾邮件：请改写内容后再发，或电话联系该单位")),
    _Row("55[0-4]", r"RP:RCL|too (much|many) recipient", _refused("服务器嫌一封信的收件人太多")),
    _Row("552", r"Illegal Attachment|exceed", _refused("服务器不接受这封信的附件或大小")),
    _Row(
        "55[0-4]",
        r"User suspended|Account (disabled|suspended)",
        _refused("对方邮箱已停用，请核对地址或电话联系"),
        (Stage.RCPT, Stage.DATA),
    ),
    _Row("421", r"", _pause("服务器暂时限制连接，稍后再发", 15 * MINUTE)),
    _Row("452", r"", _pause("服务器空间或配额暂时不足，稍后再发", 15 * MINUTE), (Stage.MAIL, Stage.DATA)),
    _Row("4", r"", Meaning(Outcome.LATER, "服务器请求稍后再试", 15 * MINUTE), (Stage.RCPT, Stage.DATA)),
    _Row("4", r"", _pause("服务器请求稍后再试", 15 * MINUTE), (Stage.LOGIN, Stage.MAIL)),
    _Row("5", r"", _refused("收件地址被拒绝，请核对地址或电话联系"), (Stage.RCPT,)),
    _Row("5", r"", _refused("服务器拒收这封信"), (Stage.DATA,)),
    _Row("5", r"", _stop("服务器拒绝本账号发信，已停止发信：请查看服务器原话"), (Stage.LOGIN, Stage.MAIL)),
)
_GARBAGE = Meaning(Outcome.LATER, "发信服务器的回答无法理解，稍后再试", 5 * MINUTE, reconnect=True)


def meaning(stage: Stage, code: int, text: str) -> Meaning:
    """Say what a refusal (any answer but success) to `stage` means; `text` is the server's decoded text."""
    for row in _TABLE:
        if stage in row.stages and re.match(row.codes, str(code)) and re.search(row.words, text, re.IGNORECASE):
            return row.meaning
    return _GARBAGE
