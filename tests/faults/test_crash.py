"""kill -9 at arbitrary points of a cycle, restarted until done: the same rows, files and letters as an undisturbed run.

The named places are those we thought of; the blind ones (strace kills mailbot at its Nth system call) are for the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mailbot.failpoints import PLACES
from tests.faults.sweep import Stage
from tests.faults.warm import Cut

pytestmark = pytest.mark.dovecot

NAMED = [Cut(f":{place}", 2 if place in ("written", "synced", "renamed", "gathered", "filed", "settled") else 1) for place in PLACES]
BLIND = [
    Cut("fsync", 9),
    Cut("fsync", 26),
    Cut("fdatasync", 5),
    Cut("fdatasync", 19),
    Cut("pwrite64", 150),
    Cut("pwrite64", 401),
    Cut("rename", 8),
    Cut("unlink", 9),
    Cut("link", 4),
    Cut("ftruncate", 3),
    Cut("write", 40),
    Cut("sendto", 20),
    Cut("sendto", 33),
]
REFUSED = [
    Cut(call, count, f"error={error}")
    for call, count, error in (
        ("fsync", 4, "EIO"),
        ("fsync", 25, "EIO"),
        ("fdatasync", 12, "EIO"),
        ("pwrite64", 220, "ENOSPC"),
        ("rename", 6, "EIO"),
        ("mkdir", 7, "ENOSPC"),
        ("link", 3, "EMLINK"),
    )
]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage() as stage:
        yield stage


def test_the_undisturbed_run_writes_a_letter_of_each_kind_that_may_and_that_may_not_be_repeated(stage: Stage) -> None:
    kinds = {letter["kind"] for mail in stage.calm.mails for letter in mail["letters"] if letter["state"] == "sent"}
    assert {"confirm", "missing", "ack"} <= kinds
    assert "replaced" in {file["disposition"] for mail in stage.calm.mails for file in mail["files"]}


@pytest.mark.parametrize("cut", NAMED, ids=str)
def test_death_at_a_named_place_ends_in_the_same_state(stage: Stage, cut: Cut) -> None:
    assert stage.cut(cut) == ""


@pytest.mark.parametrize("cut", BLIND, ids=str)
def test_death_at_any_system_call_ends_in_the_same_state(stage: Stage, cut: Cut) -> None:
    assert stage.cut(cut) == ""


@pytest.mark.parametrize("cut", REFUSED, ids=str)
def test_a_disk_that_refuses_once_ends_in_the_same_state(stage: Stage, cut: Cut) -> None:
    assert stage.cut(cut) == ""


@pytest.fixture(scope="module")
def roomy(stage: Stage) -> dict[str, Any]:
    return stage.on_a_small_disk(300_000).content


@pytest.mark.parametrize("kilobytes", [300, 700, 1200, 2000, 2600])
def test_a_full_disk_costs_nothing_but_time(stage: Stage, roomy: dict[str, Any], kilobytes: int) -> None:
    assert stage.on_a_small_disk(kilobytes).content == roomy


def test_a_failpoint_that_nobody_asked_for_does_nothing(stage: Stage) -> None:
    assert stage.cut(Cut(":nowhere", 1)) == ""
