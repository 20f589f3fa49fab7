"""The slips of one file, gathered while it is read, so that a clerk mends them all in one go."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rapidfuzz.distance import OSA

from mailbot.errors import Slip


class Slips:
    """Collects what is wrong in one file; `file` is its name as the clerk is told it."""

    def __init__(self, path: Path) -> None:
        self.file = shown(path)
        self._found: list[Slip] = []

    def add(self, line: int, wrong: str, hint: str = "") -> None:
        """Note one slip; `line` counts from 1, 0 means the file as a whole."""
        self._found.append(Slip(self.file, line, wrong, hint))

    @property
    def found(self) -> tuple[Slip, ...]:
        """Every slip once, in the order of the lines."""
        return tuple(sorted(dict.fromkeys(self._found), key=lambda slip: slip.line))


def shown(path: Path) -> str:
    """How a path is told to a person: short if it lies below the working folder, else in full."""
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except ValueError:
        return str(path)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be: at most half of its letters differ.

    Of two that are equally near, the one that begins alike (别称 is rather 别名 than 名称).
    """
    scored = [(OSA.normalized_similarity(word, other), word[:1] == other[:1], other) for other in known]
    similarity, _, best = max(scored, default=(0.0, False, ""), key=lambda score: score[:2])
    return best if similarity >= 0.5 else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint for an unknown word: the nearest known one, else all of them."""
    choices = list(known)
    best = nearest(word, choices)
    return f"是不是想写“{best}”？" if best else f"可以写：{'、'.join(choices)}"
