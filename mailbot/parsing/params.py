"""MIME parameters of Content-Type and Content-Disposition, read as tolerantly as webmail does (RFC 2045, RFC 2231 and the slips)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from mailbot.parsing.charset import decode_text

MAX_PARAMS = 4000
"""Parameters looked at in one value: 2,000 continuations of one name are still read."""

_KEY = re.compile(r"([^\s=;:\"<>]{1,60}?)\s*=\s*")
_ENCODED_WORDS = re.compile(r"(?:=\?[^?\s]{1,60}\?[BbQq]\?[^?]{0,4000}\?=\s*)+")
# A quote ends the value only before ";", the next parameter or the end: 关于"两会"的总结.docx stays whole.
_CLOSING = re.compile(r'"(?=\s*(?:;|\Z|[\w*-]{1,40}\s*=\s*"))')
_PIECE = re.compile(r"([^*]+)\*(\d{1,5})(\*?)")


def media_type(value: str) -> str:
    """The lower-case type/subtype of a Content-Type value, "" if it has none."""
    match = re.match(r"\s*([\w.+-]{1,80}/[\w.+-]{1,120})", value, re.A)
    return match[1].lower() if match else ""


def parse_params(value: str) -> dict[str, str]:
    """The parameters of a header value by lower-case name; RFC 2231 ones are joined and decoded under `name*`.

    The first of two equal names wins, as in every mail reader.
    """
    plain: dict[str, str] = {}
    at = value.find(";")
    at = 0 if at < 0 and "=" in value.partition(" ")[0] else max(at, 0)
    while len(plain) < MAX_PARAMS and (match := _KEY.search(value, at)):
        content, at = _value_at(value, match.end())
        plain.setdefault(match[1].lower(), content)
    return _join_extended(plain) if any("*" in key for key in plain) else plain


def _value_at(value: str, at: int) -> tuple[str, int]:
    if value.startswith("=?", at) and (words := _ENCODED_WORDS.match(value, at)):
        return words[0].strip(), words.end()
    if value.startswith('"', at):
        closing = _CLOSING.search(value, at + 1) or re.compile('"').search(value, at + 1)
        if closing:
            return re.sub(r'\\(["\\])', r"\1", value[at + 1 : closing.start()]), closing.end()
        at += 1
    end = value.find(";", at)
    end = len(value) if end < 0 else end
    return value[at:end].strip().strip('"'), end


def _join_extended(plain: dict[str, str]) -> dict[str, str]:
    joined: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for key, content in plain.items():
        match = _PIECE.fullmatch(key)
        if match:
            pieces.setdefault(match[1], {}).setdefault(int(match[2]), (content, bool(match[3])))
        elif key.endswith("*"):
            joined[key] = _decode_extended([(content, True)])
        else:
            joined[key] = content
    for key, numbered in pieces.items():
        ordered = [numbered[number] for number in sorted(numbered)]
        joined.setdefault(key + "*", _decode_extended(ordered))
    return joined


def _decode_extended(pieces: list[tuple[str, bool]]) -> str:
    """RFC 2231 section 4: charset'language'percent-encoded, cut into pieces of which some are not encoded."""
    label = ""
    raw = bytearray()
    for number, (content, encoded) in enumerate(pieces):
        text = content
        if number == 0 and encoded and text.count("'") >= 2:
            label, _, text = text.split("'", 2)
        raw += unquote_to_bytes(text.strip('"')) if encoded else text.encode("utf-8", "surrogatepass")
    return decode_text(bytes(raw), label)
