"""Clocks that lie: set back a day, forward a month, in another zone; the daemon goes on, and arrival alone decides what is late."""

from __future__ import annotations

import datetime as real
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import schedule

from mailbot import daemon
from mailbot.config import Mode
from mailbot.demo.samples import samples
from tests.faults.house import START, House
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.netease import NetEase
from tests.servers.smtpsink import SmtpSink

OpenHouse = Callable[..., House]
LIVE = START - timedelta(days=14)


class WallClock:
    """What `schedule` takes for datetime.datetime, with a hand on the clock."""

    offset = timedelta(0)

    @classmethod
    def now(cls, zone: real.tzinfo | None = None) -> real.datetime:
        return real.datetime.now(zone) + cls.offset


@pytest.mark.parametrize("days", [-1, 30])
def test_a_wall_clock_that_jumps_does_not_silence_the_daemon(
    open_house: OpenHouse, netease: NetEase, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    monkeypatch.setattr(schedule, "datetime", SimpleNamespace(datetime=WallClock, timedelta=timedelta))
    monkeypatch.setattr(WallClock, "offset", timedelta(0))
    house = open_house(imap=netease.settings(), inbox={"poll_seconds": 1, "poll_jitter_seconds": 0})
    loop = threading.Thread(target=daemon._loop, args=(house.bot,))
    loop.start()
    try:
        _wait(lambda: netease.logins > 0)
        monkeypatch.setattr(WallClock, "offset", timedelta(days=days))
        house.clock.go(days=days)
        looks = len(netease.commands)
        _wait(lambda: len(netease.commands) > looks + 12)  # three looks and more
        netease.deliver(samples()[0].raw, START)
        _wait(lambda: len(list((house.home / "storage" / "raw").glob("*.eml"))) == 1)
    finally:
        house.stop.set()
        loop.join(20)
    assert not loop.is_alive()


def test_a_clock_set_back_and_forward_again_repeats_no_letter_and_loses_none(
    open_house: OpenHouse, netease: NetEase, sink: SmtpSink
) -> None:
    house = open_house(imap=netease.settings(), answering=sink.answering(go_live=LIVE))
    for number, days in enumerate((0, -1, 30, -29)):
        house.clock.go(days=days)
        raw = (
            samples()[0].raw.replace(b"Message-ID: <", b"Message-ID: <%d." % number).replace(b"From: ", b"X-Number: %d\r\nFrom: " % number)
        )
        netease.deliver(raw, START + timedelta(minutes=number))
        house.cycle()
        house.clock.go(hours=1)
        house.cycle()
    house.clock.go(days=2)
    house.cycle()
    assert house.sums()["equal"]
    assert len(set(sink.letters)) == len(sink.letters)
    assert {letter["state"] for letter in house.letters()} <= {"sent", "superseded", "silenced"}
    assert len(sink.letters) >= 2


def test_what_is_late_is_decided_by_arrival_and_not_by_the_clock_of_the_machine(open_house: OpenHouse, netease: NetEase) -> None:
    house = open_house(imap=netease.settings())
    house.clock.go(days=300)  # long after the deadline
    netease.deliver(samples()[2].raw, START)
    house.cycle()
    (mail,) = house.mails()
    assert mail["received_at"].startswith("2022-12-01")
    assert mail["letters"][0]["late"] is False


def test_a_notice_that_was_held_until_the_deadline_is_over_is_written_anew(open_house: OpenHouse, netease: NetEase, sink: SmtpSink) -> None:
    house = open_house(imap=netease.settings(), answering=sink.answering(mode=Mode.HOLD, go_live=LIVE))
    (mail,) = (sample for sample in samples() if sample.title == "缺典型案例")
    netease.deliver(mail.raw, START)
    house.cycle()
    assert "烦请贵单位在此之前补报" in house.letters()[0]["text"]
    house.clock.go(days=31)  # the first day of the new year
    house.cycle()
    (letter,) = house.letters()
    assert (letter["state"], letter["late"]) == ("held", True)
    assert "现已超过4天，烦请贵单位尽快补报" in letter["text"]
    assert house.sums()["equal"]


@pytest.mark.dovecot
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "Europe/London"])
def test_the_zone_of_the_machine_changes_nothing_also_in_the_hour_that_comes_twice(
    tmp_path: Path, dovecot: Dovecot, sink: SmtpSink, zone: str
) -> None:
    twice = real.datetime(2022, 11, 6, 5, 30, tzinfo=real.UTC)  # 01:30 in New York, for the first time
    dovecot.deliver(samples()[2].raw, twice)
    dovecot.deliver(samples()[3].raw, twice + timedelta(hours=1))
    office = Office(tmp_path / "office", dovecot.settings(), sink.settings(), sink.answering().sender, go_live="2022-11-01")
    done = office.run("run", "--once", environ={"TZ": zone})
    assert done.returncode == 0, done.stdout + done.stderr
    assert [mail["received_at"] for mail in office.mails()] == ["2022-11-06T13:30:00+08:00", "2022-11-06T14:30:00+08:00"]
    assert len(sink.letters) == 2


def _wait(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
