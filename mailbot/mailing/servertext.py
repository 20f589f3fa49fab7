"""What a mail server said, made fit for a Chinese sentence: decoded, on one line, short, and without our password."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterable

LONGEST = 300  # characters: enough for NetEase's text with its transaction id


def server_text(raw: bytes, secrets: Iterable[str] = ()) -> str:
    """Give the server's words as one printable line.

    NetEase writes some errors in GBK bytes (mail-facts 1.6), others write UTF-8: try UTF-8, then GB18030. Every string in `secrets`
    is blotted out, also in base64, because a server may echo the command it did not like.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", "replace")
    for secret in secrets:
        for form in _forms(secret):
            text = text.replace(form, "***")
    printable = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST else line[:LONGEST] + "…"


def _forms(secret: str) -> tuple[str, ...]:
    if not secret:
        return ()
    return secret, base64.b64encode(secret.encode("utf-8", "replace")).decode("ascii")
