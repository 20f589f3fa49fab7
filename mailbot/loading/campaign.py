"""rules/campaign.yaml: what is collected, by when, and by whom."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailbot.loading.form import Form
from mailbot.loading.moments import DAWN, LAST_MOMENT, moment
from mailbot.loading.slips import Slips
from mailbot.loading.yamlfile import read_table
from mailbot.rulebook import Campaign

HOME_ZONE = "Asia/Shanghai"


def load_campaign(path: Path, slips: Slips) -> Campaign | None:
    """The campaign; None, with the reasons in `slips`, if the file cannot be read or names no deadline."""
    table = read_table(path, slips)
    if table is None:
        return None
    form = Form(table, slips)
    zone = read_zone(form, "时区")
    deadline = read_moment(form, "截止日期", zone, LAST_MOMENT)
    starts = read_moment(form, "开始日期", zone, DAWN) if form.has("开始日期") else None
    if deadline and starts and starts > deadline:
        slips.add(form.line("开始日期"), "“开始日期”在“截止日期”之后", "检查这两个日期")
    campaign = Campaign(
        name=form.text("活动名称"),
        year=form.whole("年份", None, 2000, 2100),
        deadline=deadline or datetime.max.replace(tzinfo=zone),
        timezone=zone,
        office=form.text("办公室"),
        phones=form.texts("电话"),
        mailboxes=read_addresses(form, "工作邮箱"),
        activity=form.texts("活动名称写法"),
        themes=form.texts("主题"),
        past_themes=form.texts("往年主题"),
        other_activities=form.texts("易混活动"),
        starts=starts,
    )
    if not form.has("工作邮箱"):
        slips.add(form.line("工作邮箱"), "缺少“工作邮箱”", "补上收材料的邮箱，例如“工作邮箱: [office@126.com]”")
    form.done()
    return campaign if deadline else None


def read_zone(form: Form, key: str) -> ZoneInfo:
    """A time zone by name; where none is written, China's."""
    said = form.text(key, HOME_ZONE)
    try:
        return ZoneInfo(said)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        form.slips.add(form.line(key), f"没有“{said}”这个时区", f"写成“{key}: {HOME_ZONE}”（北京时间）")
        return ZoneInfo(HOME_ZONE)


def read_moment(form: Form, key: str, zone: ZoneInfo, alone: time) -> datetime | None:
    """A date, with or without a time of day; a date alone means `alone` of that day."""
    said = form.text(key)
    found = moment(said, zone, alone)
    if said and found is None:
        form.slips.add(
            form.line(key),
            f"“{key}”不是完整的日期：{said}",
            f"写出年、月、日，例如“{key}: 2022-12-28”；也可以加几点几分，例如 2022-12-28 17:00",
        )
    return found


def read_addresses(form: Form, key: str) -> tuple[str, ...]:
    """Mail addresses in lower case."""
    found = form.items(key)
    for item in found:
        local, at, domain = item.value.rpartition("@")
        if not (local and at and "." in domain) or any(sign.isspace() or ord(sign) > 126 for sign in item.value):
            form.slips.add(item.line, f"“{key}”里的“{item.value}”不是邮箱地址", "写成 name@126.com 的样子，@ 和点都用英文")
    return tuple(item.value.lower() for item in found)
