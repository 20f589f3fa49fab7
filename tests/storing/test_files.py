"""Files are there whole or not at all, and never outside the storage."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mailbot.errors import TryLater
from mailbot.storing.files import Files, disk_errors
from tests.storing.mails import digest


def test_bytes_and_files_are_put_and_got_by_key(files: Files, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"x" * 3_000_000)
    files.put("filed/吉林大学/工作总结/0001-01 总结.docx", tmp_path / "source")
    files.put("ID", b"id")
    assert files.get("filed/吉林大学/工作总结/0001-01 总结.docx").read_bytes() == b"x" * 3_000_000
    assert files.exists("ID")
    assert not files.exists("filed/吉林大学")
    assert files.list() == ("ID", "filed/吉林大学/工作总结/0001-01 总结.docx")
    assert files.list("filed/吉") == files.list("filed/") == ("filed/吉林大学/工作总结/0001-01 总结.docx",)


def test_putting_again_replaces_the_whole_file(files: Files) -> None:
    files.put("a", b"a longer content")
    files.put("a", b"short")
    assert files.get("a").read_bytes() == b"short"


def test_only_the_owner_can_read_what_units_sent(files: Files) -> None:
    path = files.put("filed/u/m/0001-01 a", b"x")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [folder.stat().st_mode & 0o777 for folder in list(path.parents)[:3]] == [0o700] * 3


def test_a_stream_gets_its_name_when_it_is_whole(files: Files) -> None:
    with files.put_stream("raw") as incoming:
        incoming.write(b"ma")
        assert files.list() == ()
        incoming.write(b"il")
        incoming.commit(f"raw/{incoming.sha256}.eml")
    assert incoming.size == 4
    assert files.list() == (f"raw/{digest('mail')}.eml",)
    assert files.matches(f"raw/{digest('mail')}.eml", digest("mail"))
    assert not files.matches(f"raw/{digest('mail')}.eml", digest("other"))
    assert not files.matches("raw/none.eml", digest("mail"))


def test_a_stream_that_breaks_off_leaves_nothing(files: Files) -> None:
    with pytest.raises(ConnectionError), files.put_stream("raw") as incoming:
        incoming.write(b"half")
        raise ConnectionError
    assert [path.name for path in files.root.rglob("*")] == ["raw"]


def test_what_a_killed_run_left_half_written_is_swept_away(files: Files) -> None:
    files.put("raw/whole.eml", b"x")
    (files.root / "raw" / ".part-0123456789abcdef").write_bytes(b"half")
    assert files.list() == ("raw/whole.eml",)
    assert files.sweep() == 1
    assert [path.name for path in files.root.rglob("*.*")] == ["whole.eml"]


@pytest.mark.parametrize("key", ["../x", "a/../../x", "/etc/x", "", "a//b", "a/.", "C:/x", "a\\..\\x", "a\0b"])
def test_a_key_cannot_leave_the_storage(files: Files, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        files.put(key, b"x")


def test_a_link_laid_inside_the_storage_does_not_lead_out_of_it(files: Files, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (files.root / "filed").symlink_to(tmp_path / "outside")
    with pytest.raises(ValueError, match="leads out"):
        files.put("filed/x", b"x")
    assert list((tmp_path / "outside").iterdir()) == []


def test_deleting_removes_folders_that_are_left_empty(files: Files) -> None:
    files.put("filed/u/photos/1", b"x")
    files.put("filed/u/summary/2", b"x")
    files.delete("filed/u/photos/1")
    files.delete("filed/u/photos/1")
    assert sorted(path.name for path in (files.root / "filed" / "u").iterdir()) == ["summary"]
    files.delete("filed/u/summary/2")
    assert list(files.root.iterdir()) == []


def test_a_full_disk_is_a_sentence_and_leaves_no_half_file(files: Files) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with pytest.raises(TryLater, match="磁盘空间不足"), files.put_stream("raw") as incoming:
        # The kernel's own full device under the open stream: what a full disk answers, without filling one.
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, incoming._stream.fileno())
        os.close(full)
        incoming.write(b"x" * 1_000_000)
        incoming.commit("raw/x.eml")
    assert [path.name for path in files.root.rglob("*")] == ["raw"]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "磁盘空间不足"), (errno.EDQUOT, "配额"), (errno.EROFS, "只读"), (errno.EACCES, "没有权限"), (errno.EIO, "硬件故障")],
)
def test_what_a_disk_refuses_is_told_with_the_place(number: int, sentence: str) -> None:
    with pytest.raises(TryLater, match=rf"(?=.*/srv/storage).*{sentence}"), disk_errors(Path("/srv/storage")):
        raise OSError(number, "as the kernel says it")


def test_a_mistake_of_ours_is_not_blamed_on_the_disk() -> None:
    with pytest.raises(FileNotFoundError), disk_errors(Path("/srv/storage")):
        raise FileNotFoundError(errno.ENOENT, "no such file")


def test_free_space_is_told_in_bytes(tmp_path: Path) -> None:
    assert Files(tmp_path / "new").free_bytes() > 0


def test_a_finished_file_is_taken_over_without_a_copy_and_for_its_owner_only(files: Files, tmp_path: Path) -> None:
    source = tmp_path / "work"
    source.write_bytes(b"x" * 3_000_000)
    source.chmod(0o644)
    path = files.take("filed/u/m/0001-01 a", source)
    files.sync()
    assert path.stat().st_ino == source.stat().st_ino
    assert path.stat().st_mode & 0o777 == 0o600
    source.unlink()
    assert path.read_bytes() == b"x" * 3_000_000


def test_a_file_is_copied_where_the_disk_knows_no_hard_links(files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "work").write_bytes(b"x")
    assert files.take("filed/u/m/0001-01 a", tmp_path / "work").read_bytes() == b"x"


def test_taking_the_same_file_over_twice_leaves_one_file_and_nothing_half_written(files: Files, tmp_path: Path) -> None:
    (tmp_path / "work").write_bytes(b"x")
    for _ in range(2):
        files.take("filed/u/m/0001-01 a", tmp_path / "work")
    files.sync()
    assert [path.name for path in (files.root / "filed/u/m").iterdir()] == ["0001-01 a"]
