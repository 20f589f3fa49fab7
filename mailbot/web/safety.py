"""What every answer carries and every request must pass, whatever a page does: headers, the Host, the size of what is sent."""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mailbot.errors import fault_of

log = logging.getLogger(__name__)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}
ORDINARY_BYTES = 1024 * 1024
"""How much any form but the upload may send."""


class Headed:
    """Puts the protecting headers on every answer; pages are never kept by a browser or a proxy unless they say so themselves."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers added."""

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if scope.get("scheme") == "https":
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        await self.app(scope, receive, headed if scope["type"] == "http" else send)


class KnownHost:
    """Refuses requests for another host name: a foreign page must not reach the desk through a name of its own (DNS rebinding)."""

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what asks for one of our names."""
        if scope["type"] == "http" and host_name(Headers(scope=scope).get("host", "")) not in self.names:
            answer = PlainTextResponse("网址里的主机名不对。请用管理员告诉您的网址打开；管理员请看 config.yaml 的 web: names。", 400)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


class Caught:
    """Turns a bug into an answer with all its headers; what it said may hold words out of a mail, so only its place is logged."""

    def __init__(self, app: ASGIApp, answer: ASGIApp) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, whatever happens."""
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as bug:
            if scope["type"] != "http":
                raise
            log.error("%s %s: %s", scope["method"], _kind_of(scope["path"]), fault_of(bug))
            if not started:
                await self.answer(scope, receive, send)


class Bounded:
    """Refuses bodies over the limit of their path, by what is announced and by what really comes."""

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int]) -> None:
        self.app = app
        self.limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on bodies of a decent size."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limit_of(scope["path"])
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or int(announced) > limit:
            await _too_large(limit)(scope, receive, send)
            return
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            # As if the client had hung up: whoever reads the body stops at once.
            return {"type": "http.disconnect"} if came > limit else message

        await self.app(scope, counted, send)


def _kind_of(path: str) -> str:
    """The first word of an address: the rest may be what somebody typed."""
    return "/" + path.split("/")[1][:20]


def host_name(header: str) -> str:
    """The host of a Host header without its port, in small letters."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower()


def _too_large(limit: int) -> PlainTextResponse:
    return PlainTextResponse(f"一次最多上传 {limit // 1024 // 1024} MB，请分几次上传。", 413)
