"""Server-sent events: one watcher looks at the ledger each second, and tells every open page that something changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from mailbot.desk import board
from mailbot.desk.desk import Desk
from mailbot.errors import ConfigError, TryLater
from mailbot.web.asked import to_login, visitor

LOOK_SECONDS = 1.0
TELL_SECONDS = 3.0
"""While much is happening, pages are told this often: each telling makes every open page look again."""
PAGES_A_SECOND = 20
BEAT_SECONDS = 15.0
AGAIN_SECONDS = 60.0
"""How often an open stream makes sure that its person is still logged in."""
MOST = 300


class Watch:
    """The one look a second, however many pages are open; nobody looks while none is."""

    def __init__(self, desk: Desk, stopping: Callable[[], bool]) -> None:
        self.desk = desk
        self.stopping = stopping
        self.open = 0
        self.token = ""
        self.told_at = 0.0
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    def pause(self) -> float:
        """Seconds between two tellings: the more pages look again each time, the longer, so that receiving does not pay for them."""
        return TELL_SECONDS + self.open / PAGES_A_SECOND

    def last_told(self) -> float:
        """When pages were last told that something changed."""
        return self.told_at

    async def changes(self, still_in: Callable[[], bool]) -> AsyncIterator[str]:
        """What to write to one page: the token now, then each new one, and a beat that shows the line is alive."""
        self.open += 1
        try:
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._look())
            told, waited = "", 0.0
            while not self.stopping():
                if self.token != told:
                    told = self.token
                    yield f"event: news\ndata: {told}\n\n"
                else:
                    yield ": beat\n\n"
                with suppress(TimeoutError):
                    async with asyncio.timeout(BEAT_SECONDS), self._changed:
                        await self._changed.wait()
                waited += BEAT_SECONDS
                if waited >= AGAIN_SECONDS:
                    waited = 0.0
                    if not await run_in_threadpool(still_in):
                        return
        finally:
            self.open -= 1

    async def _look(self) -> None:
        while self.open and not self.stopping():
            with suppress(TryLater, ConfigError):
                token = await run_in_threadpool(board.token, self.desk)
                if token != self.token and time.monotonic() >= self.told_at + self.pause():
                    self.token, self.told_at = token, time.monotonic()
                    await self._tell()
            await asyncio.sleep(LOOK_SECONDS)
        await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


async def events(request: Request) -> Response:
    """The stream of one page."""
    if await run_in_threadpool(visitor, request) is None:
        return to_login(request)
    watch = request.app.state.watch
    assert isinstance(watch, Watch)
    if watch.open >= MOST:
        return Response("打开的页面太多。", 503, {"Retry-After": "60"})
    stream = watch.changes(lambda: visitor(request) is not None)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
