"""A desk over the demo's mails, received and settled once by the real road, then copied for each test, on each database."""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import make_url

from mailbot import pipeline
from mailbot.app import App, open_app
from mailbot.config import Answering, Config, Inbox, Mode, Security, Server
from mailbot.demo.samples import Sample, samples
from mailbot.desk.desk import Desk
from mailbot.loading.rules import load_rules
from mailbot.loading.shipped import shipped_rules
from mailbot.mailfiles import MailFile
from mailbot.model import LetterState, Receipt
from mailbot.receipts import unit_receipt
from mailbot.rulebook import Rulebook
from mailbot.storing.rows import LetterRow, MailRow
from tests.servers.postgres import PostgresServer, postgres

BEGIN = datetime(2022, 11, 17, tzinfo=UTC)
TODAY = datetime(2022, 12, 28, 2, 0, tzinfo=UTC)
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@dataclass
class Clock:
    """A clock that goes one second forward at each look, so that no two acts are of one moment."""

    moment: datetime = TODAY

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


def config_of(storage: Path, database: str, mode: Mode = Mode.HOLD) -> Config:
    server = Server("127.0.0.1", 1, "jlqmxx@126.com", "", Security.PLAIN)
    answering = Answering(server, "jlqmxx@126.com", "活动周材料收集", mode, BEGIN)
    return Config(storage / "config.yaml", shipped_rules(), storage, database, Inbox(server, min_free_bytes=0), answering)


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load_rules(shipped_rules())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with postgres() as server:
        yield server


SUBJECTS = (
    "长春师范大学全民终身学习活动周总结、照片",
    "吉林财经大学",
    "四平职大",
    "吉林体育学院总结",
    "农安县",
    "长春工业大学2022年",
    "咨询",
)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what every worker of this test run needs and only the first one makes."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent / "desk" if "PYTEST_XDIST_WORKER" in os.environ else own / "desk"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def first(folder: Path, name: str) -> Iterator[bool]:
    """Whether this worker is the first one here; the others wait until it is done."""
    with (folder / f"{name}.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        fresh = not lock.read()
        yield fresh
        lock.write("done")


@pytest.fixture(scope="session")
def mails(shared: Path) -> tuple[Sample, ...]:
    """One sample mail of each kind that a desk is for."""
    with first(shared, "mails") as fresh:
        if fresh:
            (shared / "mails.pickle").write_bytes(pickle.dumps(chosen_mails()))
    return tuple(pickle.loads((shared / "mails.pickle").read_bytes()))


def chosen_mails() -> list[Sample]:
    """The same, made anew."""
    return [sample for sample in samples() if _is_chosen(sample)]


def _is_chosen(sample: Sample) -> bool:
    subject = str(message_from_bytes(sample.raw, policy=policy.default)["Subject"] or "")
    return subject == "照片" or any(words in subject for words in SUBJECTS)


def fill(config: Config, rulebook: Rulebook, mails: Sequence[Sample]) -> None:
    """These mails through the road, letters held."""
    inbox = config.storage.parent / f"{config.storage.name}-mails"
    inbox.mkdir()
    app = open_app(config, rulebook=rulebook, now=Clock(BEGIN))
    try:
        for number, sample in enumerate(mails):
            path = inbox / f"{number:02d}.eml"
            path.write_bytes(sample.raw)
            pipeline.ingest(app, MailFile(path, sample.received_at), sample.received_at, answer=True)
        pipeline.settle(app, lambda: False)
    finally:
        app.close()


@pytest.fixture(scope="session")
def filled_sqlite(shared: Path, rulebook: Rulebook, mails: tuple[Sample, ...]) -> Path:
    storage = shared / "storage"
    with first(shared, "storage") as fresh:
        if fresh:
            storage.mkdir()
            fill(config_of(storage, f"sqlite:///{storage}/mailbot.db"), rulebook, mails)
    return storage


@pytest.fixture(scope="session")
def filled_postgres(
    tmp_path_factory: pytest.TempPathFactory, rulebook: Rulebook, postgres_server: PostgresServer, mails: tuple[Sample, ...]
) -> tuple[Path, str]:
    storage, url = tmp_path_factory.mktemp("filled-pg") / "storage", postgres_server.new_database()
    storage.mkdir()
    fill(config_of(storage, url), rulebook, mails)
    return storage, str(make_url(url).database)


@dataclass
class Office:
    """An open desk with the things a test looks at."""

    desk: Desk
    app: App
    config: Config
    clock: Clock = field(default_factory=Clock)

    def mail(self, words: str) -> MailRow:
        """The one mail whose subject begins with these words."""
        with self.app.database.reading() as records:
            found = [mail for mail in records.mails() if mail.subject.startswith(words)]
        assert len(found) == 1, f"{len(found)} mails about {words!r}"
        return found[0]

    def receipt(self, unit: str) -> Receipt:
        with self.app.database.reading() as records:
            return unit_receipt(self.app.rulebook, records, unit)

    def letters(self, number: int | None = None, unit: str | None = None) -> list[LetterRow]:
        with self.app.database.reading() as records:
            return list(records.letters(mail=number, unit=unit))

    def ledger(self) -> object:
        """Everything that stands, to be compared; without the ids that the ledger gives."""
        with self.app.database.reading() as records:
            mails = [(m.number, m.state, m.unit_id, m.needs_person, m.because) for m in records.mails()]
            items = [(i.mail_number, i.path, i.unit_id, i.materials, i.disposition, i.stored_as) for i in records.items_all()]
            filed = [(f.mail_number, f.path, f.unit_id, f.material, f.count, f.current) for f in records.filings_all()]
            known = [(k.kind, k.key, k.value, k.confirmed) for k in records.knowledge()]
            waived = [(w.unit_id, w.material, w.until) for w in records.waivers_all()]
            standing = {LetterState.HELD, LetterState.PENDING, LetterState.SENT}
            letters = [
                (one.mail_number, one.kind, one.unit_id, one.received, one.missing) for one in records.letters() if one.state in standing
            ]
        return mails, items, sorted(filed), sorted(known), waived, sorted(letters, key=str)

    def row(self, number: int) -> MailRow:
        with self.app.database.reading() as records:
            row = records.mail(number)
        assert row is not None
        return row

    def tree(self) -> dict[str, bytes]:
        """Every filed file and every one that waits, by its key."""
        root = self.config.storage
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for folder in ("filed", "待核实")
            for path in sorted((root / folder).rglob("*"))
            if path.is_file()
        }


@pytest.fixture(params=BOTH)
def office(request: pytest.FixtureRequest, tmp_path: Path, rulebook: Rulebook) -> Iterator[Office]:
    """The demo's mails settled, letters held, nobody's decision yet."""
    storage = tmp_path / "storage"
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("filled_sqlite"), storage)
        url = f"sqlite:///{storage}/mailbot.db"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        filled, template = request.getfixturevalue("filled_postgres")
        shutil.copytree(filled, storage)
        url = server.new_database(like=template)
    config, clock = config_of(storage, url), Clock()
    app = open_app(config, rulebook=rulebook, now=clock)
    try:
        with Desk(app) as desk:
            yield Office(desk, app, config, clock)
    finally:
        app.close()


@pytest.fixture(params=BOTH)
def bare_office(request: pytest.FixtureRequest, tmp_path: Path, rulebook: Rulebook) -> Iterator[Office]:
    """A desk over nothing at all."""
    storage = tmp_path / "storage"
    storage.mkdir()
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{storage}/mailbot.db" if sqlite else request.getfixturevalue("postgres_server").new_database()
    config, clock = config_of(storage, url), Clock()
    app = open_app(config, rulebook=rulebook, now=clock)
    try:
        with Desk(app) as desk:
            yield Office(desk, app, config, clock)
    finally:
        app.close()
