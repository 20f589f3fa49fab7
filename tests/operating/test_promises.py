"""docs/promises.md names its proofs: every one of them is a test that exists, and no row of the matrix is without."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
PAGE = (TESTS.parent / "docs" / "promises.md").read_text(encoding="utf-8")
NAMED = re.findall(r"([a-z_/0-9]+\.py)::(test_\w+)", PAGE)


def test_every_test_that_a_promise_names_exists() -> None:
    assert len(NAMED) > 80
    absent = [f"{file}::{name}" for file, name in NAMED if not _has(TESTS / file, name)]
    assert absent == []


def test_every_row_of_the_fault_matrix_and_every_invariant_names_a_test() -> None:
    matrix, invariants = PAGE.partition("## The fault matrix")[2].split("## The invariants")
    for text, last in ((matrix, 37), (invariants, 10)):
        rows = dict(re.findall(r"^\| (\d+) \|(.+)$", text, re.MULTILINE))
        assert list(rows) == [str(number) for number in range(1, last + 1)]
        assert [number for number, row in rows.items() if "::test_" not in row] == []


def test_every_trap_that_others_fell_into_names_a_test() -> None:
    rows = dict(re.findall(r"^\| T(\d+) \|(.+)$", PAGE.partition("## The traps")[2], re.MULTILINE))
    assert list(rows) == [str(number) for number in range(1, 33)]
    assert [number for number, row in rows.items() if "::test_" not in row] == []


def test_every_promise_names_a_test() -> None:
    promises = PAGE.partition("## What it cannot promise")[0]
    rows = [row for row in re.findall(r"^\| (.+) \|$", promises, re.MULTILINE) if not row.startswith(("promise", "-"))]
    assert len(rows) > 12
    assert [row for row in rows if "::test_" not in row] == []


def _has(file: Path, name: str) -> bool:
    return file.is_file() and re.search(rf"^def {name}\(", file.read_text(encoding="utf-8"), re.MULTILINE) is not None
