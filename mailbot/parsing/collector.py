"""Turns files found in a mail into items: names them, opens archives, nested mail and winmail.dat, has the rest read in the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mailbot.config import Limits
from mailbot.model import BODY, FileKind, Item, Problem
from mailbot.parsing.leaves import extension_of, looks_like_message
from mailbot.parsing.outcome import Examined, Unpacked
from mailbot.parsing.safename import clean_line, clean_name
from mailbot.parsing.scans import is_scan

if TYPE_CHECKING:
    from mailbot.parsing.sandbox import Sandbox

_PACKED = frozenset({FileKind.ARCHIVE, FileKind.TNEF})
_CLOSED = frozenset({Problem.SEALED, Problem.FRAGMENT, Problem.UNSUPPORTED})
"""Known before reading: nothing would come of opening these."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A file on its way to become an item: where its bytes lie, what it is called, where it was found."""

    file: Path | None  # None: the archive did not give it up
    size: int
    sha256: str
    name: str = ""  # as the sender wrote it, decoded
    folder: str = ""  # path of what it was packed in, "" for the mail itself
    inside: str = ""  # path of the message it came with
    depth: int = 0
    inline: bool = False
    content_id: str = ""
    type: str = ""
    problem: Problem | None = None  # known before reading: sealed, a fragment, an entry that the archive did not give up
    is_message: bool = False


class Collector:
    """Takes leaves in the order of the mail and keeps items, paths and doubts. `open_mail` reads a nested message; False = it is none."""

    def __init__(self, work: Path, sandbox: Sandbox, limits: Limits, open_mail: Callable[[Leaf, Path, str], bool]) -> None:
        self.work = work
        self.sandbox = sandbox
        self.limits = limits
        self.open_mail = open_mail
        self.items: list[Item] = []
        self.doubts: list[str] = []
        self.passwords: tuple[str, ...] = ()
        self._paths: set[str] = {BODY.casefold()}
        self._files = 0
        self._nameless = 0
        self._unpacked = 0
        self._scanned = 0

    def new_file(self) -> Path:
        """A path in the work folder that nobody uses yet."""
        self._files += 1
        return self.work / f"{self._files:05d}"

    def take(self, leaf: Leaf) -> None:
        """Make items of one leaf: itself, or what is in it."""
        if len(self.items) >= self.limits.entries:
            self.doubts.append(f"邮件里的文件超过 {self.limits.entries} 个，其余的没有读取")
            return
        if leaf.file is None or leaf.problem in _CLOSED:
            self._keep(leaf, FileKind.OTHER, leaf.problem or Problem.CORRUPT)
        elif not leaf.size:
            self._keep(leaf, FileKind.EMPTY, leaf.problem or Problem.EMPTY)
        else:
            self._take_file(leaf, leaf.file)

    def _take_file(self, leaf: Leaf, file: Path) -> None:
        if (leaf.is_message or looks_like_message(file, leaf.name)) and self._take_message(leaf, file):
            return
        examined = self.sandbox.examine(file, clean_name(leaf.name))
        if examined.kind is FileKind.MESSAGE and self._take_message(leaf, file):
            return
        if examined.kind in _PACKED:
            self._take_packed(leaf, file, examined.kind)
            return
        examined = self._recognised(file, examined)
        # What the archive said about its member is nearer the cause than what a reader makes of the remains.
        item = self._keep(leaf, examined.kind, leaf.problem or examined.problem)
        self.items[-1] = replace(item, reading=examined.reading, picture=examined.picture)
        if examined.encloses:
            self._take_enclosed(leaf, file, item)

    def _recognised(self, file: Path, examined: Examined) -> Examined:
        """A scan with its text, as long as the mail's pages are within the limit; everything else as it is."""
        if not self.limits.ocr_pages or not is_scan(examined):
            return examined
        examined, pages = self.sandbox.scans.read(file, examined, self.limits.ocr_pages - self._scanned)
        self._scanned += pages
        return examined

    def _take_message(self, leaf: Leaf, file: Path) -> bool:
        if leaf.depth >= self.limits.depth:
            self._too_deep(leaf, FileKind.MESSAGE)
            return True
        path = self.path_of(leaf.folder, clean_name(leaf.name)) if clean_name(leaf.name) else ""
        before = len(self.items)
        if self.open_mail(leaf, file, path):
            if path and len(self.items) == before:
                # A mail of nothing but words, or headers alone: a file with a name never vanishes; its words are in `nested`.
                self._paths.discard(path.casefold())
                self._keep(leaf, FileKind.MESSAGE, None)
            else:
                file.unlink(missing_ok=True)
            return True
        self._paths.discard(path.casefold())
        return False

    def _take_packed(self, leaf: Leaf, file: Path, kind: FileKind) -> None:
        if leaf.depth >= self.limits.depth or self._unpacked > self.limits.unpacked_bytes:
            self._too_deep(leaf, kind)
            return
        out = self.new_file().with_suffix(".d")
        out.mkdir()
        unpacked = self.sandbox.unpack(file, clean_name(leaf.name), out, self.passwords)
        if unpacked.problem is not None or not unpacked.entries:
            # Also when some members came out: the rest may be in there still.
            folder = self._keep(leaf, kind, unpacked.problem or Problem.EMPTY).path
        else:
            folder = self.path_of(leaf.folder, self._named(leaf, kind))
        self._take_members(leaf, unpacked, folder)

    def _take_enclosed(self, leaf: Leaf, file: Path, item: Item) -> None:
        """The files inside a document or picture, which is an item itself."""
        if leaf.depth >= self.limits.depth or self._unpacked > self.limits.unpacked_bytes:
            self.doubts.append(f"“{item.name}”层层打包，里面的内容没有全部读取")
            return
        out = self.new_file().with_suffix(".d")
        out.mkdir()
        unpacked = self.sandbox.take_out(file, item.kind, out)
        if unpacked.problem is not None:
            self.doubts.append(f"“{item.name}”里可能还嵌有别的文件，没有全部取出")
        self._take_members(leaf, unpacked, item.path)

    def _take_members(self, leaf: Leaf, unpacked: Unpacked, folder: str) -> None:
        for entry in unpacked.entries:
            self._unpacked += entry.size
            member = Leaf(
                entry.file,
                entry.size,
                entry.sha256,
                name=entry.name_path,
                folder=folder,
                inside=leaf.inside,
                depth=leaf.depth + 1,
                problem=entry.problem,
            )
            self.take(member)

    def _too_deep(self, leaf: Leaf, kind: FileKind) -> None:
        item = self._keep(leaf, kind, Problem.TOO_LARGE)
        self.doubts.append(f"“{item.name}”层层打包，里面的内容没有全部读取")

    def _keep(self, leaf: Leaf, kind: FileKind, problem: Problem | None) -> Item:
        packed = leaf.folder != leaf.inside
        name = self._named(leaf, kind)
        path = self.path_of(leaf.folder, _inner_path(leaf.name) or name if packed else name)
        item = Item(
            path,
            name,
            leaf.sha256,
            leaf.size,
            kind,
            original_name=clean_line(leaf.name, 1000),
            file=leaf.file,
            inside=leaf.inside,
            inline=leaf.inline,
            content_id=leaf.content_id,
            problem=problem,
        )
        self.items.append(item)
        return item

    def _named(self, leaf: Leaf, kind: FileKind) -> str:
        name = clean_name(leaf.name)
        if name:
            return name
        self._nameless += 1
        extension = extension_of(_head(leaf.file), kind, leaf.type)
        return extension if "." in extension else f"附件{self._nameless}.{extension}"

    def path_of(self, folder: str, name: str) -> str:
        """`folder`/`name`, made unique as "image (2).jpg": iPhones call every picture of one mail image.jpg."""
        path = f"{folder}/{name}" if folder else name
        stem, dot, extension = path.rpartition(".")
        if not stem or "/" in extension:
            stem, dot, extension = path, "", ""
        number = 1
        while path.casefold() in self._paths:
            number += 1
            path = f"{stem} ({number}){dot}{extension}"
        self._paths.add(path.casefold())
        return path


def _head(file: Path | None) -> bytes:
    if file is None:
        return b""
    with file.open("rb") as source:
        return source.read(64)


def _inner_path(name_path: str) -> str:
    """The place of a member in its archive, every segment cleaned; "" if nothing is left."""
    return "/".join(segment for part in name_path.replace("\\", "/").split("/") if (segment := clean_name(part)))
