"""Verbs with which staff decide: assign, waive, retry, replay, chase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.common import Format, moment_said, must_exist, opened, options_of, print_csv, print_json
from mailbot.errors import ConfigError

if TYPE_CHECKING:
    from mailbot.app import App

Who = Annotated[str, typer.Option("--by", envvar="USER", help="谁决定的（记入日志）")]


def add_to(cli: typer.Typer) -> None:
    """Add these verbs to the command line."""
    cli.command("assign")(assign)
    cli.command("waive")(waive)
    cli.command("chase")(chase)
    cli.command("retry")(retry)
    cli.command("replay")(replay)
    cli.command("knowledge")(knowledge)
    cli.command("rebuild")(rebuild)


def assign(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="邮件编号")],
    unit: Annotated[str | None, typer.Option("--unit", "-u", help="单位名称、别名或标识；none = 不属于任何单位")] = None,
    file: Annotated[str | None, typer.Option("--file", "-f", help="只决定这一个文件（mails 显示的路径）")] = None,
    material: Annotated[list[str] | None, typer.Option("--material", "-m", help="材料名称或标识（可重复）；none = 不是材料")] = None,
    by: Who = "staff",
) -> None:
    """由工作人员决定一封邮件（或其中一个文件）属于哪个单位、是什么材料。"""
    from mailbot.desk import acts

    with opened(context) as app:
        must_exist(app, [number])
        acts.assign(app, acts.Assignment(number, unit, file, tuple(material) if material else None, by))
        _settle_now(app, f"第 {number} 号邮件")


def waive(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: typer.Context,
    unit: Annotated[str, typer.Argument(help="单位名称、别名或标识")],
    material: Annotated[str | None, typer.Option("--material", "-m", help="只免报这一项材料；不写则全部")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="日期", help="不是免报，而是延期到这一天，例如 2023-01-05")] = None,
    note: Annotated[str, typer.Option("--note", help="原因")] = "",
    revoke: Annotated[bool, typer.Option("--revoke", help="撤销以前的免报或延期")] = False,
    by: Who = "staff",
) -> None:
    """给一个单位免报或延期。"""
    from mailbot.desk import acts, sheet

    with opened(context) as app:
        last_day = moment_said(until, app.rulebook.campaign.timezone) if until else None
        typer.echo(acts.waive(app, acts.Waiving(unit, material, last_day, note, by, revoke)))
        sheet.write(app)


def chase(
    context: typer.Context,
    units: Annotated[list[str] | None, typer.Argument(help="单位名称、别名或标识；不写则全部还缺材料的单位")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只显示会写给谁、写什么，不写信")] = False,
    by: Who = "staff",
) -> None:
    """给还缺材料的单位写催报信；有材料正在核对的不催，没有邮箱的列出来以便打电话。"""
    from mailbot.desk import chasing

    with opened(context) as app:
        found = chasing.chase(app, tuple(units or ()), by, write=not dry_run)
        for one in found:
            typer.echo(f"{one.unit}：{'、'.join(one.missing) or '不缺'}　{f'→ {one.to}' if one.letter else f'（{one.because}）'}")
            if dry_run and one.letter:
                typer.echo("\n".join(f"    {line}" for line in (one.letter.subject, "", *one.letter.text.splitlines(), "")))
        written = sum(1 for one in found if one.letter)
        typer.echo(f"{'会写' if dry_run else '写好'} {written} 封催报信，{len(found) - written} 个单位没有写。")
        if written and not dry_run:
            held = app.config.answering.mode.value == "hold"
            typer.echo("等待放行：mailbot letters --release 编号。" if held else "将由运行中的 mailbot 发出。")


def retry(
    context: typer.Context,
    numbers: Annotated[list[int] | None, typer.Argument(help="邮件编号；不写则全部卡住的邮件")] = None,
) -> None:
    """重新处理卡住的邮件。"""
    from mailbot.desk import acts

    with opened(context) as app:
        must_exist(app, numbers or ())
        chosen = acts.retry(app, tuple(numbers or ()))
        if chosen:
            _settle_now(app, f" {len(chosen)} 封邮件")
        else:
            typer.echo("没有卡住的邮件。")


def replay(
    context: typer.Context,
    numbers: Annotated[list[int] | None, typer.Argument(help="邮件编号；不写则全部待核的邮件")] = None,
) -> None:
    """按现在的规则重新判断待核的邮件；工作人员的决定保留，已发的信不重发。"""
    from mailbot.desk import acts

    with opened(context) as app:
        must_exist(app, numbers or ())
        chosen = acts.replay(app, tuple(numbers or ()))
        if chosen:
            _settle_now(app, f" {len(chosen)} 封邮件")
        else:
            typer.echo("没有待核的邮件。")


def knowledge(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: typer.Context,
    address: Annotated[str | None, typer.Option("--address", help="记住：这个邮箱是 --unit 的")] = None,
    alias: Annotated[str | None, typer.Option("--alias", help="记住：这个名称指 --unit")] = None,
    phrase: Annotated[str | None, typer.Option("--phrase", help="记住：文件名或标题里有这个词语的是 --material")] = None,
    unit: Annotated[str | None, typer.Option("--unit", "-u", help="单位名称、别名或标识")] = None,
    material: Annotated[str | None, typer.Option("--material", "-m", help="材料名称或标识")] = None,
    forget: Annotated[int | None, typer.Option("--forget", help="撤销这一条")] = None,
    by: Who = "staff",
    form: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
) -> None:
    """显示机器人学到的邮箱、名称和词语；可以添加，也可以撤销。"""
    from mailbot.desk import lessons

    wanted = [(kind, key, unit) for kind, key in (("address", address), ("alias", alias)) if key]
    wanted += [("phrase", phrase, material)] if phrase else []
    with opened(context) as app:
        for kind, key, means in wanted:
            if means is None:
                raise ConfigError("请同时写明是哪个单位（--unit）或哪项材料（--material）。")
            typer.echo(lessons.teach(app, lessons.Lesson(kind, key, means, by)))
        if forget is not None:
            typer.echo(lessons.forget(app, forget, by))
        if wanted or forget is not None:
            return
        rows = lessons.lessons(app)
        if form is Format.JSON:
            print_json({"knowledge": rows})
        elif form is Format.CSV:
            print_csv(rows)
        for row in rows if form is Format.TABLE else ():
            mark = "" if row["confirmed"] else "（未确认，只作线索）"
            typer.echo(f"{row['id']:>4}  {lessons.KINDS[row['kind']]}  {row['key']}  →  {row['name']}{mark}  {row['source']}")


def rebuild(context: typer.Context) -> None:
    """数据库丢失或损坏时，用保存的原始邮件和日志重建登记；发过的信不重发，没发的信留待放行。"""
    from mailbot import rebuilding
    from mailbot.app import read_config

    done = rebuilding.rebuild(read_config(options_of(context).config, need_password=False))
    typer.echo(f"已重建：{done.mails} 封邮件，{done.letters} 封已发出的回信。")
    typer.echo(f"旧数据库改名为：{'、'.join(done.old) or '（没有）'}")
    typer.echo("没有发出的回信已重新写好，留待放行：mailbot letters。")


def _settle_now(app: App, what: str) -> None:
    """Settle at once when no daemon holds the storage; else it does so in its next round."""
    from mailbot import pipeline
    from mailbot.desk import sheet
    from mailbot.errors import TryLater

    try:
        with app.locked():
            pipeline.settle(app, lambda: False)
            sheet.write(app)
    except TryLater:
        typer.echo(f"已记下。正在运行的 mailbot 会在下一轮重新处理{what}。")
    else:
        typer.echo(f"已重新处理{what}。")
