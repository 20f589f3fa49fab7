"""What mailbot is made of: pinned with hashes, licences listed, vulnerabilities asked for, no host named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tools import audit, licences

HOME = Path(__file__).parent.parent.parent
LOCKS = [HOME / "requirements" / "run.txt", HOME / "requirements" / "dev.txt"]


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HOME)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_with_its_hashes(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"^(?=\S+==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 50
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "--require-hashes" in (HOME / "Makefile").read_text(encoding="utf-8")


def test_the_list_of_licences_is_that_of_the_pinned_packages() -> None:
    listed = dict(re.findall(r"^\| (\S+) \| (\S+) \|", licences.DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
    listed.pop("package")
    assert listed == licences.pinned(licences.RUN) | licences.pinned(licences.DEV), "run `make licences`"


def test_every_licence_is_known_and_none_binds_what_mailbot_is_used_for() -> None:
    rows = re.findall(r"^\| \S+ \| \S+ \| (.+) \|$", licences.DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert "?" not in rows
    assert not [row for row in rows if re.search(r"(?<!L)GPL|AGPL|SSPL|proprietary", row)]


def test_a_known_vulnerability_fails_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    bad: list[dict[str, Any]] = [
        {"name": "pillow", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["2.0"]}]},
        {"name": "lxml", "version": "6", "vulns": []},
    ]
    assert audit.judge(LOCKS[0], bad) == 1
    assert "pillow 1.0: CVE-1" in capsys.readouterr().out


def test_packages_that_nobody_could_be_asked_about_are_not_called_safe(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.judge(LOCKS[0], [{"name": "lxml", "skip_reason": "not found"}]) == 0
    assert "NOT AUDITED" in capsys.readouterr().err


def test_no_file_names_a_package_host() -> None:
    named = re.compile(r"index-url|extra-index|pypi\.org|files\.pythonhosted|/simple/")
    for path in [*LOCKS, HOME / "pyproject.toml", HOME / "Makefile", *(HOME / "deploy").rglob("*"), HOME / ".ci" / "run"]:
        if path.is_file():
            assert not named.search(path.read_text(encoding="utf-8")), path
