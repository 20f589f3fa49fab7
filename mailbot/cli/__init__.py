"""The command line: each verb reads its words, calls one function and prints; no person ever meets a traceback."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from mailbot.cli import demonstrating, operating, paging, people, receiving, showing, staffing, trying
from mailbot.cli.common import EXIT_BUG, EXIT_CONFIG, EXIT_INTERRUPTED, EXIT_LATER, EXIT_MISSING, EXIT_USAGE, NotFound, Options
from mailbot.cli.helping import in_chinese, speak_chinese
from mailbot.errors import ConfigError, TryLater

cli = typer.Typer(
    name="mailbot",
    help="收件机器人：收取各单位用电子邮件报送的材料，归档、登记、回信。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"mailbot {version('mailbot')}")
        raise typer.Exit


@cli.callback()
def options(
    context: typer.Context,
    config: Annotated[Path, typer.Option("--config", "-c", help="配置文件 config.yaml 的位置")] = Path("config.yaml"),
    debug: Annotated[bool, typer.Option("--debug", help="出错时显示技术细节")] = False,
    version: Annotated[bool, typer.Option("--version", help="显示版本号", is_eager=True, callback=_show_version)] = False,
) -> None:
    """收件机器人：收取各单位用电子邮件报送的材料，归档、登记、回信。"""
    del version
    context.obj = Options(config=config, debug=debug)


for verbs in (receiving, showing, staffing, people, paging, operating, trying, demonstrating):
    verbs.add_to(cli)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with the documented exit code (docs/commands.md)."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit code. Every known trouble becomes a Chinese sentence on standard error."""
    debug = "--debug" in arguments
    if not arguments or {"--help", "-h"} & set(arguments):
        speak_chinese()
    # --debug and --config are accepted behind the verb as well: that is where people type them.
    try:
        code = _exit_code(cli(_options_first(arguments), standalone_mode=False))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Whoever read the output has seen enough (`mailbot mails | head`); Python must not complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if debug:
            raise
        return _say(error)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _exit_code(result: object) -> int:
    return result if isinstance(result, int) else 0


def _options_first(arguments: list[str]) -> list[str]:
    front: list[str] = []
    rest: list[str] = []
    queue = list(arguments)
    while queue:
        word = queue.pop(0)
        if word == "--":
            rest += [word, *queue]
            break
        if word == "--debug" or word.startswith("--config="):
            front.append(word)
        elif word in ("--config", "-c") and queue:
            front += [word, queue.pop(0)]
        else:
            rest.append(word)
    return front + rest


def _say(error: Exception) -> int:
    if isinstance(error, typer.Abort):
        return EXIT_INTERRUPTED
    if isinstance(error, typer.TyperException):
        typer.echo(
            f"命令写法不对：{in_chinese(str(error))}\n用 mailbot --help 查看全部命令，用 mailbot 命令 --help 查看它的用法。", err=True
        )
        return EXIT_USAGE
    if isinstance(error, ConfigError):
        typer.echo(f"配置有误，未做任何改动：\n{error}" if error.slips else str(error), err=True)
        return EXIT_CONFIG
    if isinstance(error, TryLater):
        typer.echo(str(error), err=True)
        return EXIT_LATER
    if isinstance(error, NotFound):
        typer.echo(str(error), err=True)
        return EXIT_MISSING
    typer.echo(
        f"程序出现意外错误：{type(error).__name__}：{error}\n"
        "已收到的邮件都在 storage/raw 中，没有丢失。请加上 --debug 重试，并把输出发给维护人员。",
        err=True,
    )
    return EXIT_BUG
