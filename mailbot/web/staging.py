"""Files that were uploaded but not yet confirmed: for an hour at most, in a folder that only the owner may read."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from mailbot.desk.doing import Upload

KEPT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Staged:
    """An upload that waits for its confirmation."""

    session: str
    act: Upload
    folder: Path
    until: float


class Staging:
    """The uploads of everybody, for an hour at most, in a folder that only the owner may read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._staged: dict[str, Staged] = {}

    def new_folder(self) -> Path:
        """A fresh folder for the files of one upload."""
        self.sweep()
        folder = self.folder / secrets.token_hex(8)
        folder.mkdir(parents=True, mode=0o700)
        return folder

    def put(self, session: str, act: Upload, folder: Path) -> str:
        """Keep an upload; returns the word that asks for it."""
        word = secrets.token_urlsafe(16)
        with self._lock:
            self._staged[word] = Staged(session, act, folder, time.monotonic() + KEPT_SECONDS)
        return word

    def get(self, session: str, word: str) -> Upload | None:
        """The upload of this session under this word."""
        with self._lock:
            staged = self._staged.get(word)
            return staged.act if staged and staged.session == session and staged.until > time.monotonic() else None

    def drop(self, word: str) -> None:
        """Forget an upload and delete its files."""
        with self._lock:
            staged = self._staged.pop(word, None)
        if staged:
            shutil.rmtree(staged.folder, ignore_errors=True)

    def sweep(self) -> None:
        """Forget what nobody confirmed within the hour."""
        with self._lock:
            old = [word for word, staged in self._staged.items() if staged.until <= time.monotonic()]
        for word in old:
            self.drop(word)
