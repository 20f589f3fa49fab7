"""A web hook is called with one JSON document: no redirect is followed, no proxy asked, only the configured host is spoken to."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

SECONDS = 4.0
"""For the connection, and once more for the answer: mailbot ends within ten seconds, also while a web hook is silent."""


def call_webhook(url: str, document: Mapping[str, object]) -> bool:
    """POST the document; whether the other side took it. The address is a secret and never logged."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "") or "/"
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    try:
        line = _line(parts.scheme, parts.hostname or "", parts.port)
        try:
            line.request("POST", path, body, {"Content-Type": "application/json; charset=utf-8", "User-Agent": "mailbot"})
            status = line.getresponse().status
        finally:
            line.close()
    except (OSError, HTTPException) as error:
        log.warning("the web hook cannot be reached: %s", type(error).__name__)
        return False
    log.info("alarm: web hook answered %d", status)
    return 200 <= status < 300


def _line(scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=SECONDS)
