"""The list of mails: found by number, words, sender or unit; nothing is lost between its pages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mailbot.desk.maillist import WantedMails, mails_page
from mailbot.model import MailState
from mailbot.web.rendering import environment
from tests.web.conftest import STAFF, Office


@pytest.mark.parametrize(
    ("text", "subject"),
    [("以此为准", "更正"), ("NONGAN_JYJ@163", "农安县"), ("四平职大", "转发：学习周材料"), ("四平职业大学", "转发：学习周材料")],
)
def test_a_mail_is_found_by_what_a_person_knows_of_it(lasting: Office, text: str, subject: str) -> None:
    assert any(subject in listed.brief.subject for listed in mails_page(lasting.desk, WantedMails(text=text)).mails)


def test_a_mail_is_found_by_its_number(lasting: Office) -> None:
    for text in ("第5号", "5"):
        assert 5 in {listed.brief.number for listed in mails_page(lasting.desk, WantedMails(text=text)).mails}


def test_signs_of_a_pattern_are_only_signs(lasting: Office) -> None:
    assert mails_page(lasting.desk, WantedMails(text="100%_")).found == 0


def test_all_pages_together_are_all_mails_once(lasting: Office) -> None:
    first = mails_page(lasting.desk, WantedMails(per_page=4))
    numbers: list[int] = []
    for page in range(1, -(-first.found // 4) + 1):
        numbers += [listed.brief.number for listed in mails_page(lasting.desk, WantedMails(per_page=4, page=page)).mails]
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == first.found == sum(first.counts.values())


def test_a_state_is_a_part_of_all(lasting: Office) -> None:
    page = mails_page(lasting.desk, WantedMails(state=MailState.UNSURE))
    assert page.found == page.counts[MailState.UNSURE] > 0
    assert {listed.brief.state for listed in page.mails} == {MailState.UNSURE}


def test_the_page_shows_units_files_and_numbers(lasting: Office) -> None:
    html = lasting.client(STAFF).get("/mails?text=长春工业大学").text
    assert re.search(r"第\d+号", html)
    assert "长春工业大学" in html
    assert re.search(r"\d+ 个文件", html)


def test_a_stranger_under_our_nobodys_address_is_not_shown_as_staff(lasting: Office) -> None:
    shown = environment(lasting.app.rulebook).from_string('{% import "_macros.html" as m with context %}{{ m.sender(mail) }}')
    brief = mails_page(lasting.desk, WantedMails()).mails[0].brief
    forged = replace(brief, from_name="省厅", from_address="desk@mailbot.invalid")
    assert shown.render(mail=forged).strip() == "省厅 &lt;desk@mailbot.invalid&gt;"
    assert shown.render(mail=replace(forged, origin="desk")).strip() == "工作人员登记"
