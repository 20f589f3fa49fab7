"""Verbs for those who keep mailbot running: doctor, backup, restore, purge."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.common import EXIT_UNWELL, Format, moment_said, opened, opened_to_look, options_of, print_json

if TYPE_CHECKING:
    from mailbot.operating.purging import Preview


def add_to(cli: typer.Typer) -> None:
    """Add these verbs to the command line."""
    cli.command("doctor")(doctor)
    cli.command("backup")(backup)
    cli.command("restore")(restore)
    cli.command("purge")(purge)


def doctor(
    context: typer.Context,
    online: Annotated[bool, typer.Option("--online", help="同时登录收信和发信服务器，核对服务器上的邮件")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="从原始邮件（加 --online 时也从服务器）恢复丢失或被改动的文件")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    form: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
) -> int:
    """体检：文件、登记、服务器三方核对，磁盘、授权码权限、回信等逐项检查。"""
    from mailbot.app import read_config
    from mailbot.operating import doctor as practice
    from mailbot.operating.findings import healthy, summary

    findings = practice.doctor(read_config(options_of(context).config, need_password=online), practice.Visit(online, repair))
    well = healthy(findings)
    if as_json or form is Format.JSON:
        print_json({"healthy": well, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            typer.echo(finding.line)
        typer.echo(summary(findings))
    return 0 if well else EXIT_UNWELL


def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="备份放在哪个文件夹（最好在另一块磁盘上）；每次备份在里面新建一个 mailbot-日期-时间")],
    keep: Annotated[int | None, typer.Option("--keep", min=1, help="只保留最新的这么多个备份；不写则全部保留")] = None,
) -> None:
    """备份：登记、原始邮件、归档文件和配置，运行中也可以做；不含密码。"""
    from mailbot.operating import backing

    with opened_to_look(context) as app:
        made = backing.back_up(app, folder, keep)
        manifest = backing.read_manifest(made)
    typer.echo(f"已备份到 {made}：{manifest.mails} 封邮件，{len(manifest.files)} 个文件。")
    typer.echo("备份里有各单位的材料和联系方式，请和原件一样妥善保管。")


def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="要恢复的备份：里面有 manifest.json 的那个文件夹")],
) -> None:
    """恢复：把一个备份放回空的 storage；备份以后可能已发出的回信都留待放行，不会重复发信。"""
    from mailbot.app import read_config
    from mailbot.operating import restoring

    done = restoring.restore(read_config(options_of(context).config, need_password=False), folder)
    typer.echo(f"已恢复 {done.taken_at} 的备份：{done.mails} 封邮件，全部核对无误。")
    if done.mended:
        typer.echo(f"其中 {done.mended} 个归档文件由原始邮件重新生成。")
    typer.echo(f"待放行的回信 {done.held} 封；恢复以前到达的邮件重新收取后，回信也先留着。用 mailbot letters 查看、放行。")


def purge(
    context: typer.Context,
    before: Annotated[str, typer.Option("--before", metavar="日期", help="清除这一天以前到达的邮件，例如 2023-06-30")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
    by: Annotated[str, typer.Option("--by", envvar="USER", help="谁决定的（记入日志）")] = "staff",
) -> None:
    """清除个人信息：删去到期邮件的原件、附件和文字，保留登记数字、哈希和日志。要先停止 mailbot。"""
    from mailbot.operating import purging

    with opened(context) as app, app.locked():
        moment = moment_said(before, app.rulebook.campaign.timezone)
        _print_preview(moment, purging.preview(app, moment))
        if not yes:
            typer.confirm("清除后不能恢复。确定吗？", abort=True)
        typer.echo(f"已清除 {purging.purge(app, moment, by)} 封邮件的内容。")


def _print_preview(before: datetime, found: Preview) -> None:
    typer.echo(
        f"{before:%Y-%m-%d} 以前到达、已经办结的邮件 {len(found.mails)} 封，文件 {len(found.files)} 个，共 {found.megabytes:.1f} MB："
    )
    typer.echo("  删去：原始邮件、归档的材料、主题、姓名、地址、回信内容，以及从这些邮件学到的邮箱")
    typer.echo("  保留：邮件编号、收到时间、单位、各项材料的件数、文件哈希、事件日志（其中的地址和回信内容换成哈希）")
    for copy in found.copies:
        typer.echo(f"  一并删去旧副本：{copy.name}")
    if found.waiting:
        typer.echo(f"  另有 {found.waiting} 封还等着核实、处理或发信，这次不清除；先办结（mailbot mails、letters）再来。")
    typer.echo("服务器邮箱里的原信和已做的备份不在此列，请另外清理。")
