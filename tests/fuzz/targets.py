"""What the fuzzer throws bytes at, and what must be true of every outcome; an AssertionError or any exception is a find."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from mailbot.config import Limits
from mailbot.model import BODY
from mailbot.parsing import sevenzip
from mailbot.parsing.archive import unpack
from mailbot.parsing.gather import gather
from mailbot.parsing.headers import addresses, decode_header, file_name, raw_text
from mailbot.parsing.params import media_type, parse_params
from mailbot.parsing.safename import clean_line, clean_name, clean_text
from mailbot.parsing.zipnames import display_path
from mailbot.storing.naming import filed_key, review_key
from tests.hostile.readings import Part, owed_parts
from tests.parsing_message.conftest import InProcess
from tests.parsing_message.test_torture import check, is_clean

SEEDS = Path(__file__).parent / "seeds"
LIMITS = replace(Limits(), unpacked_bytes=4 * 1024 * 1024, entries=200)
MEMORY = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
FORBIDDEN = set('<>:"|?*\\\0\r\n')


@contextmanager
def folder() -> Iterator[Path]:
    """An empty one, in memory where there is such a disk."""
    where = Path(tempfile.mkdtemp(prefix="fuzz-", dir=MEMORY))
    try:
        yield where
    finally:
        shutil.rmtree(where)


def mails(data: bytes) -> None:
    """Any bytes as a mail: read without an exception, and no file that the standard library finds is lost without a doubt."""
    with folder() as home:
        (home / "work").mkdir()
        (home / "mail.eml").write_bytes(data)
        facts = gather(home / "mail.eml", home / "work", InProcess(), LIMITS)  # type: ignore[arg-type]
        check(facts)
        assert facts.size == len(data) and facts.sha256 == sha256(data).hexdigest()
        unsure = facts.doubts or any(item.problem for item in facts.items)
        owed = [part for part in owed_parts(data) if is_file(part)]
        found = [item for item in facts.items if item.path != BODY]
        assert unsure or len(found) >= len(owed), f"lost without a doubt, one of {', '.join(map(str, owed))}"


def is_file(part: Part) -> bool:
    """Whether two readers can be of one mind that it is a file; what its bytes are after damage, they need not be."""
    return part.type.startswith(("application/", "image/", "audio/", "video/"))


def headers(data: bytes) -> None:
    """Any bytes as a header value."""
    line = decode_header(data)
    assert len(line) <= 500 and is_clean(line)
    line.encode()
    for address in addresses(data):
        assert address.address.isascii() and address.address.count("@") == 1 and not set(address.address) & set(" \r\n\t<>,")
        address.name.encode()
    half = len(data) // 2
    named = file_name(data[:half], data[half:])
    shown = clean_name(named)
    assert is_clean(shown) and "/" not in shown and len(shown.encode()) <= 200
    text = raw_text(data)
    kind = media_type(text)
    assert kind == kind.lower() and (not kind or kind.count("/") == 1)
    parse_params(text)


def archives(data: bytes) -> None:
    """Any bytes as an archive: nothing outside its folder, nothing over the limits, every entry as it is said to be."""
    with folder() as home:
        out = home / "out"
        out.mkdir()
        (home / "archive").write_bytes(data)
        unpacked = unpack(home / "archive", "材料.zip", out, LIMITS, ("123456",))
        assert {path.name for path in home.iterdir()} == {"archive", "out"}
        assert len(unpacked.entries) <= LIMITS.entries
        assert unpacked.entries or unpacked.problem
        written = set(out.rglob("*"))
        for entry in unpacked.entries:
            path = PurePosixPath(entry.name_path)
            assert not path.is_absolute() and ".." not in path.parts and is_clean(entry.name_path)
            if entry.file is None:
                assert entry.problem
            else:
                content = entry.file.read_bytes()
                assert (len(content), sha256(content).hexdigest()) == (entry.size, entry.sha256)
                assert not entry.file.is_symlink() and entry.file.parent == out
        assert sum(path.stat().st_size for path in written) <= LIMITS.unpacked_bytes + 4 * 1024 * 1024


def names(data: bytes) -> None:
    """Any bytes as the name that a sender gave a file: one harmless segment, the same when cleaned again."""
    for text in {data.decode("utf-8", "surrogateescape"), data.decode("gb18030", "replace"), data.decode("latin-1")}:
        shown = clean_name(text)
        assert clean_name(shown) == shown
        assert len(shown.encode()) <= 200 and "/" not in shown and "\\" not in shown
        assert "\n" not in clean_line(text)
        assert clean_text(clean_text(text, 9999), 9999) == clean_text(text, 9999)
        inner = PurePosixPath(display_path(text))
        assert not inner.is_absolute() and ".." not in inner.parts
        for key in (filed_key("长春工业大学", "活动照片", 42, 3, text), filed_key(text, text, 42, 3, shown), review_key(42, 3, text)):
            assert_harmless(key)


def assert_harmless(key: str) -> None:
    """Windows and Linux both take it, and it leads nowhere else."""
    path = PurePosixPath(key)
    assert not path.is_absolute() and len(path.parts) == key.count("/") + 1
    for segment in path.parts:
        assert 0 < len(segment.encode()) <= 200 and not FORBIDDEN & set(segment)
        assert not segment.startswith(" ") and segment.rstrip(". ") == segment and segment not in (".", "..")


TARGETS: dict[str, Callable[[bytes], Any]] = {one.__name__: one for one in (mails, headers, archives, names)}


def without_programs() -> None:
    """Only what runs in this process is led by coverage: 7zz stays away."""
    sevenzip.binary = lambda: None
