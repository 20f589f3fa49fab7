"""Makes hostile text harmless to show: one line, printable, without the marks that turn or hide letters."""

from __future__ import annotations

import re
import unicodedata

LINE_LIMIT = 500
"""Characters of a cleaned line (subject, display name)."""

NAME_BYTES = 200
"""UTF-8 bytes of a cleaned file name: 255 is the limit of ext4 and NTFS, and storing puts a number before the name."""

HEAD_LINES = 12
HEAD_CHARACTERS = 300

# Everything that reads as a line break or a gap becomes one space: a subject with CR LF in it would write a header of its own.
_GAP = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# C0 and C1 controls, soft hyphen, zero-width and bidi marks (照片\u202egpj.exe shows as 照片exe.jpg), BOM, tags, noncharacters.
_HIDDEN_IN_TEXT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean_line(text: str, limit: int = LINE_LIMIT) -> str:
    """One printable line in NFC of at most `limit` characters; lone surrogates become U+FFFD, hidden marks vanish."""
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text.strip() if "  " not in text else _GAP.sub(" ", text).strip()
    # Cut first: NFC is quadratic over a long run of combining marks.
    text = _SURROGATE.sub("\ufffd", text[: limit * 4])
    text = _HIDDEN_IN_TEXT.sub("", _GAP.sub(" ", text))
    return unicodedata.normalize("NFC", _GAP.sub(" ", text)).strip()[:limit].strip()


def clean_text(text: str, limit: int) -> str:
    """Many lines of printable text, at most `limit` characters; line ends become \\n, hidden marks vanish."""
    text = _BREAK.sub("\n", text[:limit])
    return _HIDDEN_IN_TEXT.sub("", _SURROGATE.sub("\ufffd", text)).replace("\xa0", " ")


def first_lines(text: str) -> tuple[str, ...]:
    """The first 12 lines that are not blank, each on one line of at most 300 characters: the head of a reading."""
    head: list[str] = []
    for line in text.split("\n"):
        if squeezed := " ".join(line.split())[:HEAD_CHARACTERS]:
            head.append(squeezed)
        if len(head) == HEAD_LINES:
            break
    return tuple(head)


def clean_name(text: str) -> str:
    """The last path segment of a file name as it may be shown; "" when nothing is left of it.

    Both separators end a segment (`C:\\TEMP\\x.docx`, `../../x`); trailing dots and spaces go, because Windows drops them silently.
    """
    line = clean_line(text, 2000)
    segments = [segment.strip(" ") for segment in re.split(r"[/\\]", line)]
    name = next((segment for segment in reversed(segments) if segment.strip(". ")), "")
    # What is cut off may leave a dot or a space at the end again.
    return shorten(name.rstrip(". ").lstrip(" ")).rstrip(". ")


def shorten(name: str, limit: int = NAME_BYTES) -> str:
    """The name within `limit` UTF-8 bytes, its extension (up to 10 characters) kept."""
    if len(name.encode()) <= limit:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > 10:
        stem, dot, extension = name, "", ""
    room = limit - len((dot + extension).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip() + dot + extension
