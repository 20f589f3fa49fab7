"""The page as an ASGI application: which address leads where, and what stands in front of every answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from mailbot.config import Web
from mailbot.desk import board
from mailbot.desk.desk import Desk
from mailbot.errors import ConfigError, TryLater
from mailbot.web import acting, assets, chase, entrance, exporting, letters, looking, mails, table, todo, unit, uploading
from mailbot.web.asked import Asked, Site, acted, seen, site_of
from mailbot.web.live import Watch, events
from mailbot.web.recent import Recent
from mailbot.web.rendering import environment
from mailbot.web.rows import Rows
from mailbot.web.safety import ORDINARY_BYTES, Bounded, Caught, Headed, KnownHost
from mailbot.web.sharing import Shared
from mailbot.web.staging import Staging

AT_ONCE = 6
"""Requests worked on at the same time: the daemon beside them, on the same two cores, must not starve."""
_UPLOAD = "/uploads"


def build(desk: Desk, web: Web, stopping: Callable[[], bool] = lambda: False) -> Starlette:
    """The application over an open desk."""
    watch = Watch(desk, stopping)
    templates = environment(desk.app.rulebook)
    shared, rows = Shared(watch.last_told), Rows(templates)
    site = Site(desk, web, templates, Recent(), Staging(desk.work / "uploads"), shared, rows)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = AT_ONCE
        yield

    app = Starlette(
        routes=_routes(),
        middleware=[
            Middleware(Headed),
            Middleware(Caught, answer=_bug(site)),
            Middleware(KnownHost, names=frozenset({"localhost", "127.0.0.1", "::1", web.host, *web.names})),
            Middleware(Bounded, limit_of=lambda path: web.max_upload_bytes if path == _UPLOAD else ORDINARY_BYTES),
        ],
        exception_handlers={HTTPException: _said, ConfigError: _refused, TryLater: _later},
        lifespan=lifespan,
    )
    app.state.site, app.state.watch = site, watch
    return app


def _routes() -> list[Route]:
    return [
        Route("/", seen(table.show)),
        Route("/units/names", seen(unit.names)),
        Route("/units/{unit}", seen(unit.show)),
        Route("/mails", seen(mails.listed)),
        Route("/mails/{number:int}", seen(mails.show)),
        Route("/mails/{number:int}/text", seen(mails.text)),
        Route("/mails/{number:int}/raw", seen(mails.raw)),
        Route("/files/{number:int}", seen(looking.download)),
        Route("/files/{number:int}/view", seen(looking.view)),
        Route("/files/{number:int}/picture", seen(looking.picture)),
        Route("/files/{number:int}/pages/{page:int}", seen(looking.page_image)),
        Route("/todo", seen(todo.show)),
        Route("/todo/addresses", acted(todo.approve), methods=["POST"]),
        Route("/letters", seen(letters.show)),
        Route("/chase", seen(chase.show)),
        Route("/chase", acted(chase.write), methods=["POST"]),
        Route("/export", seen(exporting.show)),
        Route("/export/table.xlsx", seen(exporting.workbook)),
        Route("/export/extent", acted(exporting.extent, viewers=True), methods=["POST"]),
        Route("/export/files.zip", acted(exporting.files, viewers=True), methods=["POST"]),
        Route("/acts/preview", acted(acting.preview), methods=["POST"]),
        Route("/acts/apply", acted(acting.apply), methods=["POST"]),
        Route("/acts/undo", acted(acting.undo), methods=["POST"]),
        Route(_UPLOAD, acted(uploading.receive), methods=["POST"]),
        Route("/uploads/confirm", acted(uploading.confirm), methods=["POST"]),
        Route("/events", events),
        Route("/status", seen(_status)),
        Route("/login", entrance.show),
        Route("/login", entrance.enter, methods=["POST"]),
        Route("/logout", entrance.leave, methods=["POST"]),
        Route("/static/{name}", assets.serve),
    ]


def _status(asked: Asked) -> Response:
    """The strip at the foot of every page, with the numbers on the tabs and what must be told at once."""
    text, _ = asked.common(lambda: asked.rendered("_status_news.html", health=board.health(asked.desk)))
    return HTMLResponse(text)


_USUAL = {
    400: "请求写得不对。",
    403: "不允许这样做。",
    404: "没有这个页面。可能编号写错了，或者内容已经变了。",
    405: "不能这样打开这个页面。",
    413: "上传的内容太大，请分几次上传。",
}


def _trouble(site: Site, status: int, sentence: str) -> Response:
    text = site.templates.get_template("trouble.html").render(sentence=sentence, status=status)
    return Response(text, status, media_type="text/html")


async def _said(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # Starlette's own words are English; ours end with a Chinese full stop.
    own = error.detail if error.detail.endswith("。") else ""
    return _trouble(site_of(request), error.status_code, own or _USUAL.get(error.status_code, "出了问题，请返回再试一次。"))


async def _refused(request: Request, error: Exception) -> Response:
    return _trouble(site_of(request), 400, str(error))


async def _later(request: Request, error: Exception) -> Response:
    return _trouble(site_of(request), 503, str(error))


def _bug(site: Site) -> Response:
    return _trouble(site, 500, "程序出现意外错误，已记入日志。已收到的邮件都在，没有丢失。请返回再试；还不行请告诉管理员。")
