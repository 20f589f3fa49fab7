"""What a check found: one line each, with a mark and, where a person must act, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """Good | worth knowing or doing soon | mailbot does not do its work, or something is lost."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"

    @property
    def sign(self) -> str:
        """As it is shown in front of the line."""
        return {Mark.GOOD: "✔", Mark.NOTE: "！", Mark.BAD: "✘"}[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: `check` is stable (for JSON), `sentence` and `hint` are Chinese and hold no personal data."""

    check: str
    mark: Mark
    sentence: str
    hint: str = ""

    @property
    def line(self) -> str:
        """As a person reads it."""
        return f"{self.mark.sign} {self.sentence}" + (f"\n    办法：{self.hint}" if self.hint else "")


def good(check: str, sentence: str) -> Finding:
    """All is well here."""
    return Finding(check, Mark.GOOD, sentence)


def note(check: str, sentence: str, hint: str = "") -> Finding:
    """Worth knowing."""
    return Finding(check, Mark.NOTE, sentence, hint)


def bad(check: str, sentence: str, hint: str) -> Finding:
    """Somebody must act."""
    return Finding(check, Mark.BAD, sentence, hint)


def healthy(findings: Iterable[Finding]) -> bool:
    """Whether nobody must act."""
    return all(finding.mark is not Mark.BAD for finding in findings)


def summary(findings: Iterable[Finding]) -> str:
    """The last line: whether all is well, and which lines to look at if not."""
    marks = {finding.mark for finding in findings}
    if Mark.BAD in marks:
        return "有需要处理的问题，见上面标 ✘ 的各行。"
    return "没有故障；上面标 ！ 的各行请抽空看一看。" if Mark.NOTE in marks else "一切正常。"
