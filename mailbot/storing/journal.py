"""storage/events.jsonl: every event once more as a line of JSON, so that a lost database costs minutes and not the history."""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from mailbot.storing.columns import write_json
from mailbot.storing.files import disk_errors, sync_folder
from mailbot.storing.rows import EventRow

log = logging.getLogger(__name__)

_TAIL = 64 * 1024


class Journal:
    """The file of events. It follows the ledger, which alone is the truth: a line is written after the commit of its row."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last_id(self) -> int:
        """The id in the last whole line that is an event, 0 if there is none."""
        if not self.path.exists():
            return 0
        with self.path.open("rb") as file:
            return _last_id(file)

    def follow(self, noted: Sequence[EventRow], later_than: Callable[[int], Sequence[EventRow]]) -> None:
        """Bring what has been committed to disk: `noted` if they come next, else all that `later_than` finds behind the last line.

        So a tail that a crash or a full disk has cost is made up by whoever comes next. A disk that refuses does not undo what is
        committed, so it is only logged. A journal that is ahead of the ledger stays as it is (`identity.check_identity`).
        """
        try:
            with self._locked() as file:
                last = _last_id(file)
                events = noted if _come_next(noted, last) else later_than(last)
                file.write("".join(write_json(_as_line(event)) + "\n" for event in events).encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            log.warning("事件记录 %s 暂时写不进去（%s）；数据库里有完整记录，稍后自动补写。", self.path, error.strerror)

    def rewrite(self, events: Iterable[EventRow]) -> None:
        """Put a new file in the old one's place, whole or not at all."""
        with disk_errors(self.path), self._locked():
            fresh = self.path.with_name(f".part-{self.path.name}")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
                file.writelines((write_json(_as_line(event)) + "\n").encode() for event in events)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
            sync_folder(self.path.parent)

    def copy_until(self, last: int, target: Path) -> None:
        """Write the lines up to the event `last` to a new file: the journal as it belongs to a ledger of that moment."""
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as copy:
            if self.path.exists():
                with self.path.open("rb") as file:
                    copy.writelines(line for line in file if (event := _event_in(line)) and event["id"] <= last)
            copy.flush()
            os.fsync(copy.fileno())

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        """The file at its end, for this program alone, without the line that a power cut left unfinished."""
        with self._opened() as file:
            start, tail = _tail(file)
            file.truncate(start + tail.rfind(b"\n") + 1)
            file.seek(0, os.SEEK_END)
            yield file

    def _opened(self) -> BinaryIO:
        """The file, locked; opened again when another program has put a new one in its place meanwhile."""
        while True:
            file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")
            fcntl.flock(file, fcntl.LOCK_EX)
            if self.path.exists() and os.path.samestat(os.fstat(file.fileno()), self.path.stat()):
                return file
            file.close()


def line_ids(path: Path) -> Iterator[int | None]:
    """The id of the event in each line, None for a line that is none; not of the end that a power cut left without its line break."""
    if path.exists():
        with disk_errors(path), path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    event = _event_in(line)
                    yield int(event["id"]) if event else None


def read_journal(path: Path) -> Iterator[EventRow]:
    """The events of a journal in order, for a rebuild; lines that are no events are passed over."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            fields = _event_in(line)
            if fields is not None:
                yield EventRow(
                    id=fields["id"],
                    at=datetime.fromisoformat(fields["at"]),
                    actor=fields["actor"],
                    what=fields["what"],
                    mail_number=fields.get("mail"),
                    unit_id=fields.get("unit"),
                    letter_number=fields.get("letter"),
                    detail=fields.get("detail") or {},
                )


def _come_next(noted: Sequence[EventRow], last: int) -> bool:
    """Whether `noted` follow the last line without a gap: another program may have committed between two of them."""
    return bool(noted) and noted[0].id == last + 1 and noted[-1].id - last == len(noted)


def _as_line(event: EventRow) -> dict[str, object]:
    return {
        "id": event.id,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "what": event.what,
        "mail": event.mail_number,
        "unit": event.unit_id,
        "letter": event.letter_number,
        "detail": event.detail,
    }


def _tail(file: BinaryIO) -> tuple[int, bytes]:
    """Where the end of the file that holds at least one whole line begins, and its bytes; the whole file if it has no such line."""
    size = file.seek(0, os.SEEK_END)
    reach = _TAIL
    while True:
        start = max(0, size - reach)
        file.seek(start)
        tail = file.read()
        if start == 0 or tail.count(b"\n") >= 2:
            return start, tail
        reach *= 8


def _last_id(file: BinaryIO) -> int:
    place = file.tell()
    _, tail = _tail(file)
    file.seek(place)
    events = (_event_in(line) for line in reversed(tail.splitlines(keepends=True)))
    return next((int(event["id"]) for event in events if event), 0)


def _event_in(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        fields = json.loads(line)
    except ValueError:
        return None
    whole = isinstance(fields, dict) and {"id", "at", "actor", "what"} <= fields.keys() and isinstance(fields["id"], int)
    return fields if whole else None
