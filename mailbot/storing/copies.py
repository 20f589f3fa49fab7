"""A ledger to look at where its own disk lets nobody write: SQLite needs a file beside it even for reading, so a copy elsewhere is read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL

from mailbot.errors import TryLater
from mailbot.storing.database import Database, ledger_file
from mailbot.storing.engine import build_engine
from mailbot.storing.failures import is_full
from mailbot.storing.files import disk_errors
from mailbot.storing.journal import Journal


@contextmanager
def copied_ledger(url: str, journal: Path, refused: TryLater) -> Iterator[Database]:
    """A copy of the SQLite ledger at `url`, which could not be opened because of `refused`; whoever writes to it gets that again.

    Raises `refused` where the disk is not what hinders, and where there is no ledger to be copied.
    """
    file = ledger_file(url)
    if file is None or not file.is_file() or not file.stat().st_size or not _hinders(file):
        raise refused
    with TemporaryDirectory(prefix="mailbot-") as folder:
        copy = Path(folder) / file.name
        with disk_errors(Path(folder)):
            # What was committed last may stand in the -wal alone. Nobody writes to either: the disk does not let them.
            for ending in ("", "-wal"):
                if (source := file.with_name(file.name + ending)).exists():
                    shutil.copyfile(source, copy.with_name(copy.name + ending))
        address = URL.create("sqlite", database=str(copy)).render_as_string()
        database = Database(address, build_engine(address), None)
        try:
            database.bring_up_to_date()
            database.refused, database.journal = refused, Journal(journal)
            yield database
        finally:
            database.close()


def _hinders(file: Path) -> bool:
    """Whether the disk, read-only or full, or the rights on it keep us from writing to the ledger."""
    return is_full(file) or not all(os.access(place, os.W_OK) for place in (file, file.parent))
