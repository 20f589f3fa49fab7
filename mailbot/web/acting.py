"""Buttons: what an act will change is shown first, then it is done once, and it can be taken back."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import RedirectResponse, Response

from mailbot.desk import doors, queue
from mailbot.desk.doing import Act, Conflict, Done, Preview, Refused
from mailbot.errors import ConfigError
from mailbot.web import acts
from mailbot.web.asked import Asked
from mailbot.web.entrance import back_of
from mailbot.web.rendering import with_query


def preview(asked: Asked) -> Response:
    """Show what the act would change, with a button that does it."""
    try:
        act = acts.read(asked.form, asked.book)
    except ConfigError as error:
        return shown(asked, Refused(str(error)), None)
    return shown(asked, doors.preview(asked.desk, act), act)


def apply(asked: Asked) -> Response:
    """Do it, and go where the person came from."""
    try:
        act = acts.read(asked.form, asked.book)
    except ConfigError as error:
        return shown(asked, Refused(str(error)), None)
    return applied(asked, act)


def applied(asked: Asked, act: Act, staged: str = "") -> Response:
    """Do an act that was seen; what changed meanwhile is shown before anything is done."""
    seen = str(asked.form.get("seen", "")) or None
    outcome = doors.apply(asked.desk, act, asked.name, seen, letter=asked.form.get("letter") == "1")
    if isinstance(outcome, Done):
        asked.site.recent.note(asked.visit.token, outcome)
        return RedirectResponse(_then(asked), 303)
    if isinstance(outcome, Conflict):
        return shown(asked, doors.preview(asked.desk, act), act, conflict=outcome, staged=staged)
    return shown(asked, outcome, act, staged=staged)


def undo(asked: Asked) -> Response:
    """Take back the act that the form names, else this person's newest."""
    said = str(asked.form.get("undo", ""))
    number = int(said) if said.isascii() and said.isdecimal() else asked.site.recent.last(asked.visit.token)
    if number is None:
        asked.site.recent.say(asked.visit.token, "没有可以撤销的操作。更早的操作请在单位页或邮件页的时间线上撤销。", bad=True)
        return RedirectResponse(_then(asked), 303)
    open_before = queue.keys(asked.desk)
    outcome = doors.undo(asked.desk, number, asked.name)
    if isinstance(outcome, Done):
        asked.site.recent.note(asked.visit.token, outcome, undone=number)
    else:
        asked.site.recent.say(asked.visit.token, outcome.sentence, bad=True)
    return RedirectResponse(_back_at(_then(asked), [key for key in queue.keys(asked.desk) if key not in open_before]), 303)


def _back_at(then: str, opened: list[str]) -> str:
    """In 待办, the entry that is open again: who takes a decision back wants to decide it otherwise."""
    path, _, query = then.partition("?")
    kind = dict(parse_qsl(query)).get("kind", "")
    return with_query(path, {"kind": kind, "entry": opened[0]}) if path == "/todo" and opened else then


def _then(asked: Asked) -> str:
    return back_of(str(asked.form.get("then", "")))


def shown(asked: Asked, outcome: Preview | Refused, act: Act | None, *, conflict: Conflict | None = None, staged: str = "") -> Response:
    """The preview as a piece of the page it was asked from, or as a page of its own."""
    seen = conflict.version if conflict else str(asked.form.get("seen", ""))
    values: dict[str, Any] = {
        "outcome": outcome,
        "preview": outcome if isinstance(outcome, Preview) else None,
        "act": act,
        "seen": seen or (outcome.version if isinstance(outcome, Preview) else ""),
        "then": _then(asked),
        "conflict": conflict,
        "staged": staged,
    }
    if asked.fragment:
        return asked.piece("_preview.html", **values)
    return asked.page("preview.html", 409 if conflict or isinstance(outcome, Refused) else 200, **values)
