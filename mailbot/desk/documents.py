"""The machine-readable state: the two JSON documents of docs/json.md, which other tools read and which therefore stay stable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from mailbot.app import STOPPED, App
from mailbot.health import health
from mailbot.model import BODY, Disposition, LetterState, Receipt
from mailbot.receipts import receipts
from mailbot.rulebook import Rulebook
from mailbot.storing.rows import ItemRow, LetterRow, MailRow


def mails(app: App, number: int | None = None) -> dict[str, Any]:
    """Every mail (or the one with `number`) with its files and letters: docs/json.md, `mails`."""
    with app.database.reading() as records:
        rows = records.mails() if number is None else tuple(filter(None, [records.mail(number)]))
        items: dict[int, list[ItemRow]] = defaultdict(list)
        for item in records.items_all() if number is None else records.items(number):
            items[item.mail_number].append(item)
        letters: dict[int, list[LetterRow]] = defaultdict(list)
        for letter in records.letters() if number is None else records.letters(mail=number):
            if letter.mail_number is not None:
                letters[letter.mail_number].append(letter)
    return {"mails": [_mail(app.rulebook, row, items[row.number], letters[row.number]) for row in rows]}


def status(app: App) -> dict[str, Any]:
    """The receipt table: docs/json.md, `status`."""
    campaign = app.rulebook.campaign
    with app.database.reading() as records:
        all_receipts = receipts(app.rulebook, records)
        last_letters = _last_letters(records.letters())
        reconciliation = records.reconciliation()
        stopped = records.setting(STOPPED)
    return {
        "campaign": {
            "name": campaign.name,
            "year": campaign.year,
            "deadline": _iso(app, campaign.deadline),
            "materials": [{"id": material.id, "name": material.name} for material in app.rulebook.materials.values()],
        },
        "as_of": _iso(app, app.now()),
        "sending": {"mode": app.config.answering.mode, "stopped": stopped},
        "reconciliation": {**asdict(reconciliation), "equal": reconciliation.equal},
        "troubles": [
            {
                "key": trouble.key,
                "sentence": trouble.sentence,
                "hint": trouble.hint,
                "since": _iso(app, trouble.since),
                "grave": trouble.grave,
            }
            for trouble in health(app).troubles
        ],
        "units": [_unit(app, all_receipts[unit], last_letters.get(unit)) for unit in app.rulebook.units],
    }


def letters(app: App) -> list[dict[str, Any]]:
    """Every letter, the newest last."""
    with app.database.reading() as records:
        return [_letter(row) for row in records.letters()]


def _mail(rulebook: Rulebook, row: MailRow, items: Iterable[ItemRow], letters: Iterable[LetterRow]) -> dict[str, Any]:
    zone = rulebook.campaign.timezone
    return {
        "number": row.number,
        "message_id": row.message_id,
        "sha256": row.sha256,
        "folder": row.folder,
        "from": row.from_address,
        "from_name": row.from_name,
        "subject": row.subject,
        "received_at": row.received_at.astimezone(zone).isoformat(),
        "state": row.state,
        "unit": _named(rulebook, row.unit_id),
        "units": [_named(rulebook, unit) for unit in row.units],
        "candidates": [_named(rulebook, unit) for unit in row.candidates],
        "because": list(row.because),
        "needs_person": row.needs_person,
        "automatic": row.automatic,
        "links": list(row.links),
        "files": [_file(rulebook, item) for item in items if not (item.path == BODY and item.disposition == Disposition.IGNORED)],
        "letters": [_letter(letter) for letter in letters],
    }


def _file(rulebook: Rulebook, item: ItemRow) -> dict[str, Any]:
    return {
        "path": item.path,
        "name": item.name,
        "sha256": item.sha256,
        "size": item.size,
        "unit": _named(rulebook, item.unit_id),
        "materials": list(item.materials),
        "count": item.count,
        "disposition": item.disposition,
        "stored_as": item.stored_as,
        "because": item.because,
    }


def _letter(row: LetterRow) -> dict[str, Any]:
    state = LetterState.UNCERTAIN if row.state == LetterState.CLAIMED else row.state
    return {
        "number": row.number,
        "mail": row.mail_number,
        "unit": row.unit_id,
        "kind": row.kind,
        "to": row.to_address,
        "state": state,
        "message_id": row.message_id,
        "received": list(row.received),
        "missing": list(row.missing),
        "late": row.late,
        "bounced": row.bounced,
        "subject": row.subject,
        "text": row.text,
    }


def _unit(app: App, receipt: Receipt, letter: LetterRow | None) -> dict[str, Any]:
    unit = app.rulebook.units[receipt.unit]
    return {
        "id": unit.id,
        "name": unit.name,
        "kind": unit.kind,
        "addressed": unit.addressed,
        "state": receipt.state,
        "late": receipt.late,
        "items": {
            name: {
                "received": item.received,
                "count": item.count,
                "first_received_at": _iso(app, item.first_received_at),
                "late": item.late,
                "waived": item.waived,
            }
            for name, item in receipt.items.items()
        },
        "missing": list(receipt.missing),
        "unsure": receipt.unsure,
        "last_received_at": _iso(app, receipt.last_received_at),
        "last_letter": {key: value for key, value in _letter(letter).items() if key != "text"} if letter else None,
    }


def _last_letters(rows: Iterable[LetterRow]) -> dict[str, LetterRow]:
    """The letter that counts for each unit: the newest that was not superseded."""
    dead = (LetterState.SUPERSEDED, LetterState.SILENCED)
    return {row.unit_id: row for row in rows if row.unit_id and row.state not in dead}


def _named(rulebook: Rulebook, unit: str | None) -> dict[str, str] | None:
    if unit is None:
        return None
    known = rulebook.units.get(unit)
    return {"id": unit, "name": known.name if known else unit}


def _iso(app: App, moment: datetime | None) -> str | None:
    return moment.astimezone(app.rulebook.campaign.timezone).isoformat() if moment else None
