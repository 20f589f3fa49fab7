"""The three exceptions of mailbot; everything else that goes wrong in a mail is a value, not an exception."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb


@dataclass(frozen=True, slots=True)
class Slip:
    """One mistake in config.yaml or rules/: where it stands (`line` counts from 1, 0 = whole file), what is wrong, what to write."""

    file: str
    line: int
    wrong: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file} 第 {self.line} 行" if self.line else self.file
        return f"{place}：{self.wrong}" + (f"\n    改法：{self.hint}" if self.hint else "")


class ConfigError(Exception):
    """config.yaml, rules/ or the surroundings (password, storage) are not usable; carries every slip found, in Chinese."""

    def __init__(self, slips: Iterable[Slip] | str) -> None:
        self.slips: tuple[Slip, ...] = () if isinstance(slips, str) else tuple(slips)
        super().__init__(slips if isinstance(slips, str) else "\n".join(str(slip) for slip in self.slips))


class TryLater(Exception):  # noqa: N818  # an outcome, and the word of the architecture
    """The outside world (IMAP, SMTP, disk, database) does not work now; the sentence is Chinese and says what a person may do.

    `login` marks refused credentials, so that the daemon backs off harder and never hammers (mail-facts section 7 no. 4).
    """

    def __init__(self, sentence: str, *, login: bool = False) -> None:
        super().__init__(sentence)
        self.login = login


class Stuck(Exception):  # noqa: N818  # the same
    """One mail cannot be settled; it is set aside for a person and the next one goes on."""


def fault_of(bug: BaseException) -> str:
    """An unforeseen error as a log may tell it: its kind and its place, never its message, which may hold words out of a mail."""
    frames = extract_tb(bug.__traceback__)[-3:]
    place = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(bug).__name__} at {place}" if place else type(bug).__name__
