"""Tells text from bytes, and among texts: a mail, a web page (or a saved one, MHT), RTF with junk before it, plain text."""

from __future__ import annotations

import codecs
import re

from mailbot.model import FileKind

_HEADER_LINE = re.compile(
    rb"^(?:from|to|cc|subject|date|received|message-id|mime-version|return-path|content-type|x-mailer|delivered-to)[ \t]*:", re.I | re.M
)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|table|div|p|span|style|w:worddocument|pkg:package)[\s>/]", re.I)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_kind(head: bytes, extension: str) -> FileKind:
    """The kind of a file whose first bytes are `head`: MESSAGE, HTML, TXT, RTF, or OTHER when it is no text."""
    if head.startswith(_BOMS) or looks_utf16(head):
        text = decode_head(head)
        return FileKind.HTML if _is_html(text) else FileKind.TXT
    if len(_CONTROL.findall(head[:4096])) > len(head[:4096]) // 100 or not _is_text(head):
        return FileKind.OTHER
    if re.match(rb"\s*\{\\rtf", head):
        return FileKind.RTF
    kind = _mail_kind(head, extension)
    if kind is not None:
        return kind
    return FileKind.HTML if _is_html(decode_head(head)) else FileKind.TXT


def looks_utf16(head: bytes) -> bool:
    """Whether bytes without a BOM are UTF-16: the ASCII among them leaves a NUL in every other place, and only there."""
    sample = head[:2000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return len(sample) >= 8 and max(even, odd) > len(sample) // 20 and min(even, odd) == 0


def decode_head(head: bytes) -> str:
    """The first bytes as text, roughly: enough to look for markup."""
    if head.startswith(codecs.BOM_UTF16_BE):
        return head.decode("utf-16-be", "replace")
    if head.startswith(codecs.BOM_UTF16_LE):
        return head.decode("utf-16-le", "replace")
    if looks_utf16(head):
        return head.decode("utf-16-le" if head[1::2].count(0) else "utf-16-be", "replace")
    return head.decode("utf-8", "replace")


def _is_text(head: bytes) -> bool:
    for charset in ("utf-8", "gb18030", "big5"):
        try:
            # The head may end in the middle of a character: an incremental decoder does not mind.
            codecs.getincrementaldecoder(charset)().decode(head)
        except UnicodeDecodeError:
            continue
        return True
    # A few broken bytes in a long Chinese text do not make it a program.
    return head.decode("gb18030", "replace").count("\ufffd") * 50 < len(head)


def _mail_kind(head: bytes, extension: str) -> FileKind | None:
    top = re.split(rb"\r?\n\r?\n", head.lstrip(), maxsplit=1)[0]
    names = {match.group().lower().rstrip(b": \t") for match in _HEADER_LINE.finditer(top)}
    if not names or not re.match(rb"(?:>?From |[!-9;-~]+[ \t]*:)", top):
        return None
    if re.search(rb"multipart/related", top, re.I) and not names & {b"received", b"to", b"message-id"}:
        return FileKind.HTML  # MHT, also under the name of .doc
    needed = 1 if extension == "eml" else 3
    return FileKind.MESSAGE if len(names) >= needed else None


def _is_html(text: str) -> bool:
    start = text.lstrip("\ufeff \t\r\n")[:4000]
    return start.startswith("<") and bool(_HTML.search(start))
