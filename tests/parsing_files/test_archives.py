"""Archives from Chinese desktops open with their true names; bombs, locks and broken ones are answers, never accidents."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import subprocess
import tarfile
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from mailbot.config import Limits
from mailbot.model import Problem
from mailbot.parsing import sevenzip
from mailbot.parsing.sandbox import Sandbox, Unpacked
from tests.parsing_files.conftest import Open
from tests.parsing_files.making import docx, photo, rar5, tnef, zipped

UTF8 = 0x800
program = sevenzip.binary()
needs_7zz = pytest.mark.skipif(program is None, reason="the extra `archives` is not installed")


def names(unpacked: Unpacked) -> list[str]:
    return [entry.name_path for entry in unpacked.entries]


def packed_by_7zz(tmp_path: Path, kind: str, *switches: str) -> bytes:
    assert program is not None
    (tmp_path / "in").mkdir()
    for name, content in (("总结.docx", docx()), ("1.jpg", photo())):
        (tmp_path / "in" / name).write_bytes(content)
    archive = tmp_path / f"made.{kind}"
    subprocess.run([program, "a", "-bso0", f"-t{kind}", *switches, archive, "总结.docx", "1.jpg"], cwd=tmp_path / "in", check=True)
    return archive.read_bytes()


def test_every_member_is_written_under_a_number_with_its_hash(unpack: Open) -> None:
    content = photo()
    unpacked = unpack(zipped({"照片/活动.jpg".encode(): content}))
    (entry,) = unpacked.entries
    assert unpacked.problem is None
    assert entry.file is not None
    assert (entry.file.name, entry.file.read_bytes(), entry.size) == ("0001", content, len(content))
    assert entry.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_names_without_a_flag_are_read_as_windows_or_macos_wrote_them(unpack: Open, charset: str) -> None:
    raw = "测试市教育局/活动照片1.jpg".encode(charset)
    assert names(unpack(zipped({raw: b"x"}))) == ["测试市教育局/活动照片1.jpg"]


def test_a_flagged_name_is_utf8(unpack: Open) -> None:
    assert names(unpack(zipped({"总结é.docx".encode(): b"x"}, flags=UTF8))) == ["总结é.docx"]


def test_the_unicode_path_field_stands_above_the_bytes_only_if_its_sum_fits(unpack: Open) -> None:
    raw, true = "?结.docx".encode("gb18030"), "镕结.docx".encode()
    for checksum, expected in ((zlib.crc32(raw), "镕结.docx"), (1, "?结.docx")):
        body = b"\x01" + struct.pack("<I", checksum) + true
        field = struct.pack("<HH", 0x7075, len(body)) + body
        assert names(unpack(zipped({raw: b"x"}, extra={raw: field}))) == [expected]


def test_one_gbk_name_that_claims_to_be_utf8_does_not_spoil_the_archive(unpack: Open) -> None:
    unpacked = unpack(zipped({"总结.docx".encode("gbk"): b"abc", "照片.jpg".encode(): b"de"}, flags=UTF8))
    assert names(unpacked) == ["总结.docx", "照片.jpg"]
    assert [entry.size for entry in unpacked.entries] == [3, 2]


def test_backslashes_part_folders_but_not_characters_that_hold_one(unpack: Open) -> None:
    # 乗 is 81 5C in GBK: the second byte is a backslash.
    assert names(unpack(zipped({"材料\\乗怽.docx".encode("gbk"): b"x"}))) == ["材料/乗怽.docx"]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"../../etc/cron.d/x", "etc/cron.d/x"),
        (b"/abs/x.txt", "abs/x.txt"),
        (b"C:\\TEMP\\x.txt", "TEMP/x.txt"),
        (b"C:x.txt", "x.txt"),
        (b"a/./b/../x.txt", "a/b/x.txt"),
        ("照片\u202egpj.exe".encode(), "照片gpj.exe"),
        (b"a\nb.txt", "a b.txt"),
        (("长" * 300 + ".docx").encode(), "长" * 65 + ".docx"),
    ],
)
def test_hostile_names_are_only_shown_and_shown_harmless(unpack: Open, tmp_path: Path, raw: bytes, shown: str) -> None:
    unpacked = unpack(zipped({raw: b"x"}, flags=UTF8))
    assert names(unpacked) == [shown]
    assert unpacked.entries[0].file is not None
    assert unpacked.entries[0].file.parent.parent == tmp_path


def test_what_systems_add_by_themselves_is_left_out(unpack: Open) -> None:
    junk = ["__MACOSX/._a.jpg", "照片/.DS_Store", "Thumbs.db", "a/desktop.ini", "~$总结.docx", "空文件夹/"]
    members = {name.encode(): b"x" for name in [*junk, "总结.docx"]}
    assert names(unpack(zipped(members, flags=UTF8))) == ["总结.docx"]


def test_two_members_of_one_name_are_both_kept(unpack: Open) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("image.jpg", b"1")
        archive.writestr("image.jpg", b"22")
    assert [entry.size for entry in unpack(sink.getvalue()).entries] == [1, 2]


def test_an_archive_with_nothing_in_it_is_empty(unpack: Open) -> None:
    assert unpack(zipped({})) == Unpacked((), Problem.EMPTY)


def test_a_symlink_is_named_but_never_followed(unpack: Open) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        link = zipfile.ZipInfo("secret.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.txt", b"x")
    first, second = unpack(sink.getvalue()).entries
    assert (first.name_path, first.file, first.problem) == ("secret.txt", None, Problem.UNSUPPORTED)
    assert second.problem is None


def test_a_bomb_is_cut_off_soon_and_leaves_nothing_large(tmp_path: Path) -> None:
    zeros = bytes(60 * 1024 * 1024)
    bomb = tmp_path / "bomb.zip"
    bomb.write_bytes(zipped({b"a.txt": b"good", b"zeros.bin": zeros}))
    (tmp_path / "out").mkdir()
    with Sandbox(Limits()) as sandbox:
        unpacked = sandbox.unpack(bomb, "bomb.zip", tmp_path / "out")
    assert unpacked.problem is Problem.TOO_LARGE
    assert [(entry.name_path, entry.problem) for entry in unpacked.entries] == [("a.txt", None), ("zeros.bin", Problem.TOO_LARGE)]
    assert sum(file.stat().st_size for file in (tmp_path / "out").iterdir()) < 1024


def test_the_limits_on_bytes_and_members_hold_over_the_whole_archive(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    path.write_bytes(zipped({f"{number}.bin".encode(): bytes([number]) * 1000 for number in range(10)}))
    for limits, kept in ((Limits(entries=4), 4), (Limits(unpacked_bytes=3500), 3)):
        out = tmp_path / f"out{kept}"
        out.mkdir()
        with Sandbox(limits) as sandbox:
            unpacked = sandbox.unpack(path, "many.zip", out)
        assert unpacked.problem is Problem.TOO_LARGE
        assert len([entry for entry in unpacked.entries if entry.file]) == kept


def test_members_that_overlap_are_refused_without_reading(unpack: Open) -> None:
    content = zipped({b"a": bytes(range(256)) * 40})
    end = content.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<I", content, end + 16)[0]
    directory = content[start:end] * 200
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 200, 200, len(directory), start, 0)
    overlapping = content[:start] + directory + tail
    assert unpack(overlapping) == Unpacked((), Problem.TOO_LARGE)


def test_a_member_that_lies_about_its_size_is_corrupt_and_the_others_are_there(unpack: Open) -> None:
    content = bytearray(zipped({b"lie.txt": b"x" * 5000, b"true.txt": b"y" * 10}))
    central = content.index(b"PK\x01\x02")
    struct.pack_into("<I", content, central + 24, 10)
    lie, true = unpack(bytes(content)).entries
    assert (lie.name_path, lie.problem) == ("lie.txt", Problem.CORRUPT)
    assert (true.name_path, true.problem, true.size) == ("true.txt", None, 10)


@needs_7zz
def test_a_zip_cut_off_gives_what_came_and_says_so(unpack: Open) -> None:
    content = zipped({b"a.txt": b"whole", b"b.jpg": photo(), b"c.jpg": photo(1)})
    unpacked = unpack(content[: len(content) * 2 // 3])
    assert unpacked.problem is Problem.TRUNCATED
    first = unpacked.entries[0]
    assert (first.name_path, first.size, first.problem) == ("a.txt", 5, None)


def test_bytes_that_only_start_like_an_archive_are_corrupt(unpack: Open) -> None:
    for start in (b"PK\x03\x04", b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"\x78\x9f\x3e\x22"):
        unpacked = unpack(start + b"\x00nonsense" * 30, "x")
        assert unpacked.problem in (Problem.CORRUPT, Problem.TRUNCATED, Problem.EMPTY), start


@needs_7zz
def test_a_rar_from_winrar_opens_with_its_chinese_names(unpack: Open) -> None:
    unpacked = unpack(rar5({"照片/活动1.jpg": b"one", "总结.docx": b"three"}), "材料.rar")
    assert unpacked.problem is None
    assert [(entry.name_path, entry.size, entry.problem) for entry in unpacked.entries] == [
        ("照片/活动1.jpg", 3, None),
        ("总结.docx", 5, None),
    ]


@needs_7zz
def test_a_damaged_rar_member_is_marked_and_does_not_shift_the_next(unpack: Open) -> None:
    broken = rar5({"a.txt": b"first one", "b.txt": b"second"}).replace(b"first one", b"fXrst one")
    a, b = unpack(broken, "材料.rar").entries
    assert (a.problem, b.problem) == (Problem.CORRUPT, None)


@needs_7zz
def test_a_7z_opens(unpack: Open, tmp_path: Path) -> None:
    unpacked = unpack(packed_by_7zz(tmp_path, "7z"), "材料.7z")
    assert unpacked.problem is None
    assert sorted(names(unpacked)) == ["1.jpg", "总结.docx"]
    assert {entry.sha256 for entry in unpacked.entries} >= {hashlib.sha256(photo()).hexdigest()}


@needs_7zz
@pytest.mark.parametrize(
    ("kind", "switches"),
    [("zip", ()), ("zip", ("-mem=AES256",)), ("7z", ()), ("7z", ("-mhe=on",))],
    ids=["ZipCrypto", "AES", "7z", "7z with hidden names"],
)
def test_a_locked_archive_opens_with_a_password_from_the_mail_and_only_with_it(
    unpack: Open, tmp_path: Path, kind: str, switches: tuple[str, ...]
) -> None:
    content = packed_by_7zz(tmp_path, kind, "-p2022abc", *switches)
    assert unpack(content, "材料.zip") == Unpacked((), Problem.ENCRYPTED)
    assert unpack(content, "材料.zip", "wrong") == Unpacked((), Problem.ENCRYPTED)
    opened = unpack(content, "材料.zip", "wrong", "2022abc")
    assert opened.problem is None
    assert sorted(names(opened)) == ["1.jpg", "总结.docx"]
    assert all(entry.problem is None for entry in opened.entries)


@needs_7zz
def test_a_locked_zip_from_windows_keeps_its_gbk_names(unpack: Open, tmp_path: Path) -> None:
    assert program is not None
    (tmp_path / "abcd.txt").write_bytes(b"hello")
    archive = tmp_path / "made.zip"
    subprocess.run([program, "a", "-bso0", "-pk", archive, "abcd.txt"], cwd=tmp_path, check=True)
    content = archive.read_bytes().replace(b"abcd.txt", "总结.txt".encode("gbk"))
    opened = unpack(content, "材料.zip", "k")
    assert [(entry.name_path, entry.size, entry.problem) for entry in opened.entries] == [("总结.txt", 5, None)]


@needs_7zz
def test_one_locked_member_does_not_hide_the_open_ones(unpack: Open, tmp_path: Path) -> None:
    assert program is not None
    archive = tmp_path / "made.zip"
    for name, switches in (("locked.txt", ["-pk"]), ("open.txt", [])):
        (tmp_path / name).write_bytes(b"hello")
        subprocess.run([program, "a", "-bso0", *switches, archive, name], cwd=tmp_path, check=True)
    unpacked = unpack(archive.read_bytes())
    assert unpacked.problem is None
    assert {entry.name_path: entry.problem for entry in unpacked.entries} == {"locked.txt": Problem.ENCRYPTED, "open.txt": None}


def test_without_the_program_a_zip_locked_the_old_way_still_opens(monkeypatch: pytest.MonkeyPatch, unpack: Open, tmp_path: Path) -> None:
    from mailbot.parsing import archive

    if program is None:
        pytest.skip("needs 7zz to make the archive")
    path = tmp_path / "made.zip"
    path.write_bytes(packed_by_7zz(tmp_path, "zip", "-p2022abc"))
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(sevenzip, "binary", lambda: None)
    opened = archive.unpack(path, "made.zip", tmp_path / "out", Limits(), ("wrong", "2022abc"))
    assert sorted(names(opened)) == ["1.jpg", "总结.docx"]
    assert all(entry.problem is None for entry in opened.entries)


def test_without_the_extra_a_rar_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from mailbot.parsing import archive

    monkeypatch.setattr(sevenzip, "binary", lambda: None)
    path = tmp_path / "a.rar"
    path.write_bytes(rar5({"a.txt": b"x"}))
    assert archive.unpack(path, "a.rar", tmp_path, Limits()) == Unpacked((), Problem.NEEDS_EXTRA)


@pytest.mark.parametrize("name", ["材料.part2.rar", "材料.r01", "材料.z01", "材料.7z.002", "材料.zip.001", "材料.003"])
def test_one_volume_of_a_split_archive_is_a_fragment(unpack: Open, name: str) -> None:
    assert unpack(b"Rar!\x1a\x07\x01\x00" + bytes(50), name) == Unpacked((), Problem.FRAGMENT)


@pytest.mark.parametrize("form", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_opens_its_links_are_not_followed(unpack: Open, form: str) -> None:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode=form, encoding="gb18030") as archive:  # type: ignore[call-overload]
        for name, content in (("材料/总结.txt", b"hello"), ("../up.txt", b"up")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    unpacked = unpack(sink.getvalue(), "材料.tar")
    assert unpacked.problem is None
    assert [(entry.name_path, entry.problem) for entry in unpacked.entries] == [
        ("材料/总结.txt", None),
        ("up.txt", None),
        ("link", Problem.UNSUPPORTED),
    ]


def test_a_single_gzipped_file_is_itself(unpack: Open) -> None:
    unpacked = unpack(gzip.compress(b"hello"), "总结.txt.gz")
    assert [(entry.name_path, entry.size) for entry in unpacked.entries] == [("总结.txt", 5)]


def test_winmail_dat_gives_its_attachments_with_gbk_names(unpack: Open) -> None:
    content = docx()
    unpacked = unpack(tnef({"活动总结.docx".encode("gbk"): content, b"": b"nameless"}), "winmail.dat")
    assert [(entry.name_path, entry.size) for entry in unpacked.entries] == [("活动总结.docx", len(content)), ("附件2", 8)]


def test_a_winmail_dat_that_claims_billions_of_properties_is_done_at_once(unpack: Open) -> None:
    claimed = tnef({b"a.txt": b"x"}) + struct.pack("<BII", 1, 0x00069003, 12) + struct.pack("<III", 0xFFFFFFFF, 0, 0) + bytes(2)
    start = time.perf_counter()
    assert [entry.name_path for entry in unpack(claimed, "winmail.dat").entries] == ["a.txt"]
    assert time.perf_counter() - start < 5


def test_a_winmail_dat_of_many_small_attributes_is_read_within_its_limit(unpack: Open) -> None:
    envelope = tnef({b"a.txt": b"x"})
    crowd = struct.pack("<BII", 1, 0x00061234, 0) + bytes(2)
    start = time.perf_counter()
    assert [entry.name_path for entry in unpack(envelope[:6] + crowd * 150_000 + envelope[6:], "winmail.dat").entries] == ["a.txt"]
    assert time.perf_counter() - start < 10  # a copy of the rest for each of them would take half a minute
