"""The child of `witnessing`: settles one mail as mailbot does, within limits, and undoes it; that it is still there is its answer."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from mailbot import settling
from mailbot.app import App, open_beside, read_config
from mailbot.parsing.serving import bound_cpu, give_up_rights, say


def main(arguments: list[str]) -> None:
    """Serves until stdin ends. Arguments: config.yaml, storage folder, database, memory bytes, seconds of computing."""
    path, storage, database, memory, seconds = arguments
    answers = give_up_rights(int(memory))
    config = read_config(Path(path), need_password=False)
    app = open_beside(replace(config, storage=Path(storage), database=database))
    for line in sys.stdin.buffer:
        say(answers, {"begun": True})
        bound_cpu(float(seconds))
        _try(app, json.loads(line)["mail"])
        say(answers, {"end": True})


def _try(app: App, number: int) -> None:
    try:
        settling.rehearse(app, number)
    except MemoryError:
        raise  # that is a limit, and mailbot itself has none
    except Exception:  # noqa: S110  # what only raises kills nobody: mailbot meets it too, and counts it
        pass


if __name__ == "__main__":
    main(sys.argv[1:])
