"""Chasing the late: who is written to, who is only named, and what never leaves."""

from __future__ import annotations

import pytest

from mailbot.demo.samples import samples
from tests.road.office import Office, letter_text, read_letter
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot

LACKS_THE_CASE, UNSURE, COMPLETE = "缺典型案例", "去年的总结", "全是PDF"


@pytest.fixture
def office(office: Office, dovecot: Dovecot) -> Office:
    """One unit lacks its case, one has something unsure, one is complete; all were answered."""
    for sample in samples():
        if sample.title in (LACKS_THE_CASE, UNSURE, COMPLETE):
            dovecot.deliver(sample.raw, sample.received_at)
    office.once()
    return office


def test_a_unit_that_owes_something_is_written_to_where_it_wrote_from(office: Office, sink: SmtpSink) -> None:
    done = office.run("chase", "长春师范大学")
    assert "长春师范大学：典型活动案例　→ 503918822@qq.com" in done.stdout
    before = len(sink.letters)
    office.once()
    (letter,) = [read_letter(raw) for raw in sink.letters[before:]]
    assert letter["To"] == "503918822@qq.com"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["In-Reply-To"] is None
    assert "尚未收到典型活动案例" in letter_text(letter)
    assert office.unit("长春师范大学")["last_letter"]["kind"] == "chase"


def test_all_are_chased_but_those_in_doubt_and_those_nobody_can_reach(office: Office) -> None:
    lines = office.run("chase").stdout.splitlines()
    said = {line.split("：")[0]: line for line in lines}
    assert "→ 503918822@qq.com" in said["长春师范大学"]
    assert "有材料正在核对" in said["吉林体育学院"]
    assert "请电话联系" in said["吉林大学"]
    assert "吉林医药学院" not in said
    assert lines[-2].startswith("写好 1 封催报信")


def test_a_dry_run_shows_the_letters_and_writes_none(office: Office) -> None:
    shown = office.run("chase", "--dry-run").stdout
    assert "尚未收到典型活动案例" in shown
    assert "会写 1 封催报信" in shown
    assert office.unit("长春师范大学")["last_letter"]["kind"] == "missing"


def test_nobody_is_chased_twice_while_a_letter_waits(office: Office) -> None:
    office.run("chase")
    assert "已有一封催报信等待发出" in office.run("chase", "长春师范大学").stdout


def test_a_chasing_letter_that_is_overtaken_does_not_leave(office: Office, sink: SmtpSink) -> None:
    office.run("chase")
    office.run("waive", "长春师范大学", "--material", "典型活动案例")
    before = len(sink.letters)
    office.once()
    assert len(sink.letters) == before
    assert "已收齐，不必催报" in office.run("chase", "长春师范大学").stdout
