"""Header values as text: encoded words wherever they stand, raw 8-bit bytes, file names in every way that mailers write them."""

from __future__ import annotations

import binascii
import html
import re
from urllib.parse import unquote_to_bytes

from mailbot.model import Address
from mailbot.parsing.addresses import parse_addresses
from mailbot.parsing.charset import codec_of, decode_text, is_cjk, repair_mojibake
from mailbot.parsing.params import parse_params
from mailbot.parsing.safename import clean_line

__all__ = ["addresses", "clean_line", "decode_header", "decode_words", "file_name", "raw_text"]

VALUE_LIMIT = 65_536
"""Bytes of one header value that are looked at; nothing that a person wrote is longer."""

# RFC 2047 says no spaces inside and at most 75 characters; folded base64, "?" in Q text, a missing end all occur.
_WORD = re.compile(r"=\?([^?\s=]{1,60})\?([BbQq])\?(.{0,4000}?)(?:\?=|\Z)", re.S)
_FOLD = re.compile(rb"[\r\n]+[ \t]*")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}){2,}")
_QUOTED_PRINTABLE = re.compile(r"(?:=[0-9A-F]{2}){3,}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def decode_header(raw: bytes, limit: int = 500) -> str:
    """One header value as a clean line of at most `limit` characters; whatever the bytes, never raises."""
    text = raw_text(raw)
    return clean_line(decode_words(text) if "=?" in text else text, limit)


def raw_text(raw: bytes) -> str:
    """A header value as it stands on the wire, unfolded, 8-bit bytes decoded by guess, encoded words left alone."""
    return decode_text(_FOLD.sub(b" ", raw[:VALUE_LIMIT]))


def decode_words(text: str) -> str:
    """Replace RFC 2047 encoded words in `text`, inside quotes too (every QQ mail), joining neighbours before decoding them.

    Mailers cut a word in the middle of a character, so the bytes of adjacent words of one charset are joined first.
    """
    out: list[str] = []
    run: list[tuple[str, str, str]] = []
    at = 0
    for match in _WORD.finditer(text):
        between = text[at : match.start()]
        if between.strip() or not run:
            out.append(_decode_run(run))
            run = []
            out.append(between)
        run.append((match[1].partition("*")[0], match[2].upper(), match[3]))
        at = match.end()
    return "".join([*out, _decode_run(run), text[at:]])


def _decode_run(run: list[tuple[str, str, str]]) -> str:
    out: list[str] = []
    pending, before, loose = b"", "", ""
    for label, encoding, content in run:
        if before and (codec_of(label) or label.lower()) != (codec_of(before) or before.lower()):
            out.append(decode_text(pending + _base64(loose), before))
            pending, loose = b"", ""
        before = label
        if encoding == "Q":
            pending, loose = pending + _base64(loose) + _q(content), ""
            continue
        # Some mailers cut the base64 text itself, so that one word ends inside a group of four.
        joined = loose + "".join(content.split())
        if len(joined) % 4 and not joined.endswith("="):
            loose = joined
        else:
            pending, loose = pending + _base64(joined), ""
    out.append(decode_text(pending + _base64(loose), before) if before else "")
    return "".join(out)


def _base64(text: str) -> bytes:
    pieces = [re.sub(r"[^A-Za-z0-9+/]", "", piece) for piece in re.split("=+", text)]
    return b"".join(
        binascii.a2b_base64(piece[: -1 if len(piece) % 4 == 1 else None] + "=" * (-len(piece) % 4)) for piece in pieces if len(piece) > 1
    )


def _q(text: str) -> bytes:
    raw = text.replace("_", " ").encode("utf-8", "surrogateescape")
    return binascii.a2b_qp(re.sub(rb"=(?![0-9A-Fa-f]{2})", b"=3D", raw))


def addresses(raw: bytes, *, whole: bool = False) -> tuple[Address, ...]:
    """The well-formed addresses of a From, To … value in order, names decoded; one mailbox only if exactly one is meant.

    `whole`: none at all where one of them is malformed, as of senders.
    """
    return tuple(Address(clean_line(decode_words(name), 200), address) for name, address in parse_addresses(raw_text(raw), whole=whole))


def file_name(disposition: bytes, content_type: bytes) -> str:
    """The file name of a part as the sender meant it, "" if none: filename*, filename, name*, name (mail-facts section 7 no. 19).

    Takes the two raw header values. A candidate that decodes with losses gives way to one that does not.
    """
    named = [parse_params(raw_text(disposition)), parse_params(raw_text(content_type))]
    candidates = [
        *_candidates(named[0], "filename"),
        *_candidates(named[0], "name"),
        *_candidates(named[1], "name"),
        *_candidates(named[1], "filename"),
    ]
    names = [name for name in candidates if name.strip()]
    return next((name for name in names if "\ufffd" not in name), names[0] if names else "")


def _candidates(params: dict[str, str], key: str) -> list[str]:
    extended, plain = params.get(key + "*", ""), params.get(key, "")
    return [repair_name(extended), repair_name(plain)]


def repair_name(name: str) -> str:
    """A file name with the encodings undone that some program left in it: encoded words, %E6…, =E6=80…, \\u603b, &#24635;, mojibake."""
    for _ in range(3):
        if "=?" not in name:
            break
        name = decode_words(name)
    for pattern in (_PERCENT, _QUOTED_PRINTABLE):
        if pattern.search(name):
            name = pattern.sub(_unescape, name)
    if "\\u" in name:
        name = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), name)
    if "&#" in name:
        name = html.unescape(name)
    return repair_mojibake(name)


def _unescape(match: re.Match[str]) -> str:
    raw = unquote_to_bytes(match[0].replace("=", "%"))
    text = decode_text(raw)
    # 100%20off stays as it is: only escapes that hide Chinese are taken for escapes.
    return text if "\ufffd" not in text and any(map(is_cjk, text)) else match[0]
