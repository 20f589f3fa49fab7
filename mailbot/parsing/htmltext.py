"""HTML mail as the lines that one sees: read without network and without recursion, quotes marked with ">"."""

from __future__ import annotations

import re

from lxml import etree
from lxml import html as lxml_html

HTML_LIMIT = 2_000_000
"""Characters of HTML that are read; longer ones are cut (pasted pictures are taken out before)."""

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset({"script", "style", "head", "title", "noscript", "template", "object", "svg"})
_CITED = re.compile(r"isReplyContent|gmail_quote|ntes-mailmaster-quote|netease_mail_quote|qmbox_quote|yahoo_quoted|moz-cite", re.I)
_DATA_URI = re.compile(r"data:[\w/+.;=-]{1,100}base64,[A-Za-z0-9+/=\s%]{0,}")


def html_to_text(source: str, *, links: bool = False) -> str:
    """The visible text of an HTML body, one line per block, quotes marked with ">"; broken HTML is read as far as it goes.

    Nothing is fetched. With `links` every anchor is followed by ` <URL>` and what it says about itself, so that `links.find_links`
    sees it in its place.
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
        for number, line in enumerate(text.split("\n") if self.pre else [re.sub(r"[ \t\r\n\f]+", " ", text)]):
            if number:
                self.lines.append([])
            current = self.lines[-1]
            piece = line if current else line.lstrip(" ")
            if piece:
                current.extend(["> ", piece] if self.depth and not current else [piece])


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
