"""The verb that serves the staff's page: web."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import Annotated

import typer

from mailbot.cli.common import opened


def add_to(cli: typer.Typer) -> None:
    """Add this verb to the command line."""
    cli.command("web")(web)


def web(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="监听的地址；不写则按 config.yaml 的 web")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="端口；0 = 任意一个空的")] = None,
    attached: Annotated[bool, typer.Option("--attached", hidden=True, help="由 mailbot run 启动：标准输入结束就停止")] = False,
) -> None:
    """打开工作人员用的网页：总表、待办、邮件、回信、导出。按 Ctrl-C 停止。"""
    from mailbot.desk import users
    from mailbot.operating.logs import start_log
    from mailbot.web import serving

    if attached:
        os.nice(10)  # where there are too few cores, receiving goes first
    with opened(context) as app:
        start_log(app.config)
        settings = app.config.web
        if not users.users(app):
            typer.echo("还没有人能登录。请先添加：mailbot user add 姓名", err=True)
        serving.serve(
            app,
            replace(settings, host=host or settings.host, port=settings.port if port is None else port),
            lambda address: typer.echo(f"网页：{address}" + ("" if attached else "　按 Ctrl-C 停止。")),
            sys.stdin.buffer if attached else None,
        )
