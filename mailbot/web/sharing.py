"""One rendering for everybody who looks at the same table at the same news."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

_KEPT = 32
_OLDEST = 60.0
"""Seconds after which a piece is made anew in any case: it also says how long ago and how long yet."""


@dataclass(slots=True)
class _Piece:
    """One rendered piece, and who may have it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    text: str = ""
    token: str = ""
    made_at: float = -1.0


class Shared:
    """Pieces of pages that hold nothing about who looks.

    `told_at` says when open pages were last told that something changed (infinity while none is open). A piece is made anew when the
    ledger has moved since, unless it was made after the last telling: who looks again because of that telling may share it, for
    whatever came later will be told as well.
    """

    def __init__(self, told_at: Callable[[], float]) -> None:
        self._told_at = told_at
        self._lock = threading.Lock()
        self._pieces: OrderedDict[str, _Piece] = OrderedDict()

    def get(self, key: str, token: str, make: Callable[[], str]) -> str:
        """The piece for this address as of `token`; one thread makes it, the others wait for it."""
        with self._lock:
            piece = self._pieces.setdefault(key, _Piece())
            self._pieces.move_to_end(key)
            while len(self._pieces) > _KEPT:
                self._pieces.popitem(last=False)
        with piece.lock:
            made_at = time.monotonic()
            moved = piece.token != token and piece.made_at < self._told_at()
            if piece.made_at < 0 or moved or made_at - piece.made_at > _OLDEST:
                piece.text, piece.token, piece.made_at = make(), token, made_at
            return piece.text
