"""The inbox: lists folders and mails, fetches bodies in flat memory, waits for news; it never changes anything on the server."""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import BinaryIO

from mailbot import config as settings
from mailbot.errors import TryLater
from mailbot.mailing import folders as rooms
from mailbot.mailing.batches import ASKED_AT_ONCE, CHINA, all_uids, arrival, by_folder, groups, sent_ids
from mailbot.mailing.connection import Connection, Refused
from mailbot.mailing.seen import Arrival, Opened, Quota, Seen
from mailbot.mailing.survey import Survey, survey
from mailbot.mailing.wire import TooLongError

__all__ = ["Arrival", "Body", "Inbox", "Seen", "Survey"]

logger = logging.getLogger(__name__)

IDLE_SECONDS = 28 * 60.0  # RFC 2177: issue IDLE anew at least every 29 minutes
STALE_SECONDS = 60.0  # a line unused for longer is tried with NOOP first


@dataclass(frozen=True, slots=True)
class _Got:
    written: int
    declared: int | None
    cut: bool = False

    @property
    def as_declared(self) -> bool:
        return self.cut or self.declared is None or self.written == self.declared


@dataclass(frozen=True, slots=True)
class Body:
    """One mail that is about to be written down; small ones are already here, big ones are still on the server."""

    arrival: Arrival
    _inbox: Inbox = field(repr=False)
    _text: bytes = field(default=b"", repr=False)

    def write_to(self, sink: BinaryIO) -> int | None:
        """Write the raw mail into `sink`; results and errors as `Inbox.fetch`."""
        if self._text and len(self._text) == self.arrival.size:
            sink.write(self._text)
            return len(self._text)
        return self._inbox.fetch(self.arrival.seen, sink)


class Inbox:
    """One connection to the account, opened on first use and again after it broke; every error is TryLater.

    `stop` is asked at least once a second while waiting and once per MiB while fetching.
    """

    def __init__(self, config: settings.Inbox, stop: Callable[[], bool] = lambda: False) -> None:
        self._config = config
        self._stop = stop
        self._line: Connection | None = None
        self._opened: Opened | None = None
        self._used = 0.0
        self._sizes_are_wrong = False

    def __enter__(self) -> Inbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Log out; the next use connects again."""
        if self._line:
            self._line.close()
        self._line = self._opened = None

    @property
    def alive(self) -> bool:
        """Whether a connection stands: after a TryLater of `fetch`, True means that only this one mail could not be had."""
        return self._line is not None

    def folders(self) -> tuple[str, ...]:
        """Name the folders to read: INBOX and the junk-like ones, or those of config.yaml; what config.yaml skips is left out."""
        with self._connected() as line:
            listed = line.folders()
        for name in rooms.absent(listed, self._config.folders):
            logger.warning("配置的收信文件夹“%s”在邮箱里找不到，请检查 config.yaml", name)
        return rooms.chosen(listed, self._config.folders, self._config.skip_folders)

    def places(self, folder: str) -> frozenset[Seen]:
        """Name every mail that lies in `folder` now, by UID alone: read or unread, old or new.

        Errors: TryLater, also where the server counts mails but lists none of them (no silence where mail may be).
        """
        with self._connected() as line:
            self._opened = None  # always anew: EXISTS is the news
            opened = self._open(line, folder)
            uids = all_uids(line, opened.exists)
        if opened.exists and not uids:
            raise TryLater(f"收信服务器说“{folder}”里有 {opened.exists} 封邮件，却一封也没有列出，稍后自动重试")
        return frozenset(Seen(folder, opened.uidvalidity, uid) for uid in uids)

    def arrivals(self, seen: Sequence[Seen]) -> tuple[Arrival, ...]:
        """Ask size and arrival time of many mails, in their order; those that are gone are left out."""
        known: dict[Seen, Arrival] = {}
        for folder, of_folder in by_folder(seen).items():
            for start in range(0, len(of_folder), ASKED_AT_ONCE):
                known |= self._ask(folder, of_folder[start : start + ASKED_AT_ONCE])
        return tuple(known[one] for one in seen if one in known)

    def bodies(self, arrivals: Sequence[Arrival]) -> Iterator[Body]:
        """Go through many mails in their order, small ones fetched several in one command; write each down before the next."""
        for group in groups(arrivals):
            texts = self._together([one.seen for one in group]) if len(group) > 1 else {}
            for one in group:
                yield Body(one, self, texts.get(one.seen, b""))

    def fetch(self, seen: Seen, sink: BinaryIO) -> int | None:
        """Write one raw mail into `sink`, a seekable file, from its position on; memory stays flat whatever the mail's size.

        Gives the number of bytes written: at most `max_mail_bytes`, the rest of a longer mail is cut off. None means that the server
        no longer lists the mail (moved, recalled). A size other than announced is tried once more, then what came is kept.
        Errors: TryLater (see `alive`), and the OSError of a sink that cannot be written.
        """
        got = self._download(seen, sink)
        if got and not got.as_declared and not self._sizes_are_wrong:
            got = self._once_more(seen, sink, got)
        if got and not got.as_declared:
            logger.warning("%s UID %d：服务器说 %s 字节，收到 %d 字节，已按收到的保存", seen.folder, seen.uid, got.declared, got.written)
        return got.written if got else None

    def wait(self, seconds: float) -> None:
        """Wait for the next look: in IDLE where the server has it, else asleep; back early on news or on stop. Raises nothing."""
        end = time.monotonic() + seconds
        try:
            while self._line and (left := end - time.monotonic()) > 0 and not self._stop():
                with self._connected() as line:
                    if "IDLE" not in line.capabilities:
                        break
                    self._open(line, "INBOX")
                    if line.idle(min(left, IDLE_SECONDS), self._stop):
                        return
        except TryLater as trouble:
            logger.info("%s", trouble)  # the next look connects again and says so if it cannot
        while (left := end - time.monotonic()) > 0 and not self._stop():
            time.sleep(min(left, 0.5))

    def sent(self, message_ids: Collection[str], since: datetime) -> frozenset[str]:
        """Which of these Message-IDs lie in the account's own sent mail, as far as it is kept; looked at from the day before `since` on."""
        with self._connected() as line:
            folder = rooms.sent(line.folders())
            if folder is None:
                return frozenset()
            self._opened = None  # always anew: the letter that is looked for has just come
            self._open(line, folder)
            return frozenset(message_ids) & sent_ids(line, since)

    def survey(self) -> Survey:
        """Look at the account for `check --online`: nothing is fetched but one small piece of one mail."""
        with self._connected() as line:
            return survey(line, self._config, datetime.now(CHINA))

    def quota(self) -> Quota | None:
        """How full the mailbox is, None where the server does not say. Errors: TryLater."""
        with self._connected() as line:
            return line.quota()

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Connection]:
        """Lend the line; whatever goes wrong with it other than a NO leaves it in an unknown state, so it is dropped."""
        line = self._line = self._sound_line() or Connection(self._config.server, self._stop)
        try:
            yield line
        except Refused:
            raise
        except BaseException:
            self._drop()
            raise
        finally:
            self._used = time.monotonic()

    def _sound_line(self) -> Connection | None:
        """The line we have, if it still carries: servers close idle ones without a word."""
        if self._line and time.monotonic() - self._used > STALE_SECONDS:
            try:
                self._line.noop()
            except TryLater:
                self._drop()
        return self._line

    def _drop(self) -> None:
        if self._line:
            self._line.drop()
        self._line = self._opened = None

    def _open(self, line: Connection, folder: str) -> Opened:
        if self._opened is None or self._opened.name != folder:
            self._opened = None  # a refused EXAMINE leaves no folder open (RFC 3501 section 6.3.2)
            self._opened = line.examine(folder)
        return self._opened

    def _ask(self, folder: str, seen: Sequence[Seen]) -> dict[Seen, Arrival]:
        with self._connected() as line:
            opened = self._open(line, folder)
        by_uid = {one.uid: one for one in seen if one.uidvalidity == opened.uidvalidity}
        try:
            with self._connected() as line:
                answer = line.fetch(list(by_uid), ["RFC822.SIZE", "INTERNALDATE"]) if by_uid else {}
        except Refused:
            # RFC 2180 section 4.1.3: a server may answer NO to the whole command because one mail in it was expunged.
            middle = len(seen) // 2
            return self._ask(folder, seen[:middle]) | self._ask(folder, seen[middle:]) if middle else {}
        return {by_uid[uid]: arrival(by_uid[uid], facts) for uid, facts in answer.items() if uid in by_uid}

    def _together(self, seen: Sequence[Seen]) -> dict[Seen, bytes]:
        """Fetch small bodies in one command; what is not in the answer for whatever reason is fetched alone afterwards."""
        with contextlib.suppress(TryLater, TooLongError), self._connected() as line:
            opened = self._open(line, seen[0].folder)
            by_uid = {one.uid: one for one in seen if one.uidvalidity == opened.uidvalidity}
            answer = line.fetch(list(by_uid), ["BODY.PEEK[]"])
            return {by_uid[uid]: text for uid, facts in answer.items() if isinstance(text := facts.get(b"BODY[]"), bytes)}
        return {}

    def _download(self, seen: Seen, sink: BinaryIO) -> _Got | None:
        base, limit, end, declared = sink.tell(), self._config.max_mail_bytes, 0, None
        try:
            while end < limit and (declared is None or end < declared):
                with self._connected() as line:
                    if self._open(line, seen.folder).uidvalidity != seen.uidvalidity:
                        return None
                    piece = line.body(seen.uid, sink, base, end, limit)
                if piece is None or piece.origin + piece.length <= end:
                    declared = piece.size if piece else declared
                    break
                end, declared = piece.origin + piece.length, piece.size if piece.size is not None else piece.origin + piece.length
        except TooLongError:
            end = limit
        sink.seek(base + end)
        sink.truncate()
        if end == 0 and not self._is_empty(seen, declared):
            return None
        if end >= limit:
            logger.warning("%s UID %d：邮件超过 %d 字节的上限，只保存了前面的部分", seen.folder, seen.uid, limit)
        return _Got(end, declared, cut=end >= limit)

    def _is_empty(self, seen: Seen, declared: int | None) -> bool:
        """Nothing came: True for a mail of 0 bytes, False for one that is gone, TryLater for one that is still there.

        Dovecot answers `BODY[] NIL` for a mail that another session expunged, others answer OK and nothing, or `{0}`.
        """
        with self._connected() as line:
            line.noop()
            there = seen.uid in line.search("UID", str(seen.uid))
        if there and declared != 0:
            raise TryLater(f"收信服务器这次没有给出邮件（{seen.folder} UID {seen.uid}），稍后自动重试")
        return there

    def _once_more(self, seen: Seen, sink: BinaryIO, first: _Got) -> _Got:
        """Fetch again beside what we have: the mail may vanish meanwhile, and what is in hand is never given up for nothing."""
        base = sink.tell() - first.written
        with tempfile.TemporaryFile() as spare:
            second = self._download(seen, spare)
            if second is None or second.written == first.written:
                self._sizes_are_wrong = second is not None  # this server counts differently: do not fetch every mail twice
                return first
            if not second.as_declared and second.written < first.written:
                return first
            spare.seek(0)
            sink.seek(base)
            sink.truncate()
            shutil.copyfileobj(spare, sink)
        return second
