"""导出: a zip of chosen units and materials in readable folders with a manifest, made while it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class WantedFiles:
    """What goes into the zip; () = all units, all materials. `versions`: older versions too. `mails`: the raw mails too."""

    units: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    versions: bool = False
    mails: bool = False


@dataclass(frozen=True, slots=True)
class Extent:
    """How much it would be, told before it is downloaded."""

    units: int
    files: int
    bytes: int


def extent(desk: Desk, wanted: WantedFiles) -> Extent:
    """Count it."""
    raise NotImplementedError


def zip_name(desk: Desk) -> str:
    """A file name for the download."""
    raise NotImplementedError


def zip_chunks(desk: Desk, wanted: WantedFiles) -> Iterator[bytes]:
    """The zip in chunks, never whole in memory; its last member is 清单.csv (UTF-8 with BOM), which also names what was missing."""
    raise NotImplementedError
