"""A small page for monitors, in a thread of the daemon: /healthz, /livez, /metrics. Standard library only, loopback unless told.

It reads and never writes. What it answers are plain functions, so that another web server may answer the same.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from mailbot import __version__
from mailbot.app import App
from mailbot.config import Monitoring
from mailbot.errors import ConfigError, TryLater
from mailbot.health import health
from mailbot.operating.metrics import CONTENT_TYPE, metrics_text

PULSE_SECONDS = 900.0
"""How long the daemon may be busy with one thing (a letter's final dot alone may take ten minutes) and still count as alive."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: HTTP status, content type, content."""

    status: int
    kind: str
    content: bytes


@dataclass(slots=True)
class Pulse:
    """When the daemon last did anything, by the monotonic clock."""

    at: float

    @property
    def alive(self) -> bool:
        """Whether that was not too long ago."""
        return time.monotonic() - self.at < PULSE_SECONDS


def health_page(app: App) -> Page:
    """200 when mailbot does all of its work, else 503; the troubles by their keys, without a word that could name anybody."""
    try:
        state = health(app)
    except (TryLater, ConfigError):
        return _json(503, {"healthy": False, "troubles": ["ledger"], "version": __version__})
    document = {
        "healthy": state.healthy,
        "troubles": [trouble.key for trouble in state.troubles],
        "last_poll": state.last_poll.isoformat() if state.last_poll else None,
        "version": __version__,
    }
    return _json(200 if state.healthy else 503, document)


def metrics_page(app: App) -> Page:
    """The metrics, or 503 when the ledger cannot be read."""
    try:
        return Page(200, CONTENT_TYPE, metrics_text(app))
    except (TryLater, ConfigError):
        return _json(503, {"healthy": False, "troubles": ["ledger"], "version": __version__})


def pulse_page(pulse: Pulse) -> Page:
    """200 while the daemon's loop turns: what a container or a supervisor restarts by."""
    return _json(200 if pulse.alive else 503, {"alive": pulse.alive})


class Monitor:
    """The listener; a context manager. OSError when the address is taken."""

    def __init__(self, where: Monitoring, app: Callable[[], App], pulse: Pulse) -> None:
        pages: dict[str, Callable[[], Page]] = {
            "/healthz": lambda: health_page(app()),
            "/metrics": lambda: metrics_page(app()),
            "/livez": lambda: pulse_page(pulse),
        }
        self._server = _Server((where.host, where.port), _handler(pages))
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Monitor:
        threading.Thread(target=self._server.serve_forever, args=(0.2,), name="monitor", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Bind without asking the DNS for our own name, as http.server would."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "mailbot", int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A monitor that hangs up is no event."""


def _handler(pages: dict[str, Callable[[], Page]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 5.0
        server_version, sys_version = "mailbot", ""

        def do_GET(self) -> None:
            self.wfile.write(self._begin())

        def do_HEAD(self) -> None:
            self._begin()

        def _begin(self) -> bytes:
            """Say status and headers; returns the content that a GET gets behind them."""
            page = pages.get(self.path.partition("?")[0])
            answer = page() if page else Page(404, "text/plain; charset=utf-8", b"/healthz /livez /metrics\n")
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.content)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            return answer.content

        def log_message(self, format: str, *arguments: object) -> None:
            """Who asks how often is nothing to log."""

    return Handler


def _json(status: int, document: dict[str, object]) -> Page:
    return Page(status, "application/json", json.dumps(document).encode() + b"\n")
