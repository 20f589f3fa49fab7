"""`python -m tests.fuzz TARGET --seconds 300`: a coverage-guided fuzzer (atheris) over one target, beginning at its seeds.

What it finds is written into the current folder as crash-… or timeout-…; once mended it becomes a seed, which every run of the tests plays.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mailbot.parsing", "mailbot.storing.naming", "zipfile", "tarfile", "gzip", "tnefparse"]):
    from tests.fuzz import targets


def main() -> None:
    """Fuzz for some seconds; libFuzzer ends the process with its own code, 0 when nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=targets.TARGETS)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0, help="0 = another one each time")
    parser.add_argument("--corpus", type=Path, help="a folder in which what widens the coverage is kept; a temporary one if not given")
    wanted = parser.parse_args()
    targets.without_programs()
    corpus = wanted.corpus or Path(tempfile.mkdtemp(prefix="fuzz-corpus-"))
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in (targets.SEEDS / wanted.target).iterdir():
        shutil.copy(seed, corpus)
    # No seed is over 64 KiB; a mail that takes longer than five seconds is a find.
    options = [f"-max_total_time={wanted.seconds}", f"-seed={wanted.seed}", "-timeout=5", "-max_len=65536", "-rss_limit_mb=2048"]
    words = targets.SEEDS.parent / "words.txt"
    atheris.Setup([sys.argv[0], *options, f"-dict={words}", "-print_final_stats=1", str(corpus)], targets.TARGETS[wanted.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
