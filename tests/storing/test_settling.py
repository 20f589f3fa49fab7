"""Settling: one outcome for each mail, the same however often it is written, with the history of what was replaced."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.model import Disposition, Evidence, Intent, Link, MailState, Problem
from mailbot.storing.database import Database, open_database
from mailbot.storing.records import Revocable
from mailbot.storing.rows import JudgedMail, NewDecision, NewFiling
from tests.storing.conftest import NOW
from tests.storing.mails import digest, item, keep, settle


def test_mails_are_settled_in_the_order_they_arrived_not_were_kept(database: Database) -> None:
    late, early = keep(database, "late", minutes=9), keep(database, "early", minutes=1)
    order = []
    for _ in range(2):
        with database.reading() as records:
            row = records.next_unsettled()
        assert row is not None
        order.append(row.number)
        settle(database, row.number)
    assert order == [early, late]
    with database.reading() as records:
        assert (records.next_unsettled(), records.unsettled_count()) == (None, 0)


def test_what_was_judged_is_what_is_read(database: Database) -> None:
    number = keep(database)
    link = Link("https://pan.example/1", "网盘", name="照片.zip", code="ab12")
    sign = Evidence("主题", "吉林大学", "jlu", 3)
    settle(
        database,
        number,
        item("材料.zip/总结.docx", original_name="=总结.docx", problem=Problem.TRUNCATED, materials=("summary", "case"), evidence=(sign,)),
        state=MailState.UNSURE,
        candidates=("jlu", "nenu"),
        because=("单位不明",),
        doubts=("有超大附件",),
        links=(link,),
        needs_person=True,
        intent=Intent.SUBMIT,
        subject="关于报送材料",
    )  # fmt: skip
    with database.reading() as records:
        mail, (leaf,) = records.mail(number), records.items(number)
    assert mail is not None
    assert (mail.state, mail.unit_id, mail.candidates, mail.because) == (MailState.UNSURE, "jlu", ("jlu", "nenu"), ("单位不明",))
    assert mail.links[0]["code"] == "ab12"
    assert (mail.subject, mail.intent, mail.settled_at, mail.parts) == ("关于报送材料", Intent.SUBMIT, NOW, 1)
    assert (leaf.path, leaf.name, leaf.original_name, leaf.position) == ("材料.zip/总结.docx", "总结.docx", "=总结.docx", 1)
    assert (leaf.problem, leaf.materials, leaf.evidence) == (Problem.TRUNCATED, ("summary", "case"), (sign,))


def test_one_file_can_be_two_materials_and_one_mail_hold_two_units(database: Database) -> None:
    number = keep(database)
    both = item("总结.docx", filings=(NewFiling("jlu", "summary", 1), NewFiling("jlu", "case", 1)))
    settle(database, number, both, item("附属.docx", filings=(NewFiling("nenu", "summary", 1),)))
    with database.reading() as records:
        assert [(filed.material, filed.name) for filed in records.filed("jlu")] == [("summary", "总结.docx"), ("case", "总结.docx")]
        assert [filed.unit for filed in records.filed_all()] == ["jlu", "jlu", "nenu"]
        assert records.filed("nenu")[0].received_at == NOW


def test_settling_again_changes_nothing_but_the_ids(database: Database) -> None:
    first, second = keep(database, "a"), keep(database, "b", minutes=1)
    settle(database, first, item("旧.docx"))
    with database.reading() as records:
        old = records.filings_of("jlu")[0].id
    for _ in range(3):
        settle(database, second, item("新.docx", filings=(NewFiling("jlu", "summary", 1, replaces=(old,)),)))
    with database.reading() as records:
        assert [(filed.name, filed.current) for filed in records.filed("jlu")] == [("旧.docx", False), ("新.docx", True)]


def test_an_old_version_is_current_again_when_the_new_one_is_judged_away(database: Database) -> None:
    first, second = keep(database, "a"), keep(database, "b", minutes=1)
    settle(database, first, item("旧.docx"))
    with database.reading() as records:
        old = records.filings_of("jlu")[0].id
    settle(database, second, item("新.docx", filings=(NewFiling("jlu", "summary", 1, replaces=(old,)),)))
    settle(database, second, item("新.docx", disposition=Disposition.IGNORED, filings=()))
    with database.reading() as records:
        assert [(filed.name, filed.current) for filed in records.filed("jlu")] == [("旧.docx", True)]


def test_an_old_mail_settled_anew_stays_history_behind_the_newer_one(database: Database) -> None:
    first, second = keep(database, "a"), keep(database, "b", minutes=1)
    settle(database, first, item("旧.docx"))
    with database.reading() as records:
        old = records.filings_of("jlu")[0].id
    settle(database, second, item("新.docx", filings=(NewFiling("jlu", "summary", 1, replaces=(old,)),)))
    with database.transaction() as records:
        records.reopen(first)
    settle(database, first, item("旧.docx"))
    with database.reading() as records:
        assert [(filed.name, filed.current) for filed in records.filed("jlu")] == [("旧.docx", False), ("新.docx", True)]


def test_a_correction_that_was_settled_before_what_it_corrects_is_found(database: Database) -> None:
    old, correction, other = keep(database, "a"), keep(database, "b", minutes=1), keep(database, "c", minutes=2)
    settle(database, correction, item("新.docx"), intent=Intent.CORRECT)
    settle(database, other, item("另.docx"))
    settle(database, old, item("旧.docx"))
    with database.reading() as records:
        assert records.corrections_before_their_time(old) == (correction,)
        assert records.corrections_before_their_time(correction) == ()


def test_attempts_are_counted_before_the_work_and_start_anew_when_reopened(database: Database) -> None:
    number = keep(database)
    for expected in (1, 2):
        with database.transaction() as records:
            assert records.count_attempt(number) == expected
    with database.transaction() as records:
        records.mark_stuck(number, "三次处理都失败", NOW)
        stuck = records.mail(number)
        records.reopen(number)
        reopened = records.mail(number)
    assert stuck is not None
    assert (stuck.state, stuck.because, stuck.needs_person) == (MailState.STUCK, ("三次处理都失败",), True)
    assert reopened is not None
    assert (reopened.state, reopened.attempts) == (MailState.KEPT, 0)


def test_an_unknown_mail_cannot_be_settled(database: Database) -> None:
    with pytest.raises(LookupError, match="77"):
        settle(database, 77)


def test_decisions_of_staff_stand_until_they_are_taken_back(database: Database) -> None:
    number = keep(database)
    with database.transaction() as records:
        records.decide(NewDecision("王老师", number, unit_id="jlu"), NOW)
        second = records.decide(NewDecision("王老师", number, "总结.docx", materials=("summary",), disposition=Disposition.FILED), NOW)
        assert [(row.unit_id, row.path, row.materials) for row in records.decisions(number)] == [
            ("jlu", None, None),
            (None, "总结.docx", ("summary",)),
        ]
        assert records.revoke(Revocable.DECISION, second, NOW)
        assert not records.revoke(Revocable.DECISION, second, NOW)
        assert [row.unit_id for row in records.decisions(number)] == ["jlu"]
        assert len(records.decisions_all()) == 2


def test_a_letter_by_two_routes_is_known_by_sender_id_and_files_together(database: Database) -> None:
    def mail(name: str, files: tuple[str, ...], sender: str = "a@jlu.edu.cn") -> int:
        number = keep(database, name)
        settle(
            database,
            number,
            item("(body)", filings=()),
            *(item(file, filings=()) for file in files),
            message_id="<m@x>",
            from_address=sender,
        )
        return number

    first = mail("one", ("1.docx", "2.docx"))
    hashes = sorted((digest("1.docx"), digest("2.docx")))
    with database.reading() as records:
        assert records.twin_of(99, "<m@x>", "a@jlu.edu.cn", hashes) == first
        assert records.twin_of(99, "<m@x>", "b@jlu.edu.cn", hashes) is None
        assert records.twin_of(99, "<m@x>", "a@jlu.edu.cn", hashes[:1]) is None
        assert records.twin_of(99, "", "a@jlu.edu.cn", hashes) is None
        assert records.twin_of(first, "<m@x>", "a@jlu.edu.cn", hashes) is None


def test_settling_a_mail_with_five_items_costs_less_than_three_milliseconds(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/m.db")
    times = []
    for number in [keep(database, str(index)) for index in range(30)]:
        start = time.process_time()
        settle(database, number, *(item(f"{index}.docx") for index in range(5)))
        times.append(time.process_time() - start)
    database.close()
    # Processor time, and the best run: other programs on the machine are not what is measured (performance section 4).
    assert min(times) < 0.003


def test_judged_mail_says_by_itself_how_many_parts_it_had(database: Database) -> None:
    number = keep(database)
    with database.transaction() as records:
        records.settle(number, JudgedMail(MailState.UNSURE, parts=3), [item("1.docx", filings=())], NOW + timedelta(minutes=1))
    with database.reading() as records:
        sums = records.reconciliation()
    assert (sums.parts, sums.outcomes, sums.equal) == (3, 1, False)
