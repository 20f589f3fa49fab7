"""回信: every letter by state, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailbot.desk.desk import Desk
from mailbot.desk.mailpage import LetterView
from mailbot.model import LetterKind, LetterState


@dataclass(frozen=True, slots=True)
class WantedLetters:
    """Which letters; None = any. `bounced` letters are a state of their own for staff."""

    state: LetterState | None = None
    bounced: bool = False
    kind: LetterKind | None = None
    text: str = ""  # in address, subject or the unit's name
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class LettersPage:
    """One page of letters with the counts of the tabs."""

    letters: tuple[LetterView, ...]
    found: int
    counts: Mapping[LetterState, int]
    bounced: int
    mode: str  # send | hold | off
    stopped: str | None
    token: str


def letters_page(desk: Desk, wanted: WantedLetters = WantedLetters()) -> LettersPage:
    """The page as the ledger stands now."""
    raise NotImplementedError


def letter_view(desk: Desk, number: int) -> LetterView | None:
    """One letter."""
    raise NotImplementedError
