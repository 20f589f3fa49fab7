"""What is drawn once for all who look: never older than a second, than the last telling, than what was just done here."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from mailbot.web.sharing import Shared


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock's hand: tests move it."""
    hand = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: hand[0])
    return hand


def drawing() -> Callable[[], int]:
    numbers = count(1)
    return lambda: next(numbers)


def test_while_nothing_happens_it_is_drawn_once_a_minute(moment: list[float]) -> None:
    shared, draw = Shared(lambda: 0.0), drawing()
    assert [shared.get("/", "7", draw) for _ in range(50)] == [(1, "7")] * 50
    moment[0] += 61
    assert shared.get("/", "7", draw) == (2, "7")


def test_while_mails_pour_in_it_is_drawn_once_a_second_and_says_of_which_news_it_is(moment: list[float]) -> None:
    shared, draw = Shared(lambda: 0.0), drawing()
    seen = []
    for news in range(40):
        seen.append(shared.get("/", str(news), draw))
        moment[0] += 0.1
    assert len(set(seen)) <= 5
    assert all(int(news) - int(token) <= 10 for news, (_, token) in enumerate(seen))


def test_whoever_was_told_gets_what_he_was_told_of(moment: list[float]) -> None:
    told = [0.0]
    shared, draw = Shared(lambda: told[0]), drawing()
    shared.get("/", "7", draw)
    moment[0] += 0.1
    told[0] = moment[0]
    assert shared.get("/", "8", draw) == (2, "8")


def test_what_was_just_done_here_is_seen_at_once(moment: list[float]) -> None:
    shared, draw = Shared(lambda: 0.0), drawing()
    shared.get("/", "7", draw)
    moment[0] += 0.1
    shared.acted()
    assert shared.get("/", "8", draw) == (2, "8")


def test_many_at_once_wait_for_one_drawing() -> None:
    shared, numbers = Shared(lambda: 0.0), count(1)

    def slowly() -> int:
        time.sleep(0.05)
        return next(numbers)

    with ThreadPoolExecutor(20) as people:
        assert {found for found, _ in people.map(lambda _: shared.get("/", "7", slowly), range(20))} == {1}
