"""Whatever a mail holds, judging neither raises nor wavers, and never files what it has no material for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.deciding.material import what_is
from mailbot.deciding.wording import clean
from mailbot.loading.rules import load_rules
from mailbot.model import Disposition, Facts, FileKind, Item, Memory, Message, Picture, PictureKind, Problem, Reading
from tests.deciding_materials.conftest import RULES

RULEBOOK = load_rules(RULES)
TEXT = st.text(max_size=120) | st.lists(
    st.sampled_from(
        [
            "工作总结",
            "案例",
            "照片",
            "的",
            "通知",
            "（",
            "）",
            "一、",
            "2021年",
            "\n",
            "：",
            "、",
            "和",
            ".",
            "附件1",
            "拟",
            "jlqmxx@126.com",
            "各校：",
        ]
    ),
    max_size=40,
).map("".join)
PICTURES = st.builds(Picture, st.integers(0, 9000), st.integers(0, 9000), st.integers(0, 10**8), st.sampled_from(PictureKind))
READINGS = st.none() | st.builds(
    lambda text, pictures, pages: Reading(text, tuple(text.splitlines()[:12]), pictures=tuple(pictures), pages=pages),
    TEXT, st.lists(PICTURES, max_size=6), st.none() | st.integers(0, 9),
)  # fmt: skip
ITEMS = st.builds(
    Item,
    path=TEXT, name=TEXT, sha256=TEXT, size=st.integers(0, 10**9), kind=st.sampled_from(FileKind), inline=st.booleans(),
    content_id=st.sampled_from(["", "c"]), problem=st.none() | st.sampled_from(Problem), reading=READINGS, picture=st.none() | PICTURES,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(ITEMS, min_size=1, max_size=4), TEXT)
def test_any_item_gets_one_outcome_and_the_same_one_twice(items: list[Item], subject: str) -> None:
    facts = Facts("s", 1, Message(subject=subject), items=tuple(items))
    for item in items:
        verdict = what_is(item, facts, RULEBOOK, Memory())
        assert verdict == what_is(item, facts, RULEBOOK, Memory())
        assert verdict.because
        assert bool(verdict.materials) == (verdict.disposition is Disposition.FILED)
        assert (verdict.count > 0) == bool(verdict.materials)
        assert set(verdict.materials) <= set(RULEBOOK.materials)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.integers(10, 120))
def test_a_cleaned_text_is_one_short_printable_line(text: str, length: int) -> None:
    cleaned = clean(text, length)
    assert len(cleaned) <= length
    assert cleaned.isprintable() or not cleaned
    assert cleaned == cleaned.strip()
    cleaned.encode("utf-8")


@pytest.mark.parametrize(("name", "disposition"), [("notice.eml", Disposition.IGNORED), ("工作总结.eml", Disposition.UNSURE)])
def test_an_enclosed_mail_of_nothing_but_words_is_no_material_unless_its_name_says_so(name: str, disposition: Disposition) -> None:
    item = Item(name, name, "0" * 64, 900, FileKind.MESSAGE)
    assert what_is(item, Facts("", 0, Message(), items=(item,)), RULEBOOK, Memory()).disposition is disposition
