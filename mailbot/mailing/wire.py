"""A tap between imaplib and its socket: long bodies flow straight into a file, and the server's last line is remembered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol

from mailbot.failpoints import failpoint

PIECE = 1024 * 1024  # bytes held in memory at any time
UNASKED = 4 * 1024 * 1024  # the longest literal taken into memory when no sink is open

_BODY = re.compile(rb"BODY\[\](?:<(\d+)>?)? \{\d+\+?\}\r?\n?$", re.IGNORECASE)


class TooLongError(Exception):
    """A literal is longer than there is room for; the rest of it is still on the line, so the connection is of no more use."""


class SinkError(Exception):
    """The sink could not be written (disk full); `error` is the OSError, told apart from those of the line."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


class StoppedError(Exception):
    """The stop signal came while a body was on its way."""


class Streamed(bytes):
    """Stands in imaplib's answer for a literal that went to the sink; it claims the announced length, which imapclient checks."""

    announced: int
    origin: int

    def __new__(cls, announced: int, origin: int) -> Streamed:
        """Make the placeholder for a literal of `announced` bytes that began at `origin` of the mail."""
        placeholder = super().__new__(cls)
        placeholder.announced = announced
        placeholder.origin = origin
        return placeholder

    def __len__(self) -> int:
        return self.announced


class _Lines(Protocol):
    read: Callable[[int], bytes]
    readline: Callable[[], bytes]


class Wire:
    """Replaces `read` and `readline` of one imaplib connection.

    imaplib returns a literal only when all of it is in memory: a mail of 70 MB costs 70 MB. It gets each literal by calling its
    own `read(size)`, so that is where the bytes are led into the sink. If a later Python stops calling it, bodies arrive as bytes
    and `Connection.body` writes them itself: only memory is lost.
    """

    def __init__(self, imap: _Lines, stop: Callable[[], bool]) -> None:
        self._read = imap.read
        self._readline = imap.readline
        self._stop = stop
        self._sink: BinaryIO | None = None
        self._base = 0
        self._room = 0
        self.last_line = b""
        imap.read = self.read
        imap.readline = self.readline

    @contextmanager
    def into(self, sink: BinaryIO, base: int, room: int) -> Iterator[None]:
        """Lead every body into `sink`: byte 0 of the mail at position `base`, never more than `room` bytes of it."""
        self._sink, self._base, self._room = sink, base, room
        try:
            yield
        finally:
            self._sink = None

    def readline(self) -> bytes:
        """Read one line and remember it."""
        self.last_line = self._readline()
        return self.last_line

    def read(self, size: int) -> bytes:
        """Read a literal of `size` bytes: into the sink if one is open, else into memory up to `UNASKED`.

        Errors: TooLongError, StoppedError, SinkError, and ConnectionError where the server closes in the middle.
        """
        body = _BODY.search(self.last_line)
        if self._sink is None or body is None:
            if size > UNASKED:
                raise TooLongError
            return self._whole(size)
        origin = int(body.group(1) or 0)
        fits = max(0, min(size, self._room - origin))
        position = self._base + origin
        for piece in self._pieces(fits):
            position += _write(self._sink, position, piece)
            failpoint("literal")
        if fits < size:
            raise TooLongError
        return Streamed(size, origin)

    def _whole(self, size: int) -> bytes:
        return b"".join(self._pieces(size))

    def _pieces(self, size: int) -> Iterator[bytes]:
        left = size
        while left:
            if self._stop():
                raise StoppedError
            piece = self._read(min(left, PIECE))
            if not piece:
                raise ConnectionError("the server closed in the middle of a literal")
            left -= len(piece)
            yield piece


def _write(sink: BinaryIO, position: int, piece: bytes) -> int:
    try:
        sink.seek(position)
        sink.write(piece)
    except OSError as error:
        raise SinkError(error) from error
    return len(piece)
