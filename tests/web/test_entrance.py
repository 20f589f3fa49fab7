"""Who gets in, who may do what, and what is refused before anything is looked at."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest

from mailbot.desk import users
from mailbot.desk.doing import AddNote
from mailbot.web import acts
from mailbot.web.entrance import back_of
from mailbot.web.safety import POLICY, host_name
from tests.web.conftest import PASSWORD, STAFF, VIEWER, Office, hidden, log_in

PAGES = (
    "/",
    "/units/ccut",
    "/units/names",
    "/mails",
    "/mails/3",
    "/mails/3/text",
    "/mails/3/raw",
    "/files/1",
    "/files/1/view",
    "/files/1/picture",
    "/files/1/pages/1",
    "/todo",
    "/letters",
    "/export",
    "/export/table.xlsx",
    "/status",
    "/events",
)
ACTS = ("/acts/preview", "/acts/apply", "/acts/undo", "/uploads", "/uploads/confirm", "/export/files.zip", "/export/extent")


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_shown_without_a_login(lasting: Office, path: str) -> None:
    answer = lasting.client().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")
    assert answer.text == ""


@pytest.mark.parametrize("path", ACTS)
def test_nothing_is_done_without_a_login(lasting: Office, path: str) -> None:
    assert lasting.client().post(path, data={"deed": "{}"}).headers["location"] == "/login"


def test_a_piece_of_a_page_sends_the_browser_to_the_login(lasting: Office) -> None:
    answer = lasting.client().get("/status", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login")
    on_page = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1/todo?kind=unit"}
    answer = lasting.client().post("/acts/preview", headers=on_page)
    assert answer.headers["hx-redirect"] == "/login?back=%2Ftodo%3Fkind%3Dunit", "and back to where the person was"
    elsewhere = {"HX-Request": "true", "HX-Current-URL": "https://evil.example//evil.example/x"}
    assert "evil" not in back_of(unquote(lasting.client().get("/status", headers=elsewhere).headers["hx-redirect"].partition("back=")[2]))


def test_every_answer_carries_the_protecting_headers(lasting: Office) -> None:
    client = lasting.client(STAFF)
    for path in (*PAGES[:-1], "/login", "/nowhere", "/static/nothing", "/files/99999999"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-frame-options"] == "DENY", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert headers["content-security-policy"] == POLICY or headers["content-security-policy"].startswith("sandbox"), path
        assert "no-store" in headers["cache-control"] or headers["cache-control"] == "private, no-cache", path
    assert POLICY.startswith("default-src 'none'")
    assert "unsafe" not in POLICY


def test_another_host_name_is_refused(lasting: Office) -> None:
    answer = lasting.client(host="evil.example").get("/login")
    assert answer.status_code == 400
    assert "names" in answer.text
    assert lasting.client(host="localhost").get("/login").status_code == 200


@pytest.mark.parametrize(("header", "name"), [("A.cn:80", "a.cn"), ("[::1]:8126", "::1"), ("127.0.0.1", "127.0.0.1"), ("", "")])
def test_host_names_are_read_without_their_port(header: str, name: str) -> None:
    assert host_name(header) == name


def test_the_right_password_opens_and_the_cookie_is_guarded(lasting: Office) -> None:
    client = lasting.client()
    entry = hidden(client.get("/login?back=/todo").text, "entry")
    answer = client.post("/login", data={"entry": entry, "name": STAFF, "password": PASSWORD, "back": "/todo"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/todo")
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("mailbot="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.get("/").status_code == 200


def test_behind_https_the_cookie_is_for_https_only(lasting: Office) -> None:
    client = lasting.client()
    client.base_url = client.base_url.copy_with(scheme="https")
    entry = hidden(client.get("/login").text, "entry")
    answer = client.post("/login", data={"entry": entry, "name": STAFF, "password": PASSWORD, "back": "/"})
    assert "Secure" in "".join(answer.headers.get_list("set-cookie"))
    assert "strict-transport-security" in answer.headers


def test_a_wrong_password_says_no_more_than_that(lasting: Office) -> None:
    client = lasting.client()
    entry = hidden(client.get("/login").text, "entry")
    wrong = client.post("/login", data={"entry": entry, "name": STAFF, "password": "falsch-2022", "back": "/"})
    entry = hidden(wrong.text, "entry")
    nobody = client.post("/login", data={"entry": entry, "name": "没有这个人", "password": "falsch-2022", "back": "/"})
    assert (wrong.status_code, nobody.status_code) == (401, 401)
    sentence = [line for line in wrong.text.splitlines() if 'class="wrong"' in line]
    assert sentence == [line for line in nobody.text.splitlines() if 'class="wrong"' in line]


def test_guessing_is_slowed_down(office: Office) -> None:
    client = office.client()
    statuses = [log_in(client, STAFF, f"geraten-{number}") for number in range(12)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert log_in(client, STAFF, PASSWORD) == 429, "also the right one must wait now"
    office.clock.moment += timedelta(hours=2)
    assert log_in(client, STAFF, PASSWORD) == 303


def test_a_login_form_of_another_site_does_not_log_in(lasting: Office) -> None:
    client = lasting.client()
    client.get("/login")
    assert client.post("/login", data={"entry": "0" * 64, "name": STAFF, "password": PASSWORD}).status_code == 403


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", "/login", "/a\r\nb"]
)
def test_after_login_nobody_is_sent_away(path: str) -> None:
    assert back_of(path) == "/"


def test_after_login_a_person_comes_to_what_was_asked(lasting: Office) -> None:
    assert lasting.client().get("/?show=missing").headers["location"] == "/login?back=%2F%3Fshow%3Dmissing"
    assert back_of("/?show=missing&text=长春") == "/?show=missing&text=长春"


def test_a_session_ends_when_it_is_left_and_when_it_is_old(office: Office) -> None:
    client, other = office.client(STAFF), office.client(STAFF)
    csrf = hidden(client.get("/").text, "csrf")
    client.post("/logout", data={"csrf": csrf})
    assert client.get("/").status_code == 303
    assert other.get("/").status_code == 200
    office.clock.moment += timedelta(days=3)
    assert other.get("/").status_code == 303


def note(text: str) -> str:
    return acts.written(AddNote("ccut", text))


def test_a_form_without_the_sessions_token_does_nothing(office: Office) -> None:
    client = office.client(STAFF)
    for csrf in ("", "0" * 43, hidden(office.client(VIEWER).get("/").text, "csrf")):
        answer = client.post("/acts/apply", data={"csrf": csrf, "deed": note("nein")})
        assert answer.status_code == 403
    assert "nein" not in client.get("/units/ccut").text


def test_a_viewer_sees_everything_and_does_nothing(office: Office) -> None:
    client = office.client(VIEWER)
    html = client.get("/units/ccut").text
    assert "要做的事" not in html
    csrf = hidden(html, "csrf")
    for path in ("/acts/preview", "/acts/apply", "/acts/undo", "/uploads", "/uploads/confirm"):
        assert client.post(path, data={"csrf": csrf, "deed": note("nein")}).status_code == 403, path
    assert "nein" not in client.get("/units/ccut").text
    assert client.post("/export/extent", data={"csrf": csrf}).status_code == 200


def test_who_was_removed_is_out_at_once(office: Office) -> None:
    client = office.client(STAFF)
    users.remove(office.app, STAFF, "test")
    assert client.get("/").status_code == 303
    assert log_in(office.client(), STAFF, PASSWORD) == 401


@pytest.mark.parametrize(
    "path",
    [
        "/files/../../config.yaml",
        "/files/%2e%2e/%2e%2e/config.yaml",
        "/files/..%2f..%2fconfig.yaml",
        "/files/1/../../../etc/passwd",
        "/static/../site.py",
        "/static/..%2fsite.py",
        "/static/%2e%2e%2f%2e%2e%2fconfig.yaml",
        "/static/desk.css",
        "/mails/1/raw/../../../config.yaml",
        "/units/..%2f..%2fconfig.yaml",
        "/files/-1",
        "/files/1e3",
        "/files/99999999999999999999",
        "/mails/99999999999999999999",
        "/mails/0",
    ],
)
def test_no_path_leads_out_of_the_site(lasting: Office, path: str) -> None:
    answer = lasting.client(STAFF).get(path)
    assert answer.status_code == 404
    assert "password" not in answer.text
    assert "没有" in answer.text


def test_a_body_over_the_limit_is_refused(lasting: Office) -> None:
    client = lasting.client(STAFF)
    assert client.post("/acts/apply", content=b"x" * (1024 * 1024 + 1)).status_code == 413
    chunks = (b"x" * 65536 for _ in range(40))
    assert client.post("/acts/apply", content=chunks).status_code in (400, 413, 500, 303, 403)


def test_what_the_address_bar_asks_wrongly_is_left_at_its_default(lasting: Office) -> None:
    client = lasting.client(STAFF)
    for query in ("show=x", "kind=%00", "sort='--", "page=-1", "page=99999999", "text=" + "长" * 3000, "backwards=%ff", "page=١"):
        assert client.get(f"/?{query}").status_code == 200, query
        assert client.get(f"/mails?{query}").status_code == 200, query
        assert client.get(f"/letters?{query}&state=nix").status_code == 200, query
        assert client.get(f"/todo?{query}&entry=nix").status_code == 200, query
