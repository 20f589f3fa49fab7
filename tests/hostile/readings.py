"""Another reading of a mail, by the standard library alone and none of ours: which parts it owes, and whether a machine sent it."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from hashlib import sha256
from typing import Any

_HOLDS_MORE = re.compile(r"\.(?:zip|rar|7z|tgz|gz|tar|bz2|xz|eml|msg|dat|mht|mhtml)$", re.I)


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a mail: what it is called and every hash that its bytes may have, whichever line ends are taken."""

    name: str
    type: str
    size: int
    hashes: frozenset[str]

    def __str__(self) -> str:
        return f"{self.name or 'nameless'} ({self.type}, {self.size} bytes)"

    def is_among(self, files: list[dict[str, Any]]) -> bool:
        """Whether one of the rows is this part, or was inside it: what holds other files is listed by these."""
        if any(file["sha256"] in self.hashes for file in files):
            return True
        return bool(_HOLDS_MORE.search(self.name)) and any(f"/{self.name}/" in f"/{file['path']}" for file in files)


def owed_parts(raw: bytes) -> list[Part]:
    """Every leaf of at least one byte but the nameless texts, nested messages opened; what the library cannot read it does not owe."""
    return [part for leaf in _leaves(raw) if (part := _part(leaf)) is not None]


def _leaves(raw: bytes) -> Iterator[Message]:
    try:
        yield from (leaf for leaf in message_from_bytes(raw).walk() if not leaf.is_multipart())
    except (RecursionError, ValueError, AttributeError, LookupError, TypeError):
        return


def _part(leaf: Message) -> Part | None:
    try:
        name = leaf.get_filename("") or ""
        content = leaf.get_payload(decode=True)
    except (ValueError, AttributeError, LookupError, TypeError, binascii.Error):
        return None
    kind = leaf.get_content_type()
    if not isinstance(content, bytes) or not content.strip():
        return None
    if not name and (kind.startswith(("text/", "message/", "multipart/")) or kind == "application/pgp-encrypted"):
        return None
    forms = {content, content.rstrip(b"\r\n"), content + b"\r\n", content + b"\n"}
    forms |= {re.sub(rb"\r?\n", end, form) for form in forms for end in (b"\n", b"\r\n")}
    return Part(str(name), kind, len(content), frozenset(sha256(form).hexdigest() for form in forms))


_NOBODY = re.compile(
    r"(?:^|[._+=-])(?:mailer-?daemon|postmaster|daemon|no-?reply|do-?not-?reply|noreply|bounces?|listserv|majordomo)(?:$|[._+=-])", re.I
)


def machine_signs(raw: bytes) -> list[str]:
    """The signs in the header that no person awaits an answer (RFC 3834 section 2, RFC 2369, RFC 3464)."""
    head = re.split(rb"\r\n\r\n|\n\n|\r\r", raw, maxsplit=1)[0].decode("latin-1")
    fields: dict[str, list[str]] = {}
    for line in re.sub(r"\r?\n[ \t]+|\r[ \t]+", " ", head).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), []).append(value.strip())
    first = {name: values[0] for name, values in fields.items()}
    found = [name for name in ("list-id", "list-post", "list-unsubscribe", "list-help", "x-failed-recipients") if first.get(name)]
    if first.get("auto-submitted", "no").lower() not in ("", "no"):
        found.append("auto-submitted")
    if re.match(r"(?:bulk|list|junk|auto_reply)\b", first.get("precedence", ""), re.I):
        found.append("precedence")
    if re.fullmatch(r"<\s*>", first.get("return-path", "")):
        found.append("return-path")
    if re.search(r"multipart/report|disposition-notification|delivery-status", first.get("content-type", ""), re.I):
        found.append("report")
    senders = [address for name in ("from", "sender", "return-path") for value in fields.get(name, ()) for address in _locals(value)]
    found += [f"from {local}" for local in senders if _NOBODY.search(local)]
    return found


def _locals(value: str) -> list[str]:
    return re.findall(r"([\w.+=-]+)@", value) or re.findall(r"^\s*([\w.-]+)\s*(?:$|\()", value)
