"""rules/ is read once and remembered: nothing that a person changes in it goes unseen, and a slip is always told from the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.errors import ConfigError
from mailbot.loading.remembered import remembered_rules
from mailbot.loading.rules import load_rules
from mailbot.loading.shipped import shipped_rules
from tests.loading.conftest import Collection


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return tmp_path / "rules.json"


def test_what_is_remembered_is_what_was_read(notebook: Path) -> None:
    read = load_rules(shipped_rules())
    assert remembered_rules(shipped_rules(), notebook) == read
    assert notebook.stat().st_mode & 0o077 == 0
    again = remembered_rules(shipped_rules(), notebook)
    assert again == read
    assert repr(again) == repr(read)


def test_the_files_are_not_looked_through_again(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered_rules(shipped_rules(), notebook)
    monkeypatch.setattr("mailbot.loading.rules.load_rules", lambda folder: pytest.fail(f"{folder} was read again"))
    remembered_rules(shipped_rules(), notebook)


def test_a_change_in_any_file_is_seen(collection: Collection, notebook: Path) -> None:
    rules = collection.folder / "rules"
    before = remembered_rules(rules, notebook)
    assert remembered_rules(rules, notebook) == before
    letter = rules / "letters" / "confirm.txt"
    letter.write_text(letter.read_text("utf-8") + "祝好！\n", "utf-8")
    changed = remembered_rules(rules, notebook)
    assert changed.letters["confirm"].text.endswith("祝好！\n")
    assert changed == load_rules(rules)


def test_a_slip_is_told_with_its_line_although_the_last_reading_was_good(collection: Collection, notebook: Path) -> None:
    rules = collection.folder / "rules"
    remembered_rules(rules, notebook)
    collection.change("campaign.yaml", "截止日期", "截止日其")
    with pytest.raises(ConfigError) as remembered:
        remembered_rules(rules, notebook)
    with pytest.raises(ConfigError) as read:
        load_rules(rules)
    assert remembered.value.slips == read.value.slips


@pytest.mark.parametrize("content", ["", "{", "[]", '{"of": "x"}', '{"of": null, "rules": {}}'])
def test_a_damaged_notebook_is_written_anew(notebook: Path, content: str) -> None:
    notebook.write_text(content)
    assert remembered_rules(shipped_rules(), notebook) == load_rules(shipped_rules())
    assert len(notebook.read_bytes()) > 1000


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    assert remembered_rules(shipped_rules(), tmp_path / "missing" / "rules.json") == load_rules(shipped_rules())
