"""Staff hear of each trouble once and once more when it is over, by mail and web hook; units never hear of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from mailbot.demo.samples import samples
from mailbot.errors import TryLater
from mailbot.operating.alarm import recipients
from mailbot.storing.files import Files
from tests.operating.running import Running, running
from tests.road.office import Office, letter_text, read_letter
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot

STAFF = "alarm:\n  to: [duty@example.cn]\n"


class Hook:
    """A web hook that records what it is sent."""

    def __init__(self, status: int = 200) -> None:
        self.documents: list[dict[str, Any]] = []
        self.paths: list[str] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.paths.append(self.path)
                hook.documents.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/send?key=${{HOOK_KEY}}"


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    yield hook
    hook.server.shutdown()
    hook.server.server_close()


def alarms(sink: SmtpSink) -> list[tuple[str, str, str]]:
    letters = [read_letter(raw) for raw in sink.letters]
    return [(str(one["To"]), str(one["Subject"]), letter_text(one)) for one in letters if "【mailbot" in str(one["Subject"])]


def stuck(here: Running) -> int:
    """Make one kept mail a stuck one, as a poisonous mail becomes."""
    with here.bot.app.database.transaction() as records:
        number = records.mails()[0].number
        records.mark_stuck(number, "处理时出错", here.clock())
    return number


def test_silence_of_an_hour_is_told_once_and_its_end_once(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    office.configure(more=STAFF)
    with running(office) as here:
        assert here.round()
        dovecot.stop()
        try:
            here.clock.pass_(minutes=30)
            assert not here.round()
            assert alarms(sink) == []
            here.clock.pass_(minutes=31)
            for _ in range(3):
                here.round()
                here.clock.pass_(minutes=11)
            ((to, subject, text),) = alarms(sink)
        finally:
            dovecot.start()
        assert to == "duty@example.cn"
        assert subject.startswith("【mailbot 告警】")
        assert "没有完整地看过收件箱" in text
        assert "mailbot doctor --online" in text
        for _ in range(3):
            assert here.round()
            here.clock.pass_(minutes=11)
        over = alarms(sink)[1:]
        assert len(over) == 1
        assert over[0][1].startswith("【mailbot 恢复】")


def test_a_mail_that_is_stuck_is_told_by_its_number_only(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    office.configure(more=STAFF)
    mail = samples()[0]
    dovecot.deliver(mail.raw, mail.received_at)
    with running(office) as here:
        here.round()
        number = stuck(here)
        here.round()
        ((_, _, text),) = alarms(sink)
        assert f"第 {number} 号邮件" in text
        with here.bot.app.database.reading() as records:
            row = records.mail(number)
            assert row is not None
            events = [event for event in records.events() if event.what == "alarm"]
        assert row.subject not in text
        assert row.from_address not in text
        assert [event.detail["channels"] for event in events] == [["mail"]]
        assert "duty@example.cn" not in str(events)


def test_when_the_account_is_refused_the_web_hook_still_tells(office: Office, sink: SmtpSink, dovecot: Dovecot, hook: Hook) -> None:
    office.configure(more=f"{STAFF}  webhook: {hook.url}\n")
    mail = samples()[0]
    dovecot.deliver(mail.raw, mail.received_at)
    with running(office, {"HOOK_KEY": "s3cret key", "MAILBOT_SMTP_PASSWORD": "wrong"}) as here:
        here.clock.pass_(minutes=10)  # its quiet time is over
        here.round()
        here.round()
        (document,) = hook.documents
        assert hook.paths == ["/send?key=s3cret%20key"]
        assert document["msgtype"] == "text"
        assert "发信已停止" in document["text"]["content"]
        assert document["troubles"][0]["key"] == "stopped"
        assert "s3cret" not in repr(here.bot.app.config)
    assert sink.letters == []


def test_an_alarm_is_outside_the_caps_of_the_letters_to_units(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    office.configure(more=STAFF)
    file = office.home / "config.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  mode: send", "  per_day: 1\n  mode: send"), encoding="utf-8")
    for mail in samples()[:3]:
        dovecot.deliver(mail.raw, mail.received_at)
    with running(office) as here:
        here.clock.pass_(minutes=10)
        here.round()
        assert len(sink.letters) == 1
        stuck(here)
        here.round()
        assert len(alarms(sink)) == 1
        with here.bot.app.database.reading() as records:
            assert records.sent_counts(here.clock()).last_day == 1


def test_nobody_of_a_unit_and_not_our_own_mailbox_gets_an_alarm(office: Office) -> None:
    office.configure(more="alarm:\n  to: [duty@example.cn, clerk@jlu.edu.cn]\n")
    with running(office) as here:
        assert recipients(here.bot.app) == ("duty@example.cn", "clerk@jlu.edu.cn")
        with here.bot.app.database.transaction() as records:
            records.learn("address", "clerk@jlu.edu.cn", "jlu", "staff", True, here.clock())
        assert recipients(here.bot.app) == ("duty@example.cn",)
    office.configure(more=f"alarm:\n  to: [{office.sender}]\n")
    done = office.run("check")
    assert done.returncode == 3
    assert "不能写给收材料的邮箱自己" in done.stderr


def test_a_web_hook_that_does_not_answer_holds_up_nothing_and_is_tried_again(office: Office, dovecot: Dovecot, tmp_path: Path) -> None:
    broken = Hook(500)
    office.configure(more=f"alarm:\n  webhook: http://127.0.0.1:{broken.server.server_port}/\n")
    mail = samples()[0]
    dovecot.deliver(mail.raw, mail.received_at)
    with running(office) as here:
        here.round()
        stuck(here)
        assert here.round()
        here.clock.pass_(minutes=11)
        assert here.round()
    broken.server.shutdown()
    broken.server.server_close()
    assert len(broken.documents) == 2


def test_what_cannot_be_written_down_is_told_once_all_the_same(
    office: Office, dovecot: Dovecot, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.configure(more=STAFF)
    with running(office) as here:
        assert here.round()
        database, full = here.bot.app.database, TryLater("磁盘空间不足，登记写不进去。")
        floor = here.bot.app.config.inbox.min_free_bytes
        monkeypatch.setattr(Files, "free_bytes", lambda _: floor // 2)
        database.refused = full
        for _ in range(4):
            here.round()
            here.clock.pass_(minutes=11)
        ((_, subject, _),) = alarms(sink)
        assert "磁盘只剩" in subject
        assert not [sentence for sentence in here.said if sentence.startswith("告警失败")]
        monkeypatch.undo()
        database.refused = None
        for _ in range(3):
            here.round()
            here.clock.pass_(minutes=11)
        ((_, over, _),) = alarms(sink)[1:]
        assert over.startswith("【mailbot 恢复】")
        with database.reading() as records:
            noted = [event.detail["begun"] for event in records.events() if event.what == "alarm"]
    assert noted == [["disk"], []]


def test_what_was_told_is_known_to_the_next_start(office: Office, dovecot: Dovecot, sink: SmtpSink) -> None:
    office.configure(more=STAFF)
    mail = samples()[0]
    dovecot.deliver(mail.raw, mail.received_at)
    with running(office) as here:
        here.round()
        stuck(here)
        here.round()
    with running(office) as here:
        here.clock.pass_(minutes=11)
        here.round()
    assert len(alarms(sink)) == 1
