"""Names that Windows and Linux accept, whatever a sender called the file."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.model import BODY
from mailbot.storing.files import Files
from mailbot.storing.naming import FILE_BYTES, filed_key, folder_key, review_key, safe_name

# Hypothesis seldom hits on what hurts, so it is offered beside the rest of Unicode.
HOSTILE = st.text(
    st.one_of(st.sampled_from('/\\:*?"<>|. \x00\n\t\u202e\u200b\ufeff\ud800\u2028e\u0301COMNUL1总结.docx'), st.characters()), max_size=400
)
RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(1, 10))}


def test_a_filed_name_tells_mail_position_and_original_name() -> None:
    assert filed_key("吉林大学", "工作总结", 42, 3, "原名.docx") == "filed/吉林大学/工作总结/0042-03 原名.docx"
    assert filed_key("吉林大学", "活动照片", 12345, 120, "1.JPG") == "filed/吉林大学/活动照片/12345-120 1.JPG"
    assert folder_key("吉林大学") == "filed/吉林大学"
    assert review_key(7, 1, "材料.zip") == "待核实/0007-01 材料.zip"
    assert review_key(7, 1, BODY) == "待核实/0007-01 邮件正文.txt"
    assert filed_key("吉林大学", "工作总结", 7, 1, BODY) == "filed/吉林大学/工作总结/0007-01 邮件正文.txt"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a:stream.txt", "a_stream.txt"),
        ("CON.docx", "_CON.docx"),
        ("aux", "_aux"),
        ("com1", "_com1"),
        ("console.docx", "console.docx"),
        ("总结.docx. .", "总结.docx"),
        ("照片\u202egpj.exe", "照片 gpj.exe"),
        ("e\u0301.txt", "\u00e9.txt"),
        ("  多  空格 .doc", "多 空格.doc"),
        ("\n\x00", "未命名"),
        ("", "未命名"),
        ("...", "未命名"),
        ("=cmd|'/c calc'!A1.docx", "=cmd_'_c calc'!A1.docx"),
    ],
)
def test_hostile_names_become_harmless(name: str, safe: str) -> None:
    assert safe_name(name, 100) == safe


def test_a_long_name_is_cut_between_characters_and_keeps_its_extension() -> None:
    name = filed_key("u", "m", 1, 1, "总" * 300 + ".docx").rpartition("/")[2]
    assert name.startswith("0001-01 总")
    assert name.endswith("总.docx")
    assert FILE_BYTES - 3 < len(name.encode()) <= FILE_BYTES


def test_what_is_too_long_for_an_extension_is_cut_with_the_rest() -> None:
    assert len(safe_name("a." + "总" * 100, 50).encode()) <= 50


@given(HOSTILE, HOSTILE, HOSTILE, st.integers(1, 10**6), st.integers(1, 2000))
def test_every_name_is_accepted_everywhere(unit: str, material: str, name: str, number: int, position: int) -> None:
    key = filed_key(unit, material, number, position, name)
    parts = key.split("/")
    assert len(parts) == 4
    assert parts[3].startswith(f"{number:04d}-{position:02d} ")
    for part in parts:
        assert 0 < len(part.encode()) <= FILE_BYTES
        assert not set(part) & set('<>:"/\\|?*')
        assert not part.endswith((".", " "))
        assert unicodedata.is_normalized("NFC", part)
        assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in part)
        assert part.partition(".")[0].strip().upper() not in RESERVED


@given(HOSTILE)
def test_the_same_name_is_made_safe_only_once(name: str) -> None:
    assert safe_name(safe_name(name, 100), 100) == safe_name(name, 100)


def test_a_disk_takes_the_longest_names(files: Files) -> None:
    key = filed_key("单" * 200, "材" * 200, 1, 1, "名" * 300 + ".docx")
    assert files.put(key, b"x").read_bytes() == b"x"
