"""Buttons over HTTP: nothing happens before it was shown, everything can be taken back, nobody overwrites anybody."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from mailbot.demo import makers, prose
from mailbot.desk import doors, letterpage, queue, unitpage
from mailbot.desk.doing import AddNote, AssignMail, CancelLetters, Waive
from mailbot.desk.queue import EntryKind
from mailbot.model import LetterKind, LetterState
from mailbot.web import acts
from tests.web.conftest import STAFF, VIEWER, Office, held, hidden


@pytest.fixture
def client(office: Office) -> TestClient:
    return office.client(STAFF)


def csrf(client: TestClient) -> str:
    return hidden(client.get("/export").text, "csrf")


def unsure(office: Office) -> tuple[int, str]:
    """The first mail of nobody knows whom, and the version a person saw."""
    entry = queue.queue(office.desk, (EntryKind.UNIT,)).entries[0]
    assert entry.mail is not None
    return entry.mail.number, entry.version


def unit_of(office: Office, number: int) -> str | None:
    with office.app.database.reading() as records:
        mail = records.mail(number)
    assert mail is not None
    return mail.unit_id


def test_a_preview_changes_nothing(office: Office, client: TestClient) -> None:
    number, seen = unsure(office)
    before = office.app.database.last_event()
    answer = client.post(
        "/acts/preview", data={"csrf": csrf(client), "deed": acts.written(AssignMail(number, "ccut")), "seen": seen, "then": "/todo"}
    )
    assert answer.status_code == 200
    assert "会这样变" in answer.text
    assert "长春工业大学" in answer.text
    assert office.app.database.last_event() == before


def test_what_was_seen_is_done_said_and_taken_back(office: Office, client: TestClient) -> None:
    number, seen = unsure(office)
    deed = {"csrf": csrf(client), "deed": acts.written(AssignMail(number, "ccut")), "seen": seen, "then": "/todo?kind=unit"}
    done = client.post("/acts/apply", data=deed)
    assert (done.status_code, done.headers["location"]) == (303, "/todo?kind=unit")
    assert unit_of(office, number) == "ccut"
    page = client.get("/todo").text
    assert 'id="said"' in page
    assert 'id="said"' not in client.get("/todo").text, "said once"
    client.post("/acts/undo", data={"csrf": csrf(client), "undo": hidden(page, "undo"), "then": "/todo"})
    assert unit_of(office, number) is None


def test_the_event_names_who_did_it(office: Office, client: TestClient) -> None:
    client.post("/acts/apply", data={"csrf": csrf(client), "deed": acts.written(AddNote("ccut", "记一笔", phoned=True))})
    page = unitpage.unit_page(office.desk, "ccut")
    assert page is not None
    assert [(note.by, note.text, note.phoned) for note in page.notes] == [(STAFF, "记一笔", True)]


def test_the_second_of_two_people_sees_what_the_first_changed(office: Office, client: TestClient) -> None:
    number, seen = unsure(office)
    doors.apply(office.desk, AssignMail(number, "beihua"), "小张")
    deed = {"csrf": csrf(client), "deed": acts.written(AssignMail(number, "ccut")), "seen": seen, "then": "/todo"}
    answer = client.post("/acts/apply", data=deed)
    assert answer.status_code == 409
    assert "小张" in answer.text
    assert unit_of(office, number) == "beihua"
    again = client.post("/acts/apply", data=deed | {"seen": hidden(answer.text, "seen")})
    assert again.status_code == 303
    assert unit_of(office, number) == "ccut"


def test_nobody_is_led_away_after_an_act(office: Office, client: TestClient) -> None:
    deed = {"csrf": csrf(client), "deed": acts.written(AddNote("ccut", "x")), "then": "https://evil.example/"}
    assert client.post("/acts/apply", data=deed).headers["location"] == "/"


def test_u_without_anything_to_undo_says_so(client: TestClient) -> None:
    client.post("/acts/undo", data={"csrf": csrf(client), "undo": "", "then": "/todo"})
    assert "没有可以撤销" in client.get("/todo").text


def test_letters_are_released_all_at_once(office: Office, client: TestClient) -> None:
    numbers = held(office)[:3]
    form = {
        "csrf": csrf(client),
        "deed": acts.doing_json("ReleaseLetters"),
        "numbers": [str(number) for number in numbers],
        "then": "/letters",
    }
    assert "会这样变" in client.post("/acts/preview", data=form).text
    assert client.post("/acts/apply", data=form).status_code == 303
    with office.app.database.reading() as records:
        assert {letter.state for letter in records.letters() if letter.number in numbers} == {LetterState.PENDING}


def test_a_letter_is_changed_before_it_leaves(office: Office, client: TestClient) -> None:
    number = held(office)[0]
    letter = letterpage.letter_view(office.desk, number)
    assert letter is not None
    form = {"csrf": csrf(client), "deed": acts.doing_json("EditLetter", number=number), "seen": letter.version}
    client.post("/acts/apply", data=form | {"subject": "改过的主题", "text": "第一行\r\n第二行"})
    changed = letterpage.letter_view(office.desk, number)
    assert changed is not None
    assert (changed.subject, changed.text) == ("改过的主题", "第一行\n第二行")
    assert "改过" in client.get("/letters").text


def test_all_sending_is_stopped_and_goes_on(office: Office, client: TestClient) -> None:
    token = csrf(client)
    client.post("/acts/apply", data={"csrf": token, "deed": acts.doing_json("StopSending", because="先停")})
    assert "发信已停止" in client.get("/").text
    client.post("/acts/apply", data={"csrf": token, "deed": acts.doing_json("ResumeSending")})
    assert "发信已停止" not in client.get("/").text


def test_an_extension_is_shown_and_granted(office: Office, client: TestClient) -> None:
    form = {"csrf": csrf(client), "deed": acts.doing_json("Waive", unit="jltiyu") if "jltiyu" in office.app.rulebook.units else ""}
    unit = next(unit for unit in office.app.rulebook.units.values() if unit.name == "吉林体育学院")
    form["deed"] = acts.doing_json("Waive", unit=unit.id)
    assert "2023" in client.post("/acts/preview", data=form | {"until": "2023-01-05", "note": "来电"}).text
    client.post("/acts/apply", data=form | {"until": "2023-01-05", "note": "来电"})
    page = unitpage.unit_page(office.desk, unit.id)
    assert page is not None
    assert page.row.until is not None
    assert (page.row.until.month, page.row.until.day) == (1, 5)
    doors.apply(office.desk, Waive(unit.id, "case"), "x")
    assert "免报" in client.get("/").text


def upload(client: TestClient, **fields: str) -> str:
    summary = makers.docx(prose.summary("四平市教育局", 77))
    unit = fields.pop("unit", "四平市教育局")
    answer = client.post(
        "/uploads",
        data={"csrf": csrf(client), "unit": unit, "how": "微信", "then": "/units/jyj-siping", **fields},
        files=[("files", ("../../工作总结.docx", summary, "text/html"))],
    )
    return str(answer.text)


def test_what_came_by_wechat_enters_the_same_record(office: Office, client: TestClient) -> None:
    shown = upload(client, received_at="2022-12-20T10:00", note="王老师微信")
    assert "会这样变" in shown
    before = unitpage.unit_page(office.desk, "jyj-siping")
    assert before is not None
    assert not before.row.items["summary"].received
    done = client.post("/uploads/confirm", data={"csrf": csrf(client), "staged": hidden(shown, "staged"), "then": "/units/jyj-siping"})
    assert done.headers["location"] == "/units/jyj-siping"
    after = unitpage.unit_page(office.desk, "jyj-siping")
    assert after is not None
    assert after.row.items["summary"].received
    assert not after.row.items["summary"].late
    assert list(office.desk.work.glob("uploads/*")) == []


def test_an_upload_is_confirmed_by_who_made_it_only_and_once(office: Office, client: TestClient) -> None:
    word = hidden(upload(client), "staged")
    other = office.client(STAFF)
    other.post("/uploads/confirm", data={"csrf": csrf(other), "staged": word, "then": "/"})
    page = unitpage.unit_page(office.desk, "jyj-siping")
    assert page is not None
    assert not page.row.items["summary"].received
    client.post("/uploads/confirm", data={"csrf": csrf(client), "staged": word, "then": "/"})
    client.post("/uploads/confirm", data={"csrf": csrf(client), "staged": word, "then": "/"})
    page = unitpage.unit_page(office.desk, "jyj-siping")
    assert page is not None
    assert page.row.items["summary"].count == 1


def test_an_upload_for_nobody_is_refused_in_a_sentence(client: TestClient, office: Office) -> None:
    assert "最接近" in upload(client, unit="四平市教育厅局")
    assert list(office.desk.work.glob("uploads/*")) == []


def test_chasing_is_read_first_and_named(office: Office, client: TestClient) -> None:
    doors.apply(office.desk, CancelLetters(held(office)), "x")
    page = client.get("/chase").text
    assert "不知道该单位的邮箱，请电话联系" in page
    assert "长春师范大学" in page
    assert client.post("/chase", data={"csrf": csrf(client)}).headers["location"] == "/chase"
    unit = next(unit.id for unit in office.app.rulebook.units.values() if unit.name == "长春师范大学")
    assert client.post("/chase", data={"csrf": csrf(client), "unit": unit}).headers["location"] == "/letters?kind=chase"
    with office.app.database.reading() as records:
        assert [letter.unit_id for letter in records.letters() if letter.kind is LetterKind.CHASE] == [unit]
    assert office.client(VIEWER).post("/chase", data={"csrf": csrf(client), "unit": unit}).status_code == 403


def test_the_workbook_and_the_zip_are_taken_along(office: Office, client: TestClient, tmp_path: Path) -> None:
    book = client.get("/export/table.xlsx")
    assert book.content[:2] == b"PK"
    form = {"csrf": csrf(client), "material": ["photos"], "show": "complete"}
    assert "张" in client.get("/").text
    assert "个文件" in client.post("/export/extent", data=form).text
    answer = client.post("/export/files.zip", data=form)
    assert answer.headers["content-disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert any("照片" in name for name in names)
    assert not any("典型活动案例/" in name for name in names)
    assert client.post("/export/files.zip", data=form | {"unit": "jyj-siping", "material": "case"}).status_code == 404
