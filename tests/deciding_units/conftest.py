"""The real roster; the mails are written by `writing.py` beside this file."""

from __future__ import annotations

import pytest

from mailbot.rulebook import Rulebook
from tests.deciding_units.writing import roster


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return roster()
