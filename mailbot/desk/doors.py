"""The three functions behind every button: preview an act, apply it, undo it.

To preview is to do it in a transaction that is rolled back: so what a person sees beforehand is what will happen. To apply is to try it
out first, put the files it will mention, and then do it in one commit; files that nothing mentions any more are deleted after it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from mailbot import leftovers
from mailbot.answering import Manner
from mailbot.app import App
from mailbot.desk import performing
from mailbot.desk.desk import Desk
from mailbot.desk.doing import Act, Conflict, Done, Preview, ReceiptChange, Refused, Settle, Undo, Upload, WriteTo
from mailbot.desk.mailreader import UnreadableMailError
from mailbot.desk.stroke import Brought, LackingError, NotSoError, Stroke
from mailbot.desk.telling import changes_since, receipt_sentences
from mailbot.errors import TryLater
from mailbot.failpoints import failpoint
from mailbot.filing import keys_of, put_files
from mailbot.model import Facts, Receipt
from mailbot.receipts import unit_receipt
from mailbot.storing.lock import claim
from mailbot.storing.records import About

log = logging.getLogger(__name__)

CLAIM_SECONDS = 8.0
"""How long a person waits while the daemon has the same mail in hand."""

_TRIES = 5


@dataclass(frozen=True, slots=True)
class _Material:
    """What an act works with: the facts of the mails that it settles anew or answers, and what it brings."""

    facts: Mapping[int, Facts]
    brought: Brought | None


class _RolledBackError(Exception):
    """Ends a transaction that was only a trial."""


@dataclass
class _Trial:
    """What came of trying an act out."""

    stroke: Stroke
    about: About
    version: int
    after: Mapping[str, Receipt] = field(default_factory=dict)


def preview(desk: Desk, act: Act) -> Preview | Refused:
    """What the act will change, found by doing it in a transaction that is rolled back."""
    try:
        with _prepared(desk, act) as material:
            return _shown(desk, act, _try_out(desk.app, act, "", material))
    except (NotSoError, UnreadableMailError) as reason:
        return Refused(str(reason))


def apply(desk: Desk, act: Act, by: str, seen_version: str | None = None, *, letter: bool = False) -> Done | Conflict | Refused:
    """Do it: one transaction with an event that names `by`; files are put before and deleted after it.

    `seen_version`: of the page or preview, or a page's token; None = whatever stands. `letter`: the follow-up letters of the preview leave.
    """
    manner = Manner.LEAVE if letter else Manner.KEEP
    try:
        with _prepared(desk, act) as material, _claimed(desk, act):
            for _ in range(_TRIES):
                trial = _try_out(desk.app, act, by, material, manner)
                if (conflict := _conflict(desk.app, trial, seen_version)) is not None:
                    return conflict
                changes = _shown(desk, act, trial)
                stroke = _do(desk, act, trial, manner)
                if stroke is not None:
                    break
            else:
                return Refused("这一刻正有别的改动，没有办成。请再点一次。")
    except (NotSoError, UnreadableMailError) as reason:
        return Refused(str(reason))
    _afterwards(desk, stroke, act, manner)
    return Done(stroke.act, stroke.undoable, " ".join(stroke.sentences), changes)


def undo(desk: Desk, act: int, by: str) -> Done | Conflict | Refused:
    """Take an act back; the same as `apply(desk, Undo(act), by)`."""
    return apply(desk, Undo(act), by)


def _afterwards(desk: Desk, stroke: Stroke, act: Act, manner: Manner) -> None:
    """What was brought is settled at once; should that fail, the daemon does it in its next round."""
    for number in stroke.then_settle:
        try:
            apply(desk, Settle(number), stroke.by)
        except TryLater as trouble:
            log.warning("mail %d: %s", number, trouble)
    if isinstance(act, Upload) and manner is Manner.LEAVE:
        apply(desk, WriteTo(act.unit), stroke.by, letter=True)


@contextmanager
def _prepared(desk: Desk, act: Act) -> Iterator[_Material]:
    """Everything read that the act needs; the files stay on disk as long as this lasts."""
    with ExitStack() as open_mails:
        facts: dict[int, Facts] = {}
        with desk.app.database.reading() as records:
            rows = [records.mail(number) for number in performing.to_read(records, act)]
        for row in rows:
            if row is not None:
                facts[row.number] = open_mails.enter_context(desk.mails.opened(row))
        yield _Material(facts, open_mails.enter_context(performing.brought(desk, act)))


@contextmanager
def _claimed(desk: Desk, act: Act) -> Iterator[None]:
    with ExitStack() as claims:
        with desk.app.database.reading() as records:
            numbers = sorted(performing.to_read(records, act))
        for number in numbers:  # in one order, so that two people never wait for each other
            claims.enter_context(claim(desk.app.config.storage, number, CLAIM_SECONDS))
        yield


def _try_out(app: App, act: Act, by: str, material: _Material, manner: Manner = Manner.LEAVE) -> _Trial:
    moment = app.now()
    still = replace(app, now=lambda: moment)
    try:
        with app.database.transaction() as records:
            about = performing.about(records, act)
            trial = _Trial(Stroke(still, records, by, manner, material.facts, material.brought), about, records.newest_about(about))
            performing.perform(trial.stroke, act)
            trial.after = {unit: unit_receipt(app.rulebook, records, unit) for unit in trial.stroke.units if unit in app.rulebook.units}
            raise _RolledBackError
    except _RolledBackError:
        return trial


def _do(desk: Desk, act: Act, trial: _Trial, manner: Manner) -> Stroke | None:
    """Put the files, then commit; None when something has changed in between."""
    put: dict[str, None] = {}
    app = trial.stroke.app
    try:
        for _ in range(_TRIES):
            try:
                with desk.app.database.transaction() as records:
                    if records.newest_about(performing.about(records, act)) != trial.version:
                        return None
                    tried = trial.stroke
                    stroke = Stroke(app, records, tried.by, manner, tried.facts, tried.brought, frozenset(put))
                    performing.perform(stroke, act)
            except LackingError as lacking:
                _note_keys(desk.app, lacking.number, lacking.puts, put)
                put_files(app.files, lacking.puts, copied=True)
                failpoint("filed")
                put |= dict.fromkeys(lacking.puts)
                continue
            failpoint("settled")
            return stroke
    finally:
        for number in trial.stroke.facts:
            leftovers.tidy(app, number)
    return None


def _note_keys(app: App, number: int, puts: Mapping[str, Path], put: Mapping[str, None]) -> None:
    """Should this process die before the end, the next start looks after the files of the mail: those it puts, those it has."""
    with app.database.transaction() as records:
        items = records.items(number)
        leftovers.note(records, number, {*puts, *put, *(key for item in items for key in keys_of(item, app.rulebook))})


def _conflict(app: App, trial: _Trial, seen: str | None) -> Conflict | None:
    since = int(seen) if seen is not None and seen.isdigit() else 0
    if seen is None or trial.version <= since:
        return None
    with app.database.reading() as records:
        return Conflict(changes_since(app, records.events_about(trial.about, since)), str(trial.version))


def _shown(desk: Desk, act: Act, trial: _Trial) -> Preview:
    book, stroke = desk.app.rulebook, trial.stroke
    with desk.app.database.reading() as records:
        before = {unit: unit_receipt(book, records, unit) for unit in trial.after}
    changed = tuple(
        ReceiptChange(unit, book.units[unit].name, before[unit], after, sentences)
        for unit, after in trial.after.items()
        if (sentences := receipt_sentences(desk.app, before[unit], after))
    )
    return Preview(
        act, tuple(stroke.sentences), changed, tuple(stroke.moves), tuple(stroke.letters), tuple(stroke.warnings), str(trial.version)
    )
