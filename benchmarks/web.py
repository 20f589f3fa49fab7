"""How fast the staff's page answers over a large ledger, and what fifty people who look at it cost the ledger's writer.

    python -m benchmarks.web [--units 5000] [--mails 100000] [--folder kept]

Uses the ledger of benchmarks.desk. All over HTTP, logged in, on loopback.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import httpx

from benchmarks import corpus
from benchmarks.desk import _arrive, _opened, seed
from mailbot import pipeline
from mailbot.app import App
from mailbot.config import Web
from mailbot.demo import makers, prose
from mailbot.demo.compose import Draft, File, write
from mailbot.demo.mailers import Mailer
from mailbot.desk import users
from mailbot.desk.users import Role
from mailbot.mailfiles import MailFile
from mailbot.web import serving

NAME, PASSWORD = "benchmark", "benchmark-2022"
BLOCK = 12
"""Mails on the road in one turn."""


def timed(what: str, call: Callable[[], object], rounds: int = 40) -> float:
    """The median of several rounds in milliseconds."""
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        spent.append((time.perf_counter() - start) * 1000)
    tail = sorted(spent)[int(len(spent) * 0.95)]
    print(f"{what:<44}{median(spent):>9.1f} ms   p95 {tail:>8.1f} ms   worst {max(spent):>8.1f} ms", flush=True)
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


def measure(address: str, app: App) -> None:
    """Every page once it is warm: as people share it, as nobody has drawn it yet, and as the ledger has just moved."""
    someone, numbers = client(address), itertools.count(1)
    timed("first 总表 after a start", lambda: get(someone, "/"), rounds=1)
    print(f"总表 is {get(someone, '/') // 1024} kB")
    timed("总表", lambda: get(someone, "/"))
    timed("总表, not drawn yet", lambda: get(someone, f"/?page={next(numbers) % 25 + 1}&x={next(numbers)}"))
    for query in ("show=missing", "show=unsure", "show=late", "text=4321", "kind=bureau", "sort=last&backwards=1"):
        timed(f"filter {query}, not drawn yet", lambda query=query: get(someone, f"/?{query}&x={next(numbers)}", fragment=True))  # type: ignore[misc]
    moved(someone, app)
    for path in ("/status", "/units/u00042", "/mails", "/mails?text=u00042", "/todo", "/letters", "/export"):
        timed(path, lambda path=path: get(someone, path))  # type: ignore[misc]


def moved(someone: httpx.Client, app: App) -> None:
    """The table right after a mail was settled."""
    spent, first = [], int(time.time()) % 10_000_000 * 200
    for number in range(first, first + 15):
        _arrive(app, number)
        time.sleep(1.1)  # what was drawn a second ago may still be shown
        start = time.perf_counter()
        get(someone, "/", fragment=True)
        spent.append((time.perf_counter() - start) * 1000)
    print(f"{'总表 after one more mail':<44}{median(spent):>9.1f} ms   worst {max(spent):>8.1f} ms", flush=True)


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
def crowd(address: str, people: int) -> Iterator[multiprocessing.process.BaseProcess]:
    """People look while the block runs."""
    process = multiprocessing.get_context("spawn").Process(target=look_together, args=(address, people), daemon=True)
    process.start()
    time.sleep(15)
    yield process
    process.kill()
    process.join()


def small_mails(units: int) -> list[bytes]:
    """Letters with one document each, as units of the collection write them."""
    mails = []
    for number in range(1, BLOCK + 1):
        unit = f"第{number * 37 % units}中等职业学校"
        files = [File(f"{unit}工作总结.docx", makers.docx(prose.summary(unit, number)))]
        draft = Draft(
            f"road{number}@163.com", f"{unit}老师", f"{unit}活动周材料", f"{unit}的总结见附件。\n{unit}", corpus.when(number), files
        )
        mails.append(write(draft, Mailer.QQ))
    return mails


def road(app: App, mails: list[bytes], folder: Path) -> float:
    """Milliseconds that one mail takes on the daemon's road: kept, read, judged, filed, recorded, answered."""
    paths = []
    for number, raw in enumerate(mails):
        paths.append(folder / f"{number}.eml")
        paths[-1].write_bytes(f"X-Round: {time.time_ns()}\r\n".encode() + raw)
    start = time.perf_counter()
    for path in paths:
        pipeline.ingest(app, MailFile(path, app.now()), app.now(), answer=True)
    settled = pipeline.settle(app, lambda: False)
    assert settled == len(mails), settled
    return (time.perf_counter() - start) * 1000 / settled


def beside(app: App, people: multiprocessing.process.BaseProcess, page: int, units: int, rounds: int) -> None:
    """The road with and without people looking, in turns of a few seconds, so that whatever else the machine does falls on both."""
    alone, watched, shares = [], [], []
    with tempfile.TemporaryDirectory(prefix="mailbot-road-") as temporary:
        mails = small_mails(units)
        road(app, mails, Path(temporary))
        for _ in range(rounds):
            os.kill(people.pid or 0, signal.SIGSTOP)
            time.sleep(1)
            alone.append(road(app, mails, Path(temporary)))
            os.kill(people.pid or 0, signal.SIGCONT)
            time.sleep(1)
            begin, used = time.monotonic(), cpu(page)
            watched.append(road(app, mails, Path(temporary)))
            shares.append((cpu(page) - used) / (time.monotonic() - begin))
    slower = median(w / a for w, a in zip(watched, alone, strict=True)) - 1
    print(f"the page used {median(shares):.0%} of a core")
    print(f"a mail on the road alone {median(alone):.1f} ms, beside people {median(watched):.1f} ms; the median pair {slower:+.1%}")


def cpu(process: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def serve(wanted: argparse.Namespace, address: Connection) -> None:
    """The page in a process of its own, as beside `mailbot run`."""
    os.nice(10)
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
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--road-only", action="store_true")
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
        if not wanted.road_only:
            measure(address, app)
        with crowd(address, wanted.people) as people:
            print(f"{wanted.people} people at open pages", flush=True)
            beside(app, people, page.pid or 0, wanted.units, wanted.rounds)
        page.terminate()


if __name__ == "__main__":
    main()
