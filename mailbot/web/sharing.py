"""One rendering for everybody who looks at the same table at the same news."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_KEPT = 32
_OLDEST = 60.0
"""Seconds after which a piece is made anew in any case: it also says how long ago and how long yet."""
_PATIENCE = 1.0
"""Seconds for which a piece may lag behind the ledger: while mails pour in, people who look cost one rendering a second at most."""


@dataclass(slots=True)
class _Piece:
    """One rendered piece, and of which news it is."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    value: Any = None
    token: str = ""
    made_at: float = -1.0


class Shared:
    """Pieces of pages that hold nothing about who looks.

    A piece is made anew when the ledger has moved since and either it is older than a second, or it was made before open pages were
    last told (`told_at`: they look again because of that), or before somebody acted here (who wants to see it). Whoever gets a piece
    that lags gets its token with it, and so is told of what came since.
    """

    def __init__(self, told_at: Callable[[], float]) -> None:
        self._told_at = told_at
        self._acted_at = 0.0
        self._lock = threading.Lock()
        self._pieces: OrderedDict[str, _Piece] = OrderedDict()

    def acted(self) -> None:
        """Somebody did something: what was made before now is not shown to anybody who looks after."""
        self._acted_at = time.monotonic()

    def get(self, key: str, token: str, make: Callable[[], Any]) -> tuple[Any, str]:
        """The piece for this address, the ledger being at `token`, and the token it is of; one thread makes it, the others wait."""
        with self._lock:
            piece = self._pieces.setdefault(key, _Piece())
            self._pieces.move_to_end(key)
            while len(self._pieces) > _KEPT:
                self._pieces.popitem(last=False)
        with piece.lock:
            now = time.monotonic()
            must_be_of = max(self._told_at(), self._acted_at, now - _PATIENCE)
            moved = piece.token != token and piece.made_at < must_be_of
            if piece.made_at < 0 or moved or now - piece.made_at > _OLDEST:
                piece.value, piece.token, piece.made_at = make(), token, now
            return piece.value, piece.token
