"""Acts of the desk as they travel in forms: one hidden field of JSON, with fields beside it for what a person chooses."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime, tzinfo
from typing import Any, get_args

from starlette.datastructures import FormData

from mailbot.desk.doing import Act, Settle, Upload
from mailbot.desk.naming import material_named, unit_named
from mailbot.errors import ConfigError
from mailbot.rulebook import Rulebook

FIELD = "deed"
_KINDS: Mapping[str, type[Any]] = {kind.__name__: kind for kind in get_args(Act) if kind not in (Upload, Settle)}
"""What may come out of a form. Upload may not, since it names a path of our own, nor Settle, which is no button."""


def written(act: Act) -> str:
    """The act as the hidden field holds it."""
    values = {field.name: getattr(act, field.name) for field in fields(act)}
    said = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
    return json.dumps({"kind": type(act).__name__, **said}, ensure_ascii=False)


def doing_json(kind: str, **values: object) -> str:
    """An act for a hidden field, out of a template; what a person still chooses comes from fields beside it."""
    if kind not in _KINDS:
        raise KeyError(kind)
    return json.dumps({"kind": kind, **values}, ensure_ascii=False)


def read(form: FormData, book: Rulebook) -> Act:
    """The act that a form asks for; ConfigError with a Chinese sentence when a person's part of it is not understood."""
    try:
        said = json.loads(str(form.get(FIELD, "")))
        kind = _KINDS[said.pop("kind")]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError("这个表单不完整，请回到上一页再试一次。") from error
    for field in fields(kind):
        if field.name in form:
            said[field.name] = _chosen(field.name, [str(value) for value in form.getlist(field.name)])
    try:
        return _act(kind, said, book)
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError("这个表单填得不完整，请回到上一页再试一次。") from error


def _chosen(name: str, values: Sequence[str]) -> object:
    """What stands in a field beside the JSON: several boxes for materials and numbers, one text for the rest."""
    if name in ("materials", "numbers"):
        return [value for value in values if value]
    return values[-1]


def _act(kind: type[Any], said: Mapping[str, Any], book: Rulebook) -> Act:
    values = {field.name: _READERS[field.name](said[field.name], book) for field in fields(kind) if field.name in said}
    act: Act = kind(**values)
    return act


def _unit(value: Any, book: Rulebook) -> str | None:  # noqa: ANN401  # as JSON has it
    if value is None or value == "":
        return None if value is None else ""
    return unit_named(book, str(value))


def _material(value: Any, book: Rulebook) -> str | None:  # noqa: ANN401  # as JSON has it
    return material_named(book, str(value)) if value else None


def _materials(value: Any, book: Rulebook) -> tuple[str, ...] | None:  # noqa: ANN401  # as JSON has it
    # "none" is the box 不是材料: it alone says that a person chose nothing on purpose.
    return None if value is None else tuple(material_named(book, str(name)) for name in value if name != "none")


def _until(value: Any, book: Rulebook) -> datetime | None:  # noqa: ANN401  # as JSON has it
    return moment(str(value), book.campaign.timezone) if value else None


def moment(text: str, zone: tzinfo) -> datetime:
    """A date or a date with time as the browser's fields write them; ConfigError for anything else."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"“{text}”不是日期，请写成 2022-12-28 这样。") from error
    return when if when.tzinfo else when.replace(tzinfo=zone)


def _text(value: Any, _book: Rulebook) -> str:  # noqa: ANN401  # as JSON has it
    return str(value).replace("\r\n", "\n").strip()


def _maybe(value: Any, _book: Rulebook) -> str | None:  # noqa: ANN401  # as JSON has it
    return str(value).strip() or None if value is not None else None


def _number(value: Any, _book: Rulebook) -> int:  # noqa: ANN401  # as JSON has it
    return int(value)


def _numbers(value: Any, _book: Rulebook) -> tuple[int, ...]:  # noqa: ANN401  # as JSON has it
    return tuple(int(number) for number in value)


def _yes(value: Any, _book: Rulebook) -> bool:  # noqa: ANN401  # as JSON has it
    return value in (True, "yes", "on", "1")


_READERS: Mapping[str, Any] = {
    "number": _number,
    "unit": _unit,
    "learn": _yes,
    "path": lambda value, _book: str(value),
    "materials": _materials,
    "note": lambda value, book: int(value) if isinstance(value, int) else _text(value, book),
    "material": _material,
    "until": _until,
    "waiver": _number,
    "text": _text,
    "phoned": _yes,
    "knowledge": _number,
    "numbers": _numbers,
    "subject": _text,
    "to": _maybe,
    "because": _text,
    "act": _number,
}
"""How each field is read. `note` is a text everywhere but in RemoveNote, where it is a number."""
