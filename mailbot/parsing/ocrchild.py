"""The child of `scans`: takes one page a question, answers with its text, gives up its own rights first."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mailbot.model import FileKind
from mailbot.parsing.outcome import Wire
from mailbot.parsing.serving import bound_cpu, give_up_rights, say


def main(arguments: list[str]) -> None:
    """Serves until stdin ends. Arguments: memory bytes, seconds for a page."""
    memory, seconds = arguments
    answers = give_up_rights(int(memory))
    for line in sys.stdin.buffer:
        # Two threads compute at once, and the wall clock is the parent's.
        bound_cpu(float(seconds) * 2)
        say(answers, _answer(json.loads(line)))


def _answer(question: Wire) -> Wire:
    try:
        from mailbot.parsing.ocr import read_page

        page = read_page(Path(question["path"]), FileKind(question["kind"]), int(question["page"]))
    except ModuleNotFoundError:
        return {"end": True, "missing": True}
    except Exception:  # a MemoryError, and whatever pdfium, Pillow, OpenCV and onnxruntime raise over hostile pixels
        return {"end": True, "retire": True}
    return {"end": True, "text": page.text, "score": page.score}


if __name__ == "__main__":
    main(sys.argv[1:])
