"""The staff's page over the demo's mails and some hostile ones, served on loopback, looked at with Debian's Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, Response, sync_playwright
from starlette.applications import Starlette
from starlette.testclient import TestClient

from mailbot.app import App, open_app
from mailbot.config import Config, Web
from mailbot.desk import letterpage, users
from mailbot.desk.desk import Desk
from mailbot.desk.users import Role
from mailbot.loading.rules import load_rules
from mailbot.loading.shipped import shipped_rules
from mailbot.web import serving
from mailbot.web.site import build
from tests.desk.conftest import TODAY, chosen_mails, config_of, fill

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STAFF, VIEWER, PASSWORD = "李老师", "王处长", "lao-shi-2022"
DESKTOP, PHONE = {"width": 1366, "height": 850}, {"width": 390, "height": 844}


@dataclass
class Clock:
    """The office's clock: stands still unless a test moves it."""

    moment: datetime = TODAY.replace(tzinfo=UTC) + timedelta(days=1, hours=6)

    def __call__(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment


@dataclass
class Office:
    """A storage of its own with an open desk, and the page over it."""

    config: Config
    app: App
    desk: Desk
    clock: Clock
    site: Starlette
    web: Web = field(default_factory=Web)

    def client(self, name: str = "", *, host: str = "127.0.0.1") -> TestClient:
        """A browser without script; logged in when a name is given."""
        client = TestClient(self.site, base_url=f"http://{host}", follow_redirects=False, client=("127.0.0.9", 5))
        if name:
            assert log_in(client, name, PASSWORD) == 303
        return client


def log_in(client: TestClient, name: str, password: str) -> int:
    """Fill the form in and send it; the status of the answer."""
    entry = hidden(client.get("/login").text, "entry")
    answer = client.post("/login", data={"entry": entry, "name": name, "password": password, "back": "/"})
    return int(answer.status_code)


def hidden(html: str, name: str) -> str:
    """The value of the first hidden field with this name."""
    import re
    from html import unescape

    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', html)
    assert found, f"no field {name}"
    return unescape(found[1])


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's mails and two hostile ones, received and settled once, letters held; two people who may log in."""
    from tests.web.hostile import mails

    storage = tmp_path_factory.mktemp("web") / "storage"
    storage.mkdir()
    config = config_of(storage, f"sqlite:///{storage}/mailbot.db")
    book = load_rules(shipped_rules())
    fill(config, book, chosen_mails())
    mails.add_to(config, book)
    app = open_app(config, rulebook=book)
    try:
        users.add(app, STAFF, PASSWORD, Role.STAFF, "test")
        users.add(app, VIEWER, PASSWORD, Role.VIEWER, "test")
    finally:
        app.close()
    return storage


@pytest.fixture
def office(filled: Path, tmp_path: Path) -> Iterator[Office]:
    """A copy that a test may change."""
    yield from _opened(filled, tmp_path / "storage")


@pytest.fixture(scope="module")
def lasting(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A copy that all tests of a file only look at."""
    yield from _opened(filled, tmp_path_factory.mktemp("lasting") / "storage")


def _opened(filled: Path, storage: Path) -> Iterator[Office]:
    shutil.copytree(filled, storage)
    config, clock = config_of(storage, f"sqlite:///{storage}/mailbot.db"), Clock()
    app = open_app(config, now=clock)
    try:
        with Desk(app) as desk:
            web = Web(port=1)
            yield Office(config, app, desk, clock, build(desk, web), web)
    finally:
        app.close()


def held(office: Office) -> tuple[int, ...]:
    """The letters that wait."""
    return tuple(letter.number for letter in letterpage.letters_page(office.desk).letters if letter.can_release)


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """Where the page of `office` is served, by a real server in a thread."""
    yield from _served(office)


@pytest.fixture(scope="module")
def lasting_address(lasting: Office) -> Iterator[str]:
    """Where the page of `lasting` is served."""
    yield from _served(lasting)


def _served(office: Office) -> Iterator[str]:
    app = open_app(office.config, now=office.clock)
    try:
        with serving.beside(app, replace(office.web, port=0)) as address:
            yield address
    finally:
        app.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield chromium
        chromium.close()


def until(page: Page, condition: str) -> None:
    """Wait until an expression of script is true; the browser's own waiting would need eval, which the page forbids."""
    for _ in range(300):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {condition}")


def settled(page: Page) -> None:
    """Wait until every piece of the page has come."""
    until(page, "document.querySelectorAll('.htmx-request').length === 0")


@dataclass
class Sight:
    """A browser tab and everything that went wrong in it."""

    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a page of the site."""
        self.page.goto(self.address.rstrip("/") + path, wait_until="load")
        return self.page

    def at(self, path: str) -> None:
        """Wait until the address bar says so."""
        self.page.wait_for_url(self.address.rstrip("/") + path)

    def forget(self) -> None:
        """Begin a new account of what goes wrong."""
        self.troubles.clear()
        self.requests.clear()

    def calm(self) -> None:
        """Nothing was complained about, and nobody else was asked."""
        assert self.troubles == []
        assert [url for url in self.requests if not url.startswith((self.address, "data:", "blob:"))] == []


def sight(browser: Browser, address: str, size: dict[str, int] = DESKTOP, name: str = STAFF) -> Sight:
    """A tab with this window, logged in."""
    context: BrowserContext = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", is_mobile=size is PHONE)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    page = context.new_page()
    seen = Sight(page, address)

    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            seen.troubles.append(f"console: {message.text}")

    def answered(response: Response) -> None:
        if response.status >= 400:
            seen.troubles.append(f"{response.status}: {response.url}")

    def asked(request: Request) -> None:
        seen.requests.append(request.url)

    def spoke(dialog: Dialog) -> None:
        seen.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("console", console)
    page.on("pageerror", lambda error: seen.troubles.append(f"script: {error}"))
    page.on("response", answered)
    page.on("request", asked)
    page.on("dialog", spoke)
    if name:
        seen.open("/login")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.click("button.main")
        page.wait_for_url(address)
    return seen
