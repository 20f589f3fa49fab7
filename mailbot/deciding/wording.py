"""The words that fill a letter: names from mail made harmless and short, times as offices write them, templates rendered in a sandbox."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from mailbot.model import BODY, Disposition, FileKind, FileVerdict, Item, Link, Receipt
from mailbot.rulebook import LetterTemplate, Rulebook

Line = Mapping[str, str]
"""One line of 本次 (文件, 材料, 说明) or 清单 (材料, 状态, 说明)."""

_NAME_LENGTH = 40
_SUBJECT_LENGTH = 120
_LINES = 12  # entries of 本次; what is more is summed up
_GROUPED = 3  # loose pictures up to here are named one by one

_REMARKS: Mapping[Disposition, str] = {
    Disposition.REPLACED: "以此件为准，以前的一份留作存档",
    Disposition.DUPLICATE: "与已收到的文件相同，不重复登记",
    Disposition.UNSURE: "正在核对",
    Disposition.UNREADABLE: "未能打开，正在核对",
    Disposition.QUARANTINED: "正在核对",
    Disposition.IGNORED: "不计入材料",
}


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    """Letters are plain text (no escaping); a word that a template misspells fails loudly instead of leaving a hole."""
    return SandboxedEnvironment(autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


@lru_cache(maxsize=64)
def _template(source: str) -> Template:
    return _environment().from_string(source)


def render(template: LetterTemplate, values: Mapping[str, object]) -> tuple[str, str]:
    """Subject (one line) and text of a letter; blank lines are never doubled. Values are text: nothing in them is a template."""
    subject = clean(_template(template.subject).render(values), _SUBJECT_LENGTH)
    lines = [line.rstrip() for line in _template(template.text).render(values).splitlines()]
    return subject, re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def clean(text: str, length: int = _NAME_LENGTH) -> str:
    """Text from a mail for use inside a line: no control, bidi or line-breaking character, at most `length` characters."""
    safe = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    plain = re.sub(r" {2,}", " ", safe).strip()
    if len(plain) <= length:
        return plain
    ending = re.search(r"\.[A-Za-z0-9]{1,5}$", plain)
    tail = ending.group() if ending else ""
    return plain[: length - 1 - len(tail)] + "…" + tail


def moment(when: datetime, zone: ZoneInfo) -> str:
    """2022年12月27日10:32, in the campaign's time zone."""
    local = when.astimezone(zone)
    return f"{day(local, zone)}{local:%H:%M}"


def day(when: datetime, zone: ZoneInfo) -> str:
    """2022年12月27日."""
    local = when.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日"


def last_moment(when: datetime, zone: ZoneInfo) -> str:
    """A deadline as a clerk writes it: 2022年12月28日 for the end of that day, else with its time (2022年12月28日17:00)."""
    local = when.astimezone(zone)
    return day(local, zone) if (local.hour, local.minute) == (23, 59) else moment(local, zone)


def how_late(when: datetime, limit: datetime, zone: ZoneInfo) -> str:
    """By how much a deadline is exceeded: 3天 (calendar days, as a clerk counts), on the same day 2小时 or 20分钟."""
    days = (when.astimezone(zone).date() - limit.astimezone(zone).date()).days
    if days > 0:
        return f"{days}天"
    minutes = max(1, int((when - limit).total_seconds() // 60))
    return f"{minutes // 60}小时" if minutes >= 60 else f"{minutes}分钟"


def checklist(receipt: Receipt, rulebook: Rulebook) -> list[Line]:
    """清单: every material of the campaign with its state, in the order of the rules."""
    zone = rulebook.campaign.timezone
    lines: list[Line] = []
    for material in rulebook.materials.values():
        item = receipt.items[material.id]
        state = f"已收到{item.count}{material.measure}" if item.received else "免报" if item.waived else "未收到"
        remark = ""
        if item.received and item.first_received_at:
            remark = f"{day(item.first_received_at, zone)}收到" + ("，晚于截止时间" if item.late else "")
        elif item.count:
            state, remark = "未收齐", f"已收到{item.count}{material.measure}，需{material.needed}{material.measure}"
        lines.append({"材料": material.name, "状态": state, "说明": remark})
    return lines


def registered(receipt: Receipt, rulebook: Rulebook) -> list[Line]:
    """清单 while something is in doubt: what has been received, and no word about what has not."""
    lines = zip(rulebook.materials, checklist(receipt, rulebook), strict=True)
    return [line for material, line in lines if receipt.items[material].received]


def enclosed(files: Sequence[FileVerdict], items: Mapping[str, Item], rulebook: Rulebook, *, named_only: bool = False) -> list[Line]:
    """本次: the files of this mail as they were understood; many pictures in one line, decorations left out.

    `named_only`: file names and nothing else, for a sender whose unit is not known.
    """
    lines: list[Line] = []
    pictures: dict[tuple[tuple[str, ...], Disposition], list[str]] = {}
    for file in files:
        item = items.get(file.path)
        if item is None or not _worth_a_line(file, item):
            continue
        if item.kind is FileKind.IMAGE:
            pictures.setdefault((file.materials, file.disposition), []).append(clean(item.name))
        else:
            lines.append(_line(file, item, rulebook))
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], {"文件": f"其余{len(lines) - _LINES + 1}个文件", "材料": "", "说明": ""}]
    for (materials, disposition), names in pictures.items():
        lines += _picture_lines(names, materials, disposition, rulebook)
    return [{"文件": line["文件"], "材料": "", "说明": ""} for line in lines] if named_only else lines


def _worth_a_line(file: FileVerdict, item: Item) -> bool:
    if file.disposition is not Disposition.IGNORED:
        return True
    return item.path != BODY and item.kind is not FileKind.IMAGE and item.kind is not FileKind.OTHER and not item.inline


def _line(file: FileVerdict, item: Item, rulebook: Rulebook) -> Line:
    names = [rulebook.materials[material].name for material in file.materials if material in rulebook.materials]
    remark = _REMARKS.get(file.disposition, "")
    pictures = [rulebook.materials[material] for material in file.materials if material in rulebook.materials]
    inside = next((material for material in pictures if material.pictures), None)
    if inside is not None and file.disposition in (Disposition.FILED, Disposition.REPLACED):
        remark = "，".join(filter(None, (f"内含{file.count}{inside.measure}", remark)))
    return {"文件": "邮件正文" if item.path == BODY else clean(item.name), "材料": "、".join(names), "说明": remark}


def _picture_lines(names: list[str], materials: tuple[str, ...], disposition: Disposition, rulebook: Rulebook) -> list[Line]:
    named = [rulebook.materials[material] for material in materials if material in rulebook.materials]
    material, remark = "、".join(one.name for one in named), _REMARKS.get(disposition, "")
    if len(names) <= _GROUPED:
        return [{"文件": name, "材料": material, "说明": remark} for name in names]
    measure = named[0].measure if named else "张"
    count = f"共{len(names)}{measure}"
    return [{"文件": f"{'、'.join(names[:2])}等{len(names)}个文件", "材料": material, "说明": "，".join(filter(None, (count, remark)))}]


def link_line(link: Link) -> str:
    """A link in words, never as an address: name, where it lies, size, until when."""
    facts = [clean(part) for part in (link.provider, link.size, f"{link.expires}到期" if link.expires else "") if part]
    return f"{clean(link.name) or '文件链接'}" + (f"（{'，'.join(facts)}）" if facts else "")
