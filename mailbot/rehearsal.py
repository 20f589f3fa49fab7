"""The door for a dry run: a folder of mail on the whole road, with the clock at each mail's arrival; nothing is sent."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mailbot import pipeline
from mailbot.app import App, open_app
from mailbot.config import Config, Mode
from mailbot.desk import documents
from mailbot.mailfiles import mail_files
from mailbot.mailing.post import Outcome, Posted

_DAY = timedelta(days=1)


@dataclass
class _Clock:
    """The moment the rehearsal has reached."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


class _Nobody:
    """The post office of a rehearsal: takes every letter and sends none."""

    def send(self, message: bytes, to: str) -> Posted:
        del message, to
        return Posted(outcome=Outcome.SENT, code=250, reply="", sentence="预演：未发送", wait_seconds=0)


@contextmanager
def rehearsed(path: Path, config: Config) -> Iterator[App]:
    """Every mail under `path` settled and answered in order of arrival; the app over the temporary storage, gone afterwards.

    A letter counts as sent once its quiet time is over on the rehearsal's clock; one that a later mail superseded before that does not.
    """
    with tempfile.TemporaryDirectory(prefix="mailbot-rehearsal-") as folder:
        mails = mail_files(path)
        clock = _Clock(mails[0].arrived if mails else datetime.now(UTC))
        app = open_app(_isolated(config, Path(folder)), now=clock.now)
        try:
            with app.locked():
                for mail in mails:
                    _send_until(app, clock, mail.arrived)
                    pipeline.ingest(app, mail, None, answer=True)
                    pipeline.settle(app, lambda: False)
                _send_until(app, clock, clock.moment + _DAY)
            yield app
        finally:
            app.close()


def document(app: App) -> dict[str, Any]:
    """Both documents of docs/json.md in one: `mails`, and the receipt table under `status` and with its own keys beside it."""
    status = documents.status(app)
    return {**documents.mails(app), **status, "status": status}


def show(app: App) -> None:
    """Print the table and which letters would have gone to whom."""
    from mailbot.desk import sheet
    from mailbot.reporting.screen import screen
    from mailbot.reporting.terminal import print_table

    console = screen()
    print_table(sheet.table(app), console)
    rows = [row for row in documents.letters(app) if row["state"] == "sent"]
    console.print(f"\n会发出 {len(rows)} 封回信：")
    for row in rows:
        console.print(f"\n── 第{row['mail']}号邮件 → {row['to']}\n   {row['subject']}", markup=False, highlight=False)
        console.print("\n".join("   " + line for line in row["text"].splitlines()), markup=False, highlight=False)


def _isolated(config: Config, folder: Path) -> Config:
    answering = replace(config.answering, mode=Mode.SEND, go_live=datetime(1970, 1, 1, tzinfo=UTC))
    return replace(config, storage=folder, database=f"sqlite:///{folder / 'mailbot.db'}", answering=answering)


def _send_until(app: App, clock: _Clock, moment: datetime) -> None:
    """Let the letters go that fall due before `moment`, each at its own time, then put the clock there (it never goes back)."""
    while True:
        with app.database.reading() as records:
            due = records.earliest_due()
        if due is None or due >= moment:
            break
        clock.moment = max(clock.moment, due)
        if not pipeline.send(app, _Nobody(), lambda: False):
            break
    clock.moment = max(clock.moment, moment)
