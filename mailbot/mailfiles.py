"""Mail that lies on disk already: .eml files, folders of them, Maildir and mbox, each with the moment it counts as arrived."""

from __future__ import annotations

import mailbox
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO

from mailbot.errors import TryLater


@dataclass(frozen=True, slots=True)
class MailFile:
    """One mail on disk: `path` holds it whole, or is the mbox in which it stands under `key`."""

    path: Path
    arrived: datetime
    key: str | None = None

    @property
    def order(self) -> tuple[datetime, str, int]:
        """Arrival, then path, then place in the mbox: the same order in every run."""
        return self.arrived, str(self.path), int(self.key or 0)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Its raw bytes as a stream."""
        if self.key is None:
            with self.path.open("rb") as stream:
                yield stream
            return
        with tempfile.TemporaryFile() as copy:
            box = mailbox.mbox(self.path, create=False)
            try:
                with box.get_file(self.key) as inside:
                    shutil.copyfileobj(inside, copy)
            finally:
                box.close()
            copy.seek(0)
            yield copy


def mail_files(path: Path) -> tuple[MailFile, ...]:
    """Every mail under `path` in order of arrival; TryLater when there is nothing to read there.

    A Maildir is known by its cur/ and new/; in other folders every *.eml and *.mbox counts, at any depth; a single file is an
    mbox when it starts with a From_ line (RFC 4155), else a mail.
    """
    if path.is_file():
        found = list(_in_file(path))
    elif path.is_dir():
        found = list(_in_folder(path))
    else:
        raise TryLater(f"找不到 {path}：请检查路径。")
    return tuple(sorted(found, key=lambda mail: mail.order))


def _in_folder(folder: Path) -> Iterator[MailFile]:
    for entry in sorted(folder.rglob("*")):
        if not entry.is_file():
            continue
        maildir = entry.parent.name in ("cur", "new") and (entry.parent.parent / "cur").is_dir() and (entry.parent.parent / "new").is_dir()
        if maildir or entry.suffix.lower() in (".eml", ".mbox"):
            yield from _in_file(entry)


def _in_file(path: Path) -> Iterator[MailFile]:
    arrived = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    with path.open("rb") as stream:
        if stream.read(5) != b"From ":
            yield MailFile(path, arrived)
            return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield MailFile(path, _from_line_time(box, key) or arrived, key)
    finally:
        box.close()


def _from_line_time(box: mailbox.mbox, key: str) -> datetime | None:
    """The time in the From_ line, which the delivering program wrote; None when it is not readable."""
    words = box.get_message(key).get_from().split(" ", 1)
    if len(words) < 2:
        return None
    for form in ("%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %z %Y", "%a %b %d %H:%M %Y"):
        try:
            moment = datetime.strptime(words[1].strip(), form)  # noqa: DTZ007  # From_ lines are in UTC (RFC 4155)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        moment = parsedate_to_datetime(words[1])
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
