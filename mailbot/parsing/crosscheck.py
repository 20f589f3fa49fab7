"""Looks for material that the raw mail promises and the reading did not find; what does not add up becomes a doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailbot.model import Message
from mailbot.parsing.message import SecondOpinion
from mailbot.parsing.skeleton import Part, Skeleton
from mailbot.parsing.spool import Spool
from mailbot.parsing.transfer import Flaw, encoding_of

_SIGHT = 1024 * 1024
"""Bytes of each stretch that are looked through."""

# At the start of a line, so that quoted text ("> Content-Type:") and prose do not count.
_PROMISE = re.compile(
    rb"^Content-(?:Type|Disposition)[ \t]*:[^\r\n]*(?:\r*\n[ \t][^\r\n]*){0,10}?\b(?:file)?name\*?\d*\*?[ \t]*=", re.I | re.M
)
_BOUNDARY = re.compile(rb"^--[^\s][^\r\n]{5,200}[ \t]*\r*\nContent-[A-Za-z-]{2,40}:", re.I | re.M)

_FLAW_SENTENCES = {
    Flaw.GLUED: "的编码由几段拼成，内容可能不完整",
    Flaw.JUNK: "的编码里夹有杂质，内容可能不完整",
    Flaw.CUT: "的编码被截断，内容可能不完整",
    Flaw.UNKNOWN: "的传输编码无法识别，内容可能不正确",
}


def unclaimed(spool: Spool, skeleton: Skeleton, bodies: Iterable[Part]) -> tuple[str, ...]:
    """Doubts over text that still names files or parts: preambles, epilogues, and body text that was not encoded (`bodies`)."""
    readable = [part for part in bodies if encoding_of(part.encoding) in ("plain", "unknown")]
    stretches = [*skeleton.gaps, *((part.body, part.end) for part in readable)]
    for start, end in stretches:
        text = spool.read(start, min(end - start, _SIGHT))
        if b"ontent-" in text and (_PROMISE.search(text) or _BOUNDARY.search(text)):
            return ("邮件原文里还有像附件的内容没有读到",)
    return ()


def disagreements(message: Message, opinion: SecondOpinion, found: int, links: int) -> tuple[str, ...]:
    """Doubts where the sender's claim (X-Has-Attach, Foxmail and QQ) or mail-parser tells of more than the `found` leaves."""
    doubts: list[str] = []
    claimed = any(value.strip().lower() == "yes" for value in message.headers.get("x-has-attach", ()))
    if claimed and not found and not links:
        doubts.append("发件方标明邮件带有附件，但没有找到")
    if opinion.attachments is not None and opinion.attachments > found:
        doubts.append(f"两种读法得到的附件数不同（{opinion.attachments} 个和 {found} 个）")
    return tuple(doubts)


def flaw_doubts(flaws: Iterable[Flaw], name: str) -> tuple[str, ...]:
    """One sentence for each flaw in the encoding of the part called `name`."""
    return tuple(f"“{name}”{_FLAW_SENTENCES[flaw]}" for flaw in sorted(flaws))
