"""总表: the receipt table with its filters in the address bar, its chart and its progress."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from starlette.responses import Response

from mailbot.desk import board
from mailbot.desk.board import Show, Sort, Wanted
from mailbot.web.asked import Asked
from mailbot.web.chart import chart, progress

_ALL_AT_ONCE = 400
_PER_PAGE = 200

Choice = TypeVar("Choice", bound=StrEnum)


def show(asked: Asked) -> Response:
    """The whole page, or only the table when htmx asks for it."""
    wanted = wanted_by(asked)
    shown = board.board(asked.desk, wanted)
    values: dict[str, Any] = {
        "board": shown,
        "wanted": wanted,
        "query": query_of(wanted),
        "pages": -(-shown.found // wanted.per_page) if wanted.per_page else 1,
        "chart": chart(shown.days, shown.deadline, shown.now, asked.book.campaign.starts),
        "progress": progress(asked.book.campaign.starts, shown.deadline, shown.now, shown.days),
    }
    if asked.fragment:
        return asked.piece("_board.html", **values)
    return asked.page("board.html", health=shown.health, **values)


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
