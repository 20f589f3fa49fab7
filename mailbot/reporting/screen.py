"""The terminal as the tables need it: wide enough for Chinese columns also where nobody looks (a pipe, a log)."""

from __future__ import annotations

from rich.console import Console

NARROWEST = 110
"""Columns: below this the receipt table loses its states."""


def screen() -> Console:
    """A console on standard output; a pipe has no width of its own, so it gets a fixed one."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=NARROWEST)
