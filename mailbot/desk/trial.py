"""Judging that changes nothing: one mail file, or a kept mail once more, with all its evidence."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailbot.app import App
from mailbot.config import Config, Limits
from mailbot.deciding.judge import judge
from mailbot.errors import ConfigError
from mailbot.model import Evidence, Facts, Judgement, Memory, Told
from mailbot.parsing.gather import gather
from mailbot.parsing.sandbox import Sandbox
from mailbot.rulebook import Rulebook
from mailbot.told import told_by


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was read and what was decided."""

    facts: Facts
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known beside the mail itself."""

    arrived: datetime
    memory: Memory = field(default_factory=Memory)
    told: Told = field(default_factory=Told)


def try_mail(file: Path, config: Config, rulebook: Rulebook) -> Verdict:
    """Judge the mail in `file` as if it were the first ever; touches neither storage nor ledger."""
    arrived = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return _judge(file, config.limits, rulebook, _Known(arrived))


def explain(app: App, number: int) -> Verdict | None:
    """Judge a kept mail once more, with what the ledger knows now; None when there is no such mail."""
    with app.database.reading() as records:
        mail = records.mail(number)
        if mail is None:
            return None
        if mail.purged_at is not None:
            raise ConfigError(f"第 {number} 号邮件的内容已按期清除，不能再说明。")
        told = told_by(records.decisions(number))
        raw = app.files.path(f"raw/{mail.sha256}.eml")
        known = _Known(mail.received_at, records.memory(before=number), told)
        return _judge(raw, app.config.limits, app.rulebook, known, mail.size)


def _judge(raw: Path, limits: Limits, rulebook: Rulebook, known: _Known, whole: int = 0) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="mailbot-") as work, Sandbox(limits) as sandbox:
        facts = gather(raw, Path(work), sandbox, limits).cut_from(whole)
        return Verdict(facts, judge(facts, rulebook, known.memory, known.arrived, known.told))


def document(verdict: Verdict, rulebook: Rulebook) -> dict[str, Any]:
    """The verdict as JSON (docs/json.md, `try`)."""
    judgement, facts = verdict.judgement, verdict.facts
    names = {unit.id: unit.name for unit in rulebook.units.values()}

    def named(unit: str | None) -> dict[str, str] | None:
        return {"id": unit, "name": names.get(unit, unit)} if unit else None

    return {
        "sha256": facts.sha256,
        "from": facts.message.from_[0].address if facts.message.from_ else "",
        "subject": facts.message.subject,
        "state": judgement.state,
        "unit": named(judgement.unit.unit),
        "units": [named(unit) for unit in judgement.units],
        "candidates": [named(unit) for unit in judgement.unit.candidates],
        "intent": judgement.intent,
        "because": list(judgement.because),
        "doubts": list(judgement.doubts),
        "needs_person": judgement.needs_person,
        "automatic": judgement.automatic,
        "files": [
            {
                "path": file.path,
                "unit": named(file.unit),
                "materials": list(file.materials),
                "count": file.count,
                "disposition": file.disposition,
                "because": file.because,
                "evidence": [_evidence(sign) for sign in file.evidence],
            }
            for file in judgement.files
        ],
        "evidence": [_evidence(sign) for sign in judgement.unit.evidence],
    }


def _evidence(sign: Evidence) -> dict[str, object]:
    return {"source": sign.source, "text": sign.text, "speaks_for": sign.speaks_for, "strength": sign.strength}
