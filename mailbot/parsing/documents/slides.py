"""Reads pptx: the text and pictures of every slide in their order."""

from __future__ import annotations

import re
from pathlib import Path

from mailbot.parsing.documents.draft import Draft
from mailbot.parsing.documents.ooxml import Lines
from mailbot.parsing.documents.package import Package

_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")


def read(path: Path, draft: Draft) -> None:
    """Fills `draft`; raises UnreadableError, or what zipfile and lxml raise over broken parts."""
    with Package(path) as package:
        slides = package.numbered(_SLIDE)
        draft.pages = len(slides)
        for slide in slides:
            lines = Lines(draft)
            lines.take(package.walk(slide))
            targets = package.related(slide)
            for identifier in lines.pictures:
                draft.picture(package.read(targets.get(identifier, "")))
