"""The office of tests/road, and one that has worked through some mails already."""

from __future__ import annotations

import pytest

from mailbot.demo.samples import samples
from tests.road.conftest import dovecot, dovecot_program, office, sink
from tests.road.office import Office
from tests.servers.dovecot import Dovecot

__all__ = ["dovecot", "dovecot_program", "office", "sink"]


@pytest.fixture
def worked(office: Office, dovecot: Dovecot) -> Office:
    """An office in which eight mails were received, filed and answered."""
    for mail in samples()[:8]:
        dovecot.deliver(mail.raw, mail.received_at, mail.folder)
    office.once()
    return office
