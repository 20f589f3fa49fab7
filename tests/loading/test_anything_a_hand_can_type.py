"""Whatever is typed into the files, loading ends with rules or with sentences for a clerk, never with a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.errors import ConfigError
from mailbot.loading.configfile import load_config
from mailbot.loading.rules import load_rules
from mailbot.loading.scaffold import write_collection

SIGNS = st.sampled_from([*"：，、:,-#'\"“”[]{}&*!|>%@`\t\u3000 \n\r\\?=~0是否一a", "{{", "%}", "---", ": ", "- ", "\ufeff", "\x00"])
FILES = ["config.yaml", "rules/campaign.yaml", "rules/materials.yaml", "rules/units.yaml", "rules/letters/missing.txt"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(FILES), place=st.floats(0, 1), cut=st.integers(0, 30), typed=st.lists(SIGNS, max_size=6).map("".join))
def test_a_spoilt_file_is_read_or_explained(
    tmp_path_factory: pytest.TempPathFactory, name: str, place: float, cut: int, typed: str
) -> None:
    folder = tmp_path_factory.mktemp("spoilt")
    write_collection(folder)
    (folder / "rules" / "words.yaml").write_text("公共邮箱: [qq.com]\n", encoding="utf-8")  # the real lists cost a third of a second
    lines = _spoil(folder / name, place, cut, typed)
    try:
        load_config(folder / "config.yaml", {}, need_password=False)
        load_rules(folder / "rules")
    except ConfigError as error:
        assert error.slips
        for slip in error.slips:
            assert 0 <= slip.line <= lines + 1, str(slip)
            assert re.search("[\u4e00-\u9fff]", slip.wrong) and slip.hint, str(slip)


def _spoil(path: Path, place: float, cut: int, typed: str) -> int:
    text = path.read_text(encoding="utf-8")
    at = int(place * len(text))
    spoilt = text[:at] + typed + text[at + cut :]
    path.write_text(spoilt, encoding="utf-8", newline="")
    return len(spoilt.splitlines())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=60))
def test_bytes_that_are_no_text_are_explained(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    (folder / "config.yaml").write_bytes(raw)
    try:
        load_config(folder / "config.yaml", {}, need_password=False)
    except ConfigError as error:
        assert error.slips
