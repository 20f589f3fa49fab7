"""How fast the staff's page answers over a large ledger, and what fifty people who look at it cost the ledger's writer.

    python -m benchmarks.web [--units 5000] [--mails 100000] [--folder kept]

Uses the ledger of benchmarks.desk. All over HTTP, logged in, on loopback.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import httpx

from benchmarks.desk import _arrive, _opened, seed
from mailbot.app import App
from mailbot.config import Web
from mailbot.desk import users
from mailbot.desk.users import Role
from mailbot.web import serving

NAME, PASSWORD = "benchmark", "benchmark-2022"


def timed(what: str, call: Callable[[], object], rounds: int = 15) -> float:
    """The median of several rounds in milliseconds."""
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        spent.append((time.perf_counter() - start) * 1000)
    print(f"{what:<44}{median(spent):>9.1f} ms   worst {max(spent):>8.1f} ms", flush=True)
    return median(spent)


def client(address: str) -> httpx.Client:
    """Somebody who is logged in."""
    found = httpx.Client(base_url=address, timeout=60, trust_env=False)
    entry = found.get("/login").text.split('name="entry" value="')[1].split('"')[0]
    found.post("/login", data={"entry": entry, "name": NAME, "password": PASSWORD, "back": "/"})
    return found


def get(someone: httpx.Client, path: str, *, fragment: bool = False) -> int:
    """One page, whole; its size."""
    answer = someone.get(path, headers={"HX-Request": "true"} if fragment else {})
    assert answer.status_code == 200, (path, answer.status_code)
    return len(answer.content)


def measure(address: str) -> None:
    """Every page once it is warm."""
    someone = client(address)
    timed("first 总表 after a start", lambda: get(someone, "/"), rounds=1)
    print(f"总表 is {get(someone, '/') // 1024} kB")
    timed("总表", lambda: get(someone, "/"))
    for query in ("show=missing", "show=unsure", "show=late", "text=4321", "sort=last&backwards=1", "page=7"):
        timed(f"filter {query}", lambda query=query: get(someone, f"/?{query}", fragment=True))  # type: ignore[misc]
    for path in ("/status", "/units/u00042", "/mails", "/mails?text=u00042", "/todo", "/letters", "/export"):
        timed(path, lambda path=path: get(someone, path))  # type: ignore[misc]


def look(address: str, spent: list[float]) -> None:
    """One open page: it listens, and at news looks at the table and the strip again, as desk.js does."""
    someone, looked = client(address), 0.0
    with suppress(httpx.HTTPError), someone.stream("GET", "/events") as stream:
        for line in stream.iter_lines():
            if line.startswith("data:"):
                time.sleep(max(0.0, 2 - (time.monotonic() - looked)) + random.random() / 2)
                looked = time.monotonic()
                get(someone, "/", fragment=True)
                get(someone, "/status", fragment=True)
                spent.append(time.monotonic() - looked)


def look_together(address: str, people: int) -> None:
    """Many open pages, in a process of their own as browsers are; says every few seconds how long they waited."""
    os.nice(19)  # browsers are not on this machine
    spent: list[float] = []
    for _ in range(people):
        threading.Thread(target=look, args=(address, spent), daemon=True).start()
    while True:
        time.sleep(10)
        if spent:
            print(f"  {people} people waited {median(spent) * 1000:.0f} ms for the table", flush=True)
        spent.clear()


@contextmanager
def crowd(address: str, people: int) -> Iterator[None]:
    """While the block runs, people look."""
    process = multiprocessing.get_context("spawn").Process(target=look_together, args=(address, people), daemon=True)
    process.start()
    time.sleep(15)
    yield
    process.terminate()
    process.join()


def road(app: App, first: int, count: int = 200) -> float:
    """Milliseconds that writing a settled mail takes: what the daemon does beside the page."""
    spent = []
    for number in range(first, first + count):
        start = time.perf_counter()
        _arrive(app, number)
        spent.append((time.perf_counter() - start) * 1000)
        time.sleep(0.05)
    return median(spent)


def cpu(process: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def serve(wanted: argparse.Namespace, address: Connection) -> None:
    """The page in a process of its own, as beside `mailbot run`."""
    os.nice(5)
    with _opened(wanted.folder, wanted) as app:
        serving.serve(app, Web(port=0), address.send)


def main() -> None:
    """Seed, serve, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=5_000)
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--people", type=int, default=50)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mailbot-web-") as temporary:
        wanted.folder = wanted.folder or Path(temporary)
        measure_all(wanted)


def measure_all(wanted: argparse.Namespace) -> None:
    """The page by itself, then the road without and with people looking."""
    with _opened(wanted.folder, wanted) as app:
        with app.database.transaction() as records:
            known = records.kept_count()
            if not known:
                seed(records, wanted.units, wanted.mails)
                app.files.put("raw/x", b"")
        if not users.users(app):
            users.add(app, NAME, PASSWORD, Role.STAFF, "benchmark")
        context = multiprocessing.get_context("spawn")
        mine, theirs = context.Pipe()
        page = context.Process(target=serve, args=(wanted, theirs), daemon=True)
        page.start()
        address = mine.recv()
        measure(address)
        first = int(time.time()) % 10_000_000 * 200  # numbers that no earlier run on a kept folder has used
        alone = road(app, first)
        with crowd(address, wanted.people):
            begin, used = time.monotonic(), cpu(page.pid or 0)
            beside = road(app, first + 1000)
            share = (cpu(page.pid or 0) - used) / (time.monotonic() - begin)
        page.terminate()
        print(f"the page used {share:.0%} of a core")
        print(f"a mail written alone {alone:.1f} ms, with {wanted.people} people looking {beside:.1f} ms ({beside / alone - 1:+.0%})")


if __name__ == "__main__":
    main()
