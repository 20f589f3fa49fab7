"""Opens the zip that every newer office file is, with caps on what may come out of it, and walks its XML without a network or entities."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType

from lxml import etree
from lxml.etree import _Element

from mailbot.model import Problem
from mailbot.parsing.unreadable import UnreadableError

PART_BYTES = 64 * 1024 * 1024
"""One XML part: 20,000 pages of text; a 200 MB text node costs 600 MB before lxml refuses it (reliability 2)."""

PACKAGE_BYTES = 512 * 1024 * 1024
"""All parts as declared; a mail carries 70 MB at most, and photos do not deflate."""

MEMBERS = 10_000


@dataclass(frozen=True, slots=True)
class Relation:
    """One line of a part's relations: its id, the address of its type, the member it leads to."""

    id: str
    type: str
    target: str


class Package:
    """An office zip, read part by part. Raises UnreadableError(TOO_LARGE) for a bomb, CORRUPT or TRUNCATED for a broken zip."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise UnreadableError(_broken(path)) from None
        members = self._zip.infolist()
        # WPS writes backslashes now and then.
        self._members = {member.filename.replace("\\", "/"): member for member in members}
        if len(members) > MEMBERS or sum(member.file_size for member in members) > PACKAGE_BYTES:
            raise UnreadableError(Problem.TOO_LARGE)
        if any(member.flag_bits & 1 for member in members):
            raise UnreadableError(Problem.ENCRYPTED)

    def __enter__(self) -> Package:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._zip.close()

    @property
    def names(self) -> tuple[str, ...]:
        """All members in the order of the zip."""
        return tuple(self._members)

    def numbered(self, pattern: re.Pattern[str]) -> list[str]:
        """The members that match, in the order of the number in the pattern's group."""
        matches = [match for name in self._members if (match := pattern.fullmatch(name))]
        return [match[0] for match in sorted(matches, key=lambda match: int(match[1]))]

    def read(self, name: str) -> bytes:
        """The bytes of one member, b"" when it is missing. The declared size is not believed: reading stops at the cap."""
        member = self._members.get(name)
        if member is None:
            return b""
        with self._zip.open(member) as stream:
            content = stream.read(PART_BYTES + 1)
        if len(content) > PART_BYTES:
            raise UnreadableError(Problem.TOO_LARGE)
        return content

    def walk(self, name: str) -> Iterator[tuple[str, _Element]]:
        """The ("start" | "end", element) events of one XML member; elements are emptied once they ended, so memory stays flat."""
        content = self.read(name)
        if content:
            yield from walk_xml(content)

    def related(self, part: str) -> dict[str, str]:
        """The relations of a part: id -> member name, those that point outside the file left out."""
        return {relation.id: relation.target for relation in self.relations(part)}

    def relations(self, part: str) -> Iterator[Relation]:
        """The relations of a part, those that point outside the file left out."""
        folder, _, base = part.rpartition("/")
        for event, element in self.walk(f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"):
            if event == "end" and local(element) == "Relationship" and element.get("TargetMode") != "External":
                target = (element.get("Target") or "").replace("\\", "/")
                joined = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                yield Relation(element.get("Id") or "", element.get("Type") or "", joined)


def walk_xml(content: bytes) -> Iterator[tuple[str, _Element]]:
    """Events of an XML document. Entities stay unresolved, nothing is loaded from outside, `huge_tree` stays off (lxml's own caps)."""
    events = etree.iterparse(
        BytesIO(content),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    for event, element in events:
        if not isinstance(element.tag, str):
            continue
        yield event, element
        if event == "end":
            element.clear()
            # The emptied elder siblings go too: 3 million empty paragraphs are 1.6 GB.
            while element.getprevious() is not None:
                del element.getparent()[0]


def local(element: _Element) -> str:
    """The tag without its namespace: transitional and strict OOXML differ only there."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: _Element, name: str) -> str:
    """An attribute by its local name, "" if missing."""
    for key, value in element.attrib.items():
        if key == name or key.endswith("}" + name):
            return str(value)
    return ""


def _broken(path: Path) -> Problem:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_557))
        # Without its central directory the end of the file never came.
        return Problem.CORRUPT if b"PK\x05\x06" in file.read() else Problem.TRUNCATED
