"""What the pages show: the board with its filters, a unit, a mail, the queue worked off, files looked at and taken home."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from mailbot import pipeline
from mailbot.app import open_app
from mailbot.demo.samples import Sample
from mailbot.desk import board, doors, export, mailpage, previews, queue, unitpage
from mailbot.desk.boardvalues import Show, Sort, Wanted
from mailbot.desk.desk import Desk
from mailbot.desk.doing import Act, AddNote, AssignMail, Done, Upload, Uploaded, Waive
from mailbot.desk.openings import EntryKind
from mailbot.mailfiles import MailFile
from mailbot.model import MailState, UnitState
from mailbot.receipts import receipts
from tests.desk.conftest import Office, config_of
from tests.desk.test_acts import document


def shown(office: Office, **wanted: object) -> list[str]:
    page = board.board(office.desk, Wanted(**wanted))  # type: ignore[arg-type]
    return [row.unit for group in page.groups for row in group.rows]


def test_the_board_agrees_with_the_ledger_also_after_every_kind_of_change(office: Office) -> None:
    number = office.mail("照片").number
    acts: list[Act] = [AssignMail(number, "ybu"), Waive("ccsfu", "case"), AddNote("ccsfu", "", phoned=True)]
    ends = [doors.apply(office.desk, act, "李老师", letter=True) for act in acts]
    assert isinstance(ends[0], Done)
    for step in range(2):
        page = board.board(office.desk)
        rows = {row.unit: row for group in page.groups for row in group.rows}
        with office.app.database.reading() as records:
            told = receipts(office.app.rulebook, records)
            last = records.last_letters()
        assert {unit: row.receipt for unit, row in rows.items()} == {unit: told[unit] for unit in rows}
        assert {unit: row.letter.number for unit, row in rows.items() if row.letter} == {
            unit: last[unit].number for unit in rows if unit in last
        }
        if not step:
            doors.undo(office.desk, ends[0].act, "李老师")
    assert rows["ccsfu"].phoned_at is not None


def test_the_token_changes_with_everything_that_can_be_seen_and_with_nothing_else(office: Office) -> None:
    before = board.token(office.desk)
    board.board(office.desk)
    queue.queue(office.desk)
    assert board.token(office.desk) == before
    doors.apply(office.desk, AddNote("ccsfu", "请补报"), "李老师")
    assert board.token(office.desk) != before


def test_filters_and_words_narrow_the_table(office: Office) -> None:
    assert "ccsfu" in shown(office, show=Show.MISSING)
    assert shown(office, show=Show.COMPLETE) == ["ccut", "jlufe"]
    assert "jlsu" in shown(office, show=Show.UNSURE)
    assert "ybu" in shown(office, show=Show.NONE)
    parts = [set(shown(office, show=show)) for show in (Show.COMPLETE, Show.MISSING, Show.NONE, Show.UNSURE)]
    assert sum(map(len, parts)) == len(set[str]().union(*parts)) == len(shown(office)), "the four tiles add up to all units"
    assert shown(office, text="长春师大") == shown(office, text="长春师范大学") == ["ccsfu"]
    assert set(shown(office, kind="bureau")) <= {unit.id for unit in office.app.rulebook.units.values() if unit.kind == "bureau"}
    page = board.board(office.desk, Wanted(sort=Sort.LAST, per_page=3, page=2))
    assert (len(page.groups[0].rows), page.found) == (3, len(shown(office)))


def test_late_is_what_came_after_the_units_own_deadline(office: Office, tmp_path: Path) -> None:
    office.clock.moment = office.app.rulebook.campaign.deadline + timedelta(hours=1)
    upload = Upload("ccsfu", (Uploaded(document(tmp_path), "案例.docx", ("case",)),))
    assert isinstance(doors.apply(office.desk, upload, "李老师"), Done)
    assert shown(office, show=Show.LATE) == ["ccsfu"]
    doors.apply(office.desk, Waive("ccsfu", until=office.clock.moment + timedelta(days=3)), "李老师")
    assert shown(office, show=Show.LATE) == []


def test_sums_days_and_health_stand_above(office: Office, mails: tuple[Sample, ...]) -> None:
    page = board.board(office.desk)
    assert page.totals.units == sum(unit.addressed == "yes" for unit in office.app.rulebook.units.values())
    assert page.totals.shown[Show.COMPLETE] == 2
    assert sum(day.mails for day in page.days) == len(mails)
    assert page.days[-1].units_complete == page.totals.complete
    assert page.health.agrees
    assert page.health.silent
    assert page.health.todo == queue.queue(office.desk).total
    with office.app.database.transaction() as records:
        records.set_setting("last_good_poll", office.clock().isoformat())
    health = board.board(office.desk).health
    assert not health.silent
    assert health.poll_age is not None
    assert health.poll_age < 60


def test_a_units_page_shows_versions_and_everything_on_one_time_line(office: Office) -> None:
    doors.apply(office.desk, AddNote("jlufe", "已电话", phoned=True), "李老师")
    page = unitpage.unit_page(office.desk, "jlufe")
    assert page is not None
    summary = page.checklist[0]
    assert [(file.current, file.replaced_by) for file in summary.files] == [(True, None), (False, office.mail("更正").number)]
    kinds = {"mail" if one.mail else "letter" if one.letter else "act" for one in page.timeline}
    assert kinds == {"mail", "letter", "act"}
    assert [one.at for one in page.timeline] == sorted((one.at for one in page.timeline), reverse=True)
    assert page.notes[0].phoned
    assert unitpage.unit_page(office.desk, "nowhere") is None


def test_a_mail_is_shown_as_it_was_read_with_its_evidence(office: Office) -> None:
    page = mailpage.mail_page(office.desk, office.mail("长春工业大学").number)
    assert page is not None
    assert "继续教育学院" in page.text
    assert page.evidence
    assert page.evidence[0].speaks_for == "长春工业大学"
    names = {node.name for node in page.tree}
    assert any("工作总结" in name for name in names)
    raw = mailpage.raw_mail(office.desk, page.number)
    assert raw is not None
    assert raw.name == f"{page.number:04d}.eml"
    assert mailpage.mail_page(office.desk, 999) is None
    assert mailpage.raw_mail(office.desk, 999) is None


def test_files_in_archives_stand_in_a_tree(office: Office) -> None:
    page = mailpage.mail_page(office.desk, office.mail("长春工业大学").number)
    assert page is not None
    archive = next(node for node in page.tree if node.children)
    assert archive.name.endswith(".zip")
    assert archive.file is None


@pytest.mark.parametrize("key", range(2))
def test_the_queue_is_worked_off_with_its_own_suggestions(office: Office, key: int) -> None:
    for _ in range(60):
        entries = queue.queue(office.desk).entries
        if not entries:
            break
        entry = entries[0]
        choice = entry.suggestions[min(key, len(entry.suggestions) - 1)]
        outcome = doors.apply(office.desk, choice.act, "李老师", entry.version)
        assert isinstance(outcome, Done), (entry.key, outcome)
        assert queue.entry(office.desk, entry.key) is None
    assert not queue.queue(office.desk).entries
    with office.app.database.reading() as records:
        assert not [mail for mail in records.mails() if mail.state is MailState.UNSURE]


def test_candidates_are_ranked_and_say_why(office: Office) -> None:
    (entry, *_) = queue.queue(office.desk, (EntryKind.UNIT,)).entries
    assert entry.mail is not None
    assert entry.mail.subject.startswith("农安县")
    assert entry.suggestions[0].label == "长春市教育局"
    assert "农安县教育局" in entry.suggestions[0].because
    assert entry.suggestions[-1].act == AssignMail(entry.mail.number, "")


def test_a_link_tells_when_it_expires(office: Office) -> None:
    (entry,) = queue.queue(office.desk, (EntryKind.LINK,)).entries
    assert entry.links[0].expires_at is not None
    assert f"{entry.links[0].expires_at:%Y-%m-%d %H:%M}" == "2023-01-08 16:20"


def test_files_are_looked_at_without_their_bytes(office: Office) -> None:
    page = mailpage.mail_page(office.desk, office.mail("长春工业大学").number)
    assert page is not None
    document = next(file for file in page.files if file.preview == "text" and file.kind == "docx")
    text = previews.text_of(office.desk, document.id)
    assert text is not None
    assert "长春工业大学" in text.text
    photo = next(file for file in page.files if file.preview == "picture")
    for _ in range(2):  # drawn, then out of the cache
        small = previews.picture_of(office.desk, photo.id, 320)
        assert small is not None
        with Image.open(small.path) as image:
            assert (image.format, max(image.size)) == ("JPEG", 320)
        assert small.path.is_relative_to(office.config.storage / "cache")
    assert previews.page_of(office.desk, photo.id, 7) is None
    assert previews.picture_of(office.desk, document.id) is None
    assert previews.text_of(office.desk, 99999) is None


def test_an_ignored_file_is_taken_out_of_the_raw_mail(office: Office) -> None:
    page = mailpage.mail_page(office.desk, office.mail("长春工业大学").number)
    assert page is not None
    body = next(file for file in page.files if file.path == "(body)")
    found = mailpage.file_download(office.desk, body.id)
    assert found is not None
    assert "继续教育学院" in Path(found.path).read_text("utf-8")
    assert mailpage.file_download(office.desk, 99999) is None


def test_the_zip_holds_what_was_chosen_with_a_manifest(office: Office) -> None:
    wanted = export.WantedFiles(units=("jlufe",), versions=True, mails=True)
    chunks = list(export.zip_chunks(office.desk, wanted))
    assert max(map(len, chunks)) < 3 * 1024 * 1024
    with zipfile.ZipFile(io.BytesIO(b"".join(chunks))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        rows = list(csv.reader(io.StringIO(archive.read("清单.csv").decode("utf-8-sig"))))
    assert any(name.startswith("旧版本/吉林财经大学/工作总结/") for name in names)
    assert any(name.startswith("原始邮件/") for name in names)
    assert len(rows) == len(names)  # one line a member, the heading for the manifest itself
    assert export.extent(office.desk, wanted).files == len(names) - 1
    lost = next(office.config.storage.glob("filed/吉林财经大学/典型活动案例/*"))
    lost.unlink()
    again = b"".join(export.zip_chunks(office.desk, export.WantedFiles(units=("jlufe",))))
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        assert "不在存储里" in archive.read("清单.csv").decode("utf-8-sig")


def test_a_second_desk_beside_the_daemon_keeps_its_work_when_the_daemon_starts(office: Office) -> None:
    number = office.mail("照片").number
    assert mailpage.mail_page(office.desk, number) is not None
    with office.app.locked():
        assert any(office.app.work.iterdir())
    assert isinstance(doors.apply(office.desk, AssignMail(number, "ybu"), "李老师"), Done)


def test_what_the_daemon_settles_is_on_the_board_at_once(tmp_path: Path, office: Office, mails: tuple[Sample, ...]) -> None:
    before = board.board(office.desk)
    mail = next(sample for sample in mails if "缺" in sample.title)
    raw = mail.raw.replace("长春师范大学".encode(), "东北师范大学".encode()).replace(b"Message-ID: <", b"Message-ID: <other.")
    path = tmp_path / "new.eml"
    path.write_bytes(raw)
    daemon = open_app(replace(office.config), rulebook=office.app.rulebook, now=office.clock)
    try:
        pipeline.ingest(daemon, MailFile(path, mail.received_at), mail.received_at, answer=False)
        pipeline.settle(daemon, lambda: False)
    finally:
        daemon.close()
    after = board.board(office.desk)
    assert after.token != before.token
    assert sum(day.mails for day in after.days) == sum(day.mails for day in before.days) + 1


def test_a_board_over_nothing_says_so(tmp_path: Path, office: Office) -> None:
    storage = tmp_path / "empty"
    app = open_app(config_of(storage, f"sqlite:///{storage}/mailbot.db"), rulebook=office.app.rulebook)
    try:
        with Desk(app) as desk:
            page = board.board(desk)
            assert page.days == ()
            assert {row.receipt.state for group in page.groups for row in group.rows} == {UnitState.NONE}
            assert queue.queue(desk).total == 0
    finally:
        app.close()
