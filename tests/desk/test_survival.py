"""What was decided at the desk outlives a killed process and a lost ledger; and a journal that two programs write loses no line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot import pipeline, rebuilding
from mailbot.app import open_app
from mailbot.desk import doors
from mailbot.desk.desk import Desk
from mailbot.desk.doing import Act, AddNote, AssignMail, CloseMail, Done, Upload, Uploaded, Waive
from mailbot.rulebook import Rulebook
from mailbot.storing.journal import read_journal
from tests.desk.conftest import Clock, Office, config_of
from tests.desk.test_acts import document

DECIDE = """
import sys
from pathlib import Path
from mailbot.app import open_app
from mailbot.desk import doors
from mailbot.desk.desk import Desk
from mailbot.desk.doing import AssignMail
from tests.desk.conftest import Clock, config_of
storage = Path(sys.argv[1])
app = open_app(config_of(storage, f"sqlite:///{storage}/mailbot.db"), now=Clock())
with Desk(app) as desk:
    print(doors.apply(desk, AssignMail(int(sys.argv[2]), "ybu"), "李老师", letter=True))
"""


@pytest.fixture
def office(tmp_path: Path, filled_sqlite: Path, rulebook: Rulebook) -> Iterator[Office]:
    storage = tmp_path / "storage"
    shutil.copytree(filled_sqlite, storage)
    config = config_of(storage, f"sqlite:///{storage}/mailbot.db")
    app = open_app(config, rulebook=rulebook, now=Clock())
    with Desk(app) as desk:
        yield Office(desk, app, config)
    app.close()


@pytest.mark.parametrize("place", ["filed", "settled"])
def test_a_process_killed_in_the_middle_leaves_all_or_nothing(office: Office, place: str) -> None:
    number = office.mail("照片").number
    before, tree = office.ledger(), office.tree()
    office.desk.close()
    command = [sys.executable, "-c", DECIDE, str(office.config.storage), str(number)]
    killed = subprocess.run(command, env={"MAILBOT_FAILPOINT": place, "PYTHONPATH": "."}, capture_output=True, check=False, timeout=120)
    assert killed.returncode == -9, killed.stderr
    if place == "filed":
        assert office.ledger() == before
        assert tree.items() <= office.tree().items()
    else:
        assert office.row(number).unit_id == "ybu"
    with office.app.locked():
        pipeline.recover(office.app)
    with Desk(office.app) as desk:
        if place == "filed":
            assert isinstance(doors.apply(desk, AssignMail(number, "ybu"), "李老师", letter=True), Done)
    after = office.tree()
    assert len([letter for letter in office.letters(number) if letter.unit_id == "ybu"]) == 1
    own = [key for key in after if f"/{number:04d}-" in key]
    assert len(own) == 3
    assert all(key.startswith("filed/延边大学/") for key in own)


def test_a_rebuilt_ledger_knows_what_was_decided_and_a_second_one_too(office: Office, tmp_path: Path, rulebook: Rulebook) -> None:
    stranger, linked = office.mail("照片").number, office.mail("转发：学习周材料（四平职大").number
    acts: list[Act] = [
        AssignMail(stranger, "ybu"),
        CloseMail(linked),
        Waive("jlsu", "case", note="来电"),
        AddNote("jlsu", "下周补报", phoned=True),
        Upload("ccsfu", (Uploaded(document(tmp_path), "案例.docx", ("case",)),), how="微信"),
    ]
    for act in acts:
        assert isinstance(doors.apply(office.desk, act, "李老师"), Done)
    mistake = doors.apply(office.desk, AssignMail(stranger, "jlu"), "王老师")
    assert isinstance(mistake, Done)
    doors.undo(office.desk, mistake.act, "王老师")
    office.desk.close()
    before, tree = facts_of(office), office.tree()
    office.app.close()
    for _ in range(2):
        rebuilding.rebuild(office.config)
        app = open_app(office.config, rulebook=rulebook)
        again = Office(office.desk, app, office.config)
        assert facts_of(again) == before
        assert again.tree() == tree
        app.close()


def facts_of(office: Office) -> object:
    with office.app.database.reading() as records:
        mails = [(mail.number, mail.origin, mail.unit_id, mail.state, mail.needs_person, mail.received_at) for mail in records.mails()]
        filed = sorted((row.mail_number, row.path, row.unit_id, row.material, row.current) for row in records.filings_all())
        waived = [(row.unit_id, row.material, row.note, row.actor) for row in records.waivers_all()]
        notes = [(row.text, row.phoned, row.actor, row.at) for row in records.notes("jlsu")]
        known = sorted((row.key, row.value) for row in records.knowledge() if row.confirmed)
    return mails, filed, waived, notes, known


def test_no_line_of_the_journal_is_lost_between_two_programs(office: Office, rulebook: Rulebook) -> None:
    daemon = open_app(office.config, rulebook=rulebook, now=Clock())
    with daemon.database.busy():
        with daemon.database.transaction() as records:
            records.event("one", "mailbot", office.clock())
        with office.app.database.transaction() as records:
            records.event("two", "李老师", office.clock())
        with daemon.database.transaction() as records:
            records.event("three", "mailbot", office.clock())
    daemon.close()
    events = list(read_journal(office.config.storage / "events.jsonl"))
    assert [event.what for event in events[-3:]] == ["one", "two", "three"]
    assert [event.id for event in events] == list(range(1, len(events) + 1))
