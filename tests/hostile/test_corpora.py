"""The trial of public corpora, over the seeds of the fuzzer and their damaged forms; and that it tells when something is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.fuzz.make_seeds import MAILS
from tests.fuzz.targets import SEEDS
from tests.hostile.corpora import Batch, Trial, mails_below, throw
from tests.hostile.readings import machine_signs, owed_parts
from tests.hostile.trial import as_served
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot


def test_mails_of_every_shape_meet_all_six_expectations() -> None:
    mails = mails_below([SEEDS / "mails"], twist=True)
    assert len(mails) > 150
    said: list[str] = []
    trial = throw(mails, len(mails), {}, said.append)
    assert trial.failures == []
    assert trial.mails == len(mails) and trial.parts > 30 and trial.marked and trial.machines


def test_a_mail_that_is_lost_changed_or_answered_fails_the_trial(tmp_path: Path) -> None:
    pdf = MAILS["pdf"].replace(b"application/pdf", b"application/x-thing")
    robot = b"Auto-Submitted: auto-replied\r\n" + MAILS["qq"]
    with Dovecot() as server, SmtpSink() as sink:
        batch = Batch(tmp_path / "office", {"pdf": pdf, "robot": robot, "nested": MAILS["enclosed"]}, server, sink)
        good = Trial()
        batch.look(good)
        assert good.failures == []
        by_name = {name: next(row for row in batch.rows.values() if row["number"] == number) for number, name in enumerate(batch.mails, 1)}
        by_name["pdf"].update(files=[], needs_person=False, state="settled")
        by_name["robot"]["letters"] = [{"message_id": "<1@x>"}]
        raw = batch.office.storage / "raw"
        shutil.copy(raw / f"{by_name['pdf']['sha256']}.eml", raw / f"{by_name['nested']['sha256']}.eml")
        bad = Trial()
        batch.look(bad)
    assert sorted(sentence.partition("(")[0].strip() for sentence in bad.failures) == [
        "nested: not kept byte for byte",
        "pdf: lost without a mark: a.pdf",
        "robot: a machine is answered",
    ]


def test_the_other_reading_owes_files_and_no_nameless_text() -> None:
    assert [part.name for part in owed_parts(as_served(MAILS["zip"]))] == ["a.zip"]
    assert owed_parts(MAILS["html"]) == []
    assert machine_signs(MAILS["bounce"]) == ["report", "from MAILER-DAEMON"]
    assert machine_signs(MAILS["qq"]) == []
