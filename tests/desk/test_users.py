"""Who may sit at the desk: passwords, sessions that end, a brake on guessing, and the commands for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mailbot import cli
from mailbot.desk import users
from mailbot.desk.users import NotLoggedIn, Role, Visit
from mailbot.errors import ConfigError
from mailbot.loading.scaffold import write_collection
from tests.desk.conftest import Office


@pytest.fixture
def office(bare_office: Office) -> Office:
    """Users need no mail."""
    return bare_office


PASSWORD = "四平 长春 2022"


def entered(office: Office, name: str = "李老师", password: str = PASSWORD, where: str = "10.0.0.1") -> Visit:
    outcome = users.log_in(office.app, name, password, where)
    assert isinstance(outcome, Visit), outcome
    return outcome


def test_only_the_right_password_opens_a_session(office: Office) -> None:
    users.add(office.app, "李老师", PASSWORD, Role.STAFF, "管理员")
    assert isinstance(users.log_in(office.app, "李老师", "x", "10.0.0.1"), NotLoggedIn)
    wrong_name = users.log_in(office.app, "谁", PASSWORD, "10.0.0.1")
    assert isinstance(wrong_name, NotLoggedIn)
    assert wrong_name == users.log_in(office.app, "李老师", "y", "10.0.0.1")
    visit = entered(office)
    assert visit.user.may_act
    found = users.visit(office.app, visit.token)
    assert found is not None
    assert (found.user.name, found.csrf) == ("李老师", visit.csrf)
    assert users.visit(office.app, visit.token + "x") is None


def test_neither_password_nor_token_stands_in_the_ledger(office: Office) -> None:
    users.add(office.app, "李老师", PASSWORD, Role.STAFF, "管理员")
    visit = entered(office)
    with office.app.database.reading() as records:
        person = records.person("李老师")
        assert person is not None
        assert person.password.startswith("$argon2id$")
        assert records.visit(visit.token) is None
    journal = (office.config.storage / "events.jsonl").read_text("utf-8")
    assert "user_added" in journal
    assert "$argon2" not in journal


def test_a_session_ends_and_is_prolonged_by_use(office: Office) -> None:
    users.add(office.app, "李老师", PASSWORD, Role.VIEWER, "管理员")
    visit = entered(office)
    assert not visit.user.may_act
    office.clock.moment += users.lifetime(office.app) / 2
    again = users.visit(office.app, visit.token)
    assert again is not None
    assert again.expires_at > visit.expires_at
    office.clock.moment += users.lifetime(office.app) + timedelta(seconds=1)
    assert users.visit(office.app, visit.token) is None
    visit = entered(office)
    users.log_out(office.app, visit.token)
    assert users.visit(office.app, visit.token) is None


def test_a_new_password_or_removing_closes_every_session(office: Office) -> None:
    users.add(office.app, "李老师", PASSWORD, Role.STAFF, "管理员")
    visit = entered(office)
    users.set_password(office.app, "李老师", PASSWORD + "!", "管理员")
    assert users.visit(office.app, visit.token) is None
    visit = entered(office, password=PASSWORD + "!")
    users.remove(office.app, "李老师", "管理员")
    assert users.visit(office.app, visit.token) is None
    assert isinstance(users.log_in(office.app, "李老师", PASSWORD + "!", "10.0.0.1"), NotLoggedIn)
    assert [user.disabled for user in users.users(office.app)] == [True]


def test_guessing_is_slowed_down_for_the_name_and_for_the_address(office: Office) -> None:
    users.add(office.app, "李老师", PASSWORD, Role.STAFF, "管理员")
    outcomes = [users.log_in(office.app, "李老师", str(number), f"10.0.0.{number}") for number in range(7)]
    waits = [outcome.wait_seconds for outcome in outcomes if isinstance(outcome, NotLoggedIn)]
    assert waits[:5] == [0.0] * 5
    assert all(wait > 0 for wait in waits[5:])
    assert isinstance(users.log_in(office.app, "李老师", PASSWORD, "10.0.0.9"), NotLoggedIn)
    office.clock.moment += timedelta(minutes=16)
    entered(office)
    for number in range(25):
        users.log_in(office.app, f"name{number}", "x", "10.9.9.9")
    refused = users.log_in(office.app, "李老师", PASSWORD, "10.9.9.9")
    assert isinstance(refused, NotLoggedIn)
    assert refused.wait_seconds > 0
    entered(office, where="10.0.0.2")


@pytest.mark.parametrize(("name", "password"), [("李老师", PASSWORD), ("王老师", "short"), ("  ", PASSWORD), ("\x00", PASSWORD)])
def test_a_taken_name_or_a_weak_password_is_refused_in_a_sentence(office: Office, name: str, password: str) -> None:
    users.add(office.app, "李老师", PASSWORD, Role.STAFF, "管理员")
    with pytest.raises(ConfigError):
        users.add(office.app, name, password, Role.STAFF, "管理员")


def test_users_are_kept_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_collection(tmp_path)
    secret = tmp_path / "password.txt"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")

    def said(*words: str, code: int = 0) -> str:
        assert cli.run(["--config", str(tmp_path / "config.yaml"), "user", *words]) == code
        told = capsys.readouterr()
        return told.out + told.err

    said("add", "李老师", "--password-file", str(secret))
    assert "已经有用户" in said("add", "李老师", "--password-file", str(secret), code=3)
    said("add", "王老师", "--viewer", "--password-file", str(secret))
    listed = said("list")
    assert "李老师  工作人员  可登录" in listed
    assert "王老师  只能查看" in listed
    said("remove", "李老师")
    assert "已停用" in said("list")
    said("password", "李老师", "--password-file", str(secret))
    assert "已停用" not in said("list")
    assert "没有用户" in said("remove", "谁", code=3)
    assert PASSWORD not in said("list", "--format", "json")
