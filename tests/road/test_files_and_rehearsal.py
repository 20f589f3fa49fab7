"""Mail that lies on disk: ingested on the same road, never answered unless told to; rehearsed without touching or sending anything."""

from __future__ import annotations

import json
import mailbox
import os
from pathlib import Path

import pytest

from mailbot.config import Security, Server
from mailbot.demo.samples import samples
from mailbot.loading.scaffold import write_collection
from tests.road.office import Office

NOWHERE = Server("127.0.0.1", 9, "jlqmxx@126.com", "none", Security.PLAIN)
"""The discard port: nothing listens there, so anything that went online would fail."""


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    """An office that has no server at all."""
    return Office(tmp_path / "office", NOWHERE, NOWHERE, "jlqmxx@126.com")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve sample mails as .eml files whose times are their arrivals."""
    place = tmp_path_factory.mktemp("mails")
    for number, mail in enumerate(samples()[:12]):
        path = place / f"{number:02d}.eml"
        path.write_bytes(mail.raw)
        os.utime(path, (mail.received_at.timestamp(), mail.received_at.timestamp()))
    return place


def test_ingested_mail_takes_the_same_road_and_is_not_answered(desk: Office, folder: Path) -> None:
    done = desk.run("ingest", str(folder))
    assert done.returncode == 0, done.stderr
    mails = desk.mails()
    assert len(mails) == 12
    assert not [letter for mail in mails for letter in mail["letters"]]
    assert len(desk.tree()) > 20
    assert desk.status()["reconciliation"]["equal"]


def test_ingesting_twice_changes_nothing(desk: Office, folder: Path) -> None:
    desk.run("ingest", str(folder))
    before = desk.mails()
    desk.run("ingest", str(folder))
    assert desk.mails() == before


def test_the_time_of_arrival_can_be_told(desk: Office, folder: Path) -> None:
    desk.run("ingest", str(folder / "02.eml"), "--received-at", "2022-12-29 08:00")
    (mail,) = desk.mails()
    assert mail["received_at"] == "2022-12-29T08:00:00+08:00"
    assert desk.unit(mail["unit"]["id"])["late"]


def test_an_mbox_and_a_maildir_hold_the_same_mails(desk: Office, folder: Path, tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "mails.mbox")
    maildir = mailbox.Maildir(tmp_path / "maildir")
    for path in sorted(folder.glob("*.eml"))[:3]:
        box.add(path.read_bytes())
        maildir.add(path.read_bytes())
    box.close()
    desk.run("ingest", str(tmp_path / "maildir"))
    subjects = {mail["subject"] for mail in desk.mails()}
    desk.run("ingest", str(tmp_path / "mails.mbox"))
    assert len(subjects) == 3
    assert {mail["subject"] for mail in desk.mails()} == subjects


def test_a_rehearsal_shows_both_documents_and_touches_nothing(desk: Office, folder: Path) -> None:
    done = desk.run("rehearse", str(folder), "--format", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert len(document["mails"]) == 12
    assert document["status"]["units"] == document["units"]
    assert {letter["state"] for mail in document["mails"] for letter in mail["letters"]} <= {"sent", "superseded", "silenced"}
    assert not desk.storage.exists()


def test_a_rehearsal_answers_at_each_mails_own_time(desk: Office, tmp_path: Path) -> None:
    place = tmp_path / "mails"
    place.mkdir()
    wanted = [mail for mail in samples() if "先报总结和照片" in mail.title or "催补信" in mail.title]
    assert len(wanted) == 2
    for number, mail in enumerate(wanted):
        path = place / f"{number}.eml"
        path.write_bytes(mail.raw)
        os.utime(path, (mail.received_at.timestamp(), mail.received_at.timestamp()))
    document = json.loads(desk.run("rehearse", str(place), "--format", "json").stdout)
    kinds = [letter["kind"] for mail in document["mails"] for letter in mail["letters"] if letter["state"] == "sent"]
    assert kinds == ["missing", "confirm"]


def test_replaying_a_correction_leaves_it_a_correction(desk: Office, tmp_path: Path) -> None:
    place = tmp_path / "mails"
    place.mkdir()
    wanted = [mail for mail in samples() if "稍后会更正" in mail.title or mail.title.startswith("更正")]
    for number, mail in enumerate(wanted):
        (place / f"{number}.eml").write_bytes(mail.raw)
        os.utime(place / f"{number}.eml", (mail.received_at.timestamp(), mail.received_at.timestamp()))
    desk.run("ingest", str(place))
    before, unit = desk.mails(), desk.unit("吉林财经大学")
    assert "replaced" in {file["disposition"] for file in before[1]["files"]}
    desk.run("replay", "1", "2")
    assert desk.mails() == before
    desk.run("replay", "2")
    assert desk.mails() == before
    assert desk.unit("吉林财经大学")["items"] == unit["items"]


def test_trying_a_mail_explains_the_decision_and_needs_no_storage(desk: Office, folder: Path) -> None:
    done = desk.run("try", str(folder / "02.eml"))
    assert done.returncode == 0, done.stderr
    assert "长春工业大学" in done.stdout
    assert "工作总结" in done.stdout
    assert not desk.storage.exists()


def test_another_collection_works_by_its_rules_alone(tmp_path: Path) -> None:
    other = Path(__file__).parent.parent / "collections" / "other"
    assert (other / "rules").is_dir()
    from tests.road.other_collection import mails

    place = tmp_path / "mails"
    place.mkdir()
    for number, raw in enumerate(mails()):
        (place / f"{number}.eml").write_bytes(raw)
    office = Office(tmp_path / "office", NOWHERE, NOWHERE, "collect@example.cn", rules=other / "rules")
    document = json.loads(office.run("rehearse", str(place), "--format", "json").stdout)
    states = {unit["name"]: unit["state"] for unit in document["units"]}
    assert "complete" in states.values()
    assert "partial" in states.values()


@pytest.mark.parametrize("pictures", ["是", "否"])
def test_a_collection_begun_with_init_works_by_what_a_clerk_fills_in(tmp_path: Path, pictures: str) -> None:
    """Twelve schools, 报名表 and 获奖证书, ids as anybody would choose them; words and letters as init wrote them."""
    from tests.road.other_collection import mails

    write_collection(tmp_path / "new")
    rules = tmp_path / "new" / "rules"
    numbers = "一二三四五六七八九十"
    schools = [f"滨江市第{number}中学" for number in (*numbers, "十一", "十二")]
    units = "".join(f"  - 标识: s{n}\n    名称: {name}\n    类别: 中学\n    是否通知: 是\n" for n, name in enumerate(schools))
    (rules / "units.yaml").write_text(f"类别:\n  school: 中学\n单位:\n{units}", encoding="utf-8")
    (rules / "materials.yaml").write_text(
        "材料:\n  - 标识: form\n    名称: 报名表\n    量词: 份\n    主要词: [报名表]\n"
        f"  - 标识: certificate\n    名称: 获奖证书\n    量词: 张\n    是图片: {pictures}\n    主要词: [获奖证书, 证书]\n",
        encoding="utf-8",
    )
    place = tmp_path / "mails"
    place.mkdir()
    for number, raw in enumerate(mails()):
        (place / f"{number}.eml").write_bytes(raw)
    office = Office(tmp_path / "office", NOWHERE, NOWHERE, "collect@example.cn", rules=rules)
    done = office.run("rehearse", str(place), "--format", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert len(document["units"]) == 12
    first, second = document["mails"]
    assert next(file for file in first["files"] if "报名表" in file["path"])["materials"] == ["form"]
    # A certificate that came is never called missing, whether certificates are counted as pictures or as documents.
    assert not [letter for letter in first["letters"] if "certificate" in letter["missing"]]
    assert [(letter["kind"], letter["missing"]) for letter in second["letters"]] == [("missing", ["certificate"])]
