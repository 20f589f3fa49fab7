"""Raw mails that other projects test their parsers with, as far as they lie on this machine: read without an exception, within seconds."""

from __future__ import annotations

import sysconfig
import time
from pathlib import Path

import pytest

from mailbot.config import Limits
from mailbot.parsing.gather import gather
from tests.parsing_message.conftest import InProcess
from tests.parsing_message.test_torture import check

PLACES = [
    *(Path(folder) / "test" for folder in {sysconfig.get_path("stdlib"), "/usr/lib/python3/dist-packages", "/usr/lib/python3.11"}),
    Path(sysconfig.get_path("purelib")),
]


def found() -> list[Path]:
    """Every .eml, and the msg_NN.txt of the standard library's own tests."""
    return sorted({path for place in PLACES if place.is_dir() for glob in ("**/*.eml", "**/data/msg_*.txt") for path in place.glob(glob)})


@pytest.mark.parametrize("file", found(), ids=lambda path: path.name)
def test_a_mail_of_another_projects_tests_is_read_within_five_seconds(tmp_path: Path, file: Path) -> None:
    started = time.process_time()
    facts = gather(file, tmp_path, InProcess(), Limits())  # type: ignore[arg-type]
    assert time.process_time() - started < 5
    assert facts.size == file.stat().st_size
    check(facts)
