"""What the verbs share: options, exit codes, opening the app, printing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from mailbot.loading.moments import DAWN
from mailbot.loading.moments import moment as read_moment

if TYPE_CHECKING:
    from mailbot.app import App

EXIT_BUG = 1
EXIT_USAGE = 2
EXIT_CONFIG = 3
EXIT_LATER = 4
EXIT_MISSING = 5
EXIT_UNWELL = 6
EXIT_INTERRUPTED = 130


class NotFound(Exception):  # noqa: N818  # an outcome with an exit code of its own
    """The number or name that a person gave does not exist; the sentence is Chinese."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options in front of every verb."""

    config: Path
    debug: bool = False


class Format(StrEnum):
    """How a listing is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def options_of(context: typer.Context) -> Options:
    """The options in front of the verb."""
    assert isinstance(context.obj, Options)
    return context.obj


@contextmanager
def opened(context: typer.Context, *, need_password: bool = False) -> Iterator[App]:
    """The app over the chosen config.yaml, closed at the end."""
    from mailbot.app import open_app, read_config

    app = open_app(read_config(options_of(context).config, need_password=need_password))
    try:
        yield app
    finally:
        app.close()


@contextmanager
def opened_to_look(context: typer.Context) -> Iterator[App]:
    """The same for a verb that only shows; on a disk that is read-only or full it shows all the same, and says so."""
    from mailbot.app import opened_to_read, read_config

    with opened_to_read(read_config(options_of(context).config, need_password=False)) as app:
        if app.database.refused is not None:
            typer.echo(f"现在只能查看：{app.database.refused}", err=True)
        yield app


def moment_said(said: str, zone: ZoneInfo, alone: time = DAWN) -> datetime:
    """A date, or a date and a time of day, as a person types it; a date alone means `alone` of that day."""
    moment = read_moment(said, zone, alone)
    if moment is None:
        raise typer.BadParameter(f"“{said}”不是完整的日期；写出年、月、日，例如 2022-12-28，也可以加几点几分，例如 '2022-12-28 17:00'")
    return moment


def must_exist(app: App, numbers: Iterable[int]) -> None:
    """NotFound for a number that no mail has."""
    with app.database.reading() as records:
        for number in numbers:
            if records.mail(number) is None:
                raise NotFound(f"没有第 {number} 号邮件。用 mailbot mails 查看全部编号。")


def print_json(document: object) -> None:
    """Print one JSON document, readable, in UTF-8."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def print_csv(rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows as CSV; a cell that a spreadsheet would run as a formula is prefixed with an apostrophe (OWASP CSV injection)."""
    sheet = io.StringIO()
    if rows:
        writer = csv.DictWriter(sheet, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({name: _harmless(cell) for name, cell in row.items()} for row in rows)
    typer.echo(sheet.getvalue(), nl=False)


def _harmless(cell: object) -> object:
    if isinstance(cell, str) and cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + cell
    return cell
