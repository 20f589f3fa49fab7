"""Bytes to text as Chinese mailers really write them: labels that lie, labels nobody knows, no label at all (mail-facts 3.2)."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

# gb18030 reads everything that gb2312, gbk and cp936 can hold; Python's own gb2312 loses 镕 堃 喆, its gbk fails on the euro sign.
_CHINESE = frozenset({"gb2312", "gbk", "cp936", "gb18030", "hz"})
_SLIPS = {
    "xgbk": "gb18030",
    "gb": "gb18030",
    "gb231280": "gb18030",
    "gb23121980": "gb18030",
    "xgb2312": "gb18030",
    "xcp936": "gb18030",
    "windows936": "gb18030",
    "euccn": "gb18030",
    "hzgb2312": "gb18030",
    "xgb18030": "gb18030",
    "chinese": "gb18030",
    "uft8": "utf-8",
    "3dutf8": "utf-8",
    "utf8mb4": "utf-8",
    "xutf8": "utf-8",
    "unicode11utf8": "utf-8",
    "windows874": "cp874",
    "xsjis": "cp932",
    "shiftjis": "cp932",
    "ksc56011987": "cp949",
    "xbig5": "big5hkscs",
    "big5": "big5hkscs",
    "iso88598i": "iso8859-8",
}
# No codec that transforms instead of decoding may be named by a mail: punycode is quadratic, unicode_escape makes text of nothing.
_TRUSTED = re.compile(
    r"utf-(?:7|8|8-sig|16|16-be|16-le|32|32-be|32-le)|iso8859-\d+|cp\d+|koi8-[rtu]|big5(?:hkscs)?|shift_jis\w*|euc_\w+|iso2022_\w+|gb18030|johab|mac-\w+|tis-620|kz1048"
)
_RUN = re.compile(rb"[\x80-\xff][\x30-\xff]*|[\x00-\x7f]+", re.S)
# Two bytes from A1: the characters of GB2312, which hold nearly all that people write.
_PLAIN_CHINESE = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xf7][\xa1-\xfe])*")


@lru_cache(maxsize=256)
def codec_of(label: str) -> str | None:
    """The Python codec for a charset label, None for one that says nothing (unknown, us-ascii, iso-8859-1, empty)."""
    short = re.sub(r"^charset=|[^a-z0-9]", "", label.lower().strip(" \"'").partition("*")[0])
    if short in _SLIPS:
        return _SLIPS[short]
    try:
        name = codecs.lookup(label.strip(" \"'")[:40]).name
    except (LookupError, ValueError):
        return None
    if name in _CHINESE:
        return "gb18030"
    # Latin-1 and ASCII are what a program writes that never asked: they tell nothing about bytes above 7F.
    return name if _TRUSTED.fullmatch(name) and name != "iso8859-1" else None


def decode_text(raw: bytes, label: str = "") -> str:
    """`raw` as text; the label is believed as far as the bytes agree. Never raises; unreadable bytes become U+FFFD."""
    if raw.isascii() and b"\x1b" not in raw and b"~{" not in raw and b"+" not in raw and b"\x00" not in raw:
        return raw.decode("ascii")
    codec = codec_of(label) if label else None
    if b"~{" in raw and label.lower().startswith("hz"):
        return raw.decode("hz", "replace")
    if codec is None or codec in ("utf-8", "gb18030"):
        return _chinese_or_utf8(raw, codec)
    try:
        return raw.decode(codec)
    except (UnicodeError, ValueError):
        text = raw.decode(codec, "replace")
        other = _chinese_or_utf8(raw, None)
        return other if other.count("\ufffd") < text.count("\ufffd") else text


def _chinese_or_utf8(raw: bytes, codec: str | None) -> str:
    utf8 = _strict(raw, "utf-8")
    if codec == "utf-8" and utf8 is not None:
        return utf8
    chinese = _strict(raw, "gb18030")
    if utf8 is not None and chinese is not None:
        return utf8 if _is_really_utf8(raw, utf8, codec) else chinese
    if chinese is not None and codec is None and (mixed := _mixed(raw)):
        return mixed
    if utf8 is not None or chinese is not None:
        return utf8 if utf8 is not None else chinese or ""
    return _least_damaged(raw, codec)


def _is_really_utf8(raw: bytes, utf8: str, codec: str | None) -> bool:
    # 一 为 要 时 同 pair up freely into valid UTF-8 that looks Cyrillic or Arabic: only CJK (or a sign above U+2000) is a proof.
    if codec == "gb18030":
        return sum(map(is_cjk, utf8)) >= 3 and not _PLAIN_CHINESE.fullmatch(raw)
    return any(character >= "\u2000" for character in utf8) or not _PLAIN_CHINESE.fullmatch(raw)


def _least_damaged(raw: bytes, codec: str | None) -> str:
    if len(raw) <= 4000 and codec is None:
        # GBK and UTF-8 mixed in one header: each run of 8-bit bytes is guessed alone.
        pieces = [_one_run(piece) for piece in _RUN.findall(raw)]
        mixed = "".join(pieces)
        if "\ufffd" not in mixed:
            return mixed
    utf8 = raw.decode("utf-8", "replace")
    chinese = raw.decode("gb18030", "replace")
    lost_utf8, lost_chinese = utf8.count("\ufffd"), chinese.count("\ufffd")
    if codec == "gb18030":
        return chinese if lost_chinese <= lost_utf8 or not any(map(is_cjk, utf8)) else utf8
    return utf8 if lost_utf8 <= lost_chinese else chinese


def _mixed(raw: bytes) -> str:
    """GBK and UTF-8 in one header that gb18030 could read as a whole, to nonsense; "" where no run is surely UTF-8."""
    pieces = _RUN.findall(raw) if len(raw) <= 4000 else []
    sure = any((utf8 := _strict(piece, "utf-8")) and _is_really_utf8(piece, utf8, "gb18030") for piece in pieces)
    return "".join(map(_one_run, pieces)) if sure else ""


def _one_run(piece: bytes) -> str:
    if piece.isascii():
        return piece.decode("ascii")
    utf8, chinese = _strict(piece, "utf-8"), _strict(piece, "gb18030")
    if utf8 is not None and (chinese is None or _is_really_utf8(piece, utf8, None)):
        return utf8
    return chinese if chinese is not None else piece.decode("utf-8", "replace")


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        # UTF-8 cut in the middle of its last character is still UTF-8; two-byte charsets cannot prove the same.
        if codec == "utf-8" and error.reason == "unexpected end of data" and error.start > 8:
            return raw[: error.start].decode(codec)
        return None


def is_cjk(character: str) -> bool:
    """Whether the character is Chinese: an ideograph, CJK punctuation or a full-width form."""
    return (
        "\u2e80" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\uff00" <= character <= "\uffef"
        or character >= "\U00020000"
    )


def repair_mojibake(text: str) -> str:
    """Text that was once decoded with the wrong Western charset (`æ€»ç»“`, `×Ü½á`) made right again; other text unchanged."""
    if text.isascii() or any(map(is_cjk, text)):
        return text
    raw = bytearray()
    for character in text:
        try:
            raw += character.encode("cp1252")
        except UnicodeEncodeError:
            if character > "\xff":
                return text
            raw += character.encode("latin-1")
    utf8 = _strict(bytes(raw), "utf-8")
    if utf8 is not None and any(map(is_cjk, utf8)):
        return utf8
    # Pairs of GB2312 only: Western words hold single accented letters, not even runs of them.
    if _PLAIN_CHINESE.fullmatch(bytes(raw)):
        chinese = raw.decode("gb18030", "replace")
        if all(character.isascii() or is_cjk(character) or character in "“”‘’—…·×" for character in chinese):
            return chinese
    return text
