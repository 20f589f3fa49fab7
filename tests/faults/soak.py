"""Weeks in minutes: mails, faults, deaths and people at random, and after every step what must always be true is looked at.

`make soak` (python -m tests.faults.soak --seconds 3600); the same seed plays the same history.
"""

from __future__ import annotations

import argparse
import errno
import os
import random
import re
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from pathlib import Path

from mailbot import pipeline
from mailbot.app import App
from mailbot.daemon import Bot
from mailbot.desk import acts, documents, outbox
from mailbot.errors import ConfigError, TryLater
from mailbot.failpoints import PLACES, armed
from mailbot.model import LetterKind
from mailbot.receipts import unit_receipt
from mailbot.storing import engine
from tests.faults.house import START, Clock, opened
from tests.faults.world import Mailbox, Server, Units, many_units


class DeathError(BaseException):
    """mailbot dies here; what it had not committed is gone."""


class WrongLetterError(BaseException):
    """A letter that must not leave; not even the guard of a stretch may survive it."""


class Soak:
    """One history of one seed."""

    def __init__(self, seed: int, home: Path) -> None:
        self.rng = random.Random(seed)
        self.home = home
        self.clock = Clock(START)
        self.steps: Counter[str] = Counter()
        self.handed: dict[str, bytes] = {}  # what may have left, by Message-ID; a letter refused as spam is worded anew
        self.hashed: set[str] = set()
        self.last_event = 0
        self.rules = many_units(home / "rules")
        self.app: App
        self.known = pipeline.Known()
        self._life = ExitStack()
        self._start()
        self.units = Units(self.rng, self.app.rulebook)
        self.box = Mailbox(self.rng, self.units)
        self.server = Server(self.rng, self.units, self._judge_letter)

    def close(self) -> None:
        self._life.close()

    def step(self) -> None:
        """One thing happens; then the books are looked at."""
        acts_of_the_world = (
            [self._mails] * 4 + [self._cycle] * 5 + [self._staff] * 2 + [self._time, self._server_changes, self._death, self._disk]
        )
        act = self.rng.choice([*acts_of_the_world, self._locked, self._calm])
        self.steps[act.__name__.strip("_")] += 1
        act()
        self._look()

    def finish(self) -> None:
        """Everything comes to rest, and everything that was ever delivered is accounted for."""
        for _ in range(8):
            self._calm()
            self._look()
            self.clock.go(hours=7)
        with self.app.database.reading() as records:
            known = {row.sha256 for row in records.mails()}
            assert records.reconciliation().equal
        delivered = {sha256(raw).hexdigest() for raw in self.units.written} - {sha256(raw).hexdigest() for raw in self.box.taken}
        assert delivered <= known, f"{len(delivered - known)} mails were lost"
        for path in (self.home / "storage").glob("raw/*"):
            assert sha256(path.read_bytes()).hexdigest() == path.stem

    def _start(self) -> None:
        self.app = self._life.enter_context(closing(opened(self.home, self.clock, rules=self.rules)))
        self._life.enter_context(self.app.locked())
        self.known = pipeline.Known()
        pipeline.recover(self.app)

    def _restart(self) -> None:
        self._life.close()
        self._start()

    def _cycle(self) -> None:
        bot = Bot(self.app, self.box, self.server, threading.Event(), self._said, known=self.known)  # type: ignore[arg-type]
        bot.cycle()

    def _said(self, sentence: str) -> None:
        assert "意外" not in sentence, sentence

    def _calm(self) -> None:
        """A cycle in which nothing fails; then nothing may be left undone."""
        self.box.faulty = self.server.faulty = False
        outbox.resume(self.app)
        self._cycle()
        self.box.faulty = self.server.faulty = True
        with self.app.database.reading() as records:
            sums = records.reconciliation()
        assert sums.equal and sums.waiting == 0, sums
        raws = {sha256(raw).hexdigest() for raw, _ in self.box.lying.values()}
        assert raws <= {path.stem for path in (self.home / "storage").glob("raw/*.eml")}
        self._filed_as_recorded()

    def _mails(self) -> None:
        for _ in range(self.rng.randrange(1, 6)):
            self.box.deliver(self.units.mail(self.clock()), self.clock())
            self.clock.go(minutes=self.rng.randrange(30))

    def _time(self) -> None:
        """Mostly forward; now and then the clock of the machine is set back a day, or forward a month."""
        jump = self.rng.random()
        self.clock.go(hours=-24 if jump < 0.1 else 24 * 30 if jump > 0.97 else self.rng.randrange(1, 30))

    def _server_changes(self) -> None:
        self.rng.choice((self.box.forget_uids, self.box.move))()

    def _death(self) -> None:
        """mailbot dies at some place of a cycle, and is started again."""
        place, left = self.rng.choice(PLACES), self.rng.randrange(1, 6)

        def die(passed: str) -> None:
            nonlocal left
            left -= passed == place
            if not left:
                raise DeathError

        with armed(die):
            try:
                self._cycle()
            except DeathError:
                self._restart()

    def _disk(self) -> None:
        """The disk refuses now and then during a cycle."""
        code = self.rng.choice((errno.ENOSPC, errno.EIO, errno.EROFS))

        def refuse(place: str) -> None:
            if place in ("written", "synced") and self.rng.random() < 0.2:
                raise OSError(code, os.strerror(code))

        with armed(refuse):
            self._cycle()

    def _locked(self) -> None:
        """Another program holds the database during a cycle."""
        with closing(sqlite3.connect(self.home / "storage" / "mailbot.db", isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            self._cycle()

    def _staff(self) -> None:
        """A person does something at the desk, also things that make no sense."""
        rng, units = self.rng, self.units.roster
        with self.app.database.reading() as records:
            mails, letters = records.mails(), records.letters()
        if not mails:
            return
        mail, unit = rng.choice(mails), rng.choice(units).id
        with self.app.database.reading() as records:
            files = [item.path for item in records.items(mail.number)]
        material = rng.choice([*self.app.rulebook.materials, "none"])
        doings = (
            lambda: acts.assign(self.app, acts.Assignment(mail.number, unit, None, None, "王老师")),
            lambda: acts.assign(self.app, acts.Assignment(mail.number, "none", None, None, "王老师")),
            lambda: acts.assign(self.app, acts.Assignment(mail.number, unit, rng.choice(files or ["x"]), (material,), "李老师")),
            lambda: acts.waive(
                self.app, acts.Waiving(unit, None if material == "none" else material, None, "", "王老师", rng.random() < 0.3)
            ),
            lambda: acts.waive(self.app, acts.Waiving(unit, None, self.clock(), "", "王老师")),
            lambda: acts.replay(self.app, ()),
            lambda: acts.replay(self.app, (mail.number,)),
            lambda: acts.retry(self.app, ()),
            lambda: outbox.cancel(self.app, [rng.choice(letters).number] if letters else []),
            lambda: outbox.release(self.app, [rng.choice(letters).number] if letters else []),
            lambda: outbox.resume(self.app),
        )
        try:
            rng.choice(doings)()
        except (ConfigError, TryLater):
            return

    def _judge_letter(self, to: str, message: bytes) -> None:
        """What must be true of a letter at the moment it is handed over."""
        try:
            self._assert_right(to, message)
        except AssertionError as fault:
            raise WrongLetterError(str(fault)) from fault

    def _assert_right(self, to: str, message: bytes) -> None:
        assert to.lower() not in self.units.machines, f"a letter to the machine {to}"
        name = _name_of(message)
        with self.app.database.reading() as records:
            row = records.letter_by_message_id(name)
            assert row is not None and row.to_address == to
            assert self.handed.get(name, message) == message, "a letter that may have left, in other words"
            if row.kind is LetterKind.MISSING:
                receipt = unit_receipt(self.app.rulebook, records, row.unit_id or "")
                assert not receipt.unsure, "a notice of missing items while something is unsure"
                assert set(receipt.missing) == set(row.missing), "a notice that is not true"
            if row.kind is LetterKind.CONFIRM:
                receipt = unit_receipt(self.app.rulebook, records, row.unit_id or "")
                assert all(receipt.items[material].received for material in row.received), "a confirmation of what is not there"

    def _look(self) -> None:
        """What must be true after every step."""
        with self.app.database.reading() as records:
            sums, rows, letters = records.reconciliation(), records.mails(), records.letters()
        assert sums.kept == sums.filed + sums.automatic + sums.unsure + sums.stuck + sums.waiting, sums
        assert sums.stuck == 0
        assert len({row.sha256 for row in rows}) == len(rows)
        for row in rows:
            if row.sha256 not in self.hashed:
                assert sha256((self.home / "storage" / "raw" / f"{row.sha256}.eml").read_bytes()).hexdigest() == row.sha256
                self.hashed.add(row.sha256)
        newest = self.app.database.last_event()
        assert newest >= self.last_event
        self.last_event = newest
        kinds = {letter.message_id: letter.kind for letter in letters}
        self.handed.update((_name_of(one.message), one.message) for one in self.server.left)
        arrived = Counter(_name_of(one.message) for one in self.units.answers)
        for name, times in arrived.items():
            assert times <= (2 if kinds[name].may_repeat else 1), f"{kinds[name]} arrived {times} times"

    def _filed_as_recorded(self) -> None:
        """Every file that the record names is there with its bytes, and nothing else is."""
        recorded = {
            file["stored_as"]: file["sha256"] for mail in documents.mails(self.app)["mails"] for file in mail["files"] if file["stored_as"]
        }
        storage = self.home / "storage"
        for stored, digest in recorded.items():
            assert sha256((storage / stored).read_bytes()).hexdigest() == digest, stored
        assert not list(storage.rglob(".part-*"))


def _name_of(message: bytes) -> str:
    found = re.search(rb"(?im)^message-id: *(<[^>]+>)", message)
    assert found
    return found[1].decode()


@contextmanager
def impatient() -> Iterator[None]:
    """A locked database is given up after a moment."""
    before, engine.BUSY_SECONDS = engine.BUSY_SECONDS, 0
    try:
        yield
    finally:
        engine.BUSY_SECONDS = before


def play(seed: int, *, steps: int = 0, seconds: float = 0.0) -> Counter[str]:
    """One history: so many steps, or for so long; an AssertionError names the seed and the step."""
    end, done = time.monotonic() + seconds, 0
    with tempfile.TemporaryDirectory(prefix="soak-") as home, impatient(), closing(Soak(seed, Path(home))) as soak:
        try:
            while done < steps or time.monotonic() < end:
                done += 1
                soak.step()
            soak.finish()
        except (AssertionError, WrongLetterError) as fault:
            raise AssertionError(f"seed {seed}, step {done}: {fault}") from fault
        days = (soak.clock.at - START).days
        return soak.steps + Counter(mails=len(soak.units.written), letters=len(soak.units.answers), days=days)


def main() -> None:
    """Histories of one seed after the other until the time is over."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--steps", type=int, default=600)
    wanted = parser.parse_args()
    end, seed = time.monotonic() + wanted.seconds, wanted.seed
    while time.monotonic() < end:
        print(f"seed {seed} …", flush=True)
        print(f"seed {seed}: {dict(play(seed, steps=wanted.steps))}", flush=True)
        seed += 1
    print(f"{seed - wanted.seed} histories of {wanted.steps} steps (seeds {wanted.seed} to {seed - 1}): nothing lost, nothing wrong")


if __name__ == "__main__":
    main()
