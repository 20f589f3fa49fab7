"""Body parts as text: decoded, put together along the MIME tree, split into own, quoted and forwarded words, with the links in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mailbot.model import Link, Message
from mailbot.parsing.body import choose, split_text, unflow
from mailbot.parsing.charset import decode_text
from mailbot.parsing.htmltext import html_to_text
from mailbot.parsing.links import find_links, merge_links
from mailbot.parsing.safename import clean_text
from mailbot.parsing.skeleton import Part

READ_LIMIT = 3_000_000
"""Bytes of one body part that are read as text."""

_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.I)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_PASSWORD = re.compile(
    r"(?:密码|密碼|解压码|口令|password|passwd|pwd|passcode)\s{0,3}(?:都|均|统一)?(?:是|为|為)?\s{0,3}[:：=]?\s{0,3}[“\"'《(（【]?([!-~]{1,32})",
    re.I,
)


@dataclass(frozen=True, slots=True)
class BodyText:
    """One body part: its visible text, the same with link addresses written out, and whether it was HTML."""

    text: str
    with_links: str
    rich: bool


def read_body(part: Part, file: Path, limit: int) -> BodyText:
    """The decoded bytes in `file` as text of at most `limit` characters; the charset label is believed as far as the bytes agree."""
    with file.open("rb") as source:
        raw = source.read(READ_LIMIT)
    label = part.params.get("charset", "")
    for mark, codec in _BOMS:
        if raw.startswith(mark):
            label = codec
    rich = part.type == "text/html" or (
        part.type in ("", "text/plain") and bool(re.match(rb"\s*<(?:!doctype html|html)\b", raw[:200], re.I))
    )
    if rich and not label and (meta := _META.search(raw[:4096])):
        label = meta[1].decode("ascii", "replace")
    text = decode_text(raw, label).removeprefix("\ufeff")
    if rich or part.type in ("text/enriched", "text/richtext"):
        return BodyText(clean_text(html_to_text(text), limit), clean_text(html_to_text(text, links=True), limit * 2), rich=True)
    text = clean_text(text, limit)
    if part.params.get("format", "").lower() == "flowed":
        text = unflow(text, delsp=part.params.get("delsp", "").lower() == "yes")
    return BodyText(text, text, rich=False)


def with_text(message: Message, root: Part, bodies: Mapping[Part, BodyText]) -> tuple[Message, tuple[Link, ...]]:
    """The message with its words filled in from `bodies`, and the links in all of them."""
    split = split_text(_whole(root, bodies), message.subject)
    groups: list[tuple[Link, ...]] = []
    for body in bodies.values():
        parts = split_text(body.with_links, message.subject)
        groups.append(find_links(parts.own))
        groups.append(find_links(parts.forwarded))
        groups.append(find_links(parts.quoted, quoted=True))
    return replace(message, own=split.own, quoted=split.quoted, forwarded=split.forwarded), merge_links(*groups)


def _whole(part: Part, bodies: Mapping[Part, BodyText]) -> str:
    """The text of a part and everything below it; of alternatives the better one. As deep as skeleton.LEVELS at most."""
    if not part.children:
        return bodies[part].text if part in bodies else ""
    texts = [(_whole(child, bodies), child) for child in part.children]
    if part.type == "multipart/alternative":
        plain = [text for text, child in texts if child in bodies and not bodies[child].rich]
        rich = [text for text, child in texts if child not in bodies or bodies[child].rich]
        return choose("\n".join(plain), next((text for text in reversed(rich) if text.strip()), ""))
    return "\n".join(text for text, _ in texts if text.strip())


def passwords(message: Message) -> tuple[str, ...]:
    """What the mail says after 密码, 解压密码 … in the order of mention, for locked archives (mail-facts 4)."""
    found: dict[str, None] = {}
    for text in (message.subject, message.own, message.forwarded, message.quoted):
        for match in _PASSWORD.finditer(text):
            for form in (match[1].rstrip(",.;:!?)'\"]>"), match[1]):
                if form:
                    found[form] = None
    return tuple(found)[:12]
