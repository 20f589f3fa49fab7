"""What is written after a mail, to whom it never is, and that the letter claims exactly what its text says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from mailbot.deciding.answer import answer, chase
from mailbot.deciding.question import Question
from mailbot.deciding.receipt import receipt
from mailbot.deciding.wording import last_moment
from mailbot.model import (
    Disposition,
    Facts,
    Filed,
    FileVerdict,
    Intent,
    Item,
    Judgement,
    Letter,
    LetterKind,
    Link,
    MailState,
    Problem,
    Silence,
    UnitVerdict,
)  # fmt: skip
from mailbot.rulebook import Addressed, Rulebook
from tests.deciding_materials.conftest import SHANGHAI
from tests.deciding_materials.making import NEUTRAL, body, document, mail, picture

WHEN = datetime(2022, 12, 20, 10, 5, tzinfo=SHANGHAI)
LATE = datetime(2022, 12, 31, 10, 5, tzinfo=SHANGHAI)
SUMMARY, CASE = document("长春工业大学工作总结.docx"), document("典型活动案例.docx")
PHOTOS = tuple(picture(f"照片{n}.jpg") for n in range(1, 10))
PAN = Link("https://pan.example/s/1", "百度网盘", name="活动照片.zip", size="82 MB", expires="2022-12-30")


def verdict(item: Item, disposition: Disposition = Disposition.FILED, material: str | None = None, **other: object) -> FileVerdict:
    names = {"总结": "summary", "照片": "photos", "案例": "case"}
    told = material or next(m for word, m in names.items() if word in item.name)
    materials = (told,) if disposition in (Disposition.FILED, Disposition.REPLACED, Disposition.DUPLICATE) else ()
    return FileVerdict(item.path, disposition, "依据", unit="u-ccut", materials=materials, count=1, **other)  # type: ignore[arg-type]


class Case:
    """One mail of 长春工业大学 as it stands after judging."""

    def __init__(self, rulebook: Rulebook, *files: FileVerdict, items: Sequence[Item] = (), when: datetime = WHEN) -> None:
        self.rulebook, self.when = rulebook, when
        self.unit = next(unit for unit in rulebook.units.values() if unit.name == "长春工业大学")
        self.files = tuple(replace(file, unit=self.unit.id) for file in files)
        self.facts: Facts = mail(*items, subject="长春工业大学全民终身学习活动周材料")
        self.judgement = Judgement(MailState.SETTLED, UnitVerdict(self.unit.id, ""), files=self.files)
        self.earlier: tuple[Filed, ...] = ()
        self.unsure = 0

    @property
    def arrived(self) -> tuple[Filed, ...]:
        items = {item.path: item for item in self.facts.items}
        counted = (Disposition.FILED, Disposition.REPLACED)
        return tuple(
            Filed(self.unit.id, material, 1, self.when, 42, items[file.path].name, items[file.path].sha256)
            for file in self.files
            if file.disposition in counted
            for material in file.materials
        )

    def question(self, **other: Any) -> Question:
        state = receipt(self.unit.id, (*self.earlier, *self.arrived), self.rulebook, unsure=self.unsure)
        values = Question(
            self.judgement,
            self.facts,
            self.unit,
            state,
            42,
            self.when,
            self.arrived,
            self.rulebook,
            self.when + timedelta(minutes=6),
            "jxjy@ccut.edu.cn",
        )
        return replace(values, **other)

    def letter(self, **other: object) -> Letter:
        written = answer(self.question(**other))
        assert isinstance(written, Letter), written
        assert all(f"{self.rulebook.materials[m].name}：已收到" in written.text for m in written.received if written.kind in _STATE), (
            written.text
        )
        assert all(f"{self.rulebook.materials[m].name}：未" in written.text for m in written.missing), written.text
        assert written.text.count("：未收到") + written.text.count("：未收齐") == len(written.missing)
        assert len(written.text.splitlines()) <= 60
        assert "\n" not in written.subject
        return written


_STATE = (LetterKind.CONFIRM, LetterKind.MISSING)


def everything(rulebook: Rulebook, when: datetime = WHEN) -> Case:
    items = (SUMMARY, CASE, *PHOTOS)
    return Case(rulebook, *(verdict(item) for item in items), items=items, when=when)


def without_case(rulebook: Rulebook, when: datetime = WHEN) -> Case:
    items = (SUMMARY, *PHOTOS)
    return Case(rulebook, *(verdict(item) for item in items), items=items, when=when)


def test_everything_received_is_confirmed_with_the_whole_checklist(rulebook: Rulebook) -> None:
    written = everything(rulebook).letter()
    assert (written.kind, written.received, written.missing, written.late) == (LetterKind.CONFIRM, ("summary", "photos", "case"), (), False)
    assert all(words in written.text for words in ("长春工业大学", "第42号", "2022年12月20日10:05", "等9个文件", "共9张", "82857798"))
    assert "{" not in written.text + written.subject


def test_what_is_missing_is_named_with_the_deadline(rulebook: Rulebook) -> None:
    written = without_case(rulebook).letter()
    assert (written.kind, written.received, written.missing) == (LetterKind.MISSING, ("summary", "photos"), ("case",))
    assert "12月28日" in written.text
    assert "典型活动案例" in written.subject


def test_lateness_is_said_politely_and_only_where_it_is(rulebook: Rulebook) -> None:
    late = everything(rulebook, LATE).letter()
    assert late.late
    assert "3天" in late.text
    assert "现已超过3天" in without_case(rulebook, LATE).letter().text
    assert not everything(rulebook).letter().late
    assert without_case(rulebook, LATE).letter().late


def test_an_extension_is_not_called_late(rulebook: Rulebook) -> None:
    case = everything(rulebook, LATE)
    state = receipt(case.unit.id, case.arrived, rulebook, until=LATE + timedelta(days=1))
    assert not case.letter(receipt=state).late


@pytest.mark.parametrize("disposition", [Disposition.UNSURE, Disposition.QUARANTINED])
def test_doubt_over_a_file_never_speaks_of_missing(disposition: Disposition, rulebook: Rulebook) -> None:
    written = Case(rulebook, verdict(SUMMARY), verdict(CASE, disposition), items=(SUMMARY, CASE)).letter()
    assert (written.kind, written.missing, written.received) == (LetterKind.ACK, (), ("summary",))
    assert "典型活动案例.docx" in written.text
    assert "缺" not in written.text


def test_doubt_from_an_earlier_mail_or_in_the_reading_never_speaks_of_missing(rulebook: Rulebook) -> None:
    case = without_case(rulebook)
    case.unsure = 1
    assert case.letter().kind is LetterKind.ACK
    doubtful = replace(without_case(rulebook).judgement, doubts=("原文里的附件没有全部找到",))
    assert without_case(rulebook).letter(judgement=doubtful).kind is LetterKind.ACK


def test_a_locked_file_is_asked_for_again_without_a_word_of_missing(rulebook: Rulebook) -> None:
    locked = document("典型活动案例.docx", problem=Problem.ENCRYPTED)
    written = Case(rulebook, verdict(SUMMARY), verdict(locked, Disposition.UNREADABLE), items=(SUMMARY, locked)).letter()
    assert (written.kind, written.received, written.missing) == (LetterKind.ASK_AGAIN, ("summary",), ())
    assert "加了密码" in written.text


def test_a_file_that_only_staff_can_open_is_not_the_senders_fault(rulebook: Rulebook) -> None:
    odd = document("典型活动案例.rar", problem=Problem.NEEDS_EXTRA)
    assert Case(rulebook, verdict(odd, Disposition.UNREADABLE), items=(odd,)).letter().kind is LetterKind.ACK


def test_material_behind_a_link_is_asked_for_by_its_name_and_never_by_its_address(rulebook: Rulebook) -> None:
    case = Case(rulebook, verdict(SUMMARY), items=(SUMMARY,))
    case.facts = replace(case.facts, links=(PAN,))
    written = case.letter()
    assert written.kind is LetterKind.ASK_AGAIN
    assert "活动照片.zip（百度网盘，82 MB，2022-12-30到期）" in written.text
    assert "http" not in written.text


def test_a_link_beside_complete_material_is_only_a_hint(rulebook: Rulebook) -> None:
    case = everything(rulebook)
    case.facts = replace(case.facts, links=(PAN,))
    written = case.letter()
    assert written.kind is LetterKind.CONFIRM
    assert "链接未随信收到" in written.text


def test_an_attachment_that_was_forgotten_is_asked_for(rulebook: Rulebook) -> None:
    case = Case(rulebook)
    case.facts = mail(body("总结和照片见附件，请查收。"), own="总结和照片见附件，请查收。")
    written = case.letter()
    assert written.kind is LetterKind.ASK_AGAIN
    assert "没有找到附件" in written.text


def test_a_promise_is_answered_gently_with_the_checklist(rulebook: Rulebook) -> None:
    case = Case(rulebook, verdict(SUMMARY), items=(SUMMARY,))
    own = "附件为我校总结，照片和案例稍后另发。"
    case.facts = replace(case.facts, message=replace(case.facts.message, own=own))
    case.judgement = replace(case.judgement, doubts=("来信说还有材料以后发来（“稍后另发”）",))
    written = case.letter()
    assert (written.kind, written.missing) == (LetterKind.MISSING, ("photos", "case"))
    assert "另行报送" in written.text


def test_a_question_is_acknowledged_and_left_to_a_person(rulebook: Rulebook) -> None:
    case = Case(rulebook)
    case.judgement = replace(case.judgement, intent=Intent.QUESTION)
    assert case.letter().kind is LetterKind.ACK


def test_no_such_material_is_left_to_a_person(rulebook: Rulebook) -> None:
    case = Case(rulebook, verdict(SUMMARY), items=(SUMMARY,))
    case.facts = replace(case.facts, message=replace(case.facts.message, own="我单位今年未单独组织活动，照片和案例没有。"))
    assert case.letter().kind is LetterKind.ACK


def test_thanks_and_machines_get_silence(rulebook: Rulebook) -> None:
    case = Case(rulebook)
    thanks = replace(case.judgement, intent=Intent.THANKS)
    machine = replace(everything(rulebook).judgement, automatic="自动回复")
    assert isinstance(answer(case.question(judgement=thanks)), Silence)
    assert isinstance(answer(everything(rulebook).question(judgement=machine)), Silence)


def test_the_same_files_again_are_answered_with_the_whole_state(rulebook: Rulebook) -> None:
    first = without_case(rulebook)
    again = Case(rulebook, verdict(SUMMARY, Disposition.DUPLICATE), items=(SUMMARY,))
    again.earlier = first.arrived
    written = again.letter()
    assert (written.kind, written.received, written.missing) == (LetterKind.MISSING, ("summary", "photos"), ("case",))
    assert "不重复登记" in written.text


def test_a_unit_that_was_never_asked_is_never_told_of_missing(rulebook: Rulebook) -> None:
    case = without_case(rulebook)
    assert case.letter(unit=replace(case.unit, addressed=Addressed.MAYBE)).kind is LetterKind.ACK


def unknown(
    rulebook: Rulebook, *files: FileVerdict, items: Sequence[Item] = (), subject: str = "", candidates: tuple[str, ...] = ()
) -> Letter | Silence:
    judgement = Judgement(MailState.UNSURE, UnitVerdict(None, "", candidates), files=tuple(replace(file, unit=None) for file in files))
    question = Case(rulebook).question(judgement=judgement, facts=mail(*items, subject=subject), unit=None, receipt=None)
    return answer(question)


def test_an_unknown_sender_is_asked_and_told_no_units_state(rulebook: Rulebook) -> None:
    ids = tuple(rulebook.units)[:2]
    written = unknown(rulebook, verdict(SUMMARY, Disposition.UNSURE), items=(SUMMARY,), candidates=ids)
    assert isinstance(written, Letter)
    assert (written.kind, written.unit, written.received, written.missing) == (LetterKind.ASK_UNIT, None, (), ())
    assert rulebook.units[ids[0]].name in written.text
    assert "已收到1份" not in written.text


def test_an_advert_gets_silence(rulebook: Rulebook) -> None:
    flyer = document("优惠.pdf")
    assert isinstance(unknown(rulebook, verdict(flyer, Disposition.UNSURE, "case"), items=(flyer,), subject="发票优惠"), Silence)
    assert isinstance(unknown(rulebook), Silence)


def test_more_cases_than_asked_is_a_hint(rulebook: Rulebook) -> None:
    second = document("典型活动案例2.docx", NEUTRAL + "二")
    case = everything(rulebook)
    case = Case(rulebook, *case.files, verdict(second), items=(*case.facts.items, second))
    assert "要求1个，已收到2个" in case.letter().text


@pytest.mark.parametrize(
    "hostile",
    [
        "{{7*7}}.docx",
        "{% raw %}.docx",
        "总结\r\nBcc: x@evil.com.docx",
        "总结\u202excod.exe",
        "总结\x00\ud800.docx",
        "总" * 300 + ".docx",
        "%s${jndi:x}.docx",
    ],
)
def test_hostile_names_stay_short_harmless_text(hostile: str, rulebook: Rulebook) -> None:
    item = replace(SUMMARY, name=hostile)
    case = Case(rulebook, verdict(item, material="summary"), items=(item,))
    case.facts = replace(case.facts, message=replace(case.facts.message, subject=hostile))
    written = case.letter()
    assert "49" not in written.text + written.subject
    assert "Bcc" not in "".join(line[:4] for line in written.text.splitlines())
    assert not any(letter in written.text + written.subject for letter in "\r\u202e\x00\ud800")
    assert max(map(len, written.text.splitlines())) <= 160
    written.text.encode("utf-8")


def test_two_hundred_files_still_make_a_short_letter(rulebook: Rulebook) -> None:
    items = tuple(document(f"典型活动案例{n}.docx", NEUTRAL + str(n)) for n in range(60)) + tuple(
        picture(f"照片{n}.jpg") for n in range(140)
    )
    written = Case(rulebook, *(verdict(item) for item in items), items=items).letter()
    assert "其余" in written.text
    assert "共140张" in written.text


def test_a_chase_letter_names_what_is_still_missing(rulebook: Rulebook) -> None:
    case = without_case(rulebook)
    written = chase(case.unit, receipt(case.unit.id, case.arrived, rulebook), rulebook, "jxjy@ccut.edu.cn", LATE)
    assert (written.kind, written.missing, written.late) == (LetterKind.CHASE, ("case",), True)
    assert "典型活动案例：未收到" in written.text


@pytest.mark.parametrize(("deadline", "shown"), [("2022-12-28T23:59:59", "2022年12月28日"), ("2022-12-28T17:00:00", "2022年12月28日17:00")])
def test_a_deadline_is_told_with_its_time_unless_it_is_the_end_of_the_day(deadline: str, shown: str) -> None:
    assert last_moment(datetime.fromisoformat(deadline).replace(tzinfo=SHANGHAI), SHANGHAI) == shown
