"""The real roster; the mails are written by `writing.py` beside this file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mailbot.rulebook import Rulebook

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    from writing import roster

    return roster()
