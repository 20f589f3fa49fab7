"""Every seed of the fuzzer, and a second of fuzzing each target; `make fuzz` takes as long as it is given."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzz.targets import SEEDS, TARGETS

SEED_FILES = sorted(SEEDS.rglob("*"))


@pytest.mark.parametrize("seed", [file for file in SEED_FILES if file.is_file()], ids=lambda file: f"{file.parent.name}-{file.name}")
def test_a_seed_is_taken_as_it_should(seed: Path) -> None:
    TARGETS[seed.parent.name](seed.read_bytes())


@pytest.mark.skipif(find_spec("atheris") is None, reason="no wheel of atheris for this machine")
@pytest.mark.parametrize("target", TARGETS)
def test_a_second_of_fuzzing_finds_nothing(tmp_path: Path, target: str) -> None:
    words = [sys.executable, "-m", "tests.fuzz", target, "--seconds", "1", "--seed", "20221210"]
    root = Path(__file__).parents[2]
    done = subprocess.run(words, cwd=tmp_path, env={"PYTHONPATH": str(root)}, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "cov:" in done.stderr
