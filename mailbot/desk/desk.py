"""The staff desk: what its reads and acts work with, opened once by whoever serves it and shared by its threads."""

from __future__ import annotations

from types import TracebackType

from mailbot.app import App


class Desk:
    """An open desk over an App of its own (never the daemon's: open a second one). A context manager; safe for many threads."""

    def __init__(self, app: App) -> None:
        self.app = app

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the readers; what is asked later starts them anew."""
