"""The letters that wait for a person: which are held, releasing and cancelling them, and starting again after a stop."""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.app import STOPPED, App
from mailbot.errors import ConfigError
from mailbot.model import LetterState

_EVERY = ("all", "全部")


def chosen(app: App, words: Sequence[str]) -> tuple[int, ...]:
    """The letter numbers that a person means; `all` stands for every held one. ConfigError for what is no number of a letter."""
    with app.database.reading() as records:
        if any(word in _EVERY for word in words):
            return tuple(letter.number for letter in records.letters(state=LetterState.HELD))
        numbers = []
        for word in words:
            letter = records.letter(int(word)) if word.isdigit() else None
            if letter is None:
                raise ConfigError(f"没有编号为“{word}”的回信。用 mailbot letters 查看编号。")
            numbers.append(letter.number)
        return tuple(numbers)


def release(app: App, numbers: Sequence[int]) -> int:
    """Let held (or uncertain) letters go in the next round; returns how many."""
    with app.database.transaction() as records:
        count = records.release(numbers, app.now())
        for number in numbers:
            records.event("letter_released", "staff", app.now(), letter=number)
    return count


def cancel(app: App, numbers: Sequence[int]) -> int:
    """Take back letters that were never attempted; returns how many."""
    with app.database.transaction() as records:
        count = records.cancel(numbers, app.now())
        for number in numbers:
            records.event("letter_cancelled", "staff", app.now(), letter=number)
    return count


def resume(app: App) -> str | None:
    """Send again after mailbot stopped all sending; returns the reason it had stopped for, None when it had not."""
    with app.database.transaction() as records:
        reason = records.setting(STOPPED)
        if reason is not None:
            records.forget_setting(STOPPED)
            records.event("sending_resumed", "staff", app.now(), because=reason)
    return reason


def stopped(app: App) -> str | None:
    """Why nothing is sent at present; None when sending works."""
    with app.database.reading() as records:
        return records.setting(STOPPED)
