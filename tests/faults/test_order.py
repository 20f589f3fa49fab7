"""The order in which an undisturbed run brings things to disk, from its system calls: what survives a power cut, when SMTP is told.

kill -9 says nothing about power loss, since the page cache survives it; the order of the calls does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.sweep import Stage

pytestmark = pytest.mark.dovecot
_CALL = re.compile(r"(\w+)\((.*)\)\s+= (\d+)")
_FILE = re.compile(r"\d+<(.*?)>(?=,|$)")
_PATHS = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Call:
    """One system call that succeeded: its name, the file it was made on, the paths it names."""

    name: str
    on: str
    paths: tuple[str, ...]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage() as stage:
        yield stage


@pytest.fixture(scope="module")
def calls(stage: Stage) -> list[Call]:
    found = []
    for line in stage.trace:
        if match := _CALL.match(line):
            name, words, _ = match.groups()
            on = _FILE.match(words)
            found.append(Call(name, on.group(1) if on else "", tuple(_PATHS.findall(words))))
    assert len(found) > 300
    return found


def renames(calls: list[Call], inside: str) -> Iterator[tuple[int, str, str]]:
    """Where a file gets its name: place in the trace, temporary name, name."""
    for at, call in enumerate(calls):
        if call.name == "rename" and inside in call.paths[1]:
            temporary, name = call.paths
            yield at, temporary, name


def synced(calls: list[Call], path: str) -> list[int]:
    return [at for at, call in enumerate(calls) if call.name in ("fsync", "fdatasync") and call.on == path]


def commits(calls: list[Call]) -> list[int]:
    return [at for at, call in enumerate(calls) if call.name in ("fsync", "fdatasync") and call.on.endswith("mailbot.db-wal")]


@pytest.mark.parametrize("inside", ["/raw/", "/filed/", ".xlsx"])
def test_a_file_is_on_disk_before_it_gets_its_name(calls: list[Call], inside: str) -> None:
    named = list(renames(calls, inside))
    assert named
    for at, temporary, _ in named:
        writes = [n for n in range(at) if calls[n].name in ("write", "pwrite64", "link") and temporary in (calls[n].on, *calls[n].paths)]
        assert writes
        assert any(max(writes) < sync < at for sync in synced(calls, temporary)), temporary


@pytest.mark.parametrize("inside", ["/raw/", "/filed/"])
def test_a_name_is_on_disk_before_the_commit_that_mentions_it(calls: list[Call], inside: str) -> None:
    for at, _, name in renames(calls, inside):
        commit = min(after for after in commits(calls) if after > at)
        assert any(at < sync < commit for sync in synced(calls, str(Path(name).parent))), name


def test_a_new_folder_is_on_disk_before_anything_is_put_into_it(calls: list[Call]) -> None:
    made = [(at, call.paths[0]) for at, call in enumerate(calls) if call.name == "mkdir" and "/filed" in call.paths[0]]
    assert made
    for at, folder in made:
        first = min(n for n, call in enumerate(calls) if n > at and any(path.startswith(folder + "/") for path in call.paths))
        assert any(at < sync < first for sync in synced(calls, str(Path(folder).parent))), folder


def test_a_file_is_deleted_only_after_the_commit_that_forgets_it(stage: Stage, calls: list[Call]) -> None:
    named = {name: at for at, _, name in renames(calls, "/filed/")}
    for at, call in enumerate(calls):
        if call.name == "unlink" and call.paths[0] in named:
            assert any(named[call.paths[0]] < commit < at for commit in commits(calls))


def test_nothing_is_said_to_the_sending_server_while_anything_is_not_on_disk(stage: Stage, calls: list[Call]) -> None:
    """Also the raw mail, its files, its row and the claim of the letter are on disk before the first byte that a unit may read."""
    unsynced: set[str] = set()
    told = 0
    no_truth = re.compile(r"/work/|/\.lock$|\.db-shm$")  # what a start makes anew
    for call in calls:
        if call.name in ("write", "pwrite64") and "/storage/" in call.on and not no_truth.search(call.on):
            unsynced.add(call.on)
        elif call.name in ("fsync", "fdatasync"):
            unsynced.discard(call.on)
        elif call.name == "rename":
            unsynced.add(str(Path(call.paths[1]).parent))
        elif call.name == "unlink":
            unsynced.discard(call.paths[0])
        elif call.name == "sendto" and f":{stage.sink.port}]" in call.on:
            assert not unsynced
            told += 1
    assert told > 10
