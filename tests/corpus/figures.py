"""Counts what was right and what was not, in the terms of issue 3's table, with Wilson intervals."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

MATERIALS = ("summary", "photos", "case", "other")


@dataclass(frozen=True)
class Miss:
    """One wrong decision with everything needed to find its cause."""

    figure: str
    mail: str
    line: str
    part: str
    path: str
    expected: str
    got: str
    because: str


@dataclass
class Rate:
    """So many of so many."""

    hits: int = 0
    of: int = 0

    def add(self, hit: bool) -> None:
        self.hits += hit
        self.of += 1

    @property
    def share(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval."""
        return wilson(self.hits, self.of)


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    if not of:
        return 0.0, 1.0
    share = hits / of
    centre = share + z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (centre - spread) / (1 + z * z / of)), min(1.0, (centre + spread) / (1 + z * z / of))


@dataclass
class Figures:
    """The figures of one part of the corpus."""

    mails: int = 0
    files: int = 0
    wrong_unit_mails: Rate = field(default_factory=Rate)
    wrong_unit_files: Rate = field(default_factory=Rate)
    false_letters: Rate = field(default_factory=Rate)
    rash_mails: Rate = field(default_factory=Rate)
    rash_files: Rate = field(default_factory=Rate)
    timid_mails: Rate = field(default_factory=Rate)
    timid_files: Rate = field(default_factory=Rate)
    recall: dict[str, Rate] = field(default_factory=lambda: defaultdict(Rate))
    rows: Rate = field(default_factory=Rate)
    intents: Rate = field(default_factory=Rate)
    automatic: Rate = field(default_factory=Rate)
    misses: list[Miss] = field(default_factory=list)

    @property
    def mean_recall(self) -> float:
        return sum(self.recall[material].share for material in MATERIALS) / len(MATERIALS)

    def table(self) -> dict[str, float]:
        """Each figure as a share, good ones near 1, by the name that floor.json uses."""
        return {
            "right_unit_mails": 1 - self.wrong_unit_mails.share,
            "right_unit_files": 1 - self.wrong_unit_files.share,
            "true_letters": 1 - self.false_letters.share,
            "careful_mails": 1 - self.rash_mails.share,
            "careful_files": 1 - self.rash_files.share,
            "decided_mails": 1 - self.timid_mails.share,
            "decided_files": 1 - self.timid_files.share,
            "mean_recall": self.mean_recall,
            "rows": self.rows.share,
            "intents": self.intents.share,
            "automatic": self.automatic.share,
        }

    def lines(self) -> list[str]:
        """The table of issue 3 in Chinese."""
        rates = [
            ("错挂单位的邮件", self.wrong_unit_mails, "0"),
            ("错挂单位的文件", self.wrong_unit_files, "0"),
            ("说错的信（收到/缺少）", self.false_letters, "0"),
            ("该问而未问的邮件", self.rash_mails, "0"),
            ("该问而未问的文件", self.rash_files, "≤1%"),
            ("不必交人却交人的邮件", self.timid_mails, "≤3%"),
            ("不必交人却交人的文件", self.timid_files, "≤2%"),
        ]
        rates += [(f"材料判断：{material}", self.recall[material], "≥99%") for material in MATERIALS]
        rates += [("登记行全对", self.rows, "≥99%"), ("来意", self.intents, ""), ("自动邮件", self.automatic, "")]
        out = [f"邮件 {self.mails}，文件 {self.files}", f"{'材料判断平均':<16} {self.mean_recall:7.2%}  目标 ≥99%"]
        for name, rate, target in rates:
            low, high = rate.interval
            out.append(
                f"{name:<16} {rate.share:7.2%}  {rate.hits}/{rate.of}  [{low:.2%}, {high:.2%}]  {'目标 ' + target if target else ''}"
            )
        return out
