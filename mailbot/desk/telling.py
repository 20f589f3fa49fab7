"""Events and receipts as Chinese sentences for the people at the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from mailbot.app import App
from mailbot.desk.doing import Change
from mailbot.model import BODY, Receipt, UnitState
from mailbot.storing.rows import EventRow

STATES = {UnitState.COMPLETE: "齐全", UnitState.PARTIAL: "缺项", UnitState.NONE: "未报", UnitState.UNSURE: "待核"}
MAIL_STATES = {"settled": "已登记", "unsure": "待核", "automatic": "自动邮件", "stuck": "处理失败", "kept": "等待处理"}
LETTER_KINDS = {
    "confirm": "收齐回执",
    "missing": "缺件通知",
    "ask_unit": "询问单位",
    "ask_again": "请重发附件",
    "ack": "收到回执",
    "chase": "催报",
}
BOT = "mailbot"


def changes_since(app: App, events: Iterable[EventRow]) -> tuple[Change, ...]:
    """What a person who looks at an older page must be told."""
    zone = app.rulebook.campaign.timezone
    told = ((event, sentence(app, event)) for event in events if event.what not in _SILENT)
    return tuple(Change(event.at.astimezone(zone), who(event), words) for event, words in told if words)


def who(event: EventRow) -> str:
    """The person, or the machine by its name."""
    return event.actor


def receipt_sentences(app: App, before: Receipt, after: Receipt) -> tuple[str, ...]:
    """The difference between two receipts of one unit, material by material; () = none."""
    said = []
    for material in app.rulebook.materials.values():
        old, new = _item(app, before, material.id), _item(app, after, material.id)
        if old != new:
            said.append(f"{material.name}：{old} → {new}")
    if before.unsure != after.unsure:
        said.append(f"待核 {before.unsure} 项 → {after.unsure} 项")
    if before.state is not after.state:
        said.append(f"状态：{STATES[before.state]} → {STATES[after.state]}")
    if before.late is not after.late:
        said.append("改为逾期" if after.late else "不再逾期")
    return tuple(said)


def sentence(app: App, event: EventRow) -> str:
    """What happened, without who and when; "" for what nobody needs to read."""
    tell = _SENTENCES.get(event.what)
    return tell(app, event) if tell else ""


def _item(app: App, receipt: Receipt, material: str) -> str:
    item, measure = receipt.items[material], app.rulebook.materials[material].measure
    if item.received:
        return f"已收 {item.count} {measure}" + ("（逾期）" if item.late else "")
    if item.waived:
        return "免报"
    return f"收到 {item.count} {measure}，还不够" if item.count else "未收"


def _unit(app: App, unit: object) -> str:
    known = app.rulebook.units.get(str(unit))
    return known.name if known else str(unit)


def _assigned(app: App, event: EventRow) -> str:
    detail = event.detail
    whose = f"归“{_unit(app, detail['said'])}”" if detail.get("said") else "不属于任何报送单位" if detail.get("said") == "" else ""
    materials = detail.get("materials")
    names = [app.rulebook.materials[name].name for name in materials or () if name in app.rulebook.materials]
    what = "" if materials is None else f"是{'、'.join(names)}" if names else "不是要收的材料"
    file = detail.get("file")
    subject = f"第{event.mail_number}号邮件" + ("正文" if file == BODY else "") if file in (None, "", BODY) else f"文件“{file}”"
    return f"确定{subject}{'，'.join(filter(None, (whose, what)))}"


def _settled(app: App, event: EventRow) -> str:
    state = MAIL_STATES.get(str(event.detail.get("state")), "")
    unit = f"，归“{_unit(app, event.unit_id)}”" if event.unit_id else ""
    return f"第{event.mail_number}号邮件登记为{state}{unit}"


def _waived(app: App, event: EventRow) -> str:
    until, material = event.detail.get("until"), event.detail.get("material")
    if until:
        day = datetime.fromisoformat(until).astimezone(app.rulebook.campaign.timezone)
        return f"给“{_unit(app, event.unit_id)}”延期到 {day:%Y-%m-%d}" + _because(event)
    known = app.rulebook.materials.get(material) if material else None
    return f"给“{_unit(app, event.unit_id)}”免报{known.name if known else '全部材料'}" + _because(event)


def _because(event: EventRow) -> str:
    note = str(event.detail.get("note") or "").strip()
    return f"（{note}）" if note else ""


def _letter(words: str) -> Callable[[App, EventRow], str]:
    def tell(_app: App, event: EventRow) -> str:
        kind = LETTER_KINDS.get(str(event.detail.get("kind", "")), "")
        return f"{words}第{event.letter_number}封信" + (f"（{kind}）" if kind else "")

    return tell


def _words(words: str) -> Callable[[App, EventRow], str]:
    return lambda _app, _event: words


def _noted(words: str) -> Callable[[App, EventRow], str]:
    def tell(_app: App, event: EventRow) -> str:
        text = str(event.detail.get("text") or event.detail.get("note") or "").strip()
        return words + (f"：{text}" if text else "")

    return tell


def _undone(app: App, event: EventRow) -> str:
    names: Mapping[str, str] = {"assigned": "归属决定", "waived": "免报或延期", "uploaded": "登记", "closed": "“已处理”", "noted": "备注"}
    del app
    return f"撤销了{names.get(str(event.detail.get('of')), '一步操作')}"


def _uploaded(app: App, event: EventRow) -> str:
    names: Any = event.detail.get("files") or ()
    return f"登记了“{_unit(app, event.unit_id)}”{event.detail.get('how', '')}交来的 {len(names)} 份文件（第{event.mail_number}号）"


def _taught(app: App, event: EventRow) -> str:
    return f"记住“{event.detail.get('key')}”是“{_unit(app, event.detail.get('value'))}”的"


_SILENT = frozenset({"silence", "kept", "known"})

_SENTENCES: Mapping[str, Callable[[App, EventRow], str]] = {
    "assigned": _assigned,
    "settled": _settled,
    "waived": _waived,
    "waiver_revoked": lambda app, event: f"撤销了“{_unit(app, event.unit_id)}”的{'延期' if event.detail.get('until') else '免报'}",
    "noted": _noted("备注"),
    "phoned": _noted("已电话"),
    "note_removed": _noted("删除备注"),
    "closed": _noted("已处理"),
    "uploaded": _uploaded,
    "taught": _taught,
    "forgotten": lambda _app, event: f"不再按“{event.detail.get('key', '')}”认单位",
    "retried": _words("放回去重新处理"),
    "replayed": _words("按现在的规则重新判断"),
    "question_answered": lambda app, event: f"来信答复确定单位是“{_unit(app, event.unit_id)}”",
    "undone": _undone,
    "letter_sent": _letter("发出"),
    "letter_refused": _letter("没有发出"),
    "letter_uncertain": _letter("不知是否送到："),
    "letter_pending": _letter("稍后再发"),
    "letter_bounced": _letter("退回了"),
    "letter_silenced": _letter("超过每天上限，没有发"),
    "letter_withdrawn": _letter("收回未发的"),
    "letter_released": _letter("放行"),
    "letter_cancelled": _letter("取消"),
    "letter_edited": _letter("修改了"),
    "letter_resent": _letter("重发"),
    "letter_written": _letter("写了"),
    "letter_noted": _letter("已知悉结果："),
    "sending_stopped": _words("停止发信"),
    "sending_resumed": _words("恢复发信"),
}
