"""Verbs for those who keep mailbot running: doctor, backup, restore, purge."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mailbot.cli.common import EXIT_UNWELL, Format, opened, options_of, print_json


def add_to(cli: typer.Typer) -> None:
    """Add these verbs to the command line."""
    cli.command("doctor")(doctor)
    cli.command("backup")(backup)
    cli.command("restore")(restore)


def doctor(
    context: typer.Context,
    online: Annotated[bool, typer.Option("--online", help="同时登录收信和发信服务器，核对服务器上的邮件")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="从原始邮件（加 --online 时也从服务器）恢复丢失或被改动的文件")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    form: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE,
) -> int:
    """体检：文件、登记、服务器三方核对，磁盘、授权码权限、回信等逐项检查。"""
    from mailbot.operating import doctor as practice
    from mailbot.operating.findings import healthy

    with opened(context, need_password=online) as app:
        findings = practice.doctor(app, practice.Visit(online, repair))
    well = healthy(findings)
    if as_json or form is Format.JSON:
        print_json({"healthy": well, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            typer.echo(finding.line)
        typer.echo("一切正常。" if well else "有需要处理的问题，见上面标 ✘ 的各行。")
    return 0 if well else EXIT_UNWELL


def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="备份放在哪个文件夹（最好在另一块磁盘上）；每次备份在里面新建一个 mailbot-日期-时间")],
    keep: Annotated[int | None, typer.Option("--keep", min=1, help="只保留最新的这么多个备份；不写则全部保留")] = None,
) -> None:
    """备份：登记、原始邮件、归档文件和配置，运行中也可以做；不含密码。"""
    from mailbot.operating import backing

    with opened(context) as app:
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
