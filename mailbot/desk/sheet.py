"""The receipt table: filled from the ledger, remade as storage/收件登记表.xlsx after every change."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from mailbot.app import STOPPED, App
from mailbot.errors import TryLater
from mailbot.health import note_trouble, trouble_over
from mailbot.model import BODY, Disposition, LetterState, MailState, Receipt
from mailbot.receipts import receipts
from mailbot.reporting.shown import called
from mailbot.reporting.table import Group, LastLetter, MailLine, MaterialColumn, Table, TableRow, TodoLine
from mailbot.rulebook import Addressed, Rulebook, Unit
from mailbot.storing.naming import folder_key, review_key
from mailbot.storing.rows import ItemRow, LetterRow, MailRow

SHEET = "收件登记表.xlsx"
_SHOWN = "sheet_event"
_BESIDE = "sheet_beside"
_COUNTED = (Disposition.FILED, Disposition.REPLACED, Disposition.DUPLICATE)
_DEAD = (LetterState.SUPERSEDED, LetterState.SILENCED)


def table(app: App, place: Path | None = None) -> Table:
    """The whole table as the ledger stands now; its links are relative to the folder `place`, by default the storage."""
    book = app.rulebook
    with app.database.reading() as records:
        units = receipts(book, records)
        written = records.letters()
        letters = {row.unit_id: row for row in written if row.unit_id and row.state not in _DEAD}
        waiting = [row for row in written if row.state in (LetterState.HELD, LetterState.UNCERTAIN, LetterState.REFUSED) or row.bounced]
        mails = records.mails()
        items: dict[int, list[ItemRow]] = defaultdict(list)
        for item in records.items_all():
            items[item.mail_number].append(item)
        sums = records.reconciliation()
        stopped = records.setting(STOPPED)
    return Table(
        title=f"{book.campaign.name} 收件登记表",
        deadline=book.campaign.deadline,
        as_of=app.now(),
        timezone=book.campaign.timezone,
        materials=tuple(MaterialColumn(material.id, material.name, material.measure) for material in book.materials.values()),
        groups=tuple(
            Group(heading, tuple(_row(app, unit, units[unit.id], letters.get(unit.id), place) for unit in _units(book, kind, units)))
            for kind, heading in book.kinds.items()
        ),
        mails=tuple(_mail_line(book, mail, items[mail.number]) for mail in mails),
        todo=(*_stop_todo(stopped), *_todo(app, mails, items, place), *(_letter_todo(letter) for letter in waiting)),
        reconciliation=sums.sentence,
        agrees=sums.equal,
    )


def write(app: App, output: Path | None = None) -> Path:
    """Make the workbook anew, whole or not at all; returns where it is. TryLater when the disk refuses."""
    from mailbot.reporting.workbook import workbook  # openpyxl: 0.3 s, which `status` does without

    latest = app.database.last_event()
    content = workbook(table(app, output.absolute().parent if output else None))
    if output is not None:
        try:
            output.write_bytes(content)
        except OSError as trouble:
            raise TryLater(f"无法写入 {output}：{trouble.strerror or trouble}。请换一个位置，或关闭正在使用它的程序。") from trouble
        return output
    path = _put(app, content)
    with app.database.transaction() as records:
        records.set_setting(_SHOWN, str(latest))
    return path


def _put(app: App, content: bytes) -> Path:
    try:
        path = app.files.put(SHEET, content)
    except TryLater as refused:
        return _put_beside(app, content, refused)
    _clear_beside(app)
    return path


def _put_beside(app: App, content: bytes, refused: TryLater) -> Path:
    """While a person has the workbook open and it cannot be replaced: one beside it, under a name with a stamp, and staff are told."""
    stem, _, kind = SHEET.rpartition(".")
    with app.database.reading() as records:
        known = records.setting(_BESIDE)
    # The same name as long as it lasts, unless that one has been opened as well.
    for name in filter(None, (known, f"{stem} {app.now().astimezone(app.rulebook.campaign.timezone):%Y-%m-%d %H%M}.{kind}")):
        with suppress(TryLater):
            path = app.files.put(name, content)
            with app.database.transaction() as records:
                records.set_setting(_BESIDE, name)
            note_trouble(app, "sheet", f"“{SHEET}”正被打开，不能更新；最新的登记表是“{name}”", "关闭打开的登记表，下一轮会自动更新。")
            return path
    raise refused  # the disk itself, not the one file


def _clear_beside(app: App) -> None:
    with app.database.reading() as records:
        beside = records.setting(_BESIDE)
    if beside is not None:
        with suppress(TryLater):
            app.files.delete(beside)
        with app.database.transaction() as records:
            records.forget_setting(_BESIDE)
        trouble_over(app, "sheet")


def refresh(app: App) -> bool:
    """Remake the workbook if anything happened since it was made; whether it did."""
    with app.database.reading() as records:
        shown, beside = records.setting(_SHOWN), records.setting(_BESIDE)
    if beside is None and shown == str(app.database.last_event()) and app.files.exists(SHEET):
        return False
    write(app)
    return True


def _units(book: Rulebook, kind: str, units: Mapping[str, Receipt]) -> list[Unit]:
    """The rows of one kind: who is asked always, who is merely accepted only once something came."""
    return [
        unit
        for unit in book.units.values()
        if unit.kind == kind and (unit.addressed is Addressed.YES or units[unit.id].last_received_at or units[unit.id].unsure)
    ]


def _linked(app: App, key: str, place: Path | None) -> str | None:
    """Where a link from `place` finds what is stored under `key`; None when nothing is."""
    path = app.files.path(key)
    if not path.exists():
        return None
    target = key if place is None else Path(os.path.relpath(path.absolute(), place)).as_posix()
    return f"{target}/" if path.is_dir() else target


def _row(app: App, unit: Unit, receipt: Receipt, letter: LetterRow | None, place: Path | None) -> TableRow:
    return TableRow(
        unit=unit.name,
        receipt=receipt,
        letter=LastLetter(letter.kind, letter.state, letter.finished_at or letter.due_at, letter.bounced) if letter else None,
        folder=_linked(app, folder_key(unit.name), place),
        asked=unit.addressed is Addressed.YES,
    )


def _mail_line(book: Rulebook, mail: MailRow, items: list[ItemRow]) -> MailLine:
    return MailLine(
        number=mail.number,
        received_at=mail.received_at,
        sender=f"{mail.from_name} <{mail.from_address}>" if mail.from_name else mail.from_address,
        subject=mail.subject,
        unit="、".join(_name(book, unit) for unit in mail.units or ((mail.unit_id,) if mail.unit_id else ())),
        state=mail.state,
        because="；".join(mail.because),
        files=tuple(_file(book, item) for item in items if not (item.path == BODY and item.disposition is Disposition.IGNORED)),
        waits=mail.needs_person,
        brings=any(item.disposition in _COUNTED for item in items),
    )


def _file(book: Rulebook, item: ItemRow) -> str:
    names = "、".join(book.materials[name].name for name in item.materials if name in book.materials)
    return f"{called(item.path)}（{names or '其他'}）"


def _todo(app: App, mails: tuple[MailRow, ...], items: dict[int, list[ItemRow]], place: Path | None) -> list[TodoLine]:
    book, lines = app.rulebook, []
    for mail in mails:
        if not mail.needs_person and mail.state not in (MailState.UNSURE, MailState.STUCK):
            continue
        candidates = tuple(_name(book, unit) for unit in mail.candidates)
        waiting = [item for item in items[mail.number] if item.disposition.needs_person]
        lines.append(TodoLine(mail.number, f"邮件《{mail.subject}》", "；".join(mail.because), candidates))
        lines += [
            TodoLine(
                mail.number,
                f"文件 {called(item.path)}",
                item.because,
                file=_linked(app, review_key(mail.number, item.position, item.name), place),
            )
            for item in waiting
        ]
    return lines


def _stop_todo(reason: str | None) -> tuple[TodoLine, ...]:
    return (TodoLine(None, "发信已停止", f"{reason} 问题解决后运行 mailbot letters --resume"),) if reason else ()


def _letter_todo(letter: LetterRow) -> TodoLine:
    if letter.bounced:
        why = "对方邮箱退信，请用电话联系"
    elif letter.state is LetterState.HELD:
        why = "等待放行（mailbot letters --release 编号）"
    elif letter.state is LetterState.REFUSED:
        why = f"没有发出，请用电话联系：{letter.last_reply}"
    else:
        why = "发送时连接中断，不知对方是否收到"
    return TodoLine(letter.mail_number, f"回信第{letter.number}封 → {letter.to_address}", why)


def _name(book: Rulebook, unit: str) -> str:
    return book.units[unit].name if unit in book.units else unit
