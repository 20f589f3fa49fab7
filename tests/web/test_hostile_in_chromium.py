"""Mails that want to be more than mail: on every page their words are words, and nothing of theirs runs or is fetched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from mailbot.desk import doors, mailpage
from mailbot.desk.doing import AddNote, WriteTo
from tests.web.conftest import STAFF, Office, Sight, settled, sight
from tests.web.hostile.mails import IMAGE, SCRIPT, SVG, TEMPLATE

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def number(lasting: Office) -> int:
    with lasting.app.database.reading() as records:
        return next(mail.number for mail in records.mails() if "script" in mail.subject)


@pytest.fixture(scope="module")
def seen(browser: Browser, lasting_address: str) -> Iterator[Sight]:
    tab = sight(browser, lasting_address)
    yield tab
    tab.page.context.close()


def test_on_every_page_hostile_words_are_only_words(lasting: Office, seen: Sight, number: int) -> None:
    page_of = mailpage.mail_page(lasting.desk, number)
    assert page_of is not None
    paths = ["/", "/mails", "/mails?text=script", f"/mails/{number}", "/todo", "/letters", "/letters?text=evil", "/export"]
    paths += [f"/todo?entry={key}" for key in (f"unit-{number}", f"read-{number}", f"link-{number}", f"stuck-{number}")]
    for path in paths:
        page = seen.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
        settled(page)
        assert page.title() != "owned", path
        assert page.evaluate("document.querySelectorAll('iframe, object, embed, main svg[onload], main img[onerror]').length") == 0, path
        assert page.evaluate("[...document.links].filter(a => !/^https?:/.test(a.protocol)).length") == 0, path
        seen.calm()
    page = seen.open(f"/mails/{number}")
    text = page.inner_text("h1")
    assert SCRIPT in text
    assert TEMPLATE in text
    assert "49" not in text
    assert "\u202e" not in page.content()


def test_given_to_a_unit_they_are_words_on_its_page_in_previews_letters_and_sentences_too(
    office: Office, address: str, browser: Browser
) -> None:
    with office.app.database.reading() as records:
        number = next(mail.number for mail in records.mails() if "script" in mail.subject)
    tab = sight(browser, address)
    page = tab.open(f"/mails/{number}")
    page.locator("input[name=unit]").first.fill("长春工业大学")
    page.click("text=看看会怎样")
    page.locator("#preview-body").wait_for()
    words_only(tab, "the preview")
    with page.expect_navigation():
        page.click("[data-confirm]")
    words_only(tab, "what was done")
    doors.apply(office.desk, AddNote("ccut", SCRIPT + IMAGE), SVG)
    doors.apply(office.desk, WriteTo("ccut"), SVG, letter=True)
    for path in ("/units/ccut", f"/mails/{number}", "/?text=长春工业大学", "/letters", "/todo", "/chase", "/export"):
        tab.open(path)
        words_only(tab, path)
    page = tab.open("/units/ccut")
    assert SCRIPT in page.inner_text("main")
    assert SVG in page.inner_text(".timeline"), "also the name of who did it"
    tab.page.context.close()


def words_only(tab: Sight, where: str) -> None:
    """Whatever is hidden is opened; nothing ran, nothing was asked of anybody else, nothing is more than text."""
    page = tab.page
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    settled(page)
    assert page.title() != "owned", where
    strange = "iframe, object, embed, main script, main svg[onload], main img[onerror], main [onclick]"
    assert page.evaluate(f"document.querySelectorAll('{strange}').length") == 0, where
    tab.calm()


def test_hostile_files_leave_as_downloads_under_a_clean_name(lasting: Office, number: int) -> None:
    client = lasting.client(STAFF)
    page = mailpage.mail_page(lasting.desk, number)
    assert page is not None
    assert len(page.files) >= 10
    for file in page.files:
        answer = client.get(f"/files/{file.id}")
        assert answer.status_code == 200, file.name
        assert answer.headers["content-type"] == "application/octet-stream"
        said = answer.headers["content-disposition"]
        assert said.startswith("attachment")
        assert "/" not in said.replace("%2F", "/").partition("filename")[2].partition("''")[2] or "%2F" not in said
        assert "\n" not in said
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("sandbox")
    assert client.get(f"/mails/{number}/raw").headers["content-type"] == "application/octet-stream"


def test_a_stored_page_or_drawing_is_never_shown_as_one(lasting: Office, number: int) -> None:
    client = lasting.client(STAFF)
    page = mailpage.mail_page(lasting.desk, number)
    assert page is not None
    for file in page.files:
        for path in (f"/files/{file.id}/view?kind=text", f"/files/{file.id}/picture", f"/files/{file.id}/pages/1"):
            answer = client.get(path)
            assert answer.status_code in (200, 404)
            assert answer.headers["content-type"].split(";")[0] in ("text/html", "image/png", "image/jpeg")
            if answer.status_code == 200 and "text/html" in answer.headers["content-type"]:
                assert "<script" not in answer.text
                assert "<svg onload" not in answer.text
