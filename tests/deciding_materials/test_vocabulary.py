"""Every labelled row of the vocabulary is judged as labelled: file names over a neutral text, titles, section headings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mailbot.model import Disposition, FileKind, FileVerdict, Item, PictureKind
from tests.deciding_materials.making import NEUTRAL, body, document, kind_of, photo, picture

SILENT = NEUTRAL.replace("全民终身学习活动周期间，", "")
"""Not even the activity is named: over such a text an uncertain name or title stays uncertain."""

HERE = Path(__file__).parent
EXPECTED = {"summary": ("summary",), "case": ("case",), "photos": ("photos",)}
# Names that parsing decodes or repairs before deciding sees them (mail-facts 3.2): the row is written as it arrives on the wire.
DECODED = {
    "=?gb2312?B?1tzX3L3hLmRvYw==?=": "周总结.doc", "%E6%80%BB%E7%BB%93.docx": "总结.docx", "æ€»ç»“.docx": "总结.docx",
    "×Ü½á.doc": "总结.doc",
    "╫▄╜ß.doc": "总结.doc",
}  # fmt: skip
# Hints only, by their own note in the vocabulary: the text decides, over a neutral text a person does.
TEXT_DECIDES = {
    "四平职业大学2022年全民终身学习活动周活动综述.docx", "通化师范学院2022年全民终身学习活动周情况汇报材料.docx",
    "典型经验材料（长春金融高等专科学校）.docx", "辽源市教育局关于报送2022年全民终身学习活动周工作总结的函.pdf",
}  # fmt: skip


def rows(block: str) -> list[tuple[str, str]]:
    lines = (HERE / f"vocabulary_{block}.txt").read_text("utf-8").splitlines()
    return [(fields[0].strip(), fields[1].strip()) for line in lines if len(fields := line.split("|")) >= 2]


def as_item(label: str, name: str) -> Item:
    """The file as it would be: photos as pictures or albums, everything else with a text that says nothing."""
    kind = kind_of(name)
    if kind is FileKind.IMAGE:
        return picture(name, photo(width=220, height=60, size=9_000), inline=True) if name == "image001.png" else picture(name)
    if label == "photos" and kind is not FileKind.ARCHIVE:
        return document(name, "", photos=5)
    return document(name)


NAMED = [(label, name) for label, name in rows("filenames") if kind_of(name) is not FileKind.ARCHIVE]


@pytest.mark.parametrize(("label", "name"), [row for row in NAMED if row[0] in EXPECTED])
def test_a_name_that_decides_is_filed_as_labelled(label: str, name: str, judged: Callable[..., FileVerdict]) -> None:
    verdict = judged(as_item(label, DECODED.get(name, name)))
    if name in TEXT_DECIDES and verdict.disposition is Disposition.UNSURE:
        return
    assert (verdict.disposition, verdict.materials) == (Disposition.FILED, EXPECTED[label]), verdict


@pytest.mark.parametrize("name", [name for label, name in NAMED if label == "other"])
def test_a_name_of_another_document_is_never_filed(name: str, judged: Callable[..., FileVerdict]) -> None:
    verdict = judged(as_item("other", name.rpartition("/")[2]))
    assert verdict.disposition in (Disposition.IGNORED, Disposition.UNSURE), verdict


@pytest.mark.parametrize("name", [name for label, name in NAMED if label == "uncertain"])
def test_a_name_that_does_not_decide_is_left_to_a_person(name: str, judged: Callable[..., FileVerdict]) -> None:
    verdict = judged(document(name, SILENT) if kind_of(name) is not FileKind.IMAGE else picture(name, photo(PictureKind.PAGE)))
    assert verdict.disposition is Disposition.UNSURE, verdict


@pytest.mark.parametrize(("label", "title"), rows("titles"))
def test_a_title_is_judged_as_labelled(label: str, title: str, judged: Callable[..., FileVerdict]) -> None:
    lines = title.split(" // ")
    verdict = judged(document("附件1.docx", "\n".join([*lines, (SILENT if label == "uncertain" else NEUTRAL) * 3])))
    if label in EXPECTED and label != "photos" and verdict.disposition is Disposition.FILED:
        assert verdict.materials == EXPECTED[label], verdict
    elif label in ("other", "uncertain", "photos"):
        assert verdict.disposition is not Disposition.FILED, verdict


@pytest.mark.parametrize(("label", "headings"), rows("headings"))
def test_section_headings_alone_lead_to_the_labelled_material_or_to_nobody(
    label: str, headings: str, judged: Callable[..., FileVerdict]
) -> None:
    text = "\n".join(f"{heading.strip()}\n{NEUTRAL}" for heading in headings.split("/"))
    verdict = judged(document("附件1.docx", text))
    wanted = EXPECTED.get(label, ())
    assert verdict.materials in (wanted, ()), verdict


@pytest.mark.parametrize("text", (HERE / "vocabulary_bodies.txt").read_text("utf-8").splitlines())
def test_what_clerks_write_around_their_files_is_a_letter_and_no_material(text: str, judged: Callable[..., FileVerdict]) -> None:
    assert judged(body(text)).disposition is Disposition.IGNORED
