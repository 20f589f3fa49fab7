"""催报: the letters to those who still owe something, each to be read before it is written; and whom only the telephone reaches."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from mailbot.desk import chasing
from mailbot.web.asked import Asked


def show(asked: Asked) -> Response:
    """What would be written to whom, and who cannot be written to."""
    found = chasing.chase(asked.desk.app, (), asked.name, write=False)
    ids = {unit.name: unit.id for unit in asked.book.units.values()}
    writable = [one for one in found if one.letter is not None]
    return asked.page("chase.html", writable=writable, others=[one for one in found if one.letter is None], ids=ids)


def write(asked: Asked) -> Response:
    """Write the letters to the ticked units; they take the ordinary way through 回信."""
    names = [str(name) for name in asked.form.getlist("unit")]
    if not names:
        asked.site.recent.say(asked.visit.token, "还没有勾选单位。", bad=True)
        return RedirectResponse("/chase", 303)
    written = [one for one in chasing.chase(asked.desk.app, names, asked.name) if one.letter is not None]
    asked.site.recent.say(asked.visit.token, f"已写好 {len(written)} 封催报信，在这里可以看到、修改或取消。")
    return RedirectResponse("/letters?kind=chase", 303)
