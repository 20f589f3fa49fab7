"""A small collection, freshly written as `mailbot init` writes it, that each test may spoil in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from mailbot.errors import ConfigError, Slip
from mailbot.loading.configfile import load_config
from mailbot.loading.rules import load_rules
from mailbot.loading.scaffold import write_collection
from mailbot.rulebook import Rulebook


@dataclass(frozen=True)
class Collection:
    """A folder with config.yaml and rules/."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name if name == "config.yaml" else self.folder / "rules" / name

    def change(self, name: str, old: str, new: str) -> None:
        """Put `new` where `old` stands first."""
        text = self.path(name).read_text(encoding="utf-8")
        assert old in text, f"{name} holds no {old!r}"
        self.path(name).write_text(text.replace(old, new, 1), encoding="utf-8")

    def line_of(self, name: str, sign: str) -> int:
        """The first line that holds `sign` and is no comment, from 1."""
        lines = self.path(name).read_text(encoding="utf-8").split("\n")
        return next(number for number, line in enumerate(lines, 1) if sign in line and not line.startswith("#"))

    def rules(self) -> Rulebook:
        return load_rules(self.folder / "rules")

    def slips(self, name: str) -> tuple[Slip, ...]:
        """What is wrong in one file; the test fails if nothing is wrong at all."""
        with pytest.raises(ConfigError) as caught:
            if name == "config.yaml":
                load_config(self.folder / name, {"MAILBOT_PASSWORD": "secret"})
            else:
                self.rules()
        return tuple(slip for slip in caught.value.slips if slip.file.endswith(name))


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    write_collection(tmp_path)
    return Collection(tmp_path)
