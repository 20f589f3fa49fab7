"""The demo's inbox is varied, small, in order, and the same every time."""

from datetime import datetime, timedelta, timezone

import pytest

from mailbot.demo.samples import Sample, samples

DEADLINE = datetime(2022, 12, 28, 23, 59, 59, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture(scope="module")
def deck() -> tuple[Sample, ...]:
    return samples()


def test_there_are_enough_mails_and_they_are_small_together(deck: tuple[Sample, ...]) -> None:
    assert len(deck) >= 24
    assert sum(len(sample.raw) for sample in deck) < 15_000_000


def test_they_come_in_order_and_one_comes_after_the_deadline(deck: tuple[Sample, ...]) -> None:
    times = [sample.received_at for sample in deck]
    assert times == sorted(times)
    assert [sample.title for sample in deck if sample.received_at > DEADLINE] == ["过了截止时间才到"]


def test_every_mail_is_its_own_and_says_what_it_shows(deck: tuple[Sample, ...]) -> None:
    assert len({sample.raw for sample in deck}) == len(deck) == len({sample.title + str(sample.received_at) for sample in deck})
    assert all(sample.title for sample in deck)


def test_one_waits_in_the_junk_folder(deck: tuple[Sample, ...]) -> None:
    assert {sample.folder for sample in deck} == {"INBOX", "垃圾邮件"}


def test_they_are_the_same_at_every_call(deck: tuple[Sample, ...]) -> None:
    assert samples() == deck
