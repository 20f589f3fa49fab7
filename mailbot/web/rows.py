"""The rows of 总表 as they were drawn last: of 5,000 units the few that have changed are drawn anew."""

from __future__ import annotations

from jinja2 import Environment
from markupsafe import Markup

from mailbot.desk.board import BoardRow


class Rows:
    """Each unit's row beside what it was drawn from; the desk gives the same value as long as nothing about the unit has changed."""

    def __init__(self, templates: Environment) -> None:
        self._template = templates.get_template("_board_row.html")
        self._last: dict[str, tuple[BoardRow, Markup]] = {}

    def drawn(self, row: BoardRow) -> Markup:
        """The row as it stands in the table."""
        last = self._last.get(row.unit)
        if last is None or last[0] is not row:
            last = self._last[row.unit] = (row, Markup(self._template.render(row=row)))  # noqa: S704  # Jinja escaped it
        return last[1]
