"""Whom a mail says it is from, at a glance and before it is read: good for taking turns, and for nothing else."""

from __future__ import annotations

import re
from pathlib import Path

_HEAD = 64 * 1024
_FROM = re.compile(rb"(?im)^from[ \t]*:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)")
_ADDRESS = re.compile(rb"[!-;=?A-~]{1,64}@[A-Za-z0-9.\-]{1,190}")


def sender_at_a_glance(raw: Path) -> str:
    """The address in the first From line of the mail at `raw`, lower case; "" where none is to be seen."""
    with raw.open("rb") as file:
        head = file.read(_HEAD)
    line = _FROM.search(head)
    found = _ADDRESS.findall(line.group(1)) if line else []
    return found[-1].decode("ascii").lower() if found else ""
