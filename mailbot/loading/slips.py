"""The slips of one file, gathered while it is read, so that a clerk mends them all in one go."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import extractOne

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
    """The known word that `word` was probably meant to be; of two that are equally near, the one that begins alike (别称: 别名, not 名称)."""
    best = extractOne(word, list(known), scorer=JaroWinkler.normalized_similarity, score_cutoff=0.65)
    return best[0] if best else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint for an unknown word: the nearest known one, else all of them."""
    choices = list(known)
    best = nearest(word, choices)
    return f"是不是想写“{best}”？" if best else f"可以写：{'、'.join(choices)}"
