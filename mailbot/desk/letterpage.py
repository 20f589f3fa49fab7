"""回信: every letter by state, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailbot.app import STOPPED
from mailbot.desk.desk import Desk
from mailbot.desk.viewing import Viewer
from mailbot.desk.views import LetterView
from mailbot.model import LetterKind, LetterState
from mailbot.storing.records import letter_filter


@dataclass(frozen=True, slots=True)
class WantedLetters:
    """Which letters; None = any. `bounced` letters are a state of their own for staff."""

    state: LetterState | None = None
    bounced: bool = False
    kind: LetterKind | None = None
    text: str = ""  # in address, subject or the unit's name
    page: int = 1
    per_page: int = 50


_EVERY = WantedLetters()


@dataclass(frozen=True, slots=True)
class LettersPage:
    """One page of letters with the counts of the tabs."""

    letters: tuple[LetterView, ...]
    found: int
    counts: Mapping[LetterState, int]
    bounced: int
    held: tuple[int, ...]  # all that wait to be released, of every page
    mode: str  # send | hold | off
    stopped: str | None
    token: str


def letters_page(desk: Desk, wanted: WantedLetters = _EVERY) -> LettersPage:
    """The page as the ledger stands now."""
    view, text = Viewer(desk.app), wanted.text.strip()
    units = [unit.id for unit in desk.app.rulebook.units.values() if text and text in unit.name]
    conditions = letter_filter(wanted.state, wanted.bounced, wanted.kind, units, text)
    with desk.app.database.reading() as records:
        rows, found = records.letters_found(conditions, wanted.per_page, (max(1, wanted.page) - 1) * wanted.per_page)
        return LettersPage(
            letters=view.letters(records, rows),
            found=found,
            counts=records.letter_counts(),
            bounced=records.bounced_count(),
            held=records.held_letters(),
            mode=desk.app.config.answering.mode.value,
            stopped=records.setting(STOPPED),
            token=str(records.newest_event()),
        )


def letter_view(desk: Desk, number: int) -> LetterView | None:
    """One letter."""
    with desk.app.database.reading() as records:
        row = records.letter(number)
        return Viewer(desk.app).letters(records, [row])[0] if row else None
