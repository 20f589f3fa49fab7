"""Chasing: a letter to each unit that still owes something, written when staff say so; whoever cannot be written to is named instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailbot.app import App
from mailbot.config import Mode
from mailbot.deciding.answer import chase as chase_letter
from mailbot.desk.naming import unit_named
from mailbot.errors import ConfigError
from mailbot.mailing.letter import Threading, compose, message_id
from mailbot.model import Address, Letter, LetterKind, LetterState, MailState, Receipt
from mailbot.receipts import receipts
from mailbot.rulebook import Addressed, Unit
from mailbot.storing.records import Records
from mailbot.storing.rows import NewLetter

_WAITING = frozenset({LetterState.HELD, LetterState.PENDING, LetterState.CLAIMED})


@dataclass(frozen=True, slots=True)
class Chase:
    """One unit and what becomes of chasing it: `to` is the address ("" = not written to), `because` says in Chinese why not."""

    unit: str
    missing: tuple[str, ...]
    to: str = ""
    because: str = ""
    letter: Letter | None = None


def chase(app: App, names: Sequence[str], by: str, *, write: bool = True) -> tuple[Chase, ...]:
    """Chase these units, or every addressed one that still owes something; `write=False` only shows what would be written.

    Doubt never speaks: a unit of which something is unsure is left out, and so is one that has a chasing letter waiting. The letters
    take the ordinary way through the outbox: held in hold mode, under the caps, and not sent if the unit completes before.
    ConfigError for a name that fits no unit, or while answering is off.
    """
    if app.config.answering.mode is Mode.OFF:
        raise ConfigError("回信已关闭（config.yaml 里 answering 的 mode 是 off），催报信不会发出。")
    chosen = {unit_named(app.rulebook, name) for name in names}
    with app.database.transaction() if write else app.database.reading() as records:
        found = tuple(_chases(app, records, chosen))
        for one in found:
            if write and one.letter is not None:
                _queue(app, records, one.letter, by)
    return found


def _chases(app: App, records: Records, chosen: set[str]) -> Iterator[Chase]:
    addresses = _addresses(app, records)
    waiting = {letter.unit_id for letter in records.letters() if letter.kind is LetterKind.CHASE and letter.state in _WAITING}
    for unit_id, receipt in receipts(app.rulebook, records).items():
        unit = app.rulebook.units[unit_id]
        if unit_id not in chosen if chosen else unit.addressed is not Addressed.YES or not receipt.missing:
            continue
        missing = tuple(app.rulebook.materials[material].name for material in receipt.missing)
        to = addresses.get(unit_id, "")
        because = _why_not(unit, receipt, to, already=unit_id in waiting)
        if because:
            yield Chase(unit.name, missing, because=because)
        else:
            yield Chase(unit.name, missing, to, letter=chase_letter(unit, receipt, app.rulebook, to, app.now()))


def _why_not(unit: Unit, receipt: Receipt, to: str, *, already: bool) -> str:
    if unit.addressed is not Addressed.YES:
        return "通知没有要求该单位报送，不催报"
    if not receipt.missing:
        return "材料已收齐，不必催报"
    if receipt.unsure:
        return "有材料正在核对，请先处理待办再催报"
    if already:
        return "已有一封催报信等待发出"
    return "" if to else "不知道该单位的邮箱，请电话联系"


def _addresses(app: App, records: Records) -> dict[str, str]:
    """Where each unit is written to: the roster's address, better one that staff confirmed, best the one it last wrote from."""
    known = {unit.id: unit.addresses[0] for unit in app.rulebook.units.values() if unit.addresses}
    known |= {row.value: row.key for row in records.knowledge("address") if row.confirmed and row.revoked_at is None}
    bounced = {letter.to_address.lower() for letter in records.letters() if letter.bounced}
    for mail in records.mails(MailState.SETTLED):
        if mail.unit_id and mail.from_address and mail.units == (mail.unit_id,) and mail.from_address.lower() not in bounced:
            known[mail.unit_id] = mail.from_address
    return {unit: address for unit, address in known.items() if address.lower() not in bounced | app.own_addresses}


def _queue(app: App, records: Records, letter: Letter, by: str) -> None:
    answering = app.config.answering
    serial = 1 + sum(1 for row in records.letters() if row.kind is LetterKind.CHASE)
    name = message_id(app.identity, 0, LetterKind.CHASE, serial, answering.sender)
    number = records.queue(
        NewLetter(
            kind=letter.kind,
            to_address=letter.to,
            subject=letter.subject,
            text=letter.text,
            message=compose(letter, Threading(), Address(answering.sender_name, answering.sender), name, app.now()),
            message_id=name,
            due_at=app.now(),
            state=LetterState.HELD if answering.mode is Mode.HOLD else LetterState.PENDING,
            mail_number=None,
            unit_id=letter.unit,
            received=letter.received,
            missing=letter.missing,
            late=letter.late,
        ),
        app.now(),
    )
    records.event("chased", by, app.now(), unit=letter.unit, letter=number)
