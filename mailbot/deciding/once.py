"""Remembers what was compiled from a rulebook, so that one mail after the other costs nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from mailbot.rulebook import Rulebook

Made = TypeVar("Made")

_KEPT = 4
"""Rulebooks alive at once: the running one and its successor while rules/ is read again; tests bring a few more."""


def once_per_rulebook(make: Callable[[Rulebook], Made]) -> Callable[[Rulebook], Made]:
    """Wraps a function of a rulebook so that the same rulebook object is compiled once.

    A rulebook holds mappings and has no hash, so it is known by identity; the strong reference keeps that identity true.
    """
    kept: list[tuple[Rulebook, Made]] = []

    @wraps(make)
    def made(rulebook: Rulebook) -> Made:
        for known, value in kept:
            if known is rulebook:
                return value
        value = make(rulebook)
        kept[:] = [(rulebook, value), *kept[: _KEPT - 1]]
        return value

    return made
