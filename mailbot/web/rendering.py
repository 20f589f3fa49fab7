"""Jinja for the pages: everything is escaped, nothing is undefined, and text out of mail loses what would deceive the eye."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mailbot.reporting import shown
from mailbot.rulebook import Rulebook
from mailbot.web import acts, assets, words

_FOLDER = Path(__file__).parent / "templates"


def environment(book: Rulebook) -> Environment:
    """The environment for this campaign."""
    env = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    spoken = words.Spoken(book.campaign.timezone)
    env.filters |= {
        "moment": spoken.moment,
        "full": spoken.full,
        "short": spoken.short,
        "iso": spoken.iso,
        "size": words.size,
        "span": words.span,
        "act": acts.written,
        "segment": partial(quote, safe=""),
        "web_address": web_address,
    }
    env.globals |= {
        "asset": assets.address,
        "doing": acts.doing_json,
        "book": book,
        "campaign": book.campaign,
        "words": words,
        "shown": shown,
        "left": words.left,
        "with_query": with_query,
    }
    return env


def with_query(path: str, values: Mapping[str, Any], **changes: object) -> str:
    """An address of ours with these values in it; empty ones are left out, so that bookmarks stay short."""
    merged = {**values, **changes}
    kept = {name: value for name, value in merged.items() if value not in ("", None, False)}
    return f"{path}?{urlencode(kept)}" if kept else path


def web_address(url: str) -> str:
    """A link out of a mail if it is one that a browser may open, else ""."""
    return url if url.lower().startswith(("https://", "http://")) else ""


def _harmless(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return shown.harmless(value)
    return value
