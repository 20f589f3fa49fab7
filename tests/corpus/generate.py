"""Builds the whole corpus from one seed and, if asked, writes it as .eml files with their expectations beside them.

python -m tests.corpus.generate FOLDER
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path

from . import plots, traps_fresh, traps_mails, traps_materials, traps_units
from .building import Corpus, Mail

SEED = 20221228


@cache
def corpus(seed: int = SEED) -> tuple[Mail, ...]:
    """Every mail in order of arrival. The plots come first, so that a unit's traps meet a known clerk."""
    c = Corpus(seed)
    plots.play(c)
    days = traps_materials.Days()
    for materials in traps_materials.ALL:
        materials(c, days)
    for trap in (*traps_units.ALL, *traps_mails.ALL, *traps_fresh.ALL):
        trap(c)
    return tuple(c.finished())


def write(folder: Path) -> int:
    """One pair of files per mail, numbered by arrival; returns how many mails."""
    folder.mkdir(parents=True, exist_ok=True)
    for mail in corpus():
        (folder / f"{mail.number:04d}.eml").write_bytes(mail.raw)
        (folder / f"{mail.number:04d}.json").write_text(json.dumps(mail.expectation(), ensure_ascii=False, indent=1), "utf-8")
    return len(corpus())


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[1]))} 封")
