"""Files come from Windows editors: any usual encoding is read, a damaged or missing file is explained."""

from __future__ import annotations

import pytest

from .conftest import Collection


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("name", ["units.yaml", "campaign.yaml"])
def test_a_file_is_read_in_every_encoding_that_notepad_writes(collection: Collection, encoding: str, name: str) -> None:
    before = collection.rules()
    path = collection.path(name)
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert collection.rules() == before


def test_a_letter_may_be_saved_as_ansi(collection: Collection) -> None:
    before = collection.rules().letters
    path = collection.path("letters/ack.txt")
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert collection.rules().letters == before


def test_windows_line_ends_do_not_matter(collection: Collection) -> None:
    before = collection.rules()
    for name in ("units.yaml", "campaign.yaml", "letters/missing.txt"):
        path = collection.path(name)
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert collection.rules() == before


def test_a_damaged_file_is_told_with_its_line(collection: Collection) -> None:
    path = collection.path("units.yaml")
    line = collection.line_of("units.yaml", "示例职院")
    path.write_bytes(path.read_bytes().replace("示例职院".encode(), "示例职院".encode()[:-1]))
    (slip,) = collection.slips("units.yaml")
    assert slip.line == line
    assert "无法识别的字节" in slip.wrong


def test_a_control_character_is_told_with_its_line(collection: Collection) -> None:
    collection.change("campaign.yaml", "示例办公室", "示例\x07办公室")
    (slip,) = collection.slips("campaign.yaml")
    assert slip.line == collection.line_of("campaign.yaml", "\x07")
    assert "控制字符" in slip.wrong


@pytest.mark.parametrize("content", ["", "\n\n", "# 只有说明\n"])
def test_an_empty_file_is_told(collection: Collection, content: str) -> None:
    collection.path("materials.yaml").write_text(content, encoding="utf-8")
    (slip,) = collection.slips("materials.yaml")
    assert slip.wrong == "文件是空的"


@pytest.mark.parametrize("name", ["campaign.yaml", "materials.yaml", "units.yaml", "words.yaml"])
def test_a_missing_file_is_told(collection: Collection, name: str) -> None:
    collection.path(name).unlink()
    (slip,) = collection.slips(name)
    assert slip.wrong == "找不到这个文件"


def test_a_missing_folder_is_told(collection: Collection) -> None:
    (collection.folder / "rules").rename(collection.folder / "guize")
    (slip,) = collection.slips("rules")
    assert "找不到规则文件夹" in slip.wrong


def test_words_are_never_turned_into_numbers_dates_or_truth_values(collection: Collection) -> None:
    collection.change("campaign.yaml", "  - 0431-00000000", "  - 043188905322\n  - 1:30\n  - no\n  - 2022-12-28\n  - 1e3\n  - 0x1F\n  - ~")
    assert collection.rules().campaign.phones == ("043188905322", "1:30", "no", "2022-12-28", "1e3", "0x1F", "~")


def test_blanks_that_nobody_sees_do_not_belong_to_a_value(collection: Collection) -> None:
    collection.change("campaign.yaml", "办公室: 示例办公室", "办公室: \u3000示例办公室\u00a0\u200b")
    assert collection.rules().campaign.office == "示例办公室"
