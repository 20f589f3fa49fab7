"""What a person grants a unit, writes down about it, and says about its addresses."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from mailbot.desk import writing
from mailbot.desk.doing import AddNote, ApproveAddress, ForgetAddress, RemoveNote, RevokeWaiver, Waive
from mailbot.desk.stroke import NotSoError, Stroke
from mailbot.storing.records import Revocable
from mailbot.storing.rows import KnowledgeRow

_KINDS = {"address": "邮箱", "alias": "名称", "phrase": "词语"}


def waive(stroke: Stroke, act: Waive) -> None:
    """免报 or 延期."""
    name = stroke.unit_name(act.unit)
    what = stroke.material_name(act.material) if act.material else "全部材料"
    until = _end_of_day(stroke, act.until) if act.until else None
    key = stroke.records.waive(act.unit, act.material, until, act.note, stroke.by, stroke.now)
    stroke.units.add(act.unit)
    detail = {"material": act.material, "until": until.isoformat() if until else None, "note": act.note}
    stroke.note("waived", unit=act.unit, **detail, undo={"revoke": [[Revocable.WAIVER.value, key]]})
    stroke.say(f"“{name}”延期到 {until:%Y-%m-%d} 当天结束。" if until else f"“{name}”免报{what}。")
    writing.offer(stroke, act.unit)


def revoke_waiver(stroke: Stroke, act: RevokeWaiver) -> None:
    """Take one back."""
    name = stroke.unit_name(act.unit)
    row = next((row for row in stroke.records.waivers(act.unit) if row.id == act.waiver), None)
    if row is None:
        raise NotSoError("这一项免报或延期已经撤销了。")
    stroke.records.revoke(Revocable.WAIVER, row.id, stroke.now)
    stroke.units.add(act.unit)
    detail = {"material": row.material, "until": row.until.isoformat() if row.until else None}
    stroke.note("waiver_revoked", unit=act.unit, **detail, undo={"reinstate": [[Revocable.WAIVER.value, row.id]]})
    stroke.say(f"撤销“{name}”的{'延期' if row.until else '免报'}。")


def add_note(stroke: Stroke, act: AddNote) -> None:
    """Write something down, or that one has phoned."""
    name, text = stroke.unit_name(act.unit), act.text.strip()
    if not text and not act.phoned:
        raise NotSoError("请写下备注的内容。")
    key = stroke.records.note(act.unit, text, act.phoned, stroke.by, stroke.now)
    undo = {"revoke": [[Revocable.NOTE.value, key]]}
    stroke.note("phoned" if act.phoned else "noted", unit=act.unit, text=text, undo=undo)
    stroke.say(f"已记下给“{name}”打过电话。" if act.phoned else f"已给“{name}”加上备注。")


def remove_note(stroke: Stroke, act: RemoveNote) -> None:
    """Take a note back."""
    row = next((row for row in stroke.records.notes(act.unit) if row.id == act.note), None)
    if row is None:
        raise NotSoError("这条备注已经删除了。")
    stroke.records.revoke(Revocable.NOTE, row.id, stroke.now)
    stroke.note("note_removed", unit=act.unit, text=row.text, phoned=row.phoned, undo={"reinstate": [[Revocable.NOTE.value, row.id]]})
    stroke.say("备注已删除。")


def approve(stroke: Stroke, act: ApproveAddress) -> None:
    """An address that was only seen is the unit's."""
    row = _standing(stroke, act.knowledge)
    unit = act.unit or row.value
    name = stroke.unit_name(unit) if row.kind != "phrase" else stroke.material_name(unit)
    stroke.records.revoke(Revocable.KNOWLEDGE, row.id, stroke.now)
    learned = stroke.records.learn(row.kind, row.key, unit, stroke.by, True, stroke.now)
    undo = {"revoke": [[Revocable.KNOWLEDGE.value, learned]], "reinstate": [[Revocable.KNOWLEDGE.value, row.id]]}
    stroke.note("taught", unit=unit if row.kind != "phrase" else None, kind=row.kind, key=row.key, value=unit, undo=undo)
    stroke.say(f"以后来自 {row.key} 的邮件按“{name}”认。" if row.kind == "address" else f"以后“{row.key}”按“{name}”认。")


def forget(stroke: Stroke, act: ForgetAddress) -> None:
    """What was learned counts no more."""
    row = _standing(stroke, act.knowledge)
    stroke.records.revoke(Revocable.KNOWLEDGE, row.id, stroke.now)
    unit = row.value if row.kind != "phrase" and row.value in stroke.book.units else None
    undo = {"reinstate": [[Revocable.KNOWLEDGE.value, row.id]]}
    stroke.note("forgotten", unit=unit, entry=row.id, kind=row.kind, key=row.key, value=row.value, undo=undo)
    stroke.say(f"不再按{_KINDS.get(row.kind, '')} {row.key} 认单位；已登记的材料不变。")


def _standing(stroke: Stroke, key: int) -> KnowledgeRow:
    row = stroke.records.knowledge_by_id(key)
    if row is None or row.revoked_at is not None:
        raise NotSoError("这一条已经有人处理过了。")
    return row


def _end_of_day(stroke: Stroke, day: datetime) -> datetime:
    zone = stroke.book.campaign.timezone
    local = day.astimezone(zone) if day.tzinfo else day
    return datetime.combine(local.date() + timedelta(days=1), time(0), zone) - timedelta(seconds=1)
