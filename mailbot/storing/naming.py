"""Names for filed material that Windows and Linux both accept, and that a person still recognises."""

from __future__ import annotations

import re
import unicodedata

from mailbot.model import BODY

FILE_BYTES = 180
FOLDER_BYTES = 120
_EXTENSION_BYTES = 20
_UNNAMED = "未命名"
_BODY = "邮件正文.txt"

# What Windows forbids in a name, and both kinds of slash.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
# Names that Windows takes for devices, with any extension (also with the superscript digits).
_RESERVED = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE)
# Control and format characters (bidi overrides, zero-width), surrogates, line and paragraph separators, unassigned ones.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


def filed_key(unit_name: str, material_name: str, number: int, position: int, name: str) -> str:
    """The key of a filed item: `filed/<单位>/<材料>/0042-03 原名.docx`.

    `number` is the mail's, `position` the item's in it: so the key is unique, and writing it again after a crash overwrites
    the same file. The last segment has at most 180 bytes of UTF-8 and keeps its extension.
    """
    prefix = f"{number:04d}-{position:02d} "
    return f"{folder_key(unit_name, material_name)}/{prefix}{safe_name(_BODY if name == BODY else name, FILE_BYTES - len(prefix))}"


def review_key(number: int, position: int, name: str) -> str:
    """The key of an item that a person must look at: `待核实/0042-03 原名.docx`."""
    prefix = f"{number:04d}-{position:02d} "
    return f"待核实/{prefix}{safe_name(_BODY if name == BODY else name, FILE_BYTES - len(prefix))}"


def folder_key(unit_name: str, *below: str) -> str:
    """The key of a unit's folder, or of one below it."""
    return "/".join(["filed", *(safe_name(part, FOLDER_BYTES) for part in (unit_name, *below))])


def safe_name(name: str, most_bytes: int) -> str:
    """One path segment that any system accepts, in NFC, of at most `most_bytes` bytes of UTF-8; never empty."""
    shown = "".join(" " if unicodedata.category(sign) in _INVISIBLE else sign for sign in name)
    shown = unicodedata.normalize("NFC", _FORBIDDEN.sub("_", shown))
    shown = " ".join(shown.split()).strip(". ") or _UNNAMED
    if _RESERVED.match(shown):
        shown = f"_{shown}"
    stem, extension = _split(shown)
    return f"{_cut(stem, most_bytes - len(extension.encode()))}{extension}"


def _split(name: str) -> tuple[str, str]:
    """Stem and extension with its dot; what is too long to be one, or is not only letters and digits, is part of the stem."""
    stem, _, extension = name.rpartition(".")
    if not stem or not extension.isalnum() or len(extension.encode()) > _EXTENSION_BYTES:
        return name, ""
    return stem, f".{extension}"


def _cut(text: str, most_bytes: int) -> str:
    """The beginning of the text that fits, never half a character, and nothing at its end that Windows drops."""
    encoded = text.encode()
    if len(encoded) > most_bytes:
        text = encoded[:most_bytes].decode("utf-8", "ignore")
    return text.rstrip(". ") or "_"
