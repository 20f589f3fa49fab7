"""Judgement on the corpus never falls below the committed floor (floor.json; a figure that is not named there is not held)."""

import json
from pathlib import Path

import pytest

from .figures import Figures
from .measure import PARTS, measure

FLOOR = json.loads(Path(__file__).with_name("floor.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def figures() -> dict[str, Figures]:
    return measure()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", PARTS)
def test_no_figure_falls_below_its_floor(figures: dict[str, Figures], part: str) -> None:
    table = figures[part].table()
    fallen = {name: (table[name], floor) for name, floor in FLOOR[part].items() if table[name] < floor - 1e-9}
    assert fallen == {}, "\n".join(figures[part].lines())
