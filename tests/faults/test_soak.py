"""A short history with every fault at random; `make soak` plays long ones."""

from __future__ import annotations

import os
import random

from tests.faults.soak import play


def test_whatever_happens_for_weeks_the_books_agree_and_no_letter_is_wrong_or_twice() -> None:
    seed = int(os.environ.get("MAILBOT_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 30)
    print(f"MAILBOT_SEED={seed}")
    happened = play(seed, steps=100)
    assert happened["mails"] > 20


def test_a_seed_plays_the_same_history_again() -> None:
    assert play(7, steps=25) == play(7, steps=25)
