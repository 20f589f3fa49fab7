"""The whole road of reading one mail: scan → message → body → leaves → unpack → read; from a raw file on disk to Facts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mailbot.config import Limits
from mailbot.model import BODY, Facts, FileKind, Item, Link, Message, Reading
from mailbot.parsing import crosscheck
from mailbot.parsing.collector import Collector, Leaf
from mailbot.parsing.embedded import take_out
from mailbot.parsing.leaves import Role, is_named_body, role_of, sealed_problem
from mailbot.parsing.links import merge_links
from mailbot.parsing.message import read_message
from mailbot.parsing.safename import clean_line, clean_name
from mailbot.parsing.skeleton import Part, Skeleton, scan
from mailbot.parsing.spool import Spool
from mailbot.parsing.texts import READ_LIMIT, BodyText, passwords, read_body, with_text
from mailbot.parsing.transfer import Decoded, Flaw, decode_to, encoding_of

if TYPE_CHECKING:
    from mailbot.parsing.sandbox import Sandbox


def gather(raw: Path, work: Path, sandbox: Sandbox, limits: Limits) -> Facts:
    """Everything that is in the mail at `raw`.

    `work` is an empty folder that takes the decoded files; it must outlive the Facts, whose items point into it. Memory stays flat
    up to 100 MB of mail. Bad mail never raises; OSError (disk full) does.
    """
    digest = hashlib.sha256()
    with Spool(raw) as spool:
        for chunk in spool.chunks(0, spool.size):
            digest.update(chunk)
        size = spool.size
    reading = _Reading(work, sandbox, limits)
    message = reading.read(raw, Leaf(raw, size, digest.hexdigest()), "")
    return Facts(
        sha256=digest.hexdigest(),
        size=size,
        message=message,
        nested=tuple(one for one in reading.nested if one is not None),
        items=(*_body_item(message, work), *reading.collector.items),
        links=reading.links,
        doubts=tuple(dict.fromkeys([*reading.doubts, *reading.collector.doubts])),
    )


def _body_item(message: Message, work: Path) -> tuple[Item, ...]:
    if not message.own.strip():
        return ()
    raw = message.own.encode("utf-8", "replace")
    file = work / "body.txt"
    file.write_bytes(raw)
    head = tuple(line.strip() for line in message.own.split("\n") if line.strip())[:12]
    return (Item(BODY, BODY, hashlib.sha256(raw).hexdigest(), len(raw), FileKind.TXT, file=file, reading=Reading(message.own, head)),)


class _Reading:
    """Reads one mail and every mail inside it; what it finds is gathered in its fields."""

    def __init__(self, work: Path, sandbox: Sandbox, limits: Limits) -> None:
        self.limits = limits
        self.collector = Collector(work, sandbox, limits, self._open_mail)
        self.nested: list[Message | None] = []
        self.links: tuple[Link, ...] = ()
        self.doubts: list[str] = []
        self._parts = 0

    def read(self, file: Path, holder: Leaf, where: str) -> Message:
        """The message in `file`, which lies at path `where` in `holder`; its leaves become items on the way."""
        skeleton = self._scan(file)
        with Spool(file) as spool:
            message, opinion = read_message(spool, skeleton, where)
        bodies: dict[Part, BodyText] = {}
        files = self._leaves(file, skeleton, replace(holder, folder=where, inside=where), bodies)
        message, links = with_text(message, skeleton.root, bodies)
        self.links = merge_links(self.links, links)
        self.doubts.extend(crosscheck.disagreements(message, opinion, len(files), len(links)))
        self.collector.passwords = tuple(dict.fromkeys([*self.collector.passwords, *passwords(message)]))
        for leaf in files:
            self.collector.take(leaf)
        return message

    def _scan(self, file: Path) -> Skeleton:
        skeleton = scan(file, max(1, self.limits.parts - self._parts))
        self.doubts.extend(skeleton.doubts)
        self._parts += len(skeleton.leaves)
        return skeleton

    def _leaves(self, file: Path, skeleton: Skeleton, holder: Leaf, bodies: dict[Part, BodyText]) -> list[Leaf]:
        """Decode every leaf: text goes into `bodies`, everything else is handed back in the order of the mail."""
        files: list[Leaf] = []
        plain: list[Part] = []
        with Spool(file) as spool:
            for part in skeleton.leaves:
                span, target = (part.body, part.end), self.collector.new_file()
                decoded = decode_to(spool, span, part.encoding, target, is_file=bool(part.file_name.strip()))
                role = role_of(part, decoded.head)
                if part.is_container and encoding_of(part.encoding) not in ("plain", "unknown"):
                    files.extend(self._encoded_container(part, decoded, holder, bodies))
                elif role is Role.BODY:
                    plain.append(part)
                    files.extend(self._body(part, decoded, holder, bodies))
                else:
                    files.append(_leaf(part, decoded, holder, role))
                    if not bodies and len(files) == 1 and is_named_body(part):
                        # Some clients give the text itself a name: it is both, the sender's words and a file.
                        bodies[part] = read_body(part, decoded.path, self.limits.text_characters)
                self._note_flaws(part, decoded, role)
            self.doubts.extend(crosscheck.unclaimed(spool, skeleton, plain))
        return files

    def _body(self, part: Part, decoded: Decoded, holder: Leaf, bodies: dict[Part, BodyText]) -> list[Leaf]:
        found = take_out(decoded.path, self.collector.new_file, rich=part.type == "text/html")
        bodies[part] = read_body(part, decoded.path, self.limits.text_characters)
        if decoded.path.stat().st_size > READ_LIMIT:
            self.doubts.append("邮件正文过长，只读取了前面一部分")
        base = replace(holder, inline=True, content_id="", is_message=False, problem=None)
        return [
            replace(base, file=one.decoded.path, size=one.decoded.size, sha256=one.decoded.sha256, name=one.name, type=one.type)
            for one in found
        ]

    def _encoded_container(self, part: Part, decoded: Decoded, holder: Leaf, bodies: dict[Part, BodyText]) -> list[Leaf]:
        """A multipart that is base64 as a whole, which RFC 2045 section 6.4 forbids and some mailers do: opened like a plain one."""
        file = self.collector.new_file()
        with Spool(decoded.path) as spool, file.open("wb") as out:
            out.write(b"Content-Type: " + part.fields.first("content-type") + b"\r\n\r\n")
            for chunk in spool.chunks(0, spool.size):
                out.write(chunk)
        skeleton = self._scan(file)
        part.children = skeleton.root.children or [skeleton.root]
        return self._leaves(file, skeleton, holder, bodies)

    def _note_flaws(self, part: Part, decoded: Decoded, role: Role) -> None:
        flaws = decoded.flaws - ({Flaw.UNKNOWN} if role is Role.BODY else set())
        name = clean_name(part.file_name) or ("正文" if role is Role.BODY else "没有名字的附件")
        self.doubts.extend(crosscheck.flaw_doubts(flaws, name))

    def _open_mail(self, leaf: Leaf, file: Path, path: str) -> bool:
        """Read the nested message in `file`; False if it is no message at all."""
        with Spool(file) as spool:
            start = spool.read(0, 4096).lstrip()
        if not re.match(rb"(?:>?From [^\n]{0,1000}\n)?[!-9;-~]{1,100}[ \t]*:", start):
            return False
        place = len(self.nested)
        self.nested.append(None)
        deeper = replace(leaf, depth=leaf.depth + 1)
        where = path or self.collector.path_of(leaf.folder, f"邮件{place + 1}.eml")
        self.nested[place] = self.read(file, deeper, where)
        return True


def _leaf(part: Part, decoded: Decoded, holder: Leaf, role: Role) -> Leaf:
    content_id = part.fields.first("content-id")
    return Leaf(
        decoded.path,
        decoded.size,
        decoded.sha256,
        name=part.file_name,
        folder=holder.folder,
        inside=holder.inside,
        depth=holder.depth,
        inline=part.disposition == "inline" or (bool(content_id) and part.disposition != "attachment"),
        content_id=clean_line(content_id.decode("ascii", "replace").strip(" <>"), 200),
        type=part.type,
        problem=sealed_problem(part),
        is_message=role is Role.MESSAGE,
    )
