"""Tables to show: one of the real size, and a small one with a row of every kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mailbot.model import ItemReceipt, LetterKind, LetterState, MailState, Receipt, UnitState
from mailbot.reporting.table import Group, LastLetter, MailLine, MaterialColumn, Table, TableRow, TodoLine

SHANGHAI = ZoneInfo("Asia/Shanghai")
DEADLINE = datetime(2022, 12, 28, 15, 59, 59, tzinfo=UTC)  # the end of 28 December in Shanghai
AS_OF = datetime(2022, 12, 29, 1, 30, tzinfo=UTC)
MATERIALS = (MaterialColumn("summary", "工作总结"), MaterialColumn("photos", "活动照片", "张"), MaterialColumn("case", "典型活动案例"))


def receipt(unit: str, *, got: dict[str, int], at: datetime | None = None, late: bool = False, unsure: int = 0) -> Receipt:
    """A unit's receipt with `got` pieces of each material."""
    items = {
        name: ItemReceipt(name, name in got, got.get(name, 0), at if name in got else None, late and name in got)
        for name in (material.id for material in MATERIALS)
    }
    missing = tuple(material.id for material in MATERIALS if material.id not in got)
    state = UnitState.UNSURE if unsure else UnitState.NONE if not got else UnitState.PARTIAL if missing else UnitState.COMPLETE
    return Receipt(unit, state, late, items, missing, unsure, at)


def small_table(**changes: object) -> Table:
    """Four units in two groups: complete, late and partial, unsure, nothing."""
    early, after = datetime(2022, 12, 1, 2, 30, tzinfo=UTC), datetime(2022, 12, 28, 16, 0, 1, tzinfo=UTC)
    confirmed = LastLetter(LetterKind.CONFIRM, LetterState.SENT, early)
    held = LastLetter(LetterKind.MISSING, LetterState.HELD, after)
    bounced = LastLetter(LetterKind.ACK, LetterState.SENT, early, bounced=True)
    everything = {"summary": 1, "photos": 5, "case": 1}
    complete = TableRow("长春市教育局", receipt("cc", got=everything, at=early), confirmed, "filed/长春市教育局/")
    others = (
        TableRow("吉林大学", receipt("jlu", got={"summary": 1}, at=after, late=True), held),
        TableRow("东北师范大学", receipt("nenu", got={"photos": 3}, at=early, unsure=2), bounced),
        TableRow("延边大学", receipt("ybu", got={})),
    )
    groups = (Group("教育局", (complete,)), Group("本科院校", others))
    fields: dict[str, object] = {
        "title": "2022年全民终身学习活动周材料收件登记表",
        "deadline": DEADLINE,
        "as_of": AS_OF,
        "timezone": SHANGHAI,
        "materials": MATERIALS,
        "groups": groups,
        "mails": (
            MailLine(
                1,
                early,
                "zhang@ccedu.cn",
                "长春市教育局材料",
                "长春市教育局",
                MailState.SETTLED,
                "署名为长春市教育局",
                ("总结.docx", "1.jpg"),
            ),
            MailLine(2, after, "li@qq.com", "材料", "", MailState.UNSURE, "正文和附件写的单位不一致", ("材料.zip",)),
        ),
        "todo": (
            TodoLine(2, "确认是哪个单位", "正文和附件写的单位不一致", ("吉林大学", "东北师范大学"), "待核实/0002-02 材料.zip"),
            TodoLine(None, "磁盘快满了", "剩余 300 MB"),
        ),
        "reconciliation": "服务器 2 封 = 已保存 2 封。核对一致。",
    }
    return Table(**{**fields, **changes})  # type: ignore[arg-type]


def large_table(units: int = 81, mails: int = 5000) -> Table:
    """As many units as the notice addresses, and more mails than a year will bring."""
    states: tuple[dict[str, int], ...] = ({"summary": 1, "photos": 8, "case": 1}, {"summary": 1}, {}, {"photos": 12, "case": 2})
    rows = [
        TableRow(
            f"吉林省第{index}职业技术学院",
            receipt(
                f"u{index}", got=states[index % 4], at=AS_OF - timedelta(hours=index * 3), late=index % 7 == 0, unsure=int(index % 9 == 8)
            ),
            LastLetter(list(LetterKind)[index % 6], LetterState.SENT, AS_OF - timedelta(hours=index)) if index % 4 != 2 else None,
            f"filed/吉林省第{index}职业技术学院" if index % 4 != 2 else None,
        )
        for index in range(1, units + 1)
    ]
    lines = tuple(
        MailLine(
            number,
            AS_OF - timedelta(minutes=mails - number),
            f"clerk{number % units}@example.edu.cn",
            f"关于报送2022年全民终身学习活动周总结材料的邮件（{number}）",
            f"吉林省第{number % units + 1}职业技术学院",
            list(MailState)[number % 5],
            "邮件署名与附件标题一致",
            ("工作总结.docx", "照片1.jpg", "照片2.jpg", "典型案例.docx"),
        )
        for number in range(1, mails + 1)
    )
    groups = (Group("教育局", tuple(rows[:11])), Group("本科院校", tuple(rows[11:48])), Group("高职高专", tuple(rows[48:])))
    todo = tuple(TodoLine(number, "确认是哪个单位", "只有简称“师大”", ("东北师范大学", "吉林师范大学")) for number in range(1, 40))
    return small_table(groups=groups, mails=lines, todo=todo)
