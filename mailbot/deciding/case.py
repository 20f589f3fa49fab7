"""One mail on the desk: the facts, what the office knows, and what is decided about the mail as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.deciding.collecting import Signs, collect
from mailbot.deciding.intent import concerns_collection, intent
from mailbot.deciding.machine import Automatic, automatic
from mailbot.deciding.unit import weigh
from mailbot.model import Facts, Intent, Memory, Told, UnitVerdict
from mailbot.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that judging the files and the mail needs. `told` is what staff decided about this mail already."""

    facts: Facts
    rulebook: Rulebook
    memory: Memory
    received_at: datetime
    told: Told
    signs: Signs
    unit: UnitVerdict
    automatic: Automatic | None
    intent: Intent

    @property
    def unrelated(self) -> bool:
        """Whether nothing in the mail points to the collection or to any unit: an invitation, an invoice, an advert."""
        subject = self.facts.message.subject.strip()
        told_otherwise = self.told.unit is not None or self.unit.unit is not None or self.unit.candidates
        return bool(subject) and not told_otherwise and not concerns_collection(self.facts, self.rulebook)


def open_case(facts: Facts, rulebook: Rulebook, memory: Memory, received_at: datetime, told: Told) -> Case:
    """Collect the signs of a mail once and weigh them."""
    signs = collect(facts, rulebook, memory)
    return Case(
        facts=facts,
        rulebook=rulebook,
        memory=memory,
        received_at=received_at,
        told=told,
        signs=signs,
        unit=_told_unit(told, rulebook) or weigh(signs, facts, rulebook),
        automatic=automatic(facts, rulebook, own_mailboxes(rulebook)),
        intent=intent(facts, rulebook),
    )


def own_mailboxes(rulebook: Rulebook) -> frozenset[str]:
    """Our own addresses, lower case."""
    return frozenset(address.lower() for address in rulebook.campaign.mailboxes)


def _told_unit(told: Told, rulebook: Rulebook) -> UnitVerdict | None:
    if told.unit is None:
        return None
    if told.unit in rulebook.units:
        return UnitVerdict(told.unit, f"工作人员已确定是“{rulebook.units[told.unit].name}”")
    return UnitVerdict(None, "工作人员已确定不属于任何报送单位")
