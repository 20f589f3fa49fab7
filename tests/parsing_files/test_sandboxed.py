"""The child takes the blows: its death, its memory and its time are an answer for one file, and the next file is read again."""

from __future__ import annotations

import os
import resource
import signal
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mailbot.config import Limits
from mailbot.model import FileKind, Problem
from mailbot.parsing import archive, document, filetype, picture
from mailbot.parsing.sandbox import Sandbox
from tests.parsing_files.making import FIXTURES, docx, photo, rar5, saved, scene, tnef, zipped


def child_of(sandbox: Sandbox) -> int:
    pid = sandbox._child.pid
    assert pid is not None
    return pid


def test_one_child_serves_many_files(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(docx())
    with Sandbox(Limits()) as sandbox:
        sandbox.examine(path, "a.docx")
        first = child_of(sandbox)
        assert sandbox.examine(path, "a.docx").problem is None
        assert child_of(sandbox) == first
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


@pytest.mark.parametrize("blow", [signal.SIGSEGV, signal.SIGKILL])
def test_a_child_that_died_between_two_files_is_not_noticed(tmp_path: Path, blow: signal.Signals) -> None:
    path = tmp_path / "a"
    path.write_bytes(docx())
    with Sandbox(Limits()) as sandbox:
        sandbox.examine(path, "a.docx")
        os.kill(child_of(sandbox), blow)
        time.sleep(0.1)
        assert sandbox.examine(path, "a.docx").problem is None


def test_a_question_whose_pipe_breaks_is_asked_of_a_new_child(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(docx())
    with Sandbox(Limits()) as sandbox:
        sandbox.examine(path, "a.docx")
        first = child_of(sandbox)
        nobody_reads, broken = os.pipe()
        os.close(nobody_reads)
        running = sandbox._child._running
        assert running is not None and running.stdin is not None
        os.dup2(broken, running.stdin.fileno())
        os.close(broken)
        assert sandbox.examine(path, "a.docx").problem is None
        assert child_of(sandbox) != first


def test_a_reader_that_takes_too_long_is_stopped_with_its_kind_known(tmp_path: Path) -> None:
    fifo, path = tmp_path / "fifo.jpg", tmp_path / "a"
    os.mkfifo(fifo)  # a read that never ends
    path.write_bytes(photo())
    with Sandbox(Limits(reader_seconds=1)) as sandbox:
        sandbox.examine(path, "a.jpg")
        start = time.monotonic()
        assert sandbox.examine(fifo, "a.jpg").problem is Problem.READER_FAILED
        assert time.monotonic() - start < 4
        assert sandbox.examine(path, "a.jpg").problem is None


def test_a_file_that_needs_more_memory_than_allowed_is_too_large(tmp_path: Path) -> None:
    path, good = tmp_path / "a", tmp_path / "b"
    path.write_bytes(saved(Image.new("RGB", (8000, 8000)), "PNG", compress_level=1))
    good.write_bytes(docx())
    with Sandbox(Limits(reader_memory_bytes=256 * 1024 * 1024)) as sandbox:
        examined = sandbox.examine(path, "a.png")
        assert (examined.kind, examined.problem) == (FileKind.IMAGE, Problem.TOO_LARGE)
        assert sandbox.examine(good, "b.docx").problem is None


def test_a_file_that_is_gone_is_an_answer_too(tmp_path: Path) -> None:
    with Sandbox(Limits()) as sandbox:
        assert sandbox.examine(tmp_path / "no", "a").problem is Problem.READER_FAILED
        assert sandbox.unpack(tmp_path / "no", "a.zip", tmp_path).problem is not None


def test_the_child_gets_no_secret_by_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOT_PASSWORD", "geheim")
    path = tmp_path / "a"
    path.write_bytes(docx())
    with Sandbox(Limits()) as sandbox:
        sandbox.examine(path, "a.docx")
        assert b"geheim" not in Path(f"/proc/{child_of(sandbox)}/environ").read_bytes()


def test_the_memory_of_the_parent_stays_flat(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(photo(1, 3000, 2000))
    with Sandbox(Limits()) as sandbox:
        sandbox.examine(path, "a.jpg")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(5):
            sandbox.examine(path, "a.jpg")
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2048  # KiB


SEEDS = (
    docx(pictures=[photo(1, 200, 150)]),
    photo(1, 200, 150),
    saved(scene(1, 120, 90), "PNG"),
    zipped({"照片.jpg".encode("gbk"): b"x" * 100, b"b": b"y"}),
    rar5({"a.txt": b"abc"}),
    tnef({b"a.txt": b"abc"}),
    b"{\\rtf1\\ansi\\ansicpg936 \\'d7\\'dc\\par}",
    b"<html><body><p>x</body></html>",
    *((FIXTURES / name).read_bytes() for name in ("report.doc", "report.pdf", "table.xls", "table.xlsx", "report.odt")),
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 8))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=mutated() | st.binary(max_size=400), name=st.sampled_from(["a.docx", "a.zip", "a.rar", "x", "winmail.dat", "a.jpg"]))
def test_no_bytes_make_a_reader_raise(tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    path = folder / "leaf"
    path.write_bytes(content)
    kind = filetype.sniff(path, name)
    if kind is FileKind.IMAGE:
        picture.look(path, Limits())
    elif kind.is_document:
        reading, problem = document.read(path, kind, Limits())
        assert problem or (reading and (reading.text or reading.pictures))
    unpacked = archive.unpack(path, name, folder, Limits(unpacked_bytes=10_000_000), ("x",))
    assert unpacked.problem or unpacked.entries
    assert all(entry.file is None or entry.file.stat().st_size == entry.size for entry in unpacked.entries)
