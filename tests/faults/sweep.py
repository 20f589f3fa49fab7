"""Death at every effect: mailbot is cut at its Nth system call or failpoint, restarted until done, and compared with an undisturbed run.

`make sweep` (python -m tests.faults.sweep) makes every cut there is and says how many were survived; test_crash.py makes a few.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from mailbot import pipeline
from mailbot.app import open_beside, read_config, wall_clock
from mailbot.demo.samples import samples
from mailbot.desk import documents
from mailbot.failpoints import PLACES
from mailbot.mailing.post import Post
from mailbot.model import LetterKind
from tests.faults.warm import TRACED, Cut, Done, Warm
from tests.hostile.wire import attachment, draft, letter
from tests.road.office import Office, normalised, read_letter
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

REPEATING = {kind.value for kind in LetterKind if kind.may_repeat}


def deliver(dovecot: Dovecot, corrected: bool = True) -> None:
    """A question, a complete mail with an archive, an automatic reply, a summary and its correction: all that settling does to a disk."""
    known = samples()
    clerk = b"clerk1@beihua.edu.cn"
    correction = "老师您好，总结有误，已更正，请以此件为准。\n\n北华大学继续教育学院"
    for sample in (known[0], known[2], known[4]):
        dovecot.deliver(sample.raw, sample.received_at, sample.folder)
    summary = letter(1, attachment("北华大学工作总结.docx", draft(1)), sender=clerk)
    better = letter(2, attachment("北华大学工作总结.docx", draft(2)), sender=clerk, text=correction)
    for hours, raw in enumerate((summary, better) if corrected else (summary,), 1):
        dovecot.deliver(raw, known[4].received_at + timedelta(hours=hours))


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that must be the same after any cut."""

    mails: list[dict[str, Any]]
    units: list[dict[str, Any]]
    tree: dict[str, bytes]
    raw: frozenset[str]
    letters: Counter[tuple[str, str]]

    @property
    def content(self) -> dict[str, Any]:
        """The same without the numbers of the mails, which follow the order in which there was room for them."""
        mails = {
            mail["sha256"]: [mail["state"], mail["unit"], [(file["sha256"], file["disposition"]) for file in mail["files"]]]
            for mail in self.mails
        }
        tree = Counter((path.rpartition("/")[0], sha256(content).hexdigest()) for path, content in self.tree.items())
        return {"mails": mails, "tree": tree, "units": self.units, "letters": Counter(to for to, _ in self.letters.elements())}


class Stage:
    """Dovecot, a recording SMTP server and a warm mailbot; every `cut` plays on an empty mailbox and a new installation."""

    def __enter__(self) -> Stage:
        with ExitStack() as stack:
            self.dovecot = stack.enter_context(Dovecot())
            self.sink = stack.enter_context(SmtpSink())
            self.warm = stack.enter_context(Warm())
            self.home = Path(tempfile.mkdtemp(prefix="stage-"))
            stack.callback(shutil.rmtree, self.home, ignore_errors=True)
            self._stack = stack.pop_all()
        with self.office() as office:
            done = self.run(office, trace=self.home / "trace")
            assert done.returncode == 0, done.said
            self.trace = (self.home / "trace").read_text(encoding="utf-8", errors="replace").splitlines()
            self.calm = self.outcome(office)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    @contextmanager
    def office(self, *, corrected: bool = True) -> Iterator[Office]:
        """A new installation before a mailbox with the five mails, or four without the correction."""
        self.dovecot.new_account()
        deliver(self.dovecot, corrected)
        self.sink.received.clear()
        office = Office(self.home / "office", self.dovecot.settings(), self.sink.settings(), self.sink.answering().sender)
        try:
            yield office
        finally:
            shutil.rmtree(office.home)

    def run(self, office: Office, cut: Cut | None = None, trace: Path | None = None) -> Done:
        """One full cycle."""
        words = ["--config", str(office.home / "config.yaml"), "run", "--once"]
        return self.warm.run(words, office.environ(), cut, trace)

    def cut(self, cut: Cut) -> str:
        """Cut one run there and restart until done; what is not as it should be, "" when all is."""
        with self.office() as office:
            self.run(office, cut)
            for _ in range(4):
                done = self.run(office)
                if done.returncode == 0:
                    break
            else:
                return f"never done: {done.said[-500:]}"
            return self._difference(self.outcome(office), office)

    def on_a_small_disk(self, kilobytes: int) -> Outcome:
        """Run on a disk that is too small, then on one that is large enough."""
        with self.office(corrected=False) as office, small_disk(office.storage, kilobytes):
            config = office.home / "config.yaml"
            config.write_text(config.read_text(encoding="utf-8").replace("min_free: 1MB", "min_free: 4096"), encoding="utf-8")
            done = [self.run(office) for _ in range(4)]  # more often than a mail is tried: a full disk is not the mail's fault
            assert not any("Traceback" in one.said or "意外" in one.said for one in done), done
            for raw in (office.storage / "raw").glob("*.eml"):
                assert sha256(raw.read_bytes()).hexdigest() == raw.stem, "a raw file is not whole"
            subprocess.run(["mount", "-o", "remount,size=300m", str(office.storage)], check=True)
            assert self.run(office).returncode == 0
            return self.outcome(office)

    def outcome(self, office: Office) -> Outcome:
        """The state of an installation as another run can be compared with it."""
        app = open_beside(read_config(office.home / "config.yaml", need_password=False))
        mails, status = _undated(normalised(documents.mails(app)["mails"])), documents.status(app)
        app.close()
        assert status["reconciliation"]["equal"], status["reconciliation"]
        assert not list(office.storage.rglob(".part-*")), "half-written files are left"
        assert not (office.storage / "work").exists() or not any((office.storage / "work").iterdir()), "work is left"
        units = [{name: value for name, value in unit.items() if name != "last_letter"} for unit in status["units"]]
        raw = frozenset(path.name for path in (office.storage / "raw").iterdir())
        return Outcome(mails, units, office.tree(), raw, self._sent())

    def _sent(self) -> Counter[tuple[str, str]]:
        """How often which letter reached the server."""
        letters = [read_letter(raw) for raw in self.sink.letters]
        return Counter((str(one["To"]), str(one["Subject"])) for one in letters)

    def _difference(self, found: Outcome, office: Office) -> str:
        uncertain = {
            letter["subject"]: letter["kind"] for mail in found.mails for letter in mail["letters"] if letter["state"] == "uncertain"
        }
        if self._numbered_otherwise(found):
            return "" if found.content == self.calm.content else f"other content: {found.content} instead of {self.calm.content}"
        for name in ("units", "tree", "raw"):
            if getattr(found, name) != getattr(self.calm, name):
                return f"other {name}: {getattr(found, name)} instead of {getattr(self.calm, name)}"
        if _surely(found.mails) != _surely(self.calm.mails):
            return f"other mails: {found.mails} instead of {self.calm.mails}"
        if len(uncertain) > 1:
            return f"more than one uncertain letter: {uncertain}"
        for one, times in self.calm.letters.items():
            allowed = (0, times) if one[1] in uncertain else (times,)
            if found.letters[one] not in allowed:
                return f"{one} came {found.letters[one]} times"
        return self._repeated(uncertain, found, office)

    def _numbered_otherwise(self, found: Outcome) -> bool:
        """Whether the mails have other numbers: a mail that the disk refused at first comes after those for which there was room."""
        return [mail["sha256"] for mail in found.mails] != [mail["sha256"] for mail in self.calm.mails]

    def _repeated(self, uncertain: dict[str, str], found: Outcome, office: Office) -> str:
        """A quarter of an hour later: an uncertain confirmation is there once or twice, as the same bytes; any other as often as before."""
        if not uncertain:
            return ""
        app = open_beside(read_config(office.home / "config.yaml", need_password=True, environ=office.environ()))
        with Post(app.config.answering) as post:
            pipeline.send(replace(app, now=lambda: wall_clock() + timedelta(minutes=16)), post, lambda: False)
        app.close()
        for one, times in self._sent().items():
            repeated = uncertain.get(one[1], "") in REPEATING
            if times != found.letters[one] + repeated:
                return f"after the repeat {one} is there {times} times"
        if len(set(self.sink.letters)) != len(self._sent()):
            return "a repeat is not the same bytes"
        return ""

    def cuts(self) -> dict[str, int]:
        """Every system call of the undisturbed run and how often it was made; every failpoint until it is not reached any more."""
        calls = Counter(line.partition("(")[0] for line in self.trace)
        return {call: calls[call] for call in TRACED if calls[call]} | {f":{place}": passes(self, place) for place in PLACES}


@contextmanager
def small_disk(storage: Path, kilobytes: int) -> Iterator[None]:
    """The storage on a disk of its own; skips where one may not be mounted."""
    storage.mkdir(mode=0o700)
    options = f"size={kilobytes}k,mode=700"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(storage)], capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(storage)], check=True)


def _undated(mails: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Letters without the day under them: a sweep goes on beyond midnight."""
    day = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日\s*\Z")
    return [mail | {"letters": [one | {"text": day.sub("", one["text"])} for one in mail["letters"]]} for mail in mails]


def _surely(mails: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mails with every letter that may have left taken for sent, which the ledger of a cut run says truthfully otherwise."""
    return [mail | {"letters": [one | {"state": one["state"].replace("uncertain", "sent")} for one in mail["letters"]]} for mail in mails]


def passes(stage: Stage, place: str) -> int:
    """How often an undisturbed run gets to a failpoint."""
    low, high = 0, 1
    while _dies(stage, Cut(f":{place}", high)):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _dies(stage, Cut(f":{place}", middle)) else (low, middle)
    return low


def _dies(stage: Stage, cut: Cut) -> bool:
    with stage.office() as office:
        return stage.run(office, cut).returncode < 0


def main() -> None:
    """Every cut, or each `--step`th; with `--share 1/2` every second of these, for two processes side by side."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--share", default="1/1")
    parser.add_argument("--places", default="", help="only these calls or failpoints, with commas")
    parser.add_argument("--deed", default="signal=KILL", help="signal=KILL, error=EIO, error=ENOSPC")
    wanted = parser.parse_args()
    mine, of = map(int, wanted.share.split("/"))
    began, made, failed = time.monotonic(), 0, list[str]()
    with Stage() as stage:
        for place, count in stage.cuts().items():
            if wanted.places and place not in wanted.places.split(","):
                continue
            survived = 0
            numbers = [number for number in range(1, count + 1, wanted.step) if number % of == mine % of]
            for number in numbers:
                cut = Cut(place, number, wanted.deed)
                try:
                    trouble = stage.cut(cut)
                except AssertionError as error:
                    trouble = str(error)
                survived += not trouble
                if trouble:
                    failed.append(f"{cut}: {trouble[:2000]}")
                    print(failed[-1], flush=True)
            made += len(numbers)
            print(f"{place:>10} {count:>4} times: {len(numbers)} cuts, {survived} survived", flush=True)
    print(f"{made} cuts ({wanted.deed}), {made - len(failed)} survived, {time.monotonic() - began:.0f} s")
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
