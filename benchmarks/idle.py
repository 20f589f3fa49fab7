"""The cost of a look at an inbox in which everything is known: `python -m benchmarks.idle [--mails 10000]`.

The mails lie in a real Dovecot and their places in the ledger. The first look of a daemon reads the ledger, every later one compares
all UIDs that the server lists with what it remembers: no high-water mark, so nothing below one can be lost.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.corpus import when
from benchmarks.server import mailbox
from mailbot import pipeline
from mailbot.app import App, open_app, read_config
from mailbot.loading.shipped import shipped_rules
from mailbot.mailing.inbox import Inbox
from mailbot.storing.rows import NewPlace

LOOKS = 7


def know_everything(app: App, inbox: Inbox) -> int:
    """Write every place of INBOX into the ledger as dealt with; how many."""
    there = inbox.places("INBOX")
    with app.database.transaction() as records:
        for seen in there:
            place = NewPlace(seen.folder, seen.uidvalidity, seen.uid)
            records.note_place(place, "excluded", "", datetime.now(UTC))
    return len(there)


def look(app: App, inbox: Inbox, known: pipeline.Known) -> tuple[float, float]:
    """One whole stretch of receiving: milliseconds on the clock and of our own processor time."""
    wall, cpu = time.perf_counter(), time.process_time()
    assert pipeline.receive(app, inbox, lambda: False, known) == 0
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    count = parser.parse_args().mails
    with tempfile.TemporaryDirectory(prefix="mailbot-bench-") as temporary, mailbox() as (server, way_in):
        home = Path(temporary)
        for number in range(count):
            server.deliver(b"Subject: %d\r\n\r\n.\r\n" % number, when(0))
        server.state()
        os.environ.update(MAILBOT_PASSWORD=way_in.password, SSL_CERT_FILE=str(way_in.certificate))
        app = open_app(read_config(way_in.mailbot_config(home, shipped_rules()), need_password=True))
        with Inbox(app.config.inbox) as inbox:
            places = know_everything(app, inbox)
            alone = [look(app, inbox, pipeline.Known()) for _ in range(LOOKS)]
            known = pipeline.Known()
            look(app, inbox, known)
            remembering = [look(app, inbox, known) for _ in range(LOOKS)]
        app.close()
    print(f"{places} known mails, kept TLS connection, median of {LOOKS} looks, milliseconds")
    for name, looks in (("first look of a daemon, `run --once`", alone), ("every later look of the daemon", remembering)):
        wall, cpu = (statistics.median(values) for values in zip(*looks, strict=True))
        print(f"  {name:40}{wall:8.1f} wall{cpu:8.1f} CPU")


if __name__ == "__main__":
    main()
