"""A unit's receipt is computed from its filings alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mailbot.deciding.receipt import near, receipt
from mailbot.model import Filed, Receipt, UnitState
from mailbot.rulebook import Rulebook
from tests.deciding_materials.conftest import SHANGHAI

EARLY = datetime(2022, 12, 20, 9, 30, tzinfo=SHANGHAI)
U = "ccut"


def filed(material: str, name: str = "", when: datetime = EARLY, **other: object) -> Filed:
    values: dict[str, object] = {"count": 1, "mail": 1, "sha256": f"{material}{name}"} | other
    return Filed(unit=U, material=material, received_at=when, name=name or f"{material}.docx", **values)  # type: ignore[arg-type]


def told(rulebook: Rulebook, *filings: Filed, **other: object) -> Receipt:
    return receipt(U, filings, rulebook, **other)  # type: ignore[arg-type]


def test_nothing_filed_is_none(rulebook: Rulebook) -> None:
    assert told(rulebook).state is UnitState.NONE
    assert told(rulebook).missing == ("summary", "photos", "case")


def test_some_material_is_partial_and_all_is_complete(rulebook: Rulebook) -> None:
    assert told(rulebook, filed("summary")).state is UnitState.PARTIAL
    assert told(rulebook, filed("summary"), filed("photos"), filed("case")).state is UnitState.COMPLETE


def test_something_unsure_outweighs_partial_and_never_complete(rulebook: Rulebook) -> None:
    assert told(rulebook, filed("summary"), unsure=1).state is UnitState.UNSURE
    assert told(rulebook, filed("summary"), filed("photos"), filed("case"), unsure=1).state is UnitState.COMPLETE


def test_a_waived_material_is_not_missing(rulebook: Rulebook) -> None:
    found = told(rulebook, filed("summary"), filed("photos"), waived=frozenset({"case"}))
    assert (found.state, found.missing, found.items["case"].waived) == (UnitState.COMPLETE, (), True)


def test_filings_of_other_units_do_not_count(rulebook: Rulebook) -> None:
    assert receipt("other", [filed("summary")], rulebook).state is UnitState.NONE


@pytest.mark.parametrize(("second", "late"), [(0, False), (1, True)])
def test_late_begins_one_second_after_the_deadline(second: int, late: bool, rulebook: Rulebook) -> None:
    item = told(rulebook, filed("summary", when=rulebook.campaign.deadline + timedelta(seconds=second))).items["summary"]
    assert item.late is late


def test_an_extension_moves_the_deadline(rulebook: Rulebook) -> None:
    when = rulebook.campaign.deadline + timedelta(days=2)
    assert told(rulebook, filed("summary", when=when)).late
    assert not told(rulebook, filed("summary", when=when), until=when + timedelta(hours=1)).late


def test_a_corrected_version_keeps_the_first_arrival(rulebook: Rulebook) -> None:
    late = rulebook.campaign.deadline + timedelta(days=1)
    found = told(rulebook, filed("summary", "旧.docx", current=False), filed("summary", "新.docx", late)).items["summary"]
    assert (found.count, found.first_received_at, found.late) == (1, EARLY, False)


def test_word_and_pdf_of_one_text_are_one_item_and_two_cases_are_two(rulebook: Rulebook) -> None:
    by_text = told(rulebook, filed("case", "案例.docx", text_key="k"), filed("case", "定稿.pdf", text_key="k"))
    by_name = told(rulebook, filed("summary", "总结.docx"), filed("summary", "总结（盖章）.pdf"))
    two = told(rulebook, filed("case", "案例1.docx"), filed("case", "案例2.docx"))
    assert [by_text.items["case"].count, by_name.items["summary"].count, two.items["case"].count] == [1, 1, 2]


def test_photos_count_their_pictures_and_near_copies_once(rulebook: Rulebook) -> None:
    one, copy, other = "f" * 32, "f" * 31 + "0", "0" * 32
    found = told(
        rulebook,
        filed("photos", "1.jpg", fingerprint=one),
        filed("photos", "1缩小.jpg", fingerprint=copy),
        filed("photos", "2.jpg", fingerprint=other),
        filed("photos", "照片.docx", count=5),
    )
    assert found.items["photos"].count == 7


def test_fingerprints_are_near_up_to_seven_bits() -> None:
    assert near("00", "7f")
    assert not near("00", "ff")
    assert not near("", "0f")
    assert not near("zz", "zz")


def test_the_same_photo_twice_under_two_names_is_one(rulebook: Rulebook) -> None:
    assert told(rulebook, filed("photos", "1.jpg", sha256="a"), filed("photos", "2.jpg", sha256="a")).items["photos"].count == 1


def test_fewer_than_needed_is_not_received(contest: Rulebook) -> None:
    from dataclasses import replace

    three = replace(contest, materials={"prize": replace(contest.materials["prize"], needed=3)})
    few = receipt(U, [filed("prize", "1.jpg"), filed("prize", "2.jpg")], three)
    assert (few.items["prize"].received, few.items["prize"].count, few.state) == (False, 2, UnitState.PARTIAL)
