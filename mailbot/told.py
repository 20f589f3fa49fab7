"""Staff decisions as judging takes them: the last word about a mail and about each of its files."""

from __future__ import annotations

from collections.abc import Iterable

from mailbot.model import Told, ToldFile
from mailbot.storing.rows import DecisionRow


def told_by(decisions: Iterable[DecisionRow]) -> Told:
    """Fold decisions, the oldest first, into one value; a later word about the same thing replaces the earlier one."""
    unit: str | None = None
    done = False
    files: dict[str, ToldFile] = {}
    for decision in decisions:
        if decision.revoked_at is not None:
            continue
        if decision.path is None:
            unit = decision.unit_id if decision.unit_id is not None else unit
            done = decision.done if decision.done is not None else done
            continue
        before = files.get(decision.path, ToldFile())
        files[decision.path] = ToldFile(
            unit=decision.unit_id if decision.unit_id is not None else before.unit,
            materials=decision.materials if decision.materials is not None else before.materials,
        )
    return Told(unit, files, done)
