"""Addresses behind which nobody sits: postmaster, noreply, the owner of a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OWNER = re.compile(r"^owner-|-(?:request|owner|bounces?)$|^bounces?[-+=]")  # RFC 3834 section 2, list software
_BEGINNINGS = ("noreply", "donotreply", "mailerdaemon")
_ALWAYS = (*_BEGINNINGS, "postmaster")


def is_service(address: str, listed: Sequence[str]) -> bool:
    """Whether a mailbox is a system's: a listed name is its local part or a word of it (edu-no-reply, bounces+42, not systematic),
    whatever punctuation and digits it has (no_reply2, noreplyoa), or the whole address is listed."""
    local = address.lower().rpartition("@")[0]
    names = [name.lower() for name in listed if name]
    words = [name for name in names if "@" not in name]
    letters = _letters(local)
    if _OWNER.search(local) or address.lower() in names or letters.startswith(_BEGINNINGS):
        return True
    if letters and letters in (*_ALWAYS, *map(_letters, words)):
        return True
    return any(re.search(rf"(?:^|[._+=-]){re.escape(word)}(?:$|[._+=-])", local) for word in words)


def _letters(local: str) -> str:
    return re.sub(r"[\W_\d]", "", local)
