"""One request as the pages see it: who asks, what for, and how to answer; and the three gates that a page stands behind."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mailbot.config import Web
from mailbot.desk import board, users
from mailbot.desk.desk import Desk
from mailbot.desk.users import Visit
from mailbot.rulebook import Rulebook
from mailbot.web.recent import Recent
from mailbot.web.rows import Rows
from mailbot.web.sharing import Shared
from mailbot.web.staging import Staging

COOKIE = "mailbot"
MAX_FIELDS = 20_000
Made = TypeVar("Made")


@dataclass(frozen=True)
class Site:
    """What all pages share."""

    desk: Desk
    web: Web
    templates: Environment
    recent: Recent
    staging: Staging
    shared: Shared
    rows: Rows

    @property
    def book(self) -> Rulebook:
        """The campaign's rules."""
        return self.desk.app.rulebook


@dataclass(frozen=True)
class Asked:
    """One request of somebody who is logged in; `token` says how far the ledger was when it came, before anything was read."""

    site: Site
    request: Request
    visit: Visit
    form: FormData
    token: str

    @property
    def desk(self) -> Desk:
        """The desk."""
        return self.site.desk

    @property
    def book(self) -> Rulebook:
        """The campaign's rules."""
        return self.site.book

    @property
    def name(self) -> str:
        """Who asks, as events name them."""
        return self.visit.user.name

    @property
    def fragment(self) -> bool:
        """Whether htmx asks for a piece of the page only."""
        return self.request.headers.get("hx-request") == "true"

    def query(self, name: str, default: str = "") -> str:
        """One value of the address bar, cut to a decent length."""
        return self.request.query_params.get(name, default)[:200]

    def count(self, name: str, default: int) -> int:
        """One whole number of the address bar, at least 1."""
        said = self.query(name)
        return max(1, int(said)) if said.isascii() and said.isdecimal() and len(said) < 10 else default

    def path_number(self, name: str = "number") -> int:
        """The number in the path."""
        number: int = self.request.path_params[name]
        if number > 2**31:
            raise HTTPException(404)
        return number

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401  # what a template needs
        """A page with everything that all pages show: who is logged in, the health of mailbot, what was just done."""
        common = {"health": board.health(self.desk), "token": self.token} if "health" not in values else {"token": self.token}
        said = self.site.recent.said(self.visit.token)
        return self.piece(template, status, **{**common, "said": said, **values})

    def piece(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401  # what a template needs
        """A page, or a piece of one, without what all pages show."""
        return HTMLResponse(self.rendered(template, user=self.visit.user, csrf=self.visit.csrf, **values), status)

    def common(self, make: Callable[[], Made]) -> tuple[Made, str]:
        """What says nothing about who asks, made once for all who ask for this address at the same news; and the token it is of."""
        return self.site.shared.get(self.here, self.token, make)

    def rendered(self, template: str, **values: Any) -> str:  # noqa: ANN401  # what a template needs
        """The text of a template."""
        found = self.site.templates.get_template(template)
        return found.render(path=self.request.url.path, here=self.here, now=self.desk.app.now(), **values)

    @property
    def here(self) -> str:
        """The address of this page within the site, to come back to."""
        query = self.request.url.query
        return f"{self.request.url.path}?{query}" if query else self.request.url.path


Work = Callable[[Asked], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def seen(work: Work) -> Endpoint:
    """A page for everybody who is logged in."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(_seen, work, request)

    return endpoint


def acted(work: Work, *, viewers: bool = False) -> Endpoint:
    """Something sent from a form of ours by somebody who is logged in: by staff, unless `viewers` may as well."""

    async def endpoint(request: Request) -> Response:
        # Who sends is known before anything of the body is taken in.
        visit = await run_in_threadpool(visitor, request)
        if visit is None:
            return to_login(request)
        async with request.form(max_files=500, max_fields=MAX_FIELDS, max_part_size=1024 * 1024) as form:
            if not (visit.user.may_act or viewers):
                raise HTTPException(403, "您的账号只能查看，不能改动。需要改动请找管理员。")
            if not hmac.compare_digest(str(form.get("csrf", "")).encode(), visit.csrf.encode()):
                raise HTTPException(403, "这个页面放得太久，或者不是从本网站发出的。请返回上一页刷新后再试。")
            return await run_in_threadpool(_acted, work, request, visit, form)

    return endpoint


def site_of(request: Request) -> Site:
    """The site that a request came to."""
    site = request.app.state.site
    assert isinstance(site, Site)
    return site


def visitor(request: Request) -> Visit | None:
    """Whose request it is."""
    token = request.cookies.get(COOKIE, "")
    return users.visit(site_of(request).desk.app, token) if 0 < len(token) < 200 else None


def to_login(request: Request) -> Response:
    """Off to the login page, and back here afterwards: to the page itself when a piece of it was asked for."""
    piece = request.headers.get("hx-request") == "true"
    page = urlsplit(request.headers.get("hx-current-url", "")) if piece else request.url
    here = f"{page.path}?{page.query}" if page.query else page.path
    back = quote(here, safe="") if piece or request.method == "GET" else ""
    address = f"/login?back={back}" if back not in ("", "%2F") else "/login"
    return Response(status_code=401, headers={"HX-Redirect": address}) if piece else RedirectResponse(address, 303)


def _seen(work: Work, request: Request) -> Response:
    visit = visitor(request)
    return to_login(request) if visit is None else work(_asked(request, visit, FormData()))


def _acted(work: Work, request: Request, visit: Visit, form: FormData) -> Response:
    answer = work(_asked(request, visit, form))
    site_of(request).shared.acted()
    return answer


def _asked(request: Request, visit: Visit, form: FormData) -> Asked:
    site = site_of(request)
    return Asked(site, request, visit, form, board.token(site.desk))
