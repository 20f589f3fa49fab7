"""总表: the receipt table with its filters in the address bar, its chart and its progress."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from mailbot.desk import board
from mailbot.desk.board import Show, Sort, Wanted
from mailbot.web.asked import Asked
from mailbot.web.chart import chart, progress

_ALL_AT_ONCE = 400
_PER_PAGE = 200

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The table and what stands above it, drawn once for all who look; `news` are both for a page that is open already."""

    table: Markup
    top: Markup
    news: str
    values: dict[str, Any]


def show(asked: Asked) -> Response:
    """The whole page, or only the table when htmx asks for it."""
    drawn, token = asked.common(lambda: _drawn(asked))
    if asked.fragment:
        return HTMLResponse(drawn.news)
    return asked.page("board.html", token=token, health=drawn.values["board"].health, table=drawn.table, top=drawn.top, **drawn.values)


def _drawn(asked: Asked) -> _Drawn:
    values = _values(asked) | {"drawn": asked.site.rows.drawn}
    table, top = (Markup(asked.rendered(name, **values)) for name in ("_board_table.html", "_board_top.html"))  # noqa: S704  # Jinja escaped it
    return _Drawn(table, top, f"{table}{asked.rendered('_board_top.html', oob=True, **values)}", values)


def _values(asked: Asked) -> dict[str, Any]:
    wanted, starts = wanted_by(asked), asked.book.campaign.starts
    found = board.board(asked.desk, wanted)
    return {
        "board": found,
        "wanted": wanted,
        "query": query_of(wanted),
        "pages": -(-found.found // wanted.per_page) if wanted.per_page else 1,
        "chart": chart(found.days, found.deadline, found.now, starts),
        "progress": progress(starts, found.deadline, found.now, found.days),
    }


def wanted_by(asked: Asked) -> Wanted:
    """What the address bar asks for; what it does not know is left at its default."""
    kind = asked.query("kind")
    return Wanted(
        show=choice(Show, asked.query("show"), Show.ALL),
        kind=kind if kind in asked.book.kinds else "",
        text=asked.query("text").strip(),
        sort=choice(Sort, asked.query("sort"), Sort.ROSTER),
        backwards=asked.query("backwards") == "1",
        page=asked.count("page", 1),
        per_page=_PER_PAGE if len(asked.book.units) > _ALL_AT_ONCE else 0,
    )


def query_of(wanted: Wanted) -> dict[str, object]:
    """The same as values of the address bar, without what is the default anyway."""
    return {
        "show": "" if wanted.show is Show.ALL else wanted.show.value,
        "kind": wanted.kind,
        "text": wanted.text,
        "sort": "" if wanted.sort is Sort.ROSTER else wanted.sort.value,
        "backwards": "1" if wanted.backwards else "",
    }


def choice(kind: type[Choice], said: str, default: Choice) -> Choice:
    """The member with this value, else the default."""
    return next((member for member in kind if member.value == said), default)
