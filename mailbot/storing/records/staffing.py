"""What people decide: about mails and files, about names and addresses, about what a unit need not send; taken back, never deleted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Table, bindparam, select, update

from mailbot.storing import tables
from mailbot.storing.records import build
from mailbot.storing.records.ledger import Ledger
from mailbot.storing.rows import DecisionRow, KnowledgeRow, NewDecision, WaiverRow

# Built once: building a statement costs more than SQLite takes to run it.
_known, _waiver = tables.knowledge.c, tables.waiver.c
_WAIVERS = select(tables.waiver).where(_waiver.revoked_at.is_(None)).order_by(_waiver.id)
_WAIVERS_OF = _WAIVERS.where(_waiver.unit_id == bindparam("this"))
_STANDING = (
    select(tables.knowledge)
    .where(_known.kind == bindparam("kind"), _known.key == bindparam("this"), _known.revoked_at.is_(None))
    .order_by(_known.id)
)


class Revocable(StrEnum):
    """What can be taken back."""

    DECISION = "decision"
    KNOWLEDGE = "knowledge"
    WAIVER = "waiver"
    NOTE = "note"

    @property
    def table(self) -> Table:
        """Where it stands."""
        return {
            Revocable.DECISION: tables.decision,
            Revocable.KNOWLEDGE: tables.knowledge,
            Revocable.WAIVER: tables.waiver,
            Revocable.NOTE: tables.note,
        }[self]


class Staffing(Ledger):
    """Decisions, knowledge and waivers."""

    def decide(self, decision: NewDecision, now: datetime) -> int:
        """Note a person's word; earlier words about the same mail stand as far as this one does not say otherwise. Returns its id."""
        return self._add(
            tables.decision,
            at=now,
            actor=decision.actor,
            mail_number=decision.mail_number,
            path=decision.path,
            unit_id=decision.unit_id,
            materials=None if decision.materials is None else list(decision.materials),
            disposition=decision.disposition,
            done=decision.done,
        )

    def decisions_all(self) -> tuple[DecisionRow, ...]:
        """Every decision, also those taken back."""
        return self._all(select(tables.decision).order_by(tables.decision.c.id), build.decision)

    def learn(  # noqa: PLR0913, PLR0917  # one argument a column
        self, kind: str, key: str, value: str, source: str, confirmed: bool, now: datetime
    ) -> int:
        """Note that `key` (address | alias | phrase) means `value`; returns the id of the row that says so.

        What is known is not written twice, only confirmed; of two confirmed values the newer one counts.
        """
        rows = self.learned(kind, key)
        valid = next((row for row in reversed(rows) if row.confirmed), None)
        for row in rows:
            if row.value != value or (confirmed and valid not in (None, row)):
                continue
            if confirmed and not row.confirmed:
                self._change(update(tables.knowledge).where(_known.id == row.id).values(confirmed=True, source=source))
            return row.id
        return self._add(tables.knowledge, kind=kind, key=key, value=value, source=source, at=now, confirmed=confirmed)

    def learned(self, kind: str, key: str) -> tuple[KnowledgeRow, ...]:
        """What was learned about one key and not taken back, confirmed or not, oldest first."""
        return self._all(_STANDING, build.knowledge, {"kind": kind, "this": key})

    def knowledge(self, kind: str | None = None) -> tuple[KnowledgeRow, ...]:
        """What was learned and not taken back, confirmed or not."""
        statement = select(tables.knowledge).where(tables.knowledge.c.revoked_at.is_(None)).order_by(tables.knowledge.c.id)
        return self._all(statement if kind is None else statement.where(tables.knowledge.c.kind == kind), build.knowledge)

    def waive(  # noqa: PLR0913, PLR0917  # one argument a column
        self, unit_id: str, material: str | None, until: datetime | None, note: str, actor: str, now: datetime
    ) -> int:
        """Note that a unit need not send a material (None = any), or may send it until later; returns the waiver's id."""
        return self._add(tables.waiver, unit_id=unit_id, material=material, until=until, note=note, actor=actor, at=now)

    def waivers(self, unit_id: str) -> tuple[WaiverRow, ...]:
        """What was granted to the unit and not taken back."""
        return self._all(_WAIVERS_OF, build.waiver, {"this": unit_id})

    def waivers_all(self) -> tuple[WaiverRow, ...]:
        """What was granted to any unit and not taken back."""
        return self._all(_WAIVERS, build.waiver)

    def revoke_waivers(self, unit_id: str, material: str | None, now: datetime) -> int:
        """Take back what was granted to the unit for the material (None = for all of them together); how many waivers."""
        waiver = tables.waiver
        same = waiver.c.material.is_(None) if material is None else waiver.c.material == material
        return self._change(update(waiver).where(waiver.c.unit_id == unit_id, same, waiver.c.revoked_at.is_(None)).values(revoked_at=now))

    def revoke(self, what: Revocable, key: int, now: datetime) -> bool:
        """Take back a decision, a piece of knowledge or a waiver by its id; whether it still stood."""
        table = what.table
        return self._change(update(table).where(table.c.id == key, table.c.revoked_at.is_(None)).values(revoked_at=now)) == 1

    def reinstate(self, what: Revocable, key: int) -> bool:
        """Let stand again what was taken back; whether it had been."""
        table = what.table
        return self._change(update(table).where(table.c.id == key, table.c.revoked_at.is_not(None)).values(revoked_at=None)) == 1
