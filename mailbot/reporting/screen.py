"""The terminal as the tables need it: wide enough for Chinese columns also where nobody looks (a pipe, a log)."""

from __future__ import annotations

from rich.console import Console

NARROWEST = 110
"""Columns: below this the receipt table loses its states."""


class _Screen(Console):
    """Lets the command line see that nobody reads any more; rich itself would end the program with a failure."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def screen() -> Console:
    """A console on standard output; a pipe has no width of its own, so it gets a fixed one."""
    console = _Screen(highlight=False)
    return console if console.is_terminal else _Screen(highlight=False, width=NARROWEST)
