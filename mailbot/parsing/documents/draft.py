"""Collects what a reader finds, line by line and picture by picture, up to the caps."""

from __future__ import annotations

from mailbot.model import Picture, Problem, Reading
from mailbot.parsing.picture import look_bytes
from mailbot.parsing.safename import HEAD_CHARACTERS, HEAD_LINES, clean_text, first_lines
from mailbot.parsing.unreadable import UnreadableError

MAX_LINES = 50_000
"""Honest materials have some hundred; 3 million empty paragraphs fit into 298 kB of docx (reliability 2)."""

MAX_PICTURES = 200


class Draft:
    """What is known so far of one document. `full` says that the text cap is reached."""

    def __init__(self, characters: int) -> None:
        self._room = characters
        self._cap = characters
        self._lines: list[str] = []
        self._header: list[str] = []
        self._pictures: list[Picture] = []
        self._seen: set[int] = set()
        self.pages: int | None = None

    @property
    def full(self) -> bool:
        """Whether more text would be thrown away."""
        return self._room <= 0

    @property
    def empty(self) -> bool:
        """Whether there is no text yet."""
        return not any(line.strip() for line in self._lines)

    def line(self, text: str) -> None:
        """Takes one line or paragraph. Raises UnreadableError(TOO_LARGE) when there are too many."""
        if len(self._lines) >= MAX_LINES:
            raise UnreadableError(Problem.TOO_LARGE)
        if not self.full:
            self._lines.append(text[: self._room])
            self._room -= len(text) + 1

    def text(self, text: str) -> None:
        """Takes many lines at once."""
        for line in text[: self._cap].replace("\r\n", "\n").replace("\r", "\n").split("\n"):
            self.line(line)

    def heading(self, text: str) -> None:
        """Takes a page header or letterhead, once."""
        text = " ".join(text.split())[:HEAD_CHARACTERS]
        if text and text not in self._header and len(self._header) < HEAD_LINES:
            self._header.append(text)

    def picture(self, content: bytes) -> None:
        """Takes an embedded picture file, once however often it is shown; what is no picture (wmf, emf, OLE preview) is left out."""
        mark = hash(content)
        if mark in self._seen:
            return
        self._seen.add(mark)
        picture, _ = look_bytes(content)
        if picture is not None:
            self.looked(picture)

    def looked(self, picture: Picture) -> None:
        """Takes the facts of a picture that was looked at already; the same facts again (a logo on every page) are one picture."""
        if picture in self._pictures:
            return
        if len(self._pictures) >= MAX_PICTURES:
            raise UnreadableError(Problem.TOO_LARGE)
        self._pictures.append(picture)

    def finish(self) -> Reading:
        """The reading: text cleaned of hidden marks, at most the cap; blank lines at both ends gone."""
        text = clean_text("\n".join(self._lines), self._cap).strip("\n \t\u3000")
        header = clean_text("\n".join(self._header), self._cap)
        return Reading(text if text.strip() else "", first_lines(text), header, tuple(self._pictures), self.pages)
