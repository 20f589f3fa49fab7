"""The text of a mail: what the sender wrote, apart from what is quoted or forwarded below it."""

from __future__ import annotations

import re
from dataclasses import dataclass

# How the line above an older mail looks. Every pattern is linear: at most one bounded repetition of "anything".
_REPLY_LINE = re.compile(
    r"^[\s>*_]*(?:"
    r"-{2,}\s*(?:回复的原邮件|原邮件信息|原始邮件|原始消息|邮件原件|原邮件|Original Message|Original)\s*-{2,}"
    r"|(?:在|于)?\s*\d{4}\s?[-年/.].{3,160}(?:写道|来信说|寫道)\s*[:：]?"
    r"|在\s?.{4,160}写道\s*[:：]?"
    r"|(?:On|At)\s.{6,200}\s?wrote\s*[:：]"
    r"|.{1,80}<?[\w.+-]{1,64}@[\w.-]{3,80}>?\s?(?:于|在).{4,80}写道\s*[:：]?"
    r")\s*$",
    re.I,
)
_FORWARD_LINE = re.compile(
    r"^[\s>*_]*(?:"
    r"-{2,}\s*(?:转发邮件信息|转发的原邮件|转发的邮件|转发邮件|已转发邮件|转发的信件|Forwarded message|Forwarded mail)\s*-*"
    r"|Begin forwarded message:|下面是被转发的邮件[:：]|以下是转发的?邮件[:：]?|开始转发的邮件[:：]|下面是转发邮件[:：]?"
    r")\s*$",
    re.I,
)
_NEUTRAL_LINE = re.compile(r"^[\s>*_]*-{2,}\s*(?:原始邮件|原邮件信息|原邮件|原始消息|Original Message|Original)\s*-{2,}\s*$", re.I)
_FIELD_LINE = re.compile(r"^[\s>*_]*(发件人|From|发送时间|发送日期|日期|时间|Date|Sent|收件人|To|抄送|Cc|主题|Subject)\*?\s*[:：]", re.I)
_FIRST_FIELD = re.compile(r"^[\s>*_]*(?:发件人|寄件人|From)\*?\s*[:：]", re.I)
_FORWARD_SUBJECT = re.compile(r"^\s*(?:[\[【][^\]】]{0,20}[\]】]\s*)?(?:转发|轉寄|转寄|fw|fwd)\s*[:：]", re.I)


@dataclass(frozen=True, slots=True)
class Split:
    """One text in three: what the sender wrote, an older mail that it answers, an older mail that it passes on."""

    own: str = ""
    quoted: str = ""
    forwarded: str = ""


def split_text(text: str, subject: str = "") -> Split:
    """Cut `text` where an older mail begins. The subject's first prefix tells a forward from a reply where the line itself does not.

    When in doubt the older mail is a quote: a quote is no evidence for the unit, so the mistake costs a question, not a wrong answer.
    """
    lines = text.split("\n")
    own: list[str] = []
    quoted: list[str] = []
    at = 0
    while at < len(lines):
        kind = _marker(lines, at, subject)
        # NetEase puts a forwarded mail into the same block as a quoted one; inside a quote that has begun a forward is only a quote.
        if lines[at].lstrip().startswith((">", "＞")) and (kind != "forward" or quoted):
            quoted.append(lines[at].lstrip("> ＞"))
            at += 1
            continue
        if kind == "above":
            # "On … wrote:" over lines with ">": what stands below them is the sender's own again.
            quoted.append(lines[at])
            at += 1
            continue
        if kind:
            rest = "\n".join(line.lstrip("> ") if line.startswith(">") else line for line in lines[at:])
            if kind == "forward":
                return Split(_tidy(own), _tidy(quoted), rest.strip())
            return Split(_tidy(own), _tidy([*quoted, rest]))
        own.append(lines[at])
        at += 1
    return Split(_tidy(own), _tidy(quoted))


def _marker(lines: list[str], at: int, subject: str) -> str:
    """`forward`, `reply`, `above` (a reply whose lines carry ">"), or "" when line `at` begins no older mail."""
    line = lines[at]
    if len(line) > 300 or not line.strip():
        return ""
    if _FORWARD_LINE.match(line):
        return "forward"
    neutral = bool(_NEUTRAL_LINE.match(line)) or _is_field_block(lines, at)
    if neutral:
        return "forward" if _FORWARD_SUBJECT.match(subject) else "reply"
    two = line + " " + lines[at + 1] if at + 1 < len(lines) and len(lines[at + 1]) < 200 else line
    if _REPLY_LINE.match(line) or ((line.lstrip()[:2] in ("On", "At") or line.lstrip()[:1] == "在") and _REPLY_LINE.match(two)):
        below = next(
            (later for later in lines[at + 1 : at + 5] if later.strip() and not later.rstrip().endswith(("写道：", "写道:", "wrote:"))), ""
        )
        return "above" if below.lstrip().startswith(">") else "reply"
    return ""


def _is_field_block(lines: list[str], at: int) -> bool:
    """发件人：… followed within a few lines by at least two more header names (Foxmail, Outlook)."""
    if not _FIRST_FIELD.match(lines[at]):
        return False
    names = {match[1].lower() for line in lines[at : at + 9] if len(line) < 2000 and (match := _FIELD_LINE.match(line))}
    return len(names) >= 3


def _tidy(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in "\n".join(lines).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def choose(plain: str, rich: str) -> str:
    """The better of two alternatives (RFC 2046 section 5.1.4): the plain text, unless it says clearly less Chinese than the HTML does."""
    if not plain.strip():
        return rich
    said, shown = len(re.findall(r"[\u4e00-\u9fff]", plain)), len(re.findall(r"[\u4e00-\u9fff]", rich))
    return rich if shown > said * 1.2 + 4 else plain


def unflow(text: str, *, delsp: bool = False) -> str:
    """Join the soft line ends of format=flowed (RFC 3676); the signature mark `-- ` stays a line of its own."""
    out: list[str] = []
    open_line = False
    for line in text.split("\n"):
        content = line[1:] if line.startswith(" ") else line
        if open_line and not content.startswith(">"):
            out[-1] += content
        else:
            out.append(content)
        open_line = content.endswith(" ") and content != "-- " and not content.startswith(">")
        if open_line and delsp:
            out[-1] = out[-1][:-1]
    return "\n".join(out)
