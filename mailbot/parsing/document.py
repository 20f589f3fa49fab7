"""Reads one document of any kind into text, first lines and pictures; whatever is wrong with it is a value."""

from __future__ import annotations

import importlib
from pathlib import Path

from mailbot.config import Limits
from mailbot.model import FileKind, Problem, Reading
from mailbot.parsing.documents.draft import Draft
from mailbot.parsing.unreadable import UnreadableError

# Imported when the first such file comes: together they take half a second.
_READERS = {
    FileKind.DOCX: "word",
    FileKind.PPTX: "slides",
    FileKind.XLSX: "sheets",
    FileKind.ODF: "opendocument",
    FileKind.DOC: "ole",
    FileKind.XLS: "ole",
    FileKind.PPT: "ole",
    FileKind.PDF: "pdf",
    FileKind.RTF: "rtf",
    FileKind.TXT: "plain",
    FileKind.HTML: "web",
}


def read(path: Path, kind: FileKind, limits: Limits) -> tuple[Reading | None, Problem | None]:
    """The reading of the document at `path`, whose content is of `kind`; never raises for bad content, except MemoryError.

    What was read before a defect or a cap is kept beside the problem. No text and no picture is EMPTY.
    """
    if kind is FileKind.ENCRYPTED:
        return None, Problem.ENCRYPTED
    if kind not in _READERS:
        return None, Problem.UNSUPPORTED
    reader = importlib.import_module(f"mailbot.parsing.documents.{_READERS[kind]}")
    draft = Draft(limits.text_characters)
    problem: Problem | None = None
    try:
        reader.read(path, draft)
    except UnreadableError as stop:
        problem = stop.problem
    except MemoryError:
        raise
    except Exception:  # lxml, zipfile, pdfium, office-oxide, striprtf: each has a dozen ways to refuse broken bytes
        problem = Problem.CORRUPT
    reading = draft.finish()
    if reading.text or reading.pictures:
        return reading, problem
    return (None, problem) if problem else (reading, Problem.EMPTY)
