"""A letter becomes the bytes of a mail: plain text, one recipient, threaded, marked as automatic, the same bytes for the same letter."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from mailbot.model import Address, Letter, LetterKind

SUBJECT_LENGTH = 80  # characters; longer ones are cut, a mailer shows no more
NAME_LENGTH = 60
REFERENCES = 20  # ids: the first and the latest ones keep a thread together (RFC 5322 section 3.6.4)
ID_LENGTH = 250  # characters: a line holds 998 (RFC 5322 section 2.1.1)
LOOP_HEADER = "X-Mailbot-Loop"

_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_ADDRESS = re.compile(r"[!#-'*+\-./-9=?A-Z^-~]+@[A-Za-z0-9.\-]+")
_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Cc, Cf: control, bidi and zero-width characters; Cs: lone surrogates; Co, Cn: no glyph anybody has; Zl, Zp: line ends in disguise.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Threading:
    """The ids of the mail that is answered, as it wrote them; "" and () where it had none or nothing is answered."""

    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def message_id(identity: str, number: int, kind: LetterKind, serial: int, sender: str) -> str:
    """Make the Message-ID of a letter: a function of the mail's number, so that a bounce names the letter and a repeat keeps it.

    `identity` is the installation (the id of storage), `serial` tells letters of one kind for one mail apart, `sender` our address.
    """
    digest = hashlib.sha256("\0".join((identity, str(number), kind, str(serial), sender)).encode("utf-8", "replace")).hexdigest()[:16]
    domain = sender.rpartition("@")[2]
    if not re.fullmatch(r"[A-Za-z0-9.\-]+", domain):
        domain = "mailbot.invalid"  # RFC 2606: a domain that is nobody's
    return f"<mailbot.{number}.{kind}.{serial}.{digest}@{domain}>"


def compose(letter: Letter, headers: Threading, sender: Address, message_id: str, date: datetime) -> bytes:
    """Write `letter` as a mail in UTF-8, ASCII on the wire, lines of CRLF and at most 998 bytes.

    Subject, names and text may be hostile: line ends, NUL, bidi controls and lone surrogates are taken out, nothing raises.
    `date` is the Date header. The headers are written here and not by EmailMessage: that refuses U+2028 and surrogates, and folds
    a long Message-ID into encoded words, which breaks the thread (reliability section 2).
    """
    kind = "auto-generated" if letter.kind is LetterKind.CHASE else "auto-replied"
    lines = [
        f"From: {_mailbox(sender)}",
        f"To: {_address(letter.to)}",
        f"Subject: {_encoded(one_line(letter.subject, SUBJECT_LENGTH), 'Subject')}",
        f"Date: {format_datetime(date)}",
        f"Message-ID: {message_id}",
        *_thread(headers),
        f"Auto-Submitted: {kind}",  # RFC 3834 section 5
        "X-Auto-Response-Suppress: All",  # keeps Exchange from answering
        f"{LOOP_HEADER}: {_address(sender.address)}",
        "MIME-Version: 1.0",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: base64",  # no line is too long, no dot leads a line, nothing needs 8BITMIME
        "",
    ]
    return "\r\n".join(lines).encode("ascii") + b"\r\n" + _body(letter.text)


def one_line(text: str, longest: int) -> str:
    """Make one line of printable text, at most `longest` characters, from whatever a mail's subject or name held."""
    printable = "".join(
        " " if character.isspace() else "" if unicodedata.category(character) in _UNPRINTABLE else character for character in text
    )
    line = " ".join(printable.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _body(text: str) -> bytes:
    lines = (_printable(line).rstrip() for line in _LINE_ENDS.split(text))
    body = "\r\n".join(lines).strip("\r\n") + "\r\n"
    return base64.encodebytes(body.encode("utf-8")).replace(b"\n", b"\r\n")


def _printable(line: str) -> str:
    return "".join(character for character in line if character == "\t" or unicodedata.category(character) not in _UNPRINTABLE)


def _mailbox(sender: Address) -> str:
    name = one_line(sender.name, NAME_LENGTH)
    return f"{_encoded(name, 'From')} <{_address(sender.address)}>" if name else _address(sender.address)


def _encoded(line: str, header: str) -> str:
    """RFC 2047 for anything but plain ASCII words; a literal `=?` is encoded too, lest a reader decode it."""
    if re.fullmatch(r"[A-Za-z0-9 ._-]*", line):
        return line
    return Header(line, "utf-8", header_name=header).encode(linesep="\r\n")


def _address(address: str) -> str:
    """An address as it may stand in a header; what is no plain ASCII address becomes an empty group (RFC 6854)."""
    return address if _ADDRESS.fullmatch(address) and len(address) <= ID_LENGTH else "undisclosed-recipients:;"


def _thread(headers: Threading) -> list[str]:
    """In-Reply-To and References; left out where the other mail has no well-formed Message-ID: nothing is invented (mail-facts 5.1)."""
    if not _is_id(headers.in_reply_to):
        return []
    known = [reference for reference in dict.fromkeys(headers.references) if _is_id(reference) and reference != headers.in_reply_to]
    if len(known) >= REFERENCES:
        known = [known[0], *known[len(known) - REFERENCES + 2 :]]
    return [f"In-Reply-To: {headers.in_reply_to}", "References: " + "\r\n ".join([*known, headers.in_reply_to])]


def _is_id(text: str) -> bool:
    return len(text) <= ID_LENGTH and _MESSAGE_ID.fullmatch(text) is not None
