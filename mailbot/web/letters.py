"""回信: every letter by state; releasing, changing, cancelling, sending once more, stopping all."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from mailbot.desk import letterpage
from mailbot.desk.letterpage import WantedLetters
from mailbot.model import LetterKind, LetterState
from mailbot.web.asked import Asked

_PER_PAGE = 50


def show(asked: Asked) -> Response:
    """The letters of one state, or all."""
    state, kind = asked.query("state"), asked.query("kind")
    wanted = WantedLetters(
        state=LetterState(state) if state in set(LetterState) else None,
        bounced=state == "bounced",
        kind=LetterKind(kind) if kind in set(LetterKind) else None,
        text=asked.query("text").strip(),
        page=asked.count("page", 1),
        per_page=_PER_PAGE,
    )
    query = {
        "state": "bounced" if wanted.bounced else wanted.state.value if wanted.state else "",
        "kind": wanted.kind.value if wanted.kind else "",
        "text": wanted.text,
    }
    found = letterpage.letters_page(asked.desk, wanted)
    values: dict[str, Any] = {"letters": found, "wanted": wanted, "query": query, "pages": -(-found.found // _PER_PAGE)}
    return asked.piece("_letters.html", **values) if asked.fragment else asked.page("letters.html", **values)
