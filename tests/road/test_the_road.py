"""The whole road with real parts: mails in Dovecot, mailbot as a program, then the tree, the table, the two documents and the letters."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import openpyxl
import pytest

from mailbot.demo.samples import Sample, samples
from tests.road.office import Office, letter_text, read_letter
from tests.servers.dovecot import Dovecot
from tests.servers.postgres import postgres
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot


@pytest.fixture(scope="module")
def mails() -> tuple[Sample, ...]:
    return samples()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the ledger lies: the file in storage, or a database of PostgreSQL."""
    if request.param == "sqlite":
        yield ""
    else:
        with postgres() as server:
            yield server.new_database()


@pytest.fixture(scope="module")
def sink(database: str) -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


@pytest.fixture(scope="module")
def settled(
    tmp_path_factory: pytest.TempPathFactory, dovecot_program: Dovecot, sink: SmtpSink, mails: tuple[Sample, ...], database: str
) -> Office:
    """The samples delivered into Dovecot and one full cycle run over them; the tests below only read, or change what must not matter."""
    dovecot_program.new_account()
    for mail in mails:
        dovecot_program.deliver(mail.raw, mail.received_at, mail.folder)
    office = Office(tmp_path_factory.mktemp("road") / "office", dovecot_program.settings(), sink.settings(), sink.answering().sender)
    if database:
        office.configure(database=f"database: {database}")
    office.once()
    return office


def test_every_mail_is_kept_byte_for_byte_and_accounted_for(settled: Office, mails: tuple[Sample, ...]) -> None:
    kept = {path.stem: path.read_bytes() for path in (settled.storage / "raw").glob("*.eml")}
    assert kept == {hashlib.sha256(mail.raw).hexdigest(): mail.raw for mail in mails}
    sums = settled.status()["reconciliation"]
    assert sums["equal"]
    assert sums["on_server"] == sums["kept"] == len(mails)
    assert sums["waiting"] == sums["stuck"] == 0


def test_every_file_that_is_said_to_be_filed_lies_where_it_is_said_to(settled: Office) -> None:
    filed = [file for mail in settled.mails() for file in mail["files"] if file["stored_as"]]
    assert len(filed) > 50
    for file in filed:
        content = (settled.storage / file["stored_as"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"], file
        assert file["unit"]["name"] in file["stored_as"]


def test_arrival_is_the_servers_time(settled: Office, mails: tuple[Sample, ...]) -> None:
    arrivals = {mail["sha256"]: mail["received_at"] for mail in settled.mails()}
    for mail in mails:
        assert arrivals[hashlib.sha256(mail.raw).hexdigest()] == mail.received_at.replace(microsecond=0).isoformat()


def test_a_unit_gets_one_letter_for_all_that_lay_in_the_inbox(settled: Office, sink: SmtpSink) -> None:
    sent = [letter for mail in settled.mails() for letter in mail["letters"] if letter["state"] == "sent"]
    assert len(sent) == len(sink.letters)
    units = [letter["unit"] for letter in sent if letter["unit"]]
    assert len(units) == len(set(units))


def test_what_a_letter_claims_is_what_the_table_says(settled: Office, sink: SmtpSink) -> None:
    rows = {unit["id"]: unit for unit in settled.status()["units"]}
    claims = [letter for mail in settled.mails() for letter in mail["letters"] if letter["state"] == "sent" and letter["unit"]]
    for letter in claims:
        row = rows[letter["unit"]]
        received = {name for name, item in row["items"].items() if item["received"]}
        assert set(letter["received"]) == received or letter["kind"] in ("ack", "ask_again"), letter
        if letter["kind"] == "missing":
            assert set(letter["missing"]) == set(row["missing"])
            assert row["unsure"] == 0
        if letter["kind"] == "confirm":
            assert row["state"] == "complete"


def test_letters_are_threaded_marked_and_go_to_one_address(settled: Office, sink: SmtpSink) -> None:
    subjects = {mail["message_id"] for mail in settled.mails()}
    for raw in sink.letters:
        letter = read_letter(raw)
        assert letter["Auto-Submitted"] == "auto-replied"
        assert letter["X-Auto-Response-Suppress"] == "All"
        assert len(letter["To"].addresses) == 1
        assert not letter["Cc"]
        assert letter["In-Reply-To"] is None or str(letter["In-Reply-To"]) in subjects
        text = letter_text(letter)
        assert "0431-88905322" in text
        assert "http" not in text


def test_machines_are_never_answered(settled: Office) -> None:
    automatic = [mail for mail in settled.mails() if mail["automatic"]]
    assert automatic
    assert not [letter for mail in automatic for letter in mail["letters"] if letter["state"] != "silenced"]


def test_the_workbook_says_what_the_document_says(settled: Office) -> None:
    book = openpyxl.load_workbook(settled.storage / "收件登记表.xlsx")
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    text = [[str(value) for value in row if value is not None] for row in cells]
    for unit in settled.status()["units"]:
        if unit["addressed"] == "yes":
            assert any(unit["name"] in row for row in text), unit["name"]
    assert len(book.worksheets) == 3


def test_a_second_run_changes_nothing_and_sends_nothing(settled: Office, sink: SmtpSink) -> None:
    before, tree, letters = settled.mails(), settled.tree(), len(sink.letters)
    settled.once()
    assert settled.mails() == before
    assert settled.tree() == tree
    assert len(sink.letters) == letters


def test_people_reading_and_moving_mail_changes_nothing_for_us(settled: Office, dovecot_program: Dovecot, sink: SmtpSink) -> None:
    before, letters = settled.mails(), len(sink.letters)
    for uid in (1, 2, 3):
        dovecot_program.flag(uid, r"(\Seen \Flagged)")
    dovecot_program.move(4, "广告邮件")
    dovecot_program.expunge(5)
    settled.once()
    assert settled.mails() == before
    assert len(sink.letters) == letters
    assert settled.status()["reconciliation"]["equal"]
