"""A TCP connection to a mail server that a stop cuts short, whatever the server is silent about.

imaplib and smtplib wait inside the kernel, up to ten minutes after a final dot, and Python waits on after a signal (PEP 475). So a
thread beside them looks for the stop and shuts the connection down: who waits there meets the end of the stream at once.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable

from mailbot.config import Security, Server

LOOK_SECONDS = 0.25
"""How often the stop is looked for."""

GRACE_SECONDS = 1.0
"""What is being said when the stop comes may come to its end within so many seconds, taking leave included."""


class Line:
    """An open connection, encrypted where the server speaks TLS from the first byte; `socket` is for the protocol to use and to close.

    `grace` is how many seconds after the stop the connection is shut down. Errors: OSError, also ConnectionAbortedError for a stop.
    """

    def __init__(self, server: Server, stop: Callable[[], bool]) -> None:
        self.grace = GRACE_SECONDS
        self._stop = stop
        self._over = threading.Event()
        self.socket = _reach(server, stop)
        # A descriptor of its own: the protocol may close or wrap the other one at any time, and the kernel gives its number away anew.
        self._own = self.socket.dup()
        threading.Thread(target=self._watch, name="mailbot-line", daemon=True).start()
        if server.security is Security.TLS:
            try:
                self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=server.host)
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Let go of the connection, so that it ends as soon as the protocol has closed `socket`."""
        self._over.set()

    def _watch(self) -> None:
        stopped_at: float | None = None
        with self._own:
            while not self._over.wait(LOOK_SECONDS):
                now = time.monotonic()
                if stopped_at is None and self._stop():
                    stopped_at = now
                if stopped_at is not None and now - stopped_at >= self.grace:
                    with contextlib.suppress(OSError):
                        self._own.shutdown(socket.SHUT_RDWR)
                    return


def _reach(server: Server, stop: Callable[[], bool]) -> socket.socket:
    """Connect in a thread that is left alone when the stop comes: nothing else ends a look-up of a name that nobody answers."""
    reached: queue.SimpleQueue[socket.socket | Exception] = queue.SimpleQueue()

    def connect() -> None:
        try:
            reached.put(socket.create_connection((server.host, server.port), server.connect_timeout))
        except Exception as error:  # for who waits, also that a host name is no name at all
            reached.put(error)

    threading.Thread(target=connect, name="mailbot-connect", daemon=True).start()
    while not stop():
        with contextlib.suppress(queue.Empty):
            outcome = reached.get(timeout=LOOK_SECONDS)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome
    raise ConnectionAbortedError("stopped while connecting")
