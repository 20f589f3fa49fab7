"""/healthz, /livez and /metrics of the running daemon: true, cheap, without a word about anybody."""

from __future__ import annotations

import json
import signal
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mailbot.config import Monitoring
from mailbot.demo.samples import samples
from mailbot.operating.monitor import Monitor, Pulse
from tests.operating.running import running
from tests.road.office import Office
from tests.servers.dovecot import Dovecot, free_port

pytestmark = pytest.mark.dovecot


def get(port: int, path: str, method: str = "GET") -> tuple[int, bytes]:
    line = HTTPConnection("127.0.0.1", port, timeout=10)
    line.request(method, path)
    answer = line.getresponse()
    content = answer.read()
    line.close()
    return answer.status, content


def test_a_running_daemon_says_that_it_is_well(office: Office, dovecot: Dovecot) -> None:
    port = free_port()
    office.configure(more=f"monitoring:\n  listen: 127.0.0.1:{port}\n")
    for mail in samples()[:4]:
        dovecot.deliver(mail.raw, mail.received_at)
    daemon = office.start("run")
    try:
        document: dict[str, Any] = {}
        end = time.monotonic() + 60
        while not document.get("last_poll") and time.monotonic() < end:
            time.sleep(0.3)
            try:
                status, content = get(port, "/healthz")
            except OSError:
                continue
            document = json.loads(content)
        assert status == 200
        assert document["healthy"] is True
        assert document["troubles"] == []
        assert get(port, "/livez")[0] == 200
        assert get(port, "/healthz", "HEAD") == (200, b"")
        assert get(port, "/nothing", "HEAD") == (404, b"")
        assert get(port, "/")[0] == 404
        assert get(port, "/../../etc/passwd")[0] == 404
        status, content = get(port, "/metrics")
        assert status == 200
        assert b"mailbot_healthy 1.0" in content
    finally:
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(15) == 0


def test_the_numbers_are_those_of_the_ledger(worked: Office) -> None:
    with running(worked) as here, Monitor(Monitoring(port=0), lambda: here.bot.app, here.bot.pulse) as page:
        _, content = get(page.port, "/metrics")
        families = {family.name: family for family in text_string_to_metric_families(content.decode())}
        sums = worked.status()["reconciliation"]
        mails = {sample.labels["state"]: sample.value for sample in families["mailbot_mails"].samples}
        assert mails == {state: sums[state] for state in ("filed", "automatic", "unsure", "stuck", "waiting")}
        assert families["mailbot_parts"].samples[0].value == sums["parts"]
        words = [word for mail in worked.mails() for word in (mail["subject"], mail["from"], mail["from_name"]) if word]
        assert not [word for word in words if word.encode() in content]


def test_a_trouble_turns_it_red_and_names_it_by_its_key(worked: Office) -> None:
    with running(worked) as here, Monitor(Monitoring(port=0), lambda: here.bot.app, here.bot.pulse) as page:
        assert get(page.port, "/healthz")[0] == 200
        here.clock.pass_(hours=2)
        status, content = get(page.port, "/healthz")
        assert status == 503
        assert json.loads(content)["troubles"] == ["silence"]


def test_a_daemon_that_hangs_is_not_alive(worked: Office) -> None:
    with running(worked) as here, Monitor(Monitoring(port=0), lambda: here.bot.app, pulse := Pulse(time.monotonic())) as page:
        assert get(page.port, "/livez")[0] == 200
        pulse.at -= 1000
        assert get(page.port, "/livez")[0] == 503
        assert here.bot.pulse.alive


def test_a_port_that_is_taken_stops_no_mail(office: Office, dovecot: Dovecot) -> None:
    office.configure(more=f"monitoring:\n  listen: 127.0.0.1:{dovecot.port}\n")
    daemon = office.start("run")
    end = time.monotonic() + 30
    while not (office.storage / "收件登记表.xlsx").exists():
        assert time.monotonic() < end
        time.sleep(0.2)
    daemon.send_signal(signal.SIGTERM)
    said, _ = daemon.communicate(timeout=15)
    assert "监控页面" in said
    assert daemon.returncode == 0


def test_it_listens_on_loopback_unless_told(tmp_path: Path) -> None:
    assert Monitoring().host == "127.0.0.1"
