"""待办: what needs a person, one at a time, to be worked off with the keyboard."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from mailbot.desk import doors, queue
from mailbot.desk.doing import ApproveAddress, Done
from mailbot.desk.queue import Entry, EntryKind
from mailbot.web.asked import Asked
from mailbot.web.rendering import with_query

_SHOWN = 60


def show(asked: Asked) -> Response:
    """The entry that the address bar names, else the oldest."""
    said = asked.query("kind")
    kinds = tuple(kind for kind in EntryKind if kind.value == said)
    found = queue.queue(asked.desk, kinds, _SHOWN)
    entry = _entry(asked, found.entries)
    keys = [other.key for other in found.entries]
    place = keys.index(entry.key) if entry and entry.key in keys else 0
    query = {"kind": said if kinds else ""}
    around = [*keys[place + 1 :], *keys[:place]]
    return asked.page(
        "todo.html",
        queue=found,
        entry=entry,
        kind=kinds[0] if kinds else None,
        total=sum(found.counts.get(kind, 0) for kind in kinds) if kinds else found.total,
        place=place + 1,
        before=keys[place - 1] if place > 0 else None,
        after=keys[place + 1] if place + 1 < len(keys) else None,
        then=with_query("/todo", query, entry=around[0] if around else ""),
        query=query,
        last=asked.site.recent.last(asked.visit.token),
    )


def approve(asked: Asked) -> Response:
    """Remember several new addresses at once, each an act of its own that can be taken back."""
    done = 0
    for word in asked.form.getlist("knowledge"):
        if isinstance(word, str) and word.isascii() and word.isdecimal() and len(word) < 10:
            outcome = doors.apply(asked.desk, ApproveAddress(int(word)), asked.name)
            if isinstance(outcome, Done):
                asked.site.recent.note(asked.visit.token, outcome)
                done += 1
    asked.site.recent.say(asked.visit.token, f"已记住 {done} 个邮箱，以后从这些邮箱来的信直接认出单位。")
    return RedirectResponse("/todo", 303)


def _entry(asked: Asked, entries: tuple[Entry, ...]) -> Entry | None:
    key = asked.query("entry")
    for entry in entries:
        if entry.key == key:
            return entry
    named = queue.entry(asked.desk, key) if key else None
    return named or (entries[0] if entries else None)
