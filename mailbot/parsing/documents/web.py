"""Reads html and saved web pages (MHT), also those that call themselves .doc; nothing they point at is fetched."""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import re
from pathlib import Path

from lxml import etree, html
from lxml.etree import _Element

from mailbot.model import Problem
from mailbot.parsing.documents.draft import Draft
from mailbot.parsing.documents.plain import text_of
from mailbot.parsing.unreadable import UnreadableError

MAX_BYTES = 32 * 1024 * 1024
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]+)""", re.I)
_MARKUP = re.compile(rb"^\s*(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<")
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "tr",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "ul",
        "ol",
        "section",
        "article",
        "header",
        "footer",
        "pre",
        "dt",
        "dd",
        "hr",
        "body",
    ]
)
_HIDDEN = frozenset({"script", "style", "head", "noscript", "template", "object"})
_DATA_URL = re.compile(r"data:image/[\w.+-]+;base64,", re.I)


def read(path: Path, draft: Draft) -> None:
    """Fills `draft`; raises UnreadableError(TOO_LARGE) over 32 MB."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnreadableError(Problem.TOO_LARGE)
    if _MARKUP.match(content) or b"\x00" in content[:100]:
        _page(content, "", draft)
        return
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    for part in message.walk():
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes):
            continue
        if part.get_content_type() == "text/html":
            _page(body, str(part.get_param("charset") or ""), draft)
        elif part.get_content_maintype() == "image":
            draft.picture(body)


def _page(content: bytes, label: str, draft: Draft) -> None:
    declared = _CHARSET.search(content[:4096])
    text = text_of(content, label or (declared[1].decode("ascii") if declared else ""))
    # An XML declaration in a text that is decoded already is refused by lxml.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    root = html.document_fromstring(text, parser=html.HTMLParser(no_network=True, remove_comments=True, huge_tree=False))
    draft.text("\n".join(_lines(root)))
    for image in root.iter("img"):
        source = image.get("src") or ""
        match = _DATA_URL.match(source)
        if match:
            draft.picture(_decoded(source[match.end() :]))


def _lines(root: _Element) -> list[str]:
    """The visible text; block elements begin a new line, table cells are parted by tabs."""
    lines: list[str] = [""]
    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        tag = tag.rpartition(":")[2] if tag.startswith("w:") else tag
        if event == "start":
            hidden += tag in _HIDDEN
            if tag in _BLOCKS:
                lines.append("")
            if not hidden:
                lines[-1] += _flat(element.text)
        else:
            hidden -= tag in _HIDDEN
            if tag in _BLOCKS:
                lines.append("")
            elif tag in ("td", "th"):
                lines[-1] += "\t"
            if not hidden:
                lines[-1] += _flat(element.tail)
    return [line.strip() for line in lines if line.strip()]


def _flat(text: str | None) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text or "")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
