"""The door to HTTP: uvicorn over the site, as a program (`mailbot web`) or in a thread (the demonstration, tests)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import uvicorn

from mailbot.app import App
from mailbot.config import Web
from mailbot.desk.desk import Desk
from mailbot.errors import TryLater
from mailbot.web.site import build


def serve(app: App, web: Web, say: Callable[[str], object], leash: BinaryIO | None = None) -> None:
    """Serve until SIGTERM or SIGINT, or until `leash` ends: whoever holds its other end is gone. TryLater when the port is taken."""
    with listening(web) as listener, Desk(app) as desk:
        server = _server(desk, web)
        if leash is not None:
            threading.Thread(target=_held, args=(leash, server), name="leash", daemon=True).start()
        say(address_of(web, listener))
        server.run(sockets=[listener])


def _held(leash: BinaryIO, server: uvicorn.Server) -> None:
    leash.read()
    server.should_exit = True


@contextmanager
def beside(app: App, web: Web) -> Iterator[str]:
    """Serve in a thread while the block runs; gives the address. `app` is one of its own, never the daemon's."""
    with listening(web) as listener, Desk(app) as desk:
        server = _server(desk, web)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True)
        thread.start()
        try:
            yield address_of(web, listener)
        finally:
            server.should_exit = True
            thread.join(timeout=10)


@contextmanager
def listening(web: Web) -> Iterator[socket.socket]:
    """The open port, taken before anything starts, so that a taken one is told in a sentence."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    # The protocol by name: asyncio turns Nagle's waiting off only for sockets that say TCP, and it costs 40 ms an answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((web.host, web.port))
        listener.listen(512)
    except OSError as trouble:
        listener.close()
        raise TryLater(
            f"网页打不开：{web.host} 的端口 {web.port} 不能用（{trouble.strerror or trouble}）。"
            "请改 config.yaml 里 web 的 port，或者关掉占用它的程序。"
        ) from trouble
    with listener:
        yield listener


def address_of(web: Web, listener: socket.socket) -> str:
    """What a person on this machine types."""
    host = "127.0.0.1" if web.host in ("0.0.0.0", "::") else web.host  # noqa: S104  # what it stands for
    return f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"


def _server(desk: Desk, web: Web) -> uvicorn.Server:
    made: list[uvicorn.Server] = []
    config = uvicorn.Config(
        build(desk, web, stopping=lambda: made[0].should_exit),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(web.proxies),
        forwarded_allow_ips=list(web.proxies),
        timeout_graceful_shutdown=3,
        timeout_keep_alive=30,
        limit_concurrency=1000,
    )
    made.append(uvicorn.Server(config))
    return made[0]
