"""Finds the files inside a file of any kind, and writes them out under the limits of an archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from mailbot.config import Limits
from mailbot.model import FileKind, Problem
from mailbot.parsing.archivewriter import Writer
from mailbot.parsing.enclosures.found import Found
from mailbot.parsing.outcome import Unpacked
from mailbot.parsing.unreadable import UnreadableError

_CLOSED = frozenset({FileKind.ARCHIVE, FileKind.MESSAGE, FileKind.TNEF, FileKind.EXECUTABLE, FileKind.EMPTY, FileKind.OTHER})
"""What is opened in other ways, or not at all."""


def encloses(path: Path, kind: FileKind) -> bool:
    """Whether there is a file inside the one at `path`; also where that cannot be told. Raises MemoryError only."""
    try:
        return next(_files_in(path, kind), None) is not None
    except MemoryError:
        raise
    except Exception:  # the readers raise whatever hostile bytes make them raise
        return True


def take_out(path: Path, kind: FileKind, out: Path, limits: Limits) -> Unpacked:
    """Writes every file inside the one at `path` into the empty folder `out`.

    `problem` says that there may be more than what came. Raises MemoryError only.
    """
    writer = Writer(out, limits)
    try:
        for found in _files_in(path, kind):
            _write(found, writer)
    except UnreadableError as stop:
        return writer.finish(stop.problem)
    except MemoryError:
        raise
    except Exception:  # as above
        return writer.finish(Problem.CORRUPT)
    return writer.finish()


def _write(found: Found, writer: Writer) -> None:
    # Whatever its name looks like, somebody put it there: none is left out as what a system adds by itself.
    name = PurePosixPath(found.name.replace("\\", "/")).name.lstrip("~$._ ") or "嵌入的文件"
    if not writer.wants(name):
        return
    if found.content is None:
        writer.refuse(name, found.problem or Problem.UNSUPPORTED)
    else:
        writer.write(name, [found.content])


def _files_in(path: Path, kind: FileKind) -> Iterator[Found]:
    from mailbot.parsing.enclosures import behind, compound, markup, packages

    if kind in _CLOSED:
        return
    yield from behind.joined_to(path, kind)
    if kind in (FileKind.DOCX, FileKind.PPTX, FileKind.XLSX, FileKind.ODF, FileKind.OFD):
        yield from packages.files_in(path, kind)
    elif kind in (FileKind.DOC, FileKind.XLS, FileKind.PPT):
        yield from compound.objects_in(path, kind)
    elif kind is FileKind.PDF:
        from mailbot.parsing.enclosures import portable  # pdfium takes a tenth of a second to load

        yield from portable.attached_to(path)
    elif kind is FileKind.RTF:
        yield from markup.objects_of_rtf(path)
    elif kind is FileKind.HTML:
        yield from markup.files_of_page(path)
