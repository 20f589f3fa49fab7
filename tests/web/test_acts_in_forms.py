"""Acts travel in forms and come back the same; what a person adds beside them is read as a person means it."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from starlette.datastructures import FormData

from mailbot.desk import doing
from mailbot.desk.doing import Act
from mailbot.errors import ConfigError
from mailbot.loading.rules import load_rules
from mailbot.loading.shipped import shipped_rules
from mailbot.rulebook import Rulebook
from mailbot.web import acts

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rules(shipped_rules())


@pytest.mark.parametrize(
    "act",
    [
        doing.AssignMail(42, "ccut"),
        doing.AssignMail(42, "", learn=False),
        doing.AssignFile(42, "材料.zip/照片/1.jpg", None, ("photos", "case")),
        doing.AssignFile(42, "(body)", "ccut", ()),
        doing.AssignFile(42, '"><script>.docx', None, None),
        doing.CloseMail(42, "看过"),
        doing.JudgeAnew(7),
        doing.Waive("ccut", "case", None, "来电"),
        doing.Waive("ccut", None, datetime(2023, 1, 5, tzinfo=CHINA)),
        doing.RevokeWaiver("ccut", 3),
        doing.AddNote("ccut", "两行\n都在", phoned=True),
        doing.RemoveNote("ccut", 5),
        doing.ApproveAddress(3),
        doing.ForgetAddress(3),
        doing.ReleaseLetters((1, 2, 3)),
        doing.EditLetter(1, "主题", "正文"),
        doing.CancelLetters((1,)),
        doing.ResendLetter(1, "a@b.cn"),
        doing.NoteLetter(1),
        doing.WriteTo("ccut"),
        doing.StopSending("先停"),
        doing.ResumeSending(),
        doing.Undo(9),
    ],
    ids=lambda act: type(act).__name__,
)
def test_an_act_comes_back_as_it_was(act: Act, book: Rulebook) -> None:
    assert acts.read(FormData({"deed": acts.written(act)}), book) == act


def test_every_field_of_every_act_can_be_read() -> None:
    kinds = [kind for kind in get_args(Act) if kind not in (doing.Upload, doing.Settle)]
    assert {field.name for kind in kinds for field in fields(kind)} <= set(acts._READERS)


def form(act: str, *beside: tuple[str, str]) -> FormData:
    return FormData([("deed", act), *beside])


def test_a_unit_may_be_typed_by_name(book: Rulebook) -> None:
    said = acts.doing_json("AssignMail", number=4)
    assert acts.read(form(said, ("unit", "长春工业大学")), book) == doing.AssignMail(4, "ccut")


def test_a_name_that_fits_nobody_is_answered_with_the_nearest(book: Rulebook) -> None:
    with pytest.raises(ConfigError, match="最接近"):
        acts.read(form(acts.doing_json("AssignMail", number=4), ("unit", "长春工业打学")), book)


def test_boxes_for_materials(book: Rulebook) -> None:
    said = acts.doing_json("AssignFile", number=4, path="a.docx")
    assert acts.read(form(said), book) == doing.AssignFile(4, "a.docx")
    assert acts.read(form(said, ("materials", "summary"), ("materials", "case")), book) == doing.AssignFile(
        4, "a.docx", None, ("summary", "case")
    )
    assert acts.read(form(said, ("materials", "none")), book) == doing.AssignFile(4, "a.docx", None, ())


def test_a_date_is_a_day_in_the_campaigns_zone(book: Rulebook) -> None:
    said = acts.doing_json("Waive", unit="ccut")
    assert acts.read(form(said, ("until", "2023-01-05"), ("note", "疫情")), book) == doing.Waive(
        "ccut", None, datetime(2023, 1, 5, tzinfo=CHINA), "疫情"
    )


def test_letters_that_were_ticked(book: Rulebook) -> None:
    said = acts.doing_json("ReleaseLetters")
    assert acts.read(form(said, ("numbers", "3"), ("numbers", "5")), book) == doing.ReleaseLetters((3, 5))


def test_an_upload_cannot_be_smuggled_in(book: Rulebook) -> None:
    said = '{"kind": "Upload", "unit": "ccut", "files": [{"path": "/etc/passwd", "name": "x"}]}'
    with pytest.raises(ConfigError):
        acts.read(FormData({"deed": said}), book)


@pytest.mark.parametrize(
    "said", ["", "null", "[]", "{}", '{"kind": "__class__"}', '{"kind": "AssignMail"}', '{"kind": "AssignMail", "number": "x", "unit": ""}']
)
def test_nonsense_is_refused_in_a_sentence(said: str, book: Rulebook) -> None:
    with pytest.raises(ConfigError, match="表单"):
        acts.read(FormData({"deed": said}), book)
