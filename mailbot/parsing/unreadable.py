"""The room's private signal from deep inside a reader; it never leaves the room, `document.read` turns it into a value."""

from __future__ import annotations

from mailbot.model import Problem


class UnreadableError(Exception):
    """A file cannot be read (on); `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem
