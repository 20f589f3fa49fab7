"""config.yaml and rules/ edited while the daemon runs: the last good ones stay in force, the line is named, a good edit is taken over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mailbot.config import Mode
from mailbot.demo.samples import samples
from mailbot.desk import documents
from mailbot.operating import reloading
from tests.operating.running import Running, running
from tests.operating.test_alarm import alarms
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

pytestmark = pytest.mark.dovecot


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, office: Office) -> None:
    """No two seconds of patience, and the passwords where the daemon finds them."""
    monkeypatch.setattr(reloading, "SETTLED", 0.0)
    for name in ("MAILBOT_PASSWORD", "MAILBOT_SMTP_PASSWORD"):
        monkeypatch.setenv(name, office.environ()[name])


@pytest.fixture
def own_rules(office: Office) -> Path:
    rules = office.home / "rules"
    shutil.copytree(office.rules, rules)
    office.configure(rules=rules, more="alarm:\n  to: [duty@example.cn]\n")
    return rules


def edit(path: Path, old: str, new: str) -> int:
    """Replace the first `old`; returns its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def troubles(here: Running, office: Office) -> dict[str, str]:
    return {trouble["key"]: trouble["sentence"] for trouble in documents.status(here.bot.app)["troubles"]}


def test_a_broken_edit_is_told_with_its_line_and_the_last_good_config_stays(
    office: Office, own_rules: Path, dovecot: Dovecot, sink: SmtpSink
) -> None:
    config = office.home / "config.yaml"
    with running(office) as here:
        assert here.round()
        line = edit(config, "  mode: send", "  mode： send")
        mail = samples()[0]
        dovecot.deliver(mail.raw, mail.received_at)
        here.clock.pass_(minutes=10)
        assert here.round()
        said = troubles(here, office)["config"]
        assert f"config.yaml 第 {line} 行" in said
        assert here.mode() is Mode.SEND
        ((_, subject, text),) = alarms(sink)
        assert f"第 {line} 行" in subject + text
        assert len(sink.letters) == 2  # the alarm, and the unit's answer as ever
        edit(config, "  mode： send", "  mode: hold")
        here.clock.pass_(minutes=11)
        assert here.round()
        assert here.mode() is Mode.HOLD
        assert troubles(here, office) == {}
        assert "已采用改动后的 config.yaml 和 rules。" in here.said
        assert alarms(sink)[-1][1].startswith("【mailbot 恢复】")


def test_broken_rules_are_told_with_their_line_and_good_ones_judge_the_next_mail(
    office: Office, own_rules: Path, dovecot: Dovecot, sink: SmtpSink
) -> None:
    with running(office) as here:
        here.round()
        units = own_rules / "units.yaml"
        before = units.read_text(encoding="utf-8")
        line = edit(units, "  名称: ", "  名称：")
        here.round()
        assert f"units.yaml 第 {line} 行" in troubles(here, office)["config"]
        book = here.bot.app.rulebook
        here.round()
        assert here.bot.app.rulebook is book
        units.write_text(before, encoding="utf-8")
        edit(own_rules / "campaign.yaml", "全民终身学习活动周", "终身学习活动月")
        here.round()
        assert "终身学习活动月" in here.bot.app.rulebook.campaign.name
        assert troubles(here, office) == {}


def test_a_rules_folder_that_vanishes_is_a_broken_edit_too(office: Office, own_rules: Path) -> None:
    with running(office) as here:
        here.round()
        own_rules.rename(own_rules.with_name("moved"))
        assert here.round()
        assert "config" in troubles(here, office)
        own_rules.with_name("moved").rename(own_rules)
        here.round()
        assert troubles(here, office) == {}


def test_new_accounts_are_used_without_a_restart(office: Office, own_rules: Path, dovecot: Dovecot) -> None:
    with running(office) as here, SmtpSink() as other:
        here.round()
        office.configure(smtp=other.settings())
        mail = samples()[0]
        dovecot.deliver(mail.raw, mail.received_at)
        here.clock.pass_(minutes=10)
        assert here.round()
        assert len(other.letters) == 1


def test_half_a_save_is_no_change(office: Office, own_rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reloading, "SETTLED", 60.0)
    with running(office) as here:
        here.round()
        (office.home / "config.yaml").write_text("inbox:", encoding="utf-8")
        here.round()
        assert troubles(here, office) == {}


def test_a_second_broken_edit_is_told_as_well(office: Office, own_rules: Path, sink: SmtpSink) -> None:
    config, units = office.home / "config.yaml", own_rules / "units.yaml"
    with running(office) as here:
        here.round()
        edit(config, "  mode: send", "  mode： send")
        here.round()
        here.clock.pass_(minutes=11)
        here.round()
        assert len(alarms(sink)) == 1  # the same slip is told once
        edit(config, "  mode： send", "  mode: send")
        line = edit(units, "  名称: ", "  名称：")
        here.round()
        here.clock.pass_(minutes=11)
        here.round()
        second = alarms(sink)[1:]
    ((_, _, text),) = second
    assert f"units.yaml 第 {line} 行" in text
