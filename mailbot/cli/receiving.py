"""Verbs that make the bot work: run, check, init, ingest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.common import EXIT_LATER, NotFound, moment_said, opened, options_of
from mailbot.errors import ConfigError, Slip, TryLater

if TYPE_CHECKING:
    from mailbot.config import Config
    from mailbot.mailing.inbox import Inbox


def add_to(cli: typer.Typer) -> None:
    """Add these verbs to the command line."""
    cli.command("run")(run)
    cli.command("check")(check)
    cli.command("init")(init)
    cli.command("ingest")(ingest)


def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="只完整运行一轮：收取、归档、登记、回信，然后退出")] = False,
) -> int:
    """运行：收取邮件、归档登记、回信。按 Ctrl-C 或发送 SIGTERM 停止。"""
    from mailbot import daemon
    from mailbot.operating.logs import saying, start_log

    with opened(context, need_password=True) as app:
        start_log(app.config)
        with nullcontext() if once or not app.config.web.with_run else _page(context):
            return 0 if daemon.run(app, once=once, say=saying(app.config, typer.echo)) else EXIT_LATER


def _page(context: typer.Context) -> AbstractContextManager[None]:
    """The staff's page beside the daemon."""
    from mailbot.web.attached import attached

    return attached(options_of(context).config, typer.echo)


def check(
    context: typer.Context,
    online: Annotated[bool, typer.Option("--online", help="同时登录收信和发信服务器，显示服务器的情况")] = False,
) -> int:
    """检查 config.yaml 和 rules/：一次列出全部错误，写明文件、行号和改法。"""
    from mailbot.app import read_config
    from mailbot.loading.rules import load_rules

    options = options_of(context)
    slips: list[Slip] = []
    sentences: list[str] = []
    rules = options.config.parent / "rules"
    config = None
    try:
        config = read_config(options.config, need_password=online)
        rules = config.rules
    except ConfigError as error:
        slips += error.slips
        sentences += [] if error.slips else [str(error)]
    try:
        book = load_rules(rules)
    except ConfigError as error:
        slips += error.slips
        sentences += [] if error.slips else [str(error)]
    if slips:
        raise ConfigError(slips)
    if sentences or config is None:
        raise ConfigError("\n".join(sentences))
    campaign = book.campaign
    typer.echo(
        f"配置无误：{campaign.name}，{len(book.addressed)} 个应报单位（名录共 {len(book.units)} 个），{len(book.materials)} 项材料，"
    )
    typer.echo(f"截止 {campaign.deadline.astimezone(campaign.timezone):%Y-%m-%d %H:%M}，回信方式 {config.answering.mode.value}。")
    return _survey(config) if online else 0


def _survey(config: Config) -> int:
    from mailbot.mailing.inbox import Inbox
    from mailbot.mailing.post import Post

    with Inbox(config.inbox) as inbox:
        well = _told(lambda: _findings(inbox))
    with Post(config.answering) as post:
        well = _told(post.probe) and well
    return 0 if well else EXIT_LATER


def _findings(inbox: Inbox) -> tuple[str, ...]:
    found = inbox.survey()
    return (*found.sentences, *(f"注意：{warning}" for warning in found.warnings))


def _told(look: Callable[[], Iterable[str]]) -> bool:
    """Print what was found at one server, or why nothing was: the other one is looked at all the same."""
    try:
        for line in look():
            typer.echo(line)
    except TryLater as trouble:
        typer.echo(str(trouble), err=True)
        return False
    return True


def init(
    folder: Annotated[Path, typer.Argument(help="新收集工作的文件夹")] = Path(),
) -> None:
    """为一次新的收集工作写出带注释的 config.yaml 和 rules/。"""
    from mailbot.loading.scaffold import write_collection

    for path in write_collection(folder):
        typer.echo(f"已写出 {path}")
    typer.echo("请按注释填写，然后运行 mailbot check。")


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help=".eml 文件、文件夹、Maildir 或 mbox")],
    received_at: Annotated[
        str | None,
        typer.Option("--received-at", metavar="时间", help="收到时间，例如 '2022-12-28 17:00'；不写则用文件时间"),
    ] = None,
    answer: Annotated[bool, typer.Option("--answer", help="也像刚收到的邮件一样回信")] = False,
) -> None:
    """把邮件文件按收到的邮件一样处理（默认不回信）。"""
    from mailbot import pipeline
    from mailbot.desk import sheet
    from mailbot.mailfiles import mail_files

    for path in paths:
        if not path.exists():
            raise NotFound(f"找不到 {path}：请检查路径。")
    with opened(context) as app, app.locked():
        moment = moment_said(received_at, app.rulebook.campaign.timezone) if received_at else None
        kept = sum(pipeline.ingest(app, file, moment, answer=answer) for path in paths for file in mail_files(path))
        settled = pipeline.settle(app, lambda: False)
        sheet.write(app)
        typer.echo(f"新收 {kept} 封，已登记 {settled} 封。")
