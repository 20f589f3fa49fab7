"""One run of mailbot for each module of hostile mails (`mails()` in the module), which its tests then look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.trial import Trial
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink


@pytest.fixture(scope="module")
def trial(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with Dovecot() as server, SmtpSink() as sink:
        yield Trial(tmp_path_factory.mktemp("hostile"), request.module.mails(), server, sink)
