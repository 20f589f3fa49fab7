"""What staff decide: whose a mail is, what a file is, who need not send, what is judged again; each with a name and an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from mailbot.app import App
from mailbot.desk.naming import material_named, unit_named
from mailbot.errors import ConfigError
from mailbot.model import MailState
from mailbot.reporting.shown import called
from mailbot.storing.records import Records
from mailbot.storing.rows import MailRow, NewDecision

NOBODY = ("none", "无", "不属于")
"""What a person types for: no unit, no material."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A person's word about a mail, or about one file of it."""

    number: int
    unit: str | None
    file: str | None
    materials: tuple[str, ...] | None
    by: str


@dataclass(frozen=True, slots=True)
class Waiving:
    """A unit need not send something, or may send it later; `revoke` takes that back."""

    unit: str
    material: str | None
    until: datetime | None
    note: str
    by: str
    revoke: bool = False


def assign(app: App, wanted: Assignment) -> None:
    """Write the decision down and open the mail again, so that the next settling applies it; ConfigError when a name is not known."""
    if wanted.unit is None and wanted.materials is None:
        raise ConfigError("请写明单位（--unit）或材料（--material）。")
    if wanted.materials is not None and wanted.file is None:
        raise ConfigError("决定材料时请用 --file 写明是哪个文件（mailbot mails 编号 可看到路径）。")
    unit = None if wanted.unit is None else "" if wanted.unit in NOBODY else unit_named(app.rulebook, wanted.unit)
    materials = None if wanted.materials is None else _materials(app, wanted.materials)
    with app.database.transaction() as records:
        mail = _mail(records, wanted.number)
        path = None if wanted.file is None else _path(records, mail.number, wanted.file)
        decision = NewDecision(wanted.by, mail.number, path, unit, materials)
        records.decide(decision, app.now())
        learned = mail.from_address if unit and wanted.file is None else ""
        if unit and learned:
            # A person's word teaches at once; it stands in the ledger, visible and revocable.
            records.learn("address", learned, unit, f"{wanted.by}（第{mail.number}号邮件）", True, app.now())
        records.reopen(mail.number)
        said: dict[str, object] = {"said": unit, "file": path, "materials": materials, "learned": learned}
        records.event("assigned", wanted.by, app.now(), mail.number, unit or None, None, **said)


def _path(records: Records, number: int, said: str) -> str:
    """The path of the file that a person means: its path, or a name that only one file of the mail has; 邮件正文 is the mail's text."""
    items = records.items(number)
    named = [item.path for item in items if said == item.path] or [item.path for item in items if said in (item.name, called(item.path))]
    if len(named) == 1:
        return named[0]
    if named:
        raise ConfigError(f"第 {number} 号邮件里有几个“{said}”，请写其中一个：{'、'.join(named)}。")
    raise ConfigError(f"第 {number} 号邮件里没有“{said}”。有：{'、'.join(called(item.path) for item in items) or '没有附件'}。")


def waive(app: App, wanted: Waiving) -> str:
    """Grant or revoke a waiver or an extension; returns the sentence for the person."""
    unit = unit_named(app.rulebook, wanted.unit)
    name = app.rulebook.units[unit].name
    material = material_named(app.rulebook, wanted.material) if wanted.material else None
    what = app.rulebook.materials[material].name if material else "全部材料"
    with app.database.transaction() as records:
        if wanted.revoke:
            count = records.revoke_waivers(unit, material, app.now())
            records.event("waiver_revoked", wanted.by, app.now(), unit=unit, material=material)
            return f"已撤销{name}的 {count} 项免报或延期。"
        until = _end_of_day(app, wanted.until) if wanted.until else None
        records.waive(unit, material, until, wanted.note, wanted.by, app.now())
        said: dict[str, object] = {"material": material, "until": until.isoformat() if until else None, "note": wanted.note}
        records.event("waived", wanted.by, app.now(), None, unit, None, **said)
    if until:
        return f"{name}延期到 {until.astimezone(app.rulebook.campaign.timezone):%Y-%m-%d} 当天结束。"
    return f"{name}免报{what}。"


def retry(app: App, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Open stuck mails again (all of them when no number is given); returns which."""
    return _reopen(app, numbers, (MailState.STUCK,), "retried")


def replay(app: App, numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Judge mails again by the rules of today: the given ones, else every unsure one; returns which."""
    return _reopen(app, numbers, (MailState.UNSURE,), "replayed")


def _reopen(app: App, numbers: tuple[int, ...], states: tuple[MailState, ...], what: str) -> tuple[int, ...]:
    with app.database.transaction() as records:
        if numbers:
            chosen = tuple(_mail(records, number).number for number in numbers)
        else:
            chosen = tuple(mail.number for state in states for mail in records.mails(state))
        for number in chosen:
            records.reopen(number)
            records.event(what, "staff", app.now(), mail=number)
    return chosen


def _materials(app: App, names: tuple[str, ...]) -> tuple[str, ...]:
    if any(name in NOBODY for name in names):
        return ()
    return tuple(material_named(app.rulebook, name) for name in names)


def _mail(records: Records, number: int) -> MailRow:
    mail = records.mail(number)
    if mail is None:
        raise ConfigError(f"没有第 {number} 号邮件。用 mailbot mails 查看全部编号。")
    if mail.purged_at is not None:
        raise ConfigError(f"第 {number} 号邮件的内容已按期清除，不能再改判。")
    return mail


def _end_of_day(app: App, day: datetime) -> datetime:
    zone = app.rulebook.campaign.timezone
    return datetime.combine(day.date() + timedelta(days=1), time(0), zone) - timedelta(seconds=1)
