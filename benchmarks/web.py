"""How fast the staff's page answers over a large ledger, and what fifty people who look at it cost the ledger's writer.

    python -m benchmarks.web [--units 5000] [--mails 100000] [--folder kept]

Uses the ledger of benchmarks.desk. All over HTTP, logged in, on loopback.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def crowd(address: str, people: int) -> Iterator[list[float]]:
    """People who each look at the table again every two seconds, as open pages do while news arrive."""
    stop, spent = threading.Event(), [0.0]

    def look() -> None:
        someone = client(address)
        while not stop.wait(2):
            start = time.perf_counter()
            get(someone, "/", fragment=True)
            spent.append(time.perf_counter() - start)

    threads = [threading.Thread(target=look, daemon=True) for _ in range(people)]
    for thread in threads:
        thread.start()
    time.sleep(6)
    yield spent
    stop.set()
    for thread in threads:
        thread.join(60)


def road(app: App, first: int, count: int = 40) -> float:
    """Milliseconds that writing a settled mail takes: what the daemon does beside the page."""
    spent = []
    for number in range(first, first + count):
        start = time.perf_counter()
        _arrive(app, number)
        spent.append((time.perf_counter() - start) * 1000)
        time.sleep(0.05)
    return median(spent)


def main() -> None:
    """Seed, serve, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=5_000)
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--people", type=int, default=50)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mailbot-web-") as temporary, _opened(wanted.folder or Path(temporary), wanted) as app:
        with app.database.transaction() as records:
            known = records.kept_count()
            if not known:
                seed(records, wanted.units, wanted.mails)
                app.files.put("raw/x", b"")
        if not users.users(app):
            users.add(app, NAME, PASSWORD, Role.STAFF, "benchmark")
        with serving.beside(app, Web(port=0)) as address:
            measure(address)
            first = (known or wanted.mails) + 1
            alone = road(app, first)
            with crowd(address, wanted.people) as spent:
                beside = road(app, first + 1000)
            print(f"a mail written alone {alone:.1f} ms, with {wanted.people} people looking {beside:.1f} ms ({beside / alone - 1:+.0%})")
            print(f"each of them waited {median(spent) * 1000:.0f} ms for the table")


if __name__ == "__main__":
    main()
