"""待办, worked off with the keyboard alone; undo; and what happens when two people meet."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from mailbot.desk import doors, queue
from mailbot.desk.doing import AssignMail, CancelLetters
from mailbot.desk.queue import EntryKind
from tests.web.conftest import Office, Sight, held, sight

pytestmark = pytest.mark.chromium


@pytest.fixture
def tab(browser: Browser, address: str) -> Iterator[Sight]:
    tab = sight(browser, address)
    yield tab
    tab.calm()
    tab.page.context.close()


def left(page: Page) -> int:
    """How many entries the page says there are."""
    heading = page.locator(".queue h1 b")
    return int(heading.inner_text()) if heading.count() else 0


def settle(page: Page, key: str) -> None:
    """Choose, wait for what it will change, confirm."""
    page.keyboard.press(key)
    page.locator("#preview-body").wait_for()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_all_of_it_is_worked_off_by_keyboard_alone(office: Office, tab: Sight) -> None:
    most = held(office)
    doors.apply(office.desk, CancelLetters(most[2:]), "别人")
    page = tab.open("/todo")
    begin, count, steps = time.monotonic(), left(page), 0
    assert count >= 6
    while page.locator(".choice").count():
        settle(page, "1")
        steps += 1
        assert steps <= 3 * count, "it does not get less"
    assert page.locator(".done-all").count() == 1
    assert queue.queue(office.desk).total == 0
    assert (time.monotonic() - begin) / steps < 4, "seconds an entry"


def test_u_takes_the_last_decision_back_and_n_comes_again(office: Office, tab: Sight) -> None:
    page = tab.open("/todo?kind=unit")
    title, count = page.locator(".entry-name").inner_text(), left(page)
    settle(page, "1")
    assert "撤销" in page.locator("#said").inner_text()
    with page.expect_navigation():
        page.keyboard.press("u")
    assert left(page) == count
    assert page.locator(".entry-name").inner_text() == title, "to be decided otherwise at once"


def test_what_i_did_myself_is_no_news_to_the_page_that_shows_it(tab: Sight) -> None:
    page = tab.open("/todo")
    page.wait_for_timeout(1500)  # the stream has looked once
    settle(page, "1")
    page.wait_for_timeout(5000)
    assert page.locator("#fresh").is_hidden()


def test_j_and_k_walk_and_escape_leaves_a_preview(tab: Sight) -> None:
    page = tab.open("/todo")
    first = page.locator(".entry-name").inner_text()
    for key in ("j", "ArrowDown"):
        with page.expect_navigation():
            page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press("k")
    with page.expect_navigation():
        page.keyboard.press("ArrowUp")
    assert page.locator(".entry-name").inner_text() == first
    page.keyboard.press("1")
    page.locator("#preview-body").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#preview-body").count() == 0


def test_another_unit_can_be_typed(office: Office, tab: Sight) -> None:
    page = tab.open("/todo?kind=unit")
    number = queue.queue(office.desk, (EntryKind.UNIT,)).entries[0].mail
    page.keyboard.press("x")
    page.keyboard.type("吉林建筑大学")
    page.keyboard.press("Enter")
    page.locator("#preview-body", has_text="吉林建筑大学").wait_for()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert number is not None
    with office.app.database.reading() as records:
        mail = records.mail(number.number)
    assert mail is not None
    assert mail.unit_id == office.app.rulebook.units[mail.unit_id or ""].id
    assert office.app.rulebook.units[mail.unit_id or ""].name == "吉林建筑大学"


def test_who_comes_second_sees_what_changed_and_overwrites_nothing(office: Office, tab: Sight) -> None:
    page = tab.open("/todo?kind=unit")
    entry = queue.queue(office.desk, (EntryKind.UNIT,)).entries[0]
    assert entry.mail is not None
    page.keyboard.press("1")
    page.locator("#preview-body").wait_for()
    doors.apply(office.desk, AssignMail(entry.mail.number, "beihua"), "小张")
    page.click("[data-confirm]")
    page.locator(".conflict", has_text="小张").wait_for()
    with office.app.database.reading() as records:
        mail = records.mail(entry.mail.number)
    assert mail is not None
    assert mail.unit_id == "beihua"
    tab.troubles.clear()  # the 409 that was asked for


def test_ten_unsure_things_take_a_stranger_less_than_three_minutes(office: Office, tab: Sight) -> None:
    """By tapping only, reading nothing but what is offered: the machine's part of the three minutes is a small one."""
    page = tab.open("/todo")
    begin = time.monotonic()
    for _ in range(10):
        page.locator(".choice").first.click()
        page.locator("#preview-body").wait_for()
        with page.expect_navigation():
            page.click("[data-confirm]")
    assert time.monotonic() - begin < 60
