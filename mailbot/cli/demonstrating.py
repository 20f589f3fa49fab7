"""The verb that shows the whole road on an embedded mailbox: demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mailbot.cli.common import EXIT_CONFIG


def add_to(cli: typer.Typer) -> None:
    """Add this verb to the command line."""
    cli.command("demo")(demo)


def demo(
    folder: Annotated[Path, typer.Option("--folder", help="演示产生的文件放在哪里（每次重做）")] = Path("demo-storage"),
    web: Annotated[bool, typer.Option("--web", help="演示后打开网页，一直运行到按 Ctrl-C")] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="网页的端口；0 = 任意一个空的")] = 8126,
) -> int:
    """演示：在本机的小邮箱里投递二十多封样例邮件，完整运行一遍。"""
    try:
        import aiosmtpd  # noqa: F401
        import pymap  # noqa: F401
        import reportlab  # noqa: F401
    except ImportError:
        typer.echo("演示需要附加组件，请先运行：pip install 'mailbot[demo,archives]'（或在源码目录运行 make demo）。", err=True)
        return EXIT_CONFIG
    if web:
        from mailbot.demo.staff import stay

        stay(folder, port)
    else:
        from mailbot.demo.show import show

        show(folder)
    return 0
