"""What each person did last at this page: the sentence to show once, and the acts that U takes back, the newest first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from mailbot.desk.doing import Done

_SESSIONS = 500
_KEPT = 50


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence about what was just done; `undo` is the act that can be taken back, None = nothing."""

    sentence: str
    undo: int | None = None
    bad: bool = False


@dataclass(slots=True)
class _Session:
    said: Said | None = None
    done: list[int] = field(default_factory=list)


class Recent:
    """Kept in memory only: after a restart the time lines still offer every undo."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def note(self, token: str, done: Done, *, undone: int | None = None) -> None:
        """Remember what was done; `undone` names the act that it took back."""
        with self._lock:
            session = self._of(token)
            if undone in session.done:
                session.done.remove(undone)
            elif undone is None and done.undoable:
                session.done = [*session.done[-_KEPT:], done.act]
            session.said = Said(done.sentence, done.act if done.undoable and undone is None else None)

    def say(self, token: str, sentence: str, *, bad: bool = False) -> None:
        """Show a sentence on the next page."""
        with self._lock:
            self._of(token).said = Said(sentence, bad=bad)

    def said(self, token: str) -> Said | None:
        """The sentence to show now; it is shown once."""
        with self._lock:
            session = self._of(token)
            said, session.said = session.said, None
            return said

    def last(self, token: str) -> int | None:
        """The newest act that this person can take back."""
        with self._lock:
            done = self._of(token).done
            return done[-1] if done else None

    def _of(self, token: str) -> _Session:
        session = self._sessions.setdefault(token, _Session())
        self._sessions.move_to_end(token)
        while len(self._sessions) > _SESSIONS:
            self._sessions.popitem(last=False)
        return session
