"""How the page says things: Chinese words for states and kinds, moments, sizes; text out of mail made harmless to the eye."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo

from mailbot.desk.board import Show, Sort
from mailbot.desk.queue import EntryKind
from mailbot.model import Disposition, FileKind, LetterState, MailState, UnitState

UNIT_MARKS: Mapping[UnitState, tuple[str, str]] = {
    UnitState.COMPLETE: ("complete", "齐全"),
    UnitState.PARTIAL: ("missing", "缺项"),
    UnitState.NONE: ("none", "未报"),
    UnitState.UNSURE: ("unsure", "待核"),
}
"""Per state: the name of its icon and colour, and its word; colour is never the only mark."""

MAIL_MARKS: Mapping[MailState, str] = {
    MailState.KEPT: "none",
    MailState.SETTLED: "complete",
    MailState.UNSURE: "unsure",
    MailState.AUTOMATIC: "none",
    MailState.STUCK: "late",
}
LETTER_MARKS: Mapping[LetterState, str] = {
    LetterState.HELD: "missing",
    LetterState.PENDING: "waiting",
    LetterState.CLAIMED: "late",
    LetterState.SENT: "complete",
    LetterState.REFUSED: "late",
    LetterState.UNCERTAIN: "late",
    LetterState.SUPERSEDED: "none",
    LetterState.SILENCED: "none",
}
DISPOSITIONS: Mapping[Disposition, tuple[str, str]] = {
    Disposition.FILED: ("complete", "已归档"),
    Disposition.DUPLICATE: ("none", "重复"),
    Disposition.REPLACED: ("complete", "新版本，已替换"),
    Disposition.IGNORED: ("none", "不是材料"),
    Disposition.QUARANTINED: ("late", "已隔离"),
    Disposition.UNREADABLE: ("late", "打不开"),
    Disposition.UNSURE: ("unsure", "待核"),
}
SHOWS: Mapping[Show, tuple[str, str]] = {
    Show.ALL: ("all", "全部"),
    Show.COMPLETE: ("complete", "齐全"),
    Show.MISSING: ("missing", "缺项"),
    Show.NONE: ("none", "未报"),
    Show.UNSURE: ("unsure", "待核"),
    Show.LATE: ("late", "逾期"),
}
SORTS: Mapping[Sort, str] = {
    Sort.ROSTER: "名录顺序",
    Sort.LAST: "最近收到",
    Sort.STATE: "按状态",
    Sort.UNSURE: "待核多少",
    Sort.NAME: "按名称",
    Sort.LETTER: "最近回信",
}
ENTRIES: Mapping[EntryKind, tuple[str, str, str]] = {
    EntryKind.UNIT: ("unsure", "哪个单位", "这封邮件是哪个单位的？"),
    EntryKind.MATERIAL: ("unsure", "什么材料", "这个文件是什么材料？"),
    EntryKind.UNREADABLE: ("late", "打不开", "这个文件打不开，怎么办？"),
    EntryKind.LINK: ("missing", "链接", "材料在链接里，请在到期之前下载"),
    EntryKind.STUCK: ("late", "没处理成", "这封邮件没能自动处理"),
    EntryKind.READ: ("waiting", "请看一看", "这封邮件请您看一看"),
    EntryKind.LETTER: ("late", "回信问题", "这封回信可能没有送到"),
    EntryKind.HELD: ("missing", "待放行", "这封回信可以发出吗？"),
    EntryKind.ADDRESS: ("waiting", "新邮箱", "这个邮箱是这个单位的吗？"),
    EntryKind.STOPPED: ("late", "停发", "发信已停止"),
}
"""Per kind of entry: its mark, its short name in the list, and the question that it asks."""

STRENGTHS = ("线索", "较弱", "较强", "足以决定")
FILE_KINDS: Mapping[FileKind, str] = {
    FileKind.DOCX: "Word",
    FileKind.DOC: "Word",
    FileKind.PDF: "PDF",
    FileKind.PPTX: "幻灯片",
    FileKind.PPT: "幻灯片",
    FileKind.XLSX: "表格",
    FileKind.XLS: "表格",
    FileKind.RTF: "文档",
    FileKind.TXT: "文本",
    FileKind.HTML: "网页",
    FileKind.ODF: "文档",
    FileKind.OFD: "OFD",
    FileKind.IMAGE: "图片",
    FileKind.VIDEO: "视频",
    FileKind.AUDIO: "音频",
    FileKind.ARCHIVE: "压缩包",
    FileKind.MESSAGE: "邮件",
    FileKind.TNEF: "邮件附件包",
    FileKind.EXECUTABLE: "程序",
    FileKind.ENCRYPTED: "加密文件",
    FileKind.EMPTY: "空文件",
    FileKind.OTHER: "其他",
}
ORIGINS: Mapping[str, str] = {"imap": "邮箱收到", "ingest": "手工导入", "rebuild": "重建", "desk": "工作人员登记"}
MODES: Mapping[str, str] = {"send": "自动发出", "hold": "写好先留着，等工作人员放行", "off": "不写回信"}


class Spoken:
    """Moments as the office says them; `now` and the zone are the campaign's."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone

    def moment(self, when: datetime | None) -> str:
        """`12月5日 09:12`, with the year where it is another than now's office year; "" for none."""
        if when is None:
            return ""
        local = when.astimezone(self.zone)
        return f"{local.month}月{local.day}日 {local:%H:%M}"

    def full(self, when: datetime | None) -> str:
        """`2022年12月5日 09:12`."""
        if when is None:
            return ""
        local = when.astimezone(self.zone)
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"

    def short(self, when: datetime | date | None) -> str:
        """`12-05`, for a narrow column."""
        if when is None:
            return ""
        local = when.astimezone(self.zone) if isinstance(when, datetime) else when
        return f"{local.month:02}-{local.day:02}"

    def iso(self, when: datetime | None) -> str:
        """For the attribute `datetime`."""
        return when.astimezone(self.zone).isoformat(timespec="seconds") if when else ""


def size(count: int) -> str:
    """`356 KB`."""
    if count < 1024:
        return f"{count} 字节"
    for name, unit in (("KB", 1024), ("MB", 1024**2)):
        if count < unit * 1024:
            return f"{count / unit:.0f} {name}" if count >= unit * 10 or name == "KB" else f"{count / unit:.1f} {name}"
    return f"{count / 1024**3:.1f} GB"


def span(seconds: float | None) -> str:
    """How long that is, in one unit: `3 分钟`."""
    if seconds is None:
        return "从未"
    if seconds < 60:
        return "不到 1 分钟"
    for name, length in (("分钟", 60), ("小时", 3600)):
        if seconds < length * (60 if name == "分钟" else 48):
            return f"{int(seconds // length)} {name}"
    return f"{int(seconds // 86400)} 天"


def left(until: datetime, now: datetime) -> str:
    """`还有 3 天`, `已过 2 天`."""
    gap = until - now
    if gap < timedelta(0):
        return f"已过 {span(-gap.total_seconds())}"
    return f"还有 {span(gap.total_seconds())}"
