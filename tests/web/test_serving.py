"""The page as a server: alone, beside the daemon, with its news, and when it cannot start."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing
from dataclasses import replace

import httpx
import pytest

from mailbot.config import Web
from mailbot.desk import doors
from mailbot.desk.doing import AddNote
from mailbot.errors import TryLater
from mailbot.web import serving
from tests.web.conftest import PASSWORD, STAFF, Office, hidden


def logged_in(address: str) -> httpx.Client:
    client = httpx.Client(base_url=address, timeout=20, trust_env=False)
    entry = hidden(client.get("/login").text, "entry")
    client.post("/login", data={"entry": entry, "name": STAFF, "password": PASSWORD, "back": "/"})
    return client


def test_a_change_reaches_an_open_page_within_seconds(office: Office, address: str) -> None:
    told: list[float] = []
    begun = threading.Event()

    def listen() -> None:
        with closing(logged_in(address)) as client, client.stream("GET", "/events") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    told.append(time.monotonic())
                    begun.set()
                    if len(told) == 2:
                        return

    listener = threading.Thread(target=listen)
    listener.start()
    assert begun.wait(20)
    changed = time.monotonic()
    doors.apply(office.desk, AddNote("ccut", "新消息"), "别人")
    listener.join(20)
    assert len(told) == 2
    assert told[1] - changed < 5


def test_the_page_ends_quickly_although_somebody_is_listening(office: Office) -> None:
    from mailbot.app import open_app

    app = open_app(office.config, now=office.clock)
    ready, ended = threading.Event(), threading.Event()

    def listen(address: str) -> None:
        try:
            with closing(logged_in(address)) as client, client.stream("GET", "/events") as stream:
                for _ in stream.iter_lines():
                    ready.set()
        except httpx.HTTPError:
            pass
        ended.set()

    with serving.beside(app, Web(port=0)) as address:
        threading.Thread(target=listen, args=(address,)).start()
        assert ready.wait(20)
        begin = time.monotonic()
    assert time.monotonic() - begin < 8
    assert ended.wait(8)
    app.close()


def test_a_taken_port_is_told_in_a_sentence(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        web = replace(office.web, port=taken.getsockname()[1])
        with pytest.raises(TryLater, match="端口"), serving.beside(office.app, web):
            pass


def test_the_address_is_one_that_a_person_can_type() -> None:
    with serving.listening(Web(port=0)) as listener:
        assert serving.address_of(Web(port=0), listener) == f"http://127.0.0.1:{listener.getsockname()[1]}/"


def test_a_forwarded_address_is_believed_from_the_named_proxy_only(office: Office, address: str) -> None:
    client = httpx.Client(base_url=address, headers={"X-Forwarded-Proto": "https"}, trust_env=False)
    assert "strict-transport-security" not in client.get("/login").headers
    from mailbot.app import open_app

    app = open_app(office.config, now=office.clock)
    with serving.beside(app, Web(port=0, proxies=("127.0.0.1",))) as proxied:
        client = httpx.Client(base_url=proxied, headers={"X-Forwarded-Proto": "https"}, trust_env=False)
        assert "strict-transport-security" in client.get("/login").headers
    app.close()


def test_many_pages_cost_one_look_a_second(office: Office, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from mailbot.desk import board

    looks: list[float] = []
    true_token = board.token

    def counted(desk: object) -> str:
        looks.append(time.monotonic())
        return true_token(desk)  # type: ignore[arg-type]

    client = logged_in(address)
    streams = [client.stream("GET", "/events") for _ in range(20)]
    for stream in streams:
        stream.__enter__()
    monkeypatch.setattr(board, "token", counted)
    time.sleep(2.5)
    monkeypatch.undo()
    client.close()
    assert 1 <= len(looks) <= 4
