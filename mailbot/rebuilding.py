"""The door for the worst day: a ledger that is lost or damaged is made anew from the raw mails and the journal of events.

What the journal knows comes back as it was: numbers, arrivals, places on the server, staff decisions, waivers, and the letters with
their words and how far each had come. Those that were still to leave are held, so that nothing is repeated and a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from mailbot import pipeline
from mailbot.app import App, open_app
from mailbot.config import Config, Mode
from mailbot.desk import recalling, sheet
from mailbot.errors import ConfigError
from mailbot.model import Disposition, FileKind, LetterState, MailState
from mailbot.storing.asides import put_tables_aside
from mailbot.storing.database import ledger_file
from mailbot.storing.files import Files, disk_errors
from mailbot.storing.journal import read_journal
from mailbot.storing.lock import storage_lock
from mailbot.storing.records import Records
from mailbot.storing.records.letterlog import letters_in
from mailbot.storing.records.outbox import INTERRUPTED
from mailbot.storing.rows import EventRow, JudgedMail, LetterRow, NewFiling, NewItem, NewMail, NewPlace

_LEFT = (LetterState.SENT, LetterState.UNCERTAIN, LetterState.REFUSED)

_OPENS = ("letter_withdrawn", "question_answered", "replayed", "retried", "assigned", "closed")
"""The events after which a mail is settled anew, and answered; so it is when one of them is undone."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it: mails in the new ledger, letters known to have left, where the old ledger was put."""

    mails: int
    letters: int
    old: tuple[str, ...]


def rebuild(config: Config) -> Rebuilt:
    """Set the old ledger aside and make a new one from storage/raw and events.jsonl; ConfigError when there is nothing to do it from."""
    files = Files(config.storage)
    if next(files.each("raw/"), None) is None:
        raise ConfigError(f"{config.storage} 的 raw 文件夹里没有原始邮件，无从重建。请检查 config.yaml 里的 storage。")
    with storage_lock(config.storage):
        events = _history(config)
        old = _set_aside(config)
    # The bare road: nothing leaves while the ledger is being made, and what would have left waits for a person.
    app = open_app(replace(config, answering=replace(config.answering, mode=Mode.HOLD)), fresh=True)
    try:
        with app.locked():
            _recite(app, events)
            mails = _keep(app, files, events)
            _bury(app, events)
            knowing, letters = _recall(app, events)
            pipeline.settle(knowing, lambda: False)
            _as_they_ended(app, letters)
            sheet.write(app)
    finally:
        app.close()
    return Rebuilt(mails, sum(row.state in _LEFT for row in letters), old)


def _history(config: Config) -> tuple[EventRow, ...]:
    """The events of the journal, or of one put aside that holds more: a rebuild that was killed has renamed it and written no other."""
    journals = (config.storage / "events.jsonl", *sorted(config.storage.glob("events.jsonl.old-*")))
    return max((tuple(read_journal(path)) for path in journals), key=len)


def _set_aside(config: Config) -> tuple[str, ...]:
    """Rename database and journal; nothing is deleted."""
    stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    journal, file, schema = config.storage / "events.jsonl", ledger_file(config.database), f"mailbot_old_{stamp.replace('-', '_')}"
    moved = [f"PostgreSQL 模式 {schema}"] if file is None and put_tables_aside(config.database, schema) else []
    with disk_errors(config.storage):
        for path in (*(sorted(file.parent.glob(file.name + "*")) if file else ()), journal):
            if path.exists() and ".old-" not in path.name:
                moved.append(path.rename(path.with_name(f"{path.name}.old-{stamp}")).name)
    return tuple(moved)


def _recite(app: App, events: Sequence[EventRow]) -> None:
    """The history goes on in the new ledger, which may be lost one day as well."""
    with app.database.transaction() as records:
        recalling.recite(records, events)
        if starts := [event.at for event in events if event.what == "created"]:
            records.set_setting("created_at", min(starts).isoformat())  # without go_live in config.yaml, mail since then is answered


def _keep(app: App, files: Files, events: Sequence[EventRow]) -> int:
    """Every raw mail in the order in which it was kept, so that it gets its old number; what the journal does not know comes last."""
    purged = {event.detail["sha256"] for event in events if event.what == "purged"}
    with app.database.transaction() as records:
        for event in events:
            sha256 = event.detail.get("sha256", "")
            if event.what in ("kept", "known") and (sha256 in purged or files.exists(f"raw/{sha256}.eml")):
                _keep_one(records, files, event)
        for key in files.list("raw/"):
            path = files.get(key)
            arrived = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            new = NewMail(sha256=path.stem, received_at=arrived, size=path.stat().st_size, origin="rebuild", answer=False)
            records.keep(new, None, app.now())
        return records.kept_count()


def _keep_one(records: Records, files: Files, event: EventRow) -> None:
    detail = event.detail
    raw = files.path(f"raw/{detail['sha256']}.eml")
    size = raw.stat().st_size if raw.is_file() else 0  # purged: only its number and its hash are left
    place = NewPlace(*detail["place"]) if detail.get("place") else None
    mail = NewMail(
        sha256=detail["sha256"],
        received_at=datetime.fromisoformat(detail["arrived"]),
        size=detail.get("size", size),
        folder=place.folder if place else "",
        origin=detail.get("origin", "imap"),
        answer=detail.get("answer", detail.get("origin") == "imap"),
    )
    records.keep(mail, place, event.at)


def _bury(app: App, events: Sequence[EventRow]) -> None:
    """Mails that were purged count as they did: nothing of them can be judged anew, so their outcome stands in the journal."""
    with app.database.transaction() as records:
        for event in events:
            mail = records.mail_by_sha256(event.detail["sha256"]) if event.what == "purged" else None
            if mail is not None:
                records.settle(
                    mail.number, _outcome(event), [_remains(at, file) for at, file in enumerate(event.detail["files"])], event.at
                )
                records.purge([mail.number], event.at, event.at)


def _outcome(event: EventRow) -> JudgedMail:
    detail = event.detail
    state = MailState(detail["state"])
    return JudgedMail(state=state, unit_id=event.unit_id, units=tuple(detail["units"]), automatic=detail["automatic"])


def _remains(at: int, file: Mapping[str, Any]) -> NewItem:
    return NewItem(
        path=str(at),
        name="",
        sha256=file["sha256"],
        size=file["size"],
        kind=FileKind(file["kind"]),
        disposition=Disposition(file["disposition"]),
        because="",
        unit_id=file["unit"],
        materials=tuple(file["materials"]),
        count=file["count"],
        filings=tuple(NewFiling(unit, material, count) for unit, material, count in file["filed"]),
    )


def _recall(app: App, events: Sequence[EventRow]) -> tuple[App, tuple[LetterRow, ...]]:
    """Staff decisions, waivers, notes and the letters, as the journal tells them; returns with what the mails are settled anew."""
    with app.database.transaction() as records:
        recalling.recall(records, events)
        letters = tuple(_waiting_for_a_person(records, row) for row in letters_in(events))
        answered = {number: tuple(row for row in letters if row.mail_number == number) for number in _answered(events)}
        # A letter shows itself when its mail is settled: an earlier mail was judged without it. Its number is taken from now on.
        hidden = (replace(row, state=LetterState.SUPERSEDED) if row.mail_number in answered else row for row in letters)
        records.put_letters(hidden)
    return replace(app, answered=answered), letters


def _waiting_for_a_person(records: Records, row: LetterRow) -> LetterRow:
    """The letter as it may stand in the new ledger, which must not say anything by itself that the old one may have said."""
    if row.mail_number is not None and records.mail(row.mail_number) is None:
        row = replace(row, mail_number=None)
    match row.state:
        case LetterState.PENDING:
            return replace(row, state=LetterState.HELD)
        case LetterState.CLAIMED:
            return replace(row, state=LetterState.UNCERTAIN, finished_at=row.claimed_at, last_reply=INTERRUPTED)
        case _:
            return row


def _answered(events: Sequence[EventRow]) -> frozenset[int]:
    """The mails of which the journal holds the answers: settled by a mailbot that noted them, and not opened again since."""
    answered: set[int] = set()
    for event in events:
        if event.mail_number is None:
            continue
        if event.what == "settled" and event.detail.get("answered"):
            answered.add(event.mail_number)
        elif event.what in _OPENS or event.detail.get("of") in _OPENS:
            answered.discard(event.mail_number)
    return frozenset(answered)


def _as_they_ended(app: App, letters: Sequence[LetterRow]) -> None:
    """Letters that have left stand as they did: settling the mails anew has found their bounces once more, which a person may know."""
    with app.database.transaction() as records:
        records.put_letters(row for row in letters if row.attempts and row.state is not LetterState.HELD)
