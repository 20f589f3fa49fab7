"""Verbs for those who keep mailbot running: doctor, backup, restore, purge."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from mailbot.cli.common import EXIT_UNWELL, Format, opened, print_json


def add_to(cli: typer.Typer) -> None:
    """Add these verbs to the command line."""
    cli.command("doctor")(doctor)


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
