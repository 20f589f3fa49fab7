"""The office of tests/road, and one that has worked through some mails already."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailbot.demo.samples import samples
from tests.road.conftest import dovecot, dovecot_program, office, sink
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

__all__ = ["dovecot", "dovecot_program", "office", "sink"]


@dataclass(frozen=True)
class Done:
    """What one round over eight mails leaves: the storage, and the mailbox with its UIDs."""

    storage: Path
    mailbox: Path


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    """Worked once; every test gets a copy, which takes a tenth of the time."""
    home = tmp_path_factory.mktemp("done")
    with Dovecot() as server, SmtpSink() as post:
        server.new_account()
        for mail in samples()[:8]:
            server.deliver(mail.raw, mail.received_at, mail.folder)
        first = Office(home / "office", server.settings(), post.settings(), post.answering().sender)
        first.once()
        # `cp` keeps owner and times, which are INTERNALDATE.
        subprocess.run(["cp", "-a", str(server.home / "mail" / server.user), str(home / "mailbox")], check=True)
        yield Done(first.storage, home / "mailbox")


@pytest.fixture
def worked(office: Office, dovecot: Dovecot, done: Done) -> Office:
    """An office in which eight mails were received, filed and answered."""
    shutil.copytree(done.storage, office.storage)
    mailbox = dovecot.home / "mail" / dovecot.user
    shutil.rmtree(mailbox, ignore_errors=True)
    dovecot._maildir("INBOX")
    shutil.rmtree(mailbox)
    subprocess.run(["cp", "-a", str(done.mailbox), str(mailbox)], check=True)
    return office
