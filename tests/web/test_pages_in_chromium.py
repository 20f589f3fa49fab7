"""Every page in a real browser, on a desk and on a phone: quiet, self-contained, accessible, and readable on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from mailbot.desk import doors
from mailbot.desk.doing import AddNote
from tests.web.conftest import DESKTOP, PHONE, VIEWER, Office, Sight, settled, sight, until

pytestmark = pytest.mark.chromium

PAGES = (
    "/",
    "/?show=missing",
    "/units/ccut",
    "/mails",
    "/mails/3",
    "/mails/5",
    "/todo",
    "/todo?kind=material",
    "/todo?kind=link",
    "/todo?kind=held",
    "/letters",
    "/chase",
    "/export",
    "/login",
    "/nowhere",
)
# Best practices of axe that are ours on purpose: none. Rules of the kind wcag2a, wcag2aa and best-practice all run.
AXE = Axe()


@pytest.fixture(scope="module", params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def seen(request: pytest.FixtureRequest, browser: Browser, lasting_address: str) -> Iterator[Sight]:
    tab = sight(browser, lasting_address, request.param)
    yield tab
    tab.page.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_quiet_and_accessible(seen: Sight, path: str) -> None:
    seen.forget()  # what an earlier page did wrong was told there
    page = seen.open(path)
    settled(page)
    if path == "/nowhere":
        seen.troubles.clear()  # the 404 that was asked for
    seen.calm()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{overflow} pixels wider than the window"
    found = AXE.run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_table_prints_on_a4(seen: Sight, tmp_path: Path) -> None:
    page = seen.open("/")
    content = page.pdf(path=str(tmp_path / "table.pdf"), prefer_css_page_size=True, print_background=True)
    import pypdfium2

    with pypdfium2.PdfDocument(content) as document:
        sizes = {tuple(round(side) for side in document.get_page_size(number)) for number in range(len(document))}
        text = "".join(document[number].get_textpage().get_text_range() for number in range(len(document)))
        pages = len(document)
    assert sizes <= {(842, 595), (842, 596), (841, 595)}, sizes
    assert pages <= 8
    assert "长春工业大学" in text
    assert "退出登录" not in text


@pytest.fixture
def tab(browser: Browser, address: str) -> Iterator[Sight]:
    tab = sight(browser, address)
    yield tab
    tab.calm()
    tab.page.context.close()


def test_the_table_renews_itself_without_losing_its_place(office: Office, tab: Sight) -> None:
    page = tab.open("/")
    row = page.locator("#row-jlu, [id^='row-']").last
    name = row.get_attribute("id") or ""
    row.scroll_into_view_if_needed()
    place = page.evaluate("window.scrollY")
    doors.apply(office.desk, AddNote(name.removeprefix("row-"), "来电", phoned=True), "别人")
    page.locator(f"#{name}", has_text="已电话").wait_for()
    assert page.evaluate("window.scrollY") == pytest.approx(place, abs=3)
    assert place > 0


def test_a_stream_that_was_refused_is_asked_for_again(office: Office, tab: Sight) -> None:
    refusals = [503]
    tab.page.route("**/events", lambda route: route.fulfill(status=refusals.pop()) if refusals else route.continue_())
    page = tab.open("/")
    page.wait_for_timeout(6000)
    doors.apply(office.desk, AddNote("jlu", "来电", phoned=True), "别人")
    page.locator("#row-jlu", has_text="已电话").wait_for()
    tab.forget()  # the 503 that was made


def test_filters_stand_in_the_address_bar(tab: Sight) -> None:
    page = tab.open("/")
    everybody = page.locator(".board tbody tr:not(.group)").count()
    page.fill("#text", "长春")
    page.wait_for_url("**/?text=*")
    page.locator(".found", has_text="长春").wait_for()
    fewer = page.locator(".board tbody tr:not(.group)").count()
    assert 0 < fewer < everybody
    page.select_option("#kind", "bureau")
    page.wait_for_url("**kind=bureau**")
    page.reload()
    assert page.input_value("#text") == "长春"
    assert page.locator(".board tbody tr:not(.group)").count() < fewer
    page.go_back()
    until(page, "document.querySelectorAll('.board tbody tr:not(.group)').length > 1")


def test_a_page_that_somebody_works_on_only_offers_the_news(office: Office, tab: Sight) -> None:
    page = tab.open("/units/ccut")
    page.click("text=记电话、写备注")
    page.fill("#note-text", "还没写完")
    doors.apply(office.desk, AddNote("ccut", "别人写的"), "别人")
    page.locator("#fresh").wait_for(state="visible")
    assert page.input_value("#note-text") == "还没写完"
    page.click("#fresh a")
    page.locator(".notes", has_text="别人写的").wait_for()


def test_a_picture_opens_in_large_and_closes_again(tab: Sight) -> None:
    page = tab.open("/units/ccut")
    page.locator("a[data-lightbox]").first.click()
    page.locator("#lightbox[open] img").wait_for()
    until(page, "document.querySelector('#lightbox img').naturalWidth > 0")
    first = page.locator("#lightbox-name").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator("#lightbox-name").inner_text() != first
    page.keyboard.press("Escape")
    assert page.locator("#lightbox[open]").count() == 0


def test_everything_also_works_without_script(browser: Browser, office: Office, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address + "login")
    page.fill("#name", "李老师")
    page.fill("#password", "lao-shi-2022")
    page.click("button.main")
    page.goto(address + "todo?kind=unit")
    before = page.locator(".queue h1 b").inner_text()
    page.locator(".choice").last.click()
    page.click("[data-confirm]")
    page.wait_for_url("**/todo?**")
    assert int(page.locator(".queue h1 b").inner_text()) < int(before)
    context.close()


def test_a_viewer_has_no_buttons(browser: Browser, lasting_address: str) -> None:
    tab = sight(browser, lasting_address, name=VIEWER)
    for path in ("/todo", "/units/ccut", "/mails/3", "/letters"):
        page = tab.open(path)
        assert page.locator("form[action^='/acts'], form[action^='/uploads']").count() == 0, path
    tab.calm()
    tab.page.context.close()
