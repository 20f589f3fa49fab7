"""What the reading child hands back, and how it crosses the pipe as one JSON line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mailbot.model import FileKind, Picture, PictureKind, Problem, Reading

Wire = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One file inside an archive or winmail.dat.

    `name_path` is decoded and harmless ("照片/1.jpg": `/` separates, no `..`, no drive), `file` its bytes on disk under a number,
    None when they could not be got (`problem` says why; bytes that came before a defect are kept beside the problem).
    """

    name_path: str
    file: Path | None
    size: int
    sha256: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An opened archive.

    `problem` speaks of the archive as a whole; with it set, `entries` is what was got nevertheless, perhaps nothing.
    """

    entries: tuple[Entry, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """One file looked at: its kind by content, its text or its picture facts, what went wrong, and whether other files are inside it."""

    kind: FileKind
    reading: Reading | None = None
    picture: Picture | None = None
    problem: Problem | None = None
    encloses: bool = False


def unpacked_to_wire(unpacked: Unpacked) -> Wire:
    """`unpacked` as plain JSON values."""
    entries = [
        [entry.name_path, entry.file.name if entry.file else None, entry.size, entry.sha256, entry.problem] for entry in unpacked.entries
    ]
    return {"entries": entries, "problem": unpacked.problem}


def unpacked_from_wire(wire: Wire, out: Path) -> Unpacked:
    """The reverse of `unpacked_to_wire`; only plain file names below `out` are believed."""
    entries = tuple(
        Entry(name, out / Path(file).name if file else None, int(size), sha256, _problem(problem))
        for name, file, size, sha256, problem in wire["entries"]
    )
    return Unpacked(entries, _problem(wire["problem"]))


def examined_to_wire(examined: Examined) -> Wire:
    """`examined` as plain JSON values."""
    reading = examined.reading
    return {
        "kind": examined.kind,
        "problem": examined.problem,
        "encloses": examined.encloses,
        "picture": _picture_to_wire(examined.picture) if examined.picture else None,
        "reading": {
            "text": reading.text,
            "head": list(reading.head),
            "header": reading.header,
            "pages": reading.pages,
            "pictures": [_picture_to_wire(picture) for picture in reading.pictures],
        }
        if reading
        else None,
    }


def examined_from_wire(wire: Wire) -> Examined:
    """The reverse of `examined_to_wire`."""
    reading, picture = wire["reading"], wire["picture"]
    return Examined(
        FileKind(wire["kind"]),
        Reading(
            reading["text"],
            tuple(reading["head"]),
            reading["header"],
            tuple(_picture_from_wire(each) for each in reading["pictures"]),
            reading["pages"],
        )
        if reading
        else None,
        _picture_from_wire(picture) if picture else None,
        _problem(wire["problem"]),
        bool(wire["encloses"]),
    )


def _problem(value: str | None) -> Problem | None:
    return Problem(value) if value else None


def _picture_to_wire(picture: Picture) -> Wire:
    return {
        "width": picture.width,
        "height": picture.height,
        "size": picture.size,
        "kind": picture.kind,
        "fingerprint": picture.fingerprint,
        "taken_at": picture.taken_at.isoformat() if picture.taken_at else None,
        "because": picture.because,
    }


def _picture_from_wire(wire: Wire) -> Picture:
    taken_at = wire["taken_at"]
    return Picture(
        wire["width"],
        wire["height"],
        wire["size"],
        PictureKind(wire["kind"]),
        wire["fingerprint"],
        datetime.fromisoformat(taken_at) if taken_at else None,
        wire["because"],
    )
