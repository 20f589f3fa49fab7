"""Lines and servers that fail in every way: nothing half is kept, nobody else waits, receiving and sending never hold each other up."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from mailbot.demo.samples import samples
from tests.faults.house import START, House
from tests.mailing.test_post import NETEASE
from tests.servers.dovecot import Dovecot
from tests.servers.netease import NetEase
from tests.servers.relay import Relay
from tests.servers.smtpsink import Script, SmtpSink

LIVE = START - timedelta(days=14)
OpenHouse = Callable[..., House]
SMALL = [b"From: clerk%d@beihua.edu.cn\r\nSubject: %d\r\n\r\nbody\r\n" % (n, n) for n in range(3)]
BIG = b"From: big@beihua.edu.cn\r\nSubject: big\r\n\r\n" + (b"0123456789" * 7 + b"\r\n") * 655_360  # 45 MiB
QUESTION = samples()[0].raw


def hashes(mails: list[bytes]) -> set[str]:
    return {hashlib.sha256(raw).hexdigest() for raw in mails}


@pytest.fixture(scope="module")
def loaded() -> Iterator[Dovecot]:
    with Dovecot() as server:
        for raw in (BIG, *SMALL):
            server.deliver(raw, START)
        yield server


@pytest.fixture(scope="module")
def before_the_body(loaded: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How much the server says before it comes to the large mail: greeting, lists, the small mails."""
    with Relay(loaded.port) as line, House(tmp_path_factory.mktemp("calm"), imap=loaded.settings(port=line.port)) as house:
        assert house.receive()
        return line.carried - len(BIG)


@pytest.mark.dovecot
@pytest.mark.parametrize(
    ("fault", "percent"),
    [
        *(("cut", percent) for percent in (0, 1, 50, 99)),
        ("reset", 0),
        ("reset", 50),
        ("stall", 1),
        ("stall", 99),
        ("drip", 99.9),
        ("limit", 50),
    ],
)
def test_a_line_that_fails_inside_45_mb_costs_nobody_anything(
    open_house: OpenHouse, loaded: Dovecot, before_the_body: int, fault: str, percent: float
) -> None:
    with Relay(loaded.port) as line:
        house = open_house(imap=loaded.settings(port=line.port, read_timeout=1.0))
        line.next(fault, before_the_body + int(len(BIG) * percent / 100))
        began = time.monotonic()
        first = house.receive()
        assert time.monotonic() - began < 15
        raw = house.home / "storage" / "raw"
        assert {path.stem for path in raw.iterdir()} >= hashes(SMALL)
        assert line.played == 1
        assert first is (fault == "drip")
        for kept in raw.iterdir():
            assert hashlib.sha256(kept.read_bytes()).hexdigest() == kept.stem
        assert house.receive()
        assert {path.stem for path in raw.iterdir()} == hashes([BIG, *SMALL])
        assert len(house.mails()) == 4
        assert house.sums()["equal"]


@pytest.mark.dovecot
def test_a_mail_that_breaks_the_line_every_time_holds_up_no_other(open_house: OpenHouse, loaded: Dovecot) -> None:
    with Relay(loaded.port) as line:
        house = open_house(imap=loaded.settings(port=line.port, read_timeout=1.0))
        for _ in range(3):
            line.next("cut", 3_000_000)
            assert not house.cycle()
        assert {mail["sha256"] for mail in house.mails()} == hashes(SMALL)
        assert {mail["state"] for mail in house.mails()} <= {"settled", "unsure"}
        assert house.sums()["on_server"] == 4


FAULTS: dict[str, dict[str, Any]] = {
    "garbage at the list": {"garbage_on": "LIST"},
    "garbage at the search": {"garbage_on": "UID SEARCH"},
    "garbage at the fetch": {"garbage_on": "UID FETCH"},
    "BYE at the folder": {"bye_on": "EXAMINE"},
    "BYE at the fetch": {"bye_on": "UID FETCH"},
    "NIL for a body": {"nil_bodies": None},
    "an empty body": {"empty_bodies": None},
    "NO for a body": {"refuse_fetch": None},
    "OK and nothing": {"lists_nothing": True},
    "an end in the middle": {"drop_at": 100},
    "silence in the middle": {"stall_at": 100},
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_server_that_talks_nonsense_is_asked_again_until_it_gives_the_mail(
    open_house: OpenHouse, netease: NetEase, sink: SmtpSink, name: str
) -> None:
    uids = [netease.deliver(raw, START) for raw in (*SMALL, QUESTION)]
    house = open_house(imap=netease.settings(read_timeout=0.4), answering=sink.answering(go_live=LIVE))
    for fault, value in FAULTS[name].items():
        setattr(netease.faults, fault, {uids[1]} if value is None else value)
    for _ in range(2):
        assert not house.cycle() or not house.sums()["equal"]
        assert all(mail["sha256"] in hashes([*SMALL, QUESTION]) for mail in house.mails())
        assert not any(b"Subject" not in (house.home / f"storage/raw/{mail['sha256']}.eml").read_bytes() for mail in house.mails())
    netease.faults = type(netease.faults)()
    house.clock.go(hours=1)
    assert house.cycle()
    assert {mail["sha256"] for mail in house.mails()} == hashes([*SMALL, QUESTION])
    assert house.sums()["equal"]
    assert house.sums()["vanished"] == 0
    assert len(sink.letters) == 1
    assert netease.writes() == []


def test_a_body_without_end_is_kept_as_far_as_the_cap_and_the_others_come(open_house: OpenHouse, netease: NetEase) -> None:
    netease.deliver(BIG[:2_000_000], START)
    house = open_house(imap=netease.settings(), inbox={"max_mail_bytes": 5_000_000})
    netease.faults.literal = 10 * 1024**3
    house.cycle()
    netease.faults.literal = None
    for raw in SMALL:
        netease.deliver(raw, START)
    assert house.receive()
    sizes = sorted(path.stat().st_size for path in (house.home / "storage" / "raw").iterdir())
    assert sizes[:3] == [len(raw) for raw in SMALL]
    assert len(sizes) == 3 or sizes[3] <= 5_000_000
    assert house.sums()["equal"]


def answering(command: str, answer: str) -> Script:
    """A server with that answer to one command."""
    script = Script()
    setattr(script, command, answer)
    return script


TROUBLES: dict[str, tuple[Script, str, str]] = {
    **{
        f"{command} {answer}": (
            answering(command, answer),
            {"later": "pending", "stop": "pending", "spam": "pending"}.get(outcome.value, "refused"),
            "",
        )
        for command, answer, outcome, *_ in NETEASE
    },
    "it takes the letter and dies": (Script(after_dot="die"), "uncertain", "taken"),
    "it dies without taking the letter": (Script(after_dot="die", refuse_dot_after=True), "uncertain", ""),
    "it takes the letter and is silent": (Script(after_dot="silent"), "uncertain", "taken"),
    "250 and then 421": (Script(quit="421 HL:REP", noop="421 idle too long", rset="421 bye"), "sent", "taken"),
    "nonsense after the dot": (Script(dot="hello?"), "uncertain", ""),
}
"""What the server does · where the letter stands then · whether the server has it."""


@pytest.mark.parametrize("trouble", TROUBLES)
def test_whatever_the_sending_server_does_receiving_goes_on_and_each_letter_arrives_once_or_is_a_persons(
    open_house: OpenHouse, netease: NetEase, sink: SmtpSink, trouble: str
) -> None:
    script, state, taken = TROUBLES[trouble]
    sink.script = script
    netease.deliver(QUESTION, START)
    house = open_house(imap=netease.settings(), answering=sink.answering(go_live=LIVE, data_timeout=0.2))
    house.clock.go(minutes=10)
    house.cycle()
    assert [letter["state"] for letter in house.letters()] == [state]
    assert len(sink.letters) == bool(taken)
    netease.deliver(SMALL[0], house.clock.at)
    house.cycle()
    assert {mail["state"] for mail in house.mails()} <= {"settled", "unsure"}
    assert len(house.mails()) == 2
    assert house.sums()["equal"]

    sink.script = Script()
    with house.app.database.transaction() as records:
        records.forget_setting("stop_all")  # as `mailbot letters --resume`
    for _ in range(4):
        house.clock.go(hours=13)
        house.cycle()
    ids = {letter["message_id"] for letter in house.letters()}
    assert len(ids) == 1
    expected = {"refused": 0, "pending": 1, "sent": 1, "uncertain": 2 if taken else 1}[state]
    assert len(sink.letters) == expected
    assert len(set(sink.letters)) <= 1
    if state == "refused":
        assert house.letters()[0]["state"] == "refused"


def test_a_letter_that_is_refused_for_a_time_is_given_up_after_two_days_and_a_persons(
    open_house: OpenHouse, netease: NetEase, sink: SmtpSink
) -> None:
    sink.script = Script(rcpt="450 Mailbox busy")
    netease.deliver(QUESTION, START)
    house = open_house(imap=netease.settings(), answering=sink.answering(go_live=LIVE))
    house.clock.go(minutes=10)
    for _ in range(40):
        house.cycle()
        house.clock.at += timedelta(hours=2)
    tries = len([command for command in sink.commands if command.startswith("RCPT")])
    assert 8 <= tries <= 25  # ever more rarely
    assert [letter["state"] for letter in house.letters()] == ["refused"]
    assert not sink.letters
