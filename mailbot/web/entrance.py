"""Logging in and out."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mailbot.desk import users
from mailbot.desk.users import NotLoggedIn, Visit
from mailbot.web.asked import COOKIE, MAX_FIELDS, site_of, visitor

_ENTRY = "mailbot_entry"
_SECRET = secrets.token_bytes(32)


async def show(request: Request) -> Response:
    """The login page; who is logged in already goes on."""
    if await run_in_threadpool(visitor, request):
        return RedirectResponse(back_of(request.query_params.get("back", "")), 303)
    return _form(request, request.query_params.get("back", ""))


async def enter(request: Request) -> Response:
    """Check name and password."""
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as form:
        name, password, back = (str(form.get(key, "")) for key in ("name", "password", "back"))
        entry = str(form.get("entry", ""))
    if not hmac.compare_digest(entry.encode(), _mark(request.cookies.get(_ENTRY, "")).encode()):
        return _form(request, back, name, "登录页面放得太久了，请再输入一次。", 403)
    where = request.client.host if request.client else ""
    outcome = await run_in_threadpool(users.log_in, site_of(request).desk.app, name.strip()[:100], password[:1000], where)
    if isinstance(outcome, NotLoggedIn):
        answer = _form(request, back, name, outcome.sentence, 429 if outcome.wait_seconds else 401)
        if outcome.wait_seconds:
            answer.headers["Retry-After"] = str(int(outcome.wait_seconds) + 1)
        return answer
    return _entered(request, outcome, back)


def back_of(path: str) -> str:
    """Where to go after login: a page of ours, never another site's."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\", "/login", "/logout")) and path.isprintable()
    return path if inside and len(path) < 2000 else "/"


async def leave(request: Request) -> Response:
    """End the session; a form of ours asks for it."""
    visit = await run_in_threadpool(visitor, request)
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as form:
        sent = str(form.get("csrf", ""))
    if visit is not None and hmac.compare_digest(sent.encode(), visit.csrf.encode()):
        await run_in_threadpool(users.log_out, site_of(request).desk.app, visit.token)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def _entered(request: Request, visit: Visit, back: str) -> Response:
    answer = RedirectResponse(back_of(back), 303)
    # Lax, not Strict: a link to the desk in a chat must open for who is logged in; what changes anything is a form with a token.
    # How long, not until when: the office's clock and the browser's need not agree.
    lasts = int((visit.expires_at - site_of(request).desk.app.now()).total_seconds())
    answer.set_cookie(COOKIE, visit.token, max_age=lasts, secure=request.url.scheme == "https", httponly=True, samesite="lax")
    answer.delete_cookie(_ENTRY, path="/login")
    return answer


def _form(request: Request, back: str, name: str = "", wrong: str = "", status: int = 200) -> HTMLResponse:
    entry = secrets.token_urlsafe(24)
    text = (
        site_of(request)
        .templates.get_template("login.html")
        .render(back=back_of(back), name=name[:100], wrong=wrong, entry=_mark(entry), path="/login")
    )
    answer = HTMLResponse(text, status)
    answer.set_cookie(_ENTRY, entry, path="/login", secure=request.url.scheme == "https", httponly=True, samesite="strict")
    return answer


def _mark(entry: str) -> str:
    return hmac.new(_SECRET, entry.encode(), hashlib.sha256).hexdigest()
