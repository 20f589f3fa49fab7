"""单位: everything about one unit."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from mailbot.desk import unitpage
from mailbot.web.asked import Asked


def show(asked: Asked) -> Response:
    """The page of a unit."""
    page = unitpage.unit_page(asked.desk, asked.request.path_params["unit"])
    if page is None:
        raise HTTPException(404, "名录里没有这个单位。")
    return asked.page("unit.html", page=page)


def names(asked: Asked) -> Response:
    """The names of all units as options for a field that completes what is typed; fetched when such a field is first used."""
    return asked.piece("_names.html")
