"""How fast the desk answers over a large ledger: 5,000 units and 100,000 mails, the board, its filters, a unit, the queue, an update.

Run: python -m benchmarks.desk [--units 5000] [--mails 100000] [--database URL]
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert

from mailbot.app import App, open_app
from mailbot.config import Answering, Config, Inbox, Security, Server
from mailbot.desk import board, letterpage, queue, unitpage
from mailbot.desk.boardvalues import Show, Sort, Wanted
from mailbot.desk.desk import Desk
from mailbot.loading.rules import load_rules
from mailbot.loading.shipped import shipped_rules
from mailbot.rulebook import Rulebook, Unit
from mailbot.storing import tables
from mailbot.storing.records import Records

START = datetime(2022, 11, 17, tzinfo=UTC)
PORTION = 5_000
Row = dict[str, Any]


def many_units(book: Rulebook, count: int) -> Rulebook:
    """The shipped collection with so many units."""
    kinds = list(book.kinds)
    units = {f"u{n:05d}": Unit(f"u{n:05d}", f"第{n}中等职业学校", kinds[n % len(kinds)], city=f"{n % 9}市") for n in range(count)}
    return replace(book, units=units)


def seed(records: Records, units: int, mails: int) -> None:
    """Mails with two files each, filed for a unit, answered by a letter; one in 200 waits for a person."""
    dice = random.Random(7)
    for start in range(1, mails + 1, PORTION):
        numbers = range(start, min(start + PORTION, mails + 1))
        rows: dict[str, list[Row]] = {"mail": [], "place": [], "item": [], "filing": [], "letter": [], "event": []}
        for number in numbers:
            _one(rows, number, f"u{dice.randrange(units):05d}", START + timedelta(seconds=number * 35), unsure=number % 200 == 0)
        for name, values in rows.items():
            records.connection.execute(insert(tables.metadata.tables[name]), values)


def _one(rows: dict[str, list[Row]], number: int, unit: str, at: datetime, *, unsure: bool) -> None:
    materials = (("summary", "photos"), ("case", "photos"), ("summary", "case"))[number % 3]
    place = {"folder": "INBOX", "uidvalidity": 1, "uid": number, "mail_number": number, "state": "kept", "note": "", "seen_at": at}
    rows["place"].append(place)
    rows["mail"].append(_mail(number, unit, at, unsure=unsure))
    for position, material in enumerate(materials, 1):
        key = number * 2 + position
        rows["item"].append(_item(key, number, position, None if unsure else unit, material))
        filing = {"mail_number": number, "item_id": key, "unit_id": unit, "material": material, "count": 1, "received_at": at}
        rows["filing"] += [] if unsure else [{**filing, "current": True}]
    rows["letter"].append(_letter(number, unit, at))
    event = {"at": at, "actor": "mailbot", "mail_number": number, "detail": {}}
    rows["event"] += [{**event, "what": what, "unit_id": None if what == "kept" else unit} for what in ("kept", "settled", "letter_sent")]


def _mail(number: int, unit: str, at: datetime, *, unsure: bool) -> Row:
    whose: Row = {"unit_id": None, "units": [], "candidates": [unit]} if unsure else {"unit_id": unit, "units": [unit], "candidates": []}
    words = {"message_id": f"<{number}@x>", "from_address": f"{unit}@163.com", "from_name": "教务处", "subject": f"材料 {number}"}
    moments = {"received_at": at, "settled_at": at, "kept_at": at}
    rest: Row = {"folder": "INBOX", "origin": "imap", "answer": True, "attempts": 1, "parts": 2, "automatic": None, "intent": "submit"}
    lists: Row = {"because": ["邮件主题写明单位"], "doubts": [], "links": [], "evidence": []}
    state = {"state": "unsure" if unsure else "settled", "needs_person": unsure}
    return {"number": number, "sha256": _digest(number), "size": 400_000, **whose, **words, **moments, **rest, **lists, **state}


def _item(key: int, number: int, position: int, unit: str | None, material: str) -> Row:
    name = f"{material}.docx"
    names = {"path": name, "name": name, "original_name": name, "sha256": _digest(f"{number}{material}"), "kind": "docx"}
    verdict: Row = {"unit_id": unit, "materials": [material], "count": 1, "disposition": "filed" if unit else "unsure"}
    rest: Row = {"stored_as": None, "because": "标题写明", "evidence": [], "fingerprint": "", "text_key": "", "size": 200_000}
    return {"id": key, "mail_number": number, "position": position, **names, **verdict, **rest}


def _letter(number: int, unit: str, at: datetime) -> Row:
    words = {"subject": "来件已登记", "text": "您好" * 300, "message": b"x" * 2500, "message_id": f"<m{number}@126.com>"}
    claims: Row = {"kind": "missing", "received": ["summary"], "missing": ["case"], "late": False, "last_reply": "250 OK"}
    marks = {"state": "sent", "attempts": 1, "bounced": False, "edited": False, "noted": False}
    moments = {"due_at": at, "created_at": at, "claimed_at": at, "finished_at": at}
    return {"mail_number": number, "unit_id": unit, "to_address": f"{unit}@163.com", **words, **claims, **marks, **moments}


def _digest(of: object) -> str:
    return sha256(str(of).encode()).hexdigest()


def timed(what: str, call: Callable[[], object], rounds: int = 15) -> float:
    """The median of several rounds in milliseconds, on the clock and of processor time (what a busy machine does not blur)."""
    spent, worked = [], []
    for _ in range(rounds):
        start, before = time.perf_counter(), time.thread_time()
        call()
        spent.append((time.perf_counter() - start) * 1000)
        worked.append((time.thread_time() - before) * 1000)
    print(f"{what:<44}{median(spent):>9.1f} ms   CPU {median(worked):>8.1f} ms   worst {max(spent):>8.1f} ms", flush=True)
    return median(spent)


def measure(desk: Desk, mails: int) -> None:
    """Everything that a page asks."""
    timed("first board after a start", lambda: board.board(desk), rounds=1)
    timed("board, all units", lambda: board.board(desk))
    timed("board, 100 a page", lambda: board.board(desk, Wanted(per_page=100)))
    for show in (Show.MISSING, Show.LATE, Show.UNSURE):
        timed(f"filter {show.value}", lambda show=show: board.board(desk, Wanted(show=show, per_page=100)))  # type: ignore[misc]
    timed("filter by words, sorted by last arrival", lambda: board.board(desk, Wanted(text="4321", sort=Sort.LAST)))
    timed("change token", lambda: board.token(desk), rounds=200)
    changes = iter(range(mails + 1, mails + 1000))

    def arrive_and_draw() -> None:
        _arrive(desk.app, next(changes))
        board.board(desk, Wanted(per_page=100))

    timed("board after one more mail", arrive_and_draw)
    timed("  of which writing the mail", lambda: _arrive(desk.app, next(changes)))
    timed("unit page", lambda: unitpage.unit_page(desk, "u00042"))
    timed("queue, 50 entries", lambda: queue.queue(desk))
    timed("letters, a page", lambda: letterpage.letters_page(desk))
    timed("letters by words", lambda: letterpage.letters_page(desk, letterpage.WantedLetters(text="u00042")))


def _arrive(app: App, number: int) -> None:
    """One more mail, as settling writes it."""
    rows: dict[str, list[Row]] = {"mail": [], "place": [], "item": [], "filing": [], "letter": [], "event": []}
    _one(rows, number, f"u{number % 5000:05d}", START + timedelta(days=41), unsure=False)
    with app.database.transaction() as records:
        for name, values in rows.items():
            records.connection.execute(insert(tables.metadata.tables[name]), values)


def main() -> None:
    """Seed, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=5_000)
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--database", default="", help="a PostgreSQL URL; SQLite without it")
    parser.add_argument("--folder", type=Path, help="kept for the next run")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mailbot-desk-") as temporary, _opened(wanted.folder or Path(temporary), wanted) as app:
        with app.database.transaction() as records:
            known = records.kept_count()
            start = time.perf_counter()
            if not known:
                seed(records, wanted.units, wanted.mails)
                app.files.put("raw/x", b"")  # a filled ledger beside an empty storage is refused
                print(f"seeded {wanted.units} units, {wanted.mails} mails in {time.perf_counter() - start:.0f} s")
        with Desk(app) as desk:
            measure(desk, known or wanted.mails)


@contextmanager
def _opened(folder: Path, wanted: argparse.Namespace) -> Iterator[App]:
    folder.mkdir(parents=True, exist_ok=True)
    server = Server("127.0.0.1", 1, "jlqmxx@126.com", "", Security.PLAIN)
    database = wanted.database or f"sqlite:///{folder.resolve()}/mailbot.db"
    config = Config(folder / "config.yaml", shipped_rules(), folder, database, Inbox(server), Answering(server, "jlqmxx@126.com"))
    app = open_app(config, rulebook=many_units(load_rules(shipped_rules()), wanted.units))
    try:
        yield app
    finally:
        app.close()


if __name__ == "__main__":
    main()
