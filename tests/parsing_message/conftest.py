"""A mail as bytes goes in, Facts come out; the sandbox here is small, works, and runs in this process."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mailbot.config import Limits
from mailbot.model import Facts, FileKind, Problem, Reading
from mailbot.parsing.filetype import sniff
from mailbot.parsing.gather import gather
from mailbot.parsing.outcome import Entry, Examined, Unpacked

Read = Callable[..., Facts]


class InProcess:
    """Stands in for the sandbox where a test is about the mail and not about its files: knows kinds, plain text and zip."""

    def __init__(self) -> None:
        self.passwords: tuple[str, ...] = ()

    def examine(self, path: Path, name: str) -> Examined:
        kind = sniff(path, name)
        return Examined(kind, Reading(path.read_text("utf-8", "replace")[:500]) if kind is FileKind.TXT else None)

    def unpack(self, path: Path, name: str, out: Path, passwords: tuple[str, ...] = ()) -> Unpacked:
        self.passwords = passwords
        try:
            with zipfile.ZipFile(path) as packed:
                return Unpacked(tuple(_entry(packed, info, out) for info in packed.infolist()))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError):
            return Unpacked(problem=Problem.CORRUPT)


def _entry(packed: zipfile.ZipFile, info: zipfile.ZipInfo, out: Path) -> Entry:
    raw = packed.read(info)
    file = out / f"{len(list(out.iterdir())) + 1:04d}"
    file.write_bytes(raw)
    return Entry(info.filename, file, len(raw), hashlib.sha256(raw).hexdigest())


@pytest.fixture
def sandbox() -> InProcess:
    return InProcess()


@pytest.fixture
def read(tmp_path: Path, sandbox: InProcess) -> Read:
    """read(raw bytes) -> Facts"""
    count = 0

    def reading(raw: bytes, limits: Limits | None = None) -> Facts:
        nonlocal count
        count += 1
        folder = tmp_path / str(count)
        (folder / "work").mkdir(parents=True)
        file = folder / "mail.eml"
        file.write_bytes(raw)
        return gather(file, folder / "work", sandbox, limits or Limits())  # type: ignore[arg-type]

    return reading
