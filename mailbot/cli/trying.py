"""Verbs that change nothing: try one mail file, rehearse a whole folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mailbot.cli.common import Format, NotFound, options_of, print_json


def add_to(cli: typer.Typer) -> None:
    """Add these verbs to the command line."""
    cli.command("try")(try_)
    cli.command("rehearse")(rehearse)


def try_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="一封邮件（.eml）")],
    form: Annotated[Format, typer.Option("--format", help="输出形式（table 或 json）")] = Format.TABLE,
) -> None:
    """试判一封邮件：属于谁、每个附件是什么、为什么。不改动任何东西。"""
    from mailbot.app import read_config, with_own_mailboxes
    from mailbot.desk import trial
    from mailbot.loading.rules import load_rules

    if not file.is_file():
        raise NotFound(f"找不到邮件文件 {file}。")
    config = read_config(options_of(context).config, need_password=False)
    rulebook = with_own_mailboxes(load_rules(config.rules), config)
    verdict = trial.try_mail(file, config, rulebook)
    if form is Format.JSON:
        print_json(trial.document(verdict, rulebook))
    else:
        from mailbot.reporting.screen import screen
        from mailbot.reporting.verdict import print_verdict

        print_verdict(verdict.facts, verdict.judgement, rulebook, screen())


def rehearse(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="一个文件夹（.eml）、Maildir 或 mbox")],
    form: Annotated[Format, typer.Option("--format", help="输出形式（table 或 json）")] = Format.TABLE,
) -> None:
    """预演：从零开始，按到达先后处理这些邮件，显示会给谁回什么信。不发送任何东西。"""
    from mailbot import rehearsal
    from mailbot.app import read_config

    if not path.exists():
        raise NotFound(f"找不到 {path}。")
    config = read_config(options_of(context).config, need_password=False)
    with rehearsal.rehearsed(path, config) as app:
        if form is Format.JSON:
            print_json(rehearsal.document(app))
        else:
            rehearsal.show(app)
