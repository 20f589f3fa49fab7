"""All that a letter to one unit about one mail depends on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.deciding.doubts import nothing_enclosed
from mailbot.deciding.links import material_links
from mailbot.model import Disposition, Facts, Filed, FileVerdict, Intent, Judgement, Link, Problem, Receipt
from mailbot.rulebook import Rulebook, Unit

_SENDER_CAN_MEND = frozenset({Problem.ENCRYPTED, Problem.CORRUPT, Problem.TRUNCATED, Problem.EMPTY, Problem.SEALED, Problem.FRAGMENT})


@dataclass(frozen=True, slots=True)
class Question:
    """All that a letter depends on. `unit` and `receipt` are None while the unit is unsure; `arrived` are this mail's filings of the unit.

    `number` is the mail's number (the receipt number); times are aware.
    """

    judgement: Judgement
    facts: Facts
    unit: Unit | None
    receipt: Receipt | None
    number: int
    received_at: datetime
    arrived: tuple[Filed, ...]
    rulebook: Rulebook
    now: datetime
    to: str

    @property
    def limit(self) -> datetime:
        """The last moment in time for this unit."""
        return (self.receipt and self.receipt.until) or self.rulebook.campaign.deadline

    @property
    def files(self) -> tuple[FileVerdict, ...]:
        """The verdicts that concern this unit: its own, and those that nobody could assign."""
        mine = None if self.unit is None else self.unit.id
        return tuple(file for file in self.judgement.files if mine is None or file.unit in (None, mine))

    @property
    def links(self) -> tuple[Link, ...]:
        """Links to material that did not come with the mail."""
        return material_links(self.facts, self.rulebook)

    @property
    def mendable(self) -> list[FileVerdict]:
        """Files that only the sender can make readable: locked, broken, empty."""
        items = {item.path: item for item in self.facts.items}
        return [
            file
            for file in self.files
            if file.disposition is Disposition.UNREADABLE
            and ((item := items.get(file.path)) is None or item.problem in (None, *_SENDER_CAN_MEND))
        ]

    @property
    def forgotten(self) -> bool:
        """见附件, and nothing attached (vocabulary 11, trap 22); where the reading itself is in doubt, the sender is not to blame."""
        if self.judgement.intent not in (Intent.SUBMIT, Intent.CORRECT, Intent.SUPPLEMENT) or self.facts.doubts:
            return False
        return nothing_enclosed(self.facts, self.rulebook) is not None and not any(file.materials for file in self.files)

    @property
    def barely_known(self) -> bool:
        """Whether an address never seen names the unit in one place only: it may be anybody's, so it is told nothing about the unit."""
        verdict = self.judgement.unit
        places = {sign.source for sign in verdict.evidence if sign.speaks_for == verdict.unit}
        return verdict.unit is not None and verdict.new_address and len(places) == 1

    @property
    def came_late(self) -> bool:
        """Whether something of this mail is counted as late."""
        receipt = self.receipt
        return receipt is not None and any(receipt.items[filed.material].late for filed in self.arrived if filed.material in receipt.items)
