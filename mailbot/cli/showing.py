"""Verbs that show: status, mails, explain, table, letters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailbot.cli.common import Format, NotFound, opened_to_look, print_csv, print_json
from mailbot.model import Disposition
from mailbot.reporting.shown import DISPOSITIONS, LETTER_KINDS, LETTER_STATES, MAIL_STATES, UNIT_STATES, called, harmless

if TYPE_CHECKING:
    from mailbot.app import App


def add_to(cli: typer.Typer) -> None:
    """Add these verbs to the command line."""
    cli.command("status")(status)
    cli.command("mails")(mails)
    cli.command("explain")(explain)
    cli.command("table")(table)
    cli.command("letters")(letters)


def status(
    context: typer.Context,
    unit: Annotated[str | None, typer.Argument(help="单位名称、别名或标识；不写则显示全部")] = None,
    form: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
) -> None:
    """显示收件情况：各单位交了什么、缺什么、是否逾期。"""
    from mailbot.desk import documents

    with opened_to_look(context) as app:
        document = documents.status(app)
        if unit is not None:
            document["units"] = [_one_unit(app, document["units"], unit)]
        if form is Format.JSON:
            print_json(document)
        elif form is Format.CSV:
            print_csv([_flat_unit(app, row) for row in document["units"]])
        elif unit is not None:
            _print_unit(app, document["units"][0])
        else:
            _print_table(app)


def mails(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(help="邮件编号；不写则显示全部")] = None,
    form: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
) -> None:
    """显示收到的邮件：判给了谁、每个附件是什么、回了什么信。"""
    from mailbot.desk import documents

    with opened_to_look(context) as app:
        document = documents.mails(app, number)
        if number is not None and not document["mails"]:
            raise NotFound(f"没有第 {number} 号邮件。用 mailbot mails 查看全部编号。")
        if form is Format.JSON:
            print_json(document)
        elif form is Format.CSV:
            print_csv([_flat_mail(app, mail) for mail in document["mails"]])
        else:
            _print_mails(app, document["mails"], detailed=number is not None)


def explain(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="邮件编号")],
    form: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
) -> None:
    """说明一封邮件为什么这样判断：看到了什么、在哪里、支持谁、分量多重。"""
    from mailbot.desk import trial

    with opened_to_look(context) as app:
        verdict = trial.explain(app, number)
        if verdict is None:
            raise NotFound(f"没有第 {number} 号邮件。用 mailbot mails 查看全部编号。")
        if form is Format.JSON:
            print_json(trial.document(verdict, app.rulebook))
        else:
            from mailbot.reporting.screen import screen
            from mailbot.reporting.verdict import print_verdict

            print_verdict(verdict.facts, verdict.judgement, app.rulebook, screen())


def table(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="写到哪个 .xlsx 文件；不写则重做 storage/收件登记表.xlsx")] = None,
) -> None:
    """生成 Excel 收件登记表。"""
    from mailbot.desk import sheet

    with opened_to_look(context) as app:
        typer.echo(f"已生成 {sheet.write(app, output)}")


def letters(
    context: typer.Context,
    release: Annotated[list[str] | None, typer.Option("--release", help="放行这封待放行的信（编号，可重复；all = 全部）")] = None,
    cancel: Annotated[list[str] | None, typer.Option("--cancel", help="取消这封未发的信（编号，可重复；all = 全部）")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="发信因账号问题停止后，问题已解决，重新开始发信")] = False,
    form: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
) -> None:
    """显示回信；在 hold 方式下用 --release 放行、--cancel 取消。"""
    from mailbot.desk import documents, outbox

    with opened_to_look(context) as app:
        _letters_must_exist(app, [*(release or ()), *(cancel or ())])
        if release:
            released = outbox.release(app, outbox.chosen(app, release))
            typer.echo(f"已放行 {released} 封，下一轮运行时发出。" if released else "没有可放行的信：只有待放行和不确定的信可以放行。")
        if cancel:
            cancelled = outbox.cancel(app, outbox.chosen(app, cancel))
            typer.echo(f"已取消 {cancelled} 封。" if cancelled else "没有可取消的信：已经发出或试发过的信不能取消。")
        if resume:
            reason = outbox.resume(app)
            typer.echo(f"已恢复发信（曾因：{reason}）。" if reason else "发信没有停止。")
        if release or cancel or resume:
            return
        rows = documents.letters(app)
        if reason := outbox.stopped(app):
            typer.echo(f"发信已停止：{reason} 问题解决后运行 mailbot letters --resume", err=True)
        if form is Format.JSON:
            print_json({"letters": rows})
        elif form is Format.CSV:
            print_csv([{**row, "received": " ".join(row["received"]), "missing": " ".join(row["missing"])} for row in rows])
        else:
            _print_letters(rows)


def _letters_must_exist(app: App, words: list[str]) -> None:
    with app.database.reading() as records:
        for word in words:
            if word.isdigit() and records.letter(int(word)) is None:
                raise NotFound(f"没有编号为“{word}”的回信。用 mailbot letters 查看编号。")


def _one_unit(app: App, rows: list[dict[str, Any]], wanted: str) -> dict[str, Any]:
    from mailbot.desk.naming import unit_named

    unit = unit_named(app.rulebook, wanted)
    return next(row for row in rows if row["id"] == unit)


def _flat_unit(app: App, row: dict[str, Any]) -> dict[str, object]:
    flat: dict[str, object] = {"单位": row["name"], "状态": UNIT_STATES[row["state"]], "逾期": "是" if row["late"] else ""}
    for material in app.rulebook.materials.values():
        item = row["items"][material.id]
        flat[material.name] = item["count"] if item["received"] else ""
        flat[f"{material.name}首次收到"] = _clock(item["first_received_at"])
    flat["缺"] = "、".join(app.rulebook.materials[name].name for name in row["missing"])
    flat["待核"] = row["unsure"]
    return flat


def _flat_mail(app: App, mail: dict[str, Any]) -> dict[str, object]:
    return {
        "编号": mail["number"],
        "收到时间": _clock(mail["received_at"]),
        "发件人": mail["from"],
        "主题": mail["subject"],
        "状态": MAIL_STATES[mail["state"]],
        "单位": "、".join(unit["name"] for unit in mail["units"]),
        "附件": "；".join(f"{called(file['path'])}（{_what(app, file)}）" for file in mail["files"]),
        "理由": "；".join(mail["because"]),
    }


def _print_table(app: App) -> None:
    from mailbot.desk import sheet
    from mailbot.health import health
    from mailbot.reporting.screen import screen
    from mailbot.reporting.terminal import print_table

    print_table(sheet.table(app), screen())
    for trouble in health(app).troubles:
        if not trouble.key.startswith(("stopped", "stuck")):  # those stand among what is to be done
            typer.echo(f"需要处理：{trouble.sentence} {trouble.hint}")


def _print_unit(app: App, row: dict[str, Any]) -> None:
    typer.echo(f"{row['name']}（{row['id']}）：{UNIT_STATES[row['state']]}{'，逾期' if row['late'] else ''}")
    for material in app.rulebook.materials.values():
        item = row["items"][material.id]
        mark = f"{item['count']}{material.measure}，首次收到 {_clock(item['first_received_at'])}" if item["received"] else "未收到"
        typer.echo(f"  {material.name}：{'免报' if item['waived'] and not item['received'] else mark}{'（逾期）' if item['late'] else ''}")
    if row["unsure"]:
        typer.echo(f"  待核 {row['unsure']} 项")
    if letter := row["last_letter"]:
        typer.echo(f"  最近回信：第{letter['number']}封 {LETTER_KINDS[letter['kind']]}（{LETTER_STATES[letter['state']]}）→ {letter['to']}")


def _print_mails(app: App, mails: list[dict[str, Any]], *, detailed: bool) -> None:
    if not mails:
        typer.echo("还没有收到邮件。")
    for mail in mails:
        unit = "、".join(unit["name"] for unit in mail["units"]) or "—"
        head = f"第{mail['number']}号 {_clock(mail['received_at'])} {mail['from']} 《{mail['subject']}》"
        typer.echo(harmless(f"{head} → {unit} [{MAIL_STATES[mail['state']]}]"))
        if detailed:
            _print_details(app, mail)


def _print_details(app: App, mail: dict[str, Any]) -> None:
    for reason in mail["because"]:
        typer.echo(harmless(f"    {reason}"))
    for file in mail["files"]:
        typer.echo(harmless(f"    · {called(file['path'])}：{_what(app, file)}　{file['because']}"))
        if file["stored_as"]:
            typer.echo(harmless(f"      {app.config.storage / file['stored_as']}"))
    for letter in mail["letters"]:
        said = f"回信第{letter['number']}封 {LETTER_KINDS[letter['kind']]}（{LETTER_STATES[letter['state']]}）→ {letter['to']}"
        typer.echo(harmless(f"\n    {said}\n    {letter['subject']}\n"))
        typer.echo("\n".join("      " + harmless(line) for line in letter["text"].splitlines()))


def _what(app: App, file: dict[str, Any]) -> str:
    """工作总结, or what became of a file that is no material; both where it is one and something is to be said about it."""
    book = app.rulebook
    names = "、".join(book.materials[name].name for name in file["materials"] if name in book.materials)
    fate = "" if names and file["disposition"] == Disposition.FILED else DISPOSITIONS[file["disposition"]]
    return "，".join(filter(None, (names, fate)))


def _clock(moment: str | None) -> str:
    """2022-12-28 17:00 from the ISO 8601 of the documents."""
    return moment[:16].replace("T", " ") if moment else ""


def _print_letters(rows: list[dict[str, Any]]) -> None:
    if not rows:
        typer.echo("还没有回信。")
    for row in rows:
        kind, state = LETTER_KINDS[row["kind"]], "退信" if row["bounced"] else LETTER_STATES[row["state"]]
        typer.echo(harmless(f"{row['number']:>5}  {_padded(state, 14)}{_padded(kind, 10)}{row['to']:<30} {row['subject']}"))


def _padded(text: str, width: int) -> str:
    """Filled up to so many cells; a Chinese character takes two."""
    from rich.cells import cell_len

    return text + " " * max(1, width - cell_len(text))
