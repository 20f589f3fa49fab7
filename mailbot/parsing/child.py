"""The child of `sandbox`: takes one JSON question a line, answers with JSON lines, gives up its own rights first."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import BinaryIO

from mailbot.config import Limits
from mailbot.model import FileKind, Problem
from mailbot.parsing.outcome import Examined, Unpacked, Wire, examined_to_wire, unpacked_to_wire
from mailbot.parsing.serving import address_space, bound_cpu, give_up_rights, say

RETIRE_SHARE = 0.7
"""Above this share of its memory limit after an answer the child asks to be replaced: the next file deserves the whole limit."""


def main(arguments: list[str]) -> None:
    """Serves until stdin ends. Arguments: memory bytes, seconds, unpacked bytes, entries, text characters."""
    memory, seconds, unpacked, entries, characters = arguments
    limits = Limits(
        reader_memory_bytes=int(memory),
        reader_seconds=float(seconds),
        unpacked_bytes=int(unpacked),
        entries=int(entries),
        text_characters=int(characters),
    )
    answers = give_up_rights(limits.reader_memory_bytes)
    for line in sys.stdin.buffer:
        bound_cpu(limits.reader_seconds)
        _answer(json.loads(line), limits, answers)


def _answer(question: Wire, limits: Limits, answers: BinaryIO) -> None:
    end: Wire = {"end": True}
    try:
        if question["do"] == "examine":
            end["examined"] = examined_to_wire(_examine(question, limits, answers))
        elif question["do"] == "draw":
            end["drawn"] = _draw(question)
        elif question["do"] == "take_out":
            end["unpacked"] = unpacked_to_wire(_take_out(question, limits))
        else:
            end["unpacked"] = unpacked_to_wire(_unpack(question, limits))
    except MemoryError:
        end = {"end": True, "memory": True, "retire": True}
    except Exception:  # any reader may raise anything over hostile bytes; the parent calls it READER_FAILED
        end = {"end": True, "retire": True}
    if address_space() > limits.reader_memory_bytes * RETIRE_SHARE:
        end["retire"] = True
    say(answers, end)


def _examine(question: Wire, limits: Limits, answers: BinaryIO) -> Examined:
    from mailbot.parsing.document import read
    from mailbot.parsing.enclosures.taking import encloses
    from mailbot.parsing.filetype import sniff
    from mailbot.parsing.picture import look

    path = Path(question["path"])
    kind = sniff(path, question["name"])
    # Told first, so that the kind is known even if the reader dies over the content.
    say(answers, {"kind": kind})
    if kind is FileKind.IMAGE:
        facts, problem = look(path, limits)
        return Examined(kind, picture=facts, problem=problem, encloses=encloses(path, kind))
    if kind.is_document:
        reading, problem = read(path, kind, limits)
        return Examined(kind, reading=reading, problem=problem, encloses=encloses(path, kind))
    return Examined(kind, problem=_UNREAD.get(kind), encloses=encloses(path, kind))


_UNREAD = {FileKind.EMPTY: Problem.EMPTY, FileKind.EXECUTABLE: Problem.EXECUTABLE, FileKind.OTHER: Problem.UNSUPPORTED}


def _draw(question: Wire) -> int:
    from mailbot.parsing.drawing import draw

    return draw(Path(question["path"]), question["name"], Path(question["out"]), question["page"], question["side"])


def _take_out(question: Wire, limits: Limits) -> Unpacked:
    from mailbot.parsing.enclosures.taking import take_out

    return take_out(Path(question["path"]), FileKind(question["kind"]), Path(question["out"]), limits)


def _unpack(question: Wire, limits: Limits) -> Unpacked:
    from mailbot.parsing.archive import unpack

    return unpack(Path(question["path"]), question["name"], Path(question["out"]), limits, tuple(question["passwords"]))


if __name__ == "__main__":
    main(sys.argv[1:])
