"""Hostile sizes and random damage: never an exception, never more than seconds, never more memory for a bigger mail."""

from __future__ import annotations

import base64
import random
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.config import Limits
from mailbot.model import Facts
from mailbot.parsing.gather import gather
from mailbot.parsing.headers import addresses, decode_header, file_name
from mailbot.parsing.safename import clean_name, clean_text
from tests.parsing_message.conftest import InProcess, Read
from tests.parsing_message.mails import attached, mail, multipart, nested, part, text_part, word
from tests.parsing_message.test_structure import INNER, QQ, uu


def deep_multiparts(levels: int) -> bytes:
    opening = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(levels))
    return b"From: a@b.cn\r\n" + opening + b"\r\nbottom\r\n" + b"".join(b"--b%d--\r\n" % level for level in reversed(range(levels)))


def deep_messages(levels: int) -> bytes:
    return b"From: a@b.cn\r\nContent-Type: message/rfc822\r\n\r\n" * levels + b"Subject: bottom\r\n\r\nbottom"


TORTURE: dict[str, Callable[[], bytes]] = {
    "900 multiparts in each other": lambda: deep_multiparts(900),
    "900 messages in each other": lambda: deep_messages(900),
    "10,000 parts": lambda: multipart(*[text_part()] * 10_000),
    "20,000 headers": lambda: b"".join(b"X-%d: y\r\n" % number for number in range(20_000)) + b"From: a@b.cn\r\n\r\nbody",
    "2,000 Received": lambda: b"Received: from x by y; Mon, 5 Dec 2022 10:00:00 +0800\r\n" * 2000 + b"From: a@b.cn\r\n\r\nbody",
    "a header line of 1 MB": lambda: b"X-Long: " + b"a" * 1_000_000 + b"\r\nFrom: a@b.cn\r\n\r\nbody",
    "a subject of 5 MB": lambda: mail(subject=b"a" * 5_000_000),
    "a subject of 3,000 words": lambda: mail(subject=b"\r\n ".join([word("总结")] * 3000)),
    "5 MB of starts of encoded words": lambda: mail(subject=b"=?a?b?" * 800_000),
    "3,000 nested comments": lambda: mail(sender=b"(" * 3000 + b")" * 3000 + b" a@b.cn"),
    "5,000 recipients": lambda: mail(extra=b"Cc: " + b",\r\n ".join(b"u%d@x.cn" % number for number in range(5000)) + b"\r\n"),
    "2,000 continuations of a name": lambda: multipart(
        attached(b";\r\n " + b";\r\n ".join(b'filename*%d="a"' % number for number in range(2000)))
    ),
    "a million dashed lines": lambda: multipart(part(b"Content-Type: text/plain", b"------=_Part_1 x\r\n" * 300_000)),
    "5 MB of combining marks": lambda: mail("e\u0301\u0323".encode() * 1_000_000, extra=b"Content-Type: text/plain; charset=utf-8\r\n"),
    "5 MB of quote marks": lambda: mail(b"> " * 2_500_000),
    "5 MB of markers": lambda: mail("发件人：\n".encode() * 300_000),
    "5 MB of links": lambda: mail(b"http://pan.baidu.com/s/1aaaaa " * 150_000),
    "100,000 nested divs": lambda: mail(b"<div>" * 100_000 + b"x", extra=b"Content-Type: text/html\r\n"),
    "a table of 100,000 cells": lambda: mail(b"<table><tr>" + b"<td>x" * 100_000, extra=b"Content-Type: text/html\r\n"),
    "2 MB of opened tags": lambda: mail(b"<" * 2_000_000, extra=b"Content-Type: text/html\r\n"),
    "5,000 uuencoded files": lambda: mail(uu(b"abc") * 5000),
    "100,000 data addresses": lambda: mail(b'<img src="data:image/png;base64,AAAA">' * 100_000, extra=b"Content-Type: text/html\r\n"),
    "3 MB of boundaries alone": lambda: multipart() + b"------=_Part_1\r\n" * 180_000,
    "nothing": lambda: b"",
    "one line end": lambda: b"\n",
    "NUL only": lambda: b"\0" * 1_000_000,
}


@pytest.mark.parametrize("kind", TORTURE)
def test_hostile_mail_is_read_within_five_seconds(read: Read, kind: str) -> None:
    raw = TORTURE[kind]()
    started = time.process_time()
    facts = read(raw)
    assert time.process_time() - started < 5
    assert facts.size == len(raw)


@pytest.mark.parametrize("kind", ["900 multiparts in each other", "900 messages in each other", "10,000 parts", "20,000 headers"])
def test_what_goes_over_a_cap_is_doubted(read: Read, kind: str) -> None:
    assert read(TORTURE[kind]()).doubts


def is_clean(text: str) -> bool:
    """Whether it shows as it is: no controls, no breaks, no marks that turn or hide letters (rare names need GBK's private characters)."""
    return not any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in "\u202e\u200b\ufeff" for sign in text)


def check(facts: Facts) -> None:
    """What must be true of the reading of any bytes."""
    assert len({item.path.casefold() for item in facts.items}) == len(facts.items)
    for item in facts.items:
        assert item.name and item.path
        assert item.file is None or item.file.stat().st_size == item.size
        assert is_clean(item.name + item.path + item.original_name)
    for message in (facts.message, *facts.nested):
        (message.subject + message.own + message.quoted + message.forwarded).encode()
        for values in message.headers.values():
            assert all("\n" not in value and "\r" not in value for value in values)
    for doubt in facts.doubts:
        doubt.encode()


SEEDS = [
    QQ,
    INNER,
    multipart(text_part("转发"), part(b"Content-Type: message/rfc822", INNER)),
    multipart(nested(text_part(), kind=b"related")),
    mail(uu(b"x" * 99)),
]
TOKENS = [
    b"--",
    b"\r\n",
    b"\n\n",
    b"------=_Part_1",
    b"Content-Type: multipart/mixed; boundary=",
    b"=?gbk?B?",
    b"base64",
    b"\xd7\xdc",
    b"\0",
    b'"',
    b";",
    b"begin 644 x\n",
    b"=",
    b"<a href=",
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    raw = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(raw)))
        kind = draw(st.integers(0, 3))
        if kind == 0:
            raw[at : at + draw(st.integers(1, 60))] = b""
        elif kind == 1:
            raw[at:at] = draw(st.sampled_from(TOKENS))
        elif kind == 2:
            raw[at:at] = draw(st.binary(max_size=20))
        else:
            raw[at:at] = raw[at : at + draw(st.integers(1, 200))]
    return bytes(raw)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.one_of(mutated(), st.binary(max_size=400)))
def test_no_bytes_make_the_reading_raise(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "mail.eml").write_bytes(raw)
    (folder / "work").mkdir()
    check(gather(folder / "mail.eml", folder / "work", InProcess(), Limits()))  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.sampled_from(
                [
                    b"=?",
                    b"?B?",
                    b"?q?",
                    b"?=",
                    b"gbk",
                    b"utf-8",
                    b'"',
                    b"<",
                    b">",
                    b"@",
                    b"a.cn",
                    b"(",
                    b")",
                    b",",
                    b";",
                    b"filename*0*=",
                    b"'",
                    b"%E6",
                    b"\xd7\xdc",
                    b"\\",
                ]
            ),
            max_size=30,
        ).map(b"".join),
    )
)
def test_no_header_value_makes_a_reader_raise(raw: bytes) -> None:
    assert "\n" not in decode_header(raw)
    assert all(address.address.isascii() and address.address.count("@") == 1 for address in addresses(raw))
    assert is_clean(clean_name(file_name(raw, raw)))


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)
    assert clean_text(clean_text(text, 9999), 9999) == clean_text(text, 9999)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=st.lists(st.binary(min_size=1, max_size=3000), min_size=1, max_size=5), width=st.sampled_from([4, 60, 76, 1000]))
def test_every_attachment_comes_out_byte_for_byte(tmp_path_factory: pytest.TempPathFactory, contents: list[bytes], width: int) -> None:
    folder = tmp_path_factory.mktemp("exact")
    (folder / "work").mkdir()
    parts = []
    for content in contents:
        text = base64.b64encode(b"\x01" + content)
        lines = b"\r\n".join(text[at : at + width] for at in range(0, len(text), width))
        parts.append(part(b'Content-Type: x/y; name="a.bin"\r\nContent-Transfer-Encoding: base64', lines))
    (folder / "mail.eml").write_bytes(multipart(*parts))
    facts = gather(folder / "mail.eml", folder / "work", InProcess(), Limits())  # type: ignore[arg-type]
    assert [item.file.read_bytes() for item in facts.items if item.file] == [b"\x01" + content for content in contents]
    assert facts.doubts == ()


MEASURE = """
import resource, sys, pathlib
sys.path.insert(0, sys.argv[3])
from tests.parsing_message.conftest import InProcess
from mailbot.parsing.gather import gather
from mailbot.config import Limits
class Blind(InProcess):
    def examine(self, path, name):
        from mailbot.model import FileKind
        from mailbot.parsing.outcome import Examined
        return Examined(FileKind.OTHER)
facts = gather(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), Blind(), Limits())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, len(facts.items))
"""


def peak(folder: Path, raw: Path) -> int:
    work = folder / (raw.stem + ".work")
    work.mkdir()
    root = str(Path(__file__).parents[2])
    out = subprocess.run(
        [sys.executable, "-c", MEASURE, str(raw), str(work), root], capture_output=True, text=True, check=True
    ).stdout.split()
    assert int(out[1]) == 4
    return int(out[0])


def test_a_mail_of_70_mb_costs_less_than_32_mb_more_memory_than_a_small_one(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(3_000_000)
    small, big = tmp_path / "small.eml", tmp_path / "big.eml"
    small.write_bytes(multipart(text_part("正文"), *[attached(b'; filename="a.bin"', noise[:1000])] * 3))
    big.write_bytes(multipart(text_part("正文"), *[attached(b'; filename="a.bin"', noise * 6)] * 3))
    assert big.stat().st_size > 70_000_000
    assert peak(tmp_path, big) - peak(tmp_path, small) < 32 * 1024
