"""The text of a mail: HTML to plain text, and what the sender wrote apart from what is quoted or forwarded below it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree
from lxml import html as lxml_html

HTML_LIMIT = 2_000_000
"""Characters of HTML that are read; longer ones are cut (pasted pictures are taken out before)."""

_BLOCKS = frozenset(
    ["address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "tr", "ul"]
)
_SILENT = frozenset({"script", "style", "head", "title", "noscript", "template", "object", "svg"})
_CITED = re.compile(r"isReplyContent|gmail_quote|ntes-mailmaster-quote|netease_mail_quote|qmbox_quote|yahoo_quoted|moz-cite", re.I)
_DATA_URI = re.compile(r"data:[\w/+.;=-]{1,100}base64,[A-Za-z0-9+/=\s%]{0,}")

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
    r"-{2,}\s*(?:转发邮件信息|转发的原邮件|转发的邮件|转发邮件|已转发邮件|转发的信件|Forwarded message|Forwarded Message|Forwarded mail|Forwarded by.{0,80})\s*-{0,}"
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
        if lines[at].lstrip().startswith((">", "＞")):
            quoted.append(lines[at].lstrip("> ＞"))
            at += 1
            continue
        kind = _marker(lines, at, subject)
        if kind == "above":
            # "On … wrote:" over lines with ">": what stands below them is the sender's own again.
            quoted.append(lines[at])
            at += 1
            continue
        if kind:
            rest = "\n".join(line.lstrip("> ") if line.startswith(">") else line for line in lines[at:])
            older = "\n".join([*quoted, rest]) if kind == "reply" else rest
            kept = "" if kind == "reply" else "\n".join(quoted)
            return Split(_tidy(own), _tidy([older if kind == "reply" else kept]), rest.strip() if kind == "forward" else "")
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


def html_to_text(source: str, *, links: bool = False) -> str:
    """The visible text of an HTML body, one line per block, quotes marked with ">"; nothing is fetched, broken HTML is read as far as it goes.

    With `links` every anchor is followed by ` <URL>` and what it says about itself, so that `links.find_links` sees it in its place.
    """
    source = _DATA_URI.sub("data:,", source[: HTML_LIMIT * 4])[:HTML_LIMIT].replace("\x00", "")
    if not source.strip():
        return ""
    try:
        parser = lxml_html.HTMLParser(no_network=True, recover=True, remove_comments=True, remove_pis=True, encoding="utf-8")
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        root = None
    if root is None:
        return re.sub(r"<[^<>]{0,2000}>", "", source)
    return _Writer(links).text_of(root)


class _Writer:
    """Walks a tree without recursion (HTML can be nested thousands deep) and collects lines."""

    def __init__(self, links: bool) -> None:
        self.links = links
        self.lines: list[list[str]] = [[]]
        self.depth = 0
        self.silent = 0
        self.pre = 0

    def text_of(self, root: etree._Element) -> str:
        """All visible text of `root`."""
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if not isinstance(element.tag, str):
                continue
            tag = element.tag.lower()
            if event == "start":
                self._start(tag, element)
            else:
                self._end(tag, element)
        lines = ("".join(line) for line in self.lines)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")

    def _start(self, tag: str, element: etree._Element) -> None:
        self.silent += tag in _SILENT
        self.pre += tag == "pre"
        self.depth += _is_cited(tag, element)
        if tag in _BLOCKS:
            self._break()
        elif tag in ("td", "th"):
            self._say(" ")
        self._say(element.text)

    def _end(self, tag: str, element: etree._Element) -> None:
        if self.links and tag == "a" and not self.silent:
            self._say(_about(element))
        self.silent -= tag in _SILENT
        self.pre -= tag == "pre"
        self.depth -= _is_cited(tag, element)
        if tag in _BLOCKS and tag != "br":
            self._break()
        self._say(element.tail)

    def _break(self) -> None:
        if self.lines[-1]:
            self.lines.append([])

    def _say(self, text: str | None) -> None:
        if not text or self.silent:
            return
        for number, piece in enumerate(text.split("\n") if self.pre else [re.sub(r"[ \t\r\n\f]+", " ", text)]):
            if number:
                self.lines.append([])
            if not self.lines[-1]:
                piece = piece.lstrip(" ")
                if piece and self.depth:
                    self.lines[-1].append("> ")
            if piece:
                self.lines[-1].append(piece)


def _is_cited(tag: str, element: etree._Element) -> bool:
    if tag != "blockquote":
        return False
    return element.get("type") == "cite" or bool(_CITED.search(f"{element.get('id', '')} {element.get('class', '')}"))


def _about(anchor: etree._Element) -> str:
    told = [anchor.get("href") or anchor.get("download") or ""]
    if not re.match(r"\s*(?:https?:)?//|\s*https?:", told[0], re.I):
        told[0] = anchor.get("download") or ""
    said = [f"{key}={value!r}" for key in ("filename", "filesize", "expiretime", "title") if (value := anchor.get(key))]
    return f" <{told[0].strip()}> " + (f"[{' '.join(said)}] " if said else "") if told[0] else ""
