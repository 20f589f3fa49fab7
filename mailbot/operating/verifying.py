"""Every raw mail and every filed file against its hash; what is missing or damaged comes back from the raw mail, that from the server."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from mailbot.app import App
from mailbot.errors import TryLater
from mailbot.filing import keys_of
from mailbot.health import note_trouble, trouble_over
from mailbot.mailing.inbox import Seen
from mailbot.parsing.gather import gather
from mailbot.parsing.sandbox import Sandbox
from mailbot.storing.lock import storage_lock
from mailbot.storing.rows import ItemRow

VERIFIED = "last_verify"
"""The setting that holds the moment of the last whole check; without it the daemon makes one in its next round."""

NIGHT = time(3, 0)
CHANGED = "（被改动）"

RAW = "raw/"
_RAW_MAIL = re.compile(r"raw/[0-9a-f]{64}\.eml")

_IN_FLIGHT = 60.0
"""Seconds within which the row follows the bytes of a mail that is being received (`keeping`)."""

Stop = Callable[[], bool]


class Source(Protocol):
    """The inbox as mending needs it (`mailing.inbox.Inbox`)."""

    def fetch(self, seen: Seen, sink: BinaryIO) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that must be there: its key, its hash, the mail it belongs to and, for what was filed, the item's path in that mail."""

    key: str
    sha256: str
    number: int
    path: str | None = None

    @property
    def raw(self) -> bool:
        """Whether it is the mail itself."""
        return self.path is None


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: how many files were looked at, which are missing or damaged, which lie in our folders and belong to nothing.

    `unregistered`: raw mails of which the ledger knows nothing.
    """

    files: int
    damaged: tuple[Wanted, ...]
    strays: tuple[str, ...]
    unregistered: tuple[str, ...] = ()


def verify(app: App, stop: Stop = lambda: False) -> Verified:
    """Read every file once; changes nothing. TryLater when told to stop."""
    kept = app.files.list(RAW)  # before the ledger is asked: what arrives from now on is nobody's fault
    wanted = list(_wanted(app))
    damaged = []
    for one in wanted:
        if stop():
            raise TryLater("核对没有做完，下次继续。")
        if not app.files.matches(one.key, one.sha256):
            damaged.append(one)
    if damaged:
        # The daemon may have settled a mail anew meanwhile; what the ledger still wants, and still lacks, is damaged.
        still = frozenset(_wanted(app))
        damaged = [one for one in damaged if one in still and not app.files.matches(one.key, one.sha256)]
    known = {one.key for one in wanted}
    strays = [key for prefix in ("filed/", "待核实/") for key in app.files.list(prefix) if key not in known]
    strays += [key for key in kept if not _RAW_MAIL.fullmatch(key)]
    return Verified(len(wanted), tuple(damaged), tuple(strays), tuple(_unregistered(app, kept)))


def mend(app: App, damaged: Iterable[Wanted], source: Source | None, stop: Stop = lambda: False) -> tuple[Wanted, ...]:
    """Bring back what can be brought back, the raw mails first; returns what is whole again. To be called by who holds the lock.

    A changed file is no rubbish: it is renamed and stays beside the restored one.
    """
    mended: list[Wanted] = []
    filed: dict[int, list[Wanted]] = defaultdict(list)
    for one in damaged:
        if one.raw and source is not None and _fetch_again(app, one, source):
            mended.append(one)
        elif not one.raw:
            filed[one.number].append(one)
    with Sandbox(app.config.limits, stop) as sandbox:
        for number, lost in filed.items():
            mended += _take_out_again(app, number, lost, sandbox)
    with app.database.transaction() as records:
        for one in mended:
            records.event("restored", "mailbot", app.now(), mail=one.number, sha256=one.sha256)
    return tuple(mended)


def nightly(app: App, source: Source, stop: Stop) -> None:
    """The daemon's own check, once after three in the morning: verify, mend, and tell staff of what could not be mended."""
    with app.database.reading() as records:
        last = records.setting(VERIFIED)
    if last and datetime.fromisoformat(last) >= _last_night(app):
        return
    found = verify(app, stop)
    left = set(found.damaged) - set(mend(app, found.damaged, source, stop)) if found.damaged else set()
    if left:
        raw = sum(1 for one in left if one.raw)
        numbers = "、".join(str(number) for number in sorted({one.number for one in left})[:20])
        sentence = f"{raw} 封原始邮件、{len(left) - raw} 个归档文件损坏或丢失，没能自动恢复（第 {numbers} 号邮件）"
        note_trouble(app, "verify", sentence, "请从备份恢复这些文件，再运行 mailbot doctor --online --repair。")
    elif found.unregistered:
        note_trouble(app, "verify", f"{len(found.unregistered)} 封原始邮件没有登记", "运行 mailbot doctor，可看到是哪些、怎样登记。")
    else:
        trouble_over(app, "verify")
    with app.database.transaction() as records:
        records.set_setting(VERIFIED, app.now().isoformat())


def verify_soon(app: App) -> None:
    """Ask the running daemon for a check in its next round."""
    with app.database.transaction() as records:
        records.forget_setting(VERIFIED)


def _last_night(app: App) -> datetime:
    local = app.now().astimezone(app.rulebook.campaign.timezone)
    tonight = datetime.combine(local.date(), NIGHT, local.tzinfo)
    return tonight if tonight <= local else tonight - timedelta(days=1)


def _unregistered(app: App, kept: Iterable[str]) -> Iterator[str]:
    """The raw mails without a row, without those that the mailbot at work has only just put."""
    with app.database.reading() as records:
        known = {f"{RAW}{mail.sha256}.eml" for mail in records.mails()}
    found = [key for key in kept if _RAW_MAIL.fullmatch(key) and key not in known and app.files.exists(key)]
    if found and _at_work(app):
        found = [key for key in found if app.now().timestamp() - app.files.path(key).stat().st_mtime > _IN_FLIGHT]
    yield from found


def _at_work(app: App) -> bool:
    """Whether a mailbot holds the storage now."""
    try:
        with storage_lock(app.config.storage):
            return False
    except TryLater:
        return True


def _wanted(app: App) -> Iterator[Wanted]:
    with app.database.reading() as records:
        mails, items = records.mails(), records.items_all()
    purged = {mail.number for mail in mails if mail.purged_at is not None}
    yield from (Wanted(f"raw/{mail.sha256}.eml", mail.sha256, mail.number) for mail in mails if mail.number not in purged)
    for item in items:
        if item.mail_number not in purged:
            yield from (Wanted(key, item.sha256, item.mail_number, item.path) for key in _keys(app, item))


def _keys(app: App, item: ItemRow) -> Iterable[str]:
    """Where the item's bytes lie. A unit that was renamed in rules/ keeps its old folder until its mails are settled anew."""
    if not item.sha256:
        return ()  # it has no bytes, whatever an older mailbot wrote down
    keys = keys_of(item, app.rulebook)
    return keys if item.stored_as is None or item.stored_as in keys else (item.stored_as,)


def _fetch_again(app: App, one: Wanted, source: Source) -> bool:
    """A damaged raw mail once more from the server, if the same bytes still lie there."""
    with app.database.reading() as records:
        places = [place for place in records.places(one.number) if place.state == "kept"]
    for place in places:
        with app.files.put_stream("raw") as incoming:
            written = source.fetch(Seen(place.folder, place.uidvalidity, place.uid), cast(BinaryIO, incoming))
            if written and incoming.sha256 == one.sha256:
                incoming.commit(one.key)
                return True
    return False


def _take_out_again(app: App, number: int, lost: list[Wanted], sandbox: Sandbox) -> list[Wanted]:
    with app.database.reading() as records:
        mail = records.mail(number)
    if mail is None or not app.files.matches(f"raw/{mail.sha256}.eml", mail.sha256):
        return []
    work = app.work / "mend"
    shutil.rmtree(work, ignore_errors=True)
    app.work.mkdir(mode=0o700, exist_ok=True)
    work.mkdir(mode=0o700)
    try:
        facts = gather(app.files.path(f"raw/{mail.sha256}.eml"), work, sandbox, app.config.limits)
        found = {item.path: item.file for item in facts.items if item.file is not None}
        return [one for one in lost if _put_back(app, one, found)]
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _put_back(app: App, one: Wanted, found: Mapping[str, Path]) -> bool:
    file = found.get(one.path or "")
    if file is None:
        return False
    if app.files.exists(one.key):
        app.files.name(app.files.path(one.key), _beside(app, one.key))
    app.files.put(one.key, file)
    return app.files.matches(one.key, one.sha256)


def _beside(app: App, key: str) -> str:
    """A free key beside this one for the changed file."""
    path = PurePosixPath(key)
    names = (f"{path.stem}{CHANGED}{'' if count == 1 else count}{path.suffix}" for count in range(1, 1000))
    return next(str(path.with_name(name)) for name in names if not app.files.exists(str(path.with_name(name))))
