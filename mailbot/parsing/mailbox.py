"""Mailboxes of many mails in one file (mbox, RFC 4155): known by their postmarks, taken apart into single mails."""

from __future__ import annotations

import mmap
import re
from pathlib import Path
from typing import BinaryIO

from mailbot.parsing.archivewriter import Writer

# A postmark ends with the year; a header follows. "From now on …" in a letter does neither.
_POSTMARK = rb"From [^\r\n]{0,300}\d\d:\d\d[^\r\n]{0,40}\d{4}[^\r\n]{0,40}\r?\n(?=>?From |[!-9;-~]{1,100}[ \t]*:)"
_FIRST = re.compile(rb"\s{0,100}(?=" + _POSTMARK + rb")")
_NEXT = re.compile(rb"\n\r?\n(?=" + _POSTMARK + rb")")


def is_postmarked(head: bytes) -> bool:
    """Whether bytes begin with the line that stands in front of each mail of a mailbox."""
    return _FIRST.match(head) is not None


def is_mailbox(file: BinaryIO, head: bytes, extension: str) -> bool:
    """Whether an open file that begins with `head` is a mailbox; a file named .eml is one only if there is more than one mail in it."""
    if not is_postmarked(head):
        return False
    if extension != "eml":
        return True
    file.seek(0)
    return _NEXT.search(file.read()) is not None


def unpack(path: Path, writer: Writer) -> None:
    """Writes every mail of the mailbox at `path` as 邮件1.eml, 邮件2.eml …"""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        first = _FIRST.match(content)
        starts = [first.end() if first else 0, *(match.end() for match in _NEXT.finditer(content)), len(content)]
        for number, start in enumerate(starts[:-1], 1):
            name = f"邮件{number}.eml"
            if writer.wants(name):
                writer.write(name, [content[start : starts[number]]])
