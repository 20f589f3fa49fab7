"""The words that typer says itself, in Chinese: headings of help pages, and what is wrong with a command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

_NAMES = {
    "number": "邮件编号", "numbers": "邮件编号", "unit": "单位", "units": "单位", "name": "用户名",
    "path": "文件夹", "paths": "邮件文件或文件夹", "file": "邮件文件", "folder": "文件夹",
}  # fmt: skip

_TOLD: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"No such command '(.+?)'\.(?: Did you mean (.+)\?)?", lambda m: f"没有“{m[1]}”这个命令{_meant(m[2])}"),
    (r"No such option: (\S+?)\.?(?: (?:Did you mean|\(Possible options:) (.+?)[?)])?", lambda m: f"没有“{m[1]}”这个选项{_meant(m[2])}"),
    (r"Missing parameter: (\w+)", lambda m: f"缺少{_NAMES.get(m[1], m[1])}"),
    (r"Option '(.+?)' requires (?:an|\d+) arguments?\.", lambda m: f"“{m[1]}”后面要写内容"),
    (r"Option '(.+?)' does not take a value\.", lambda m: f"“{m[1]}”后面不能写内容"),
    (r"Got unexpected extra arguments? ?(?:\(s\) )?\((.+)\)", lambda m: f"多写了“{m[1]}”"),
    (r"Value error, '(.*)' is not one of (.+)\.", lambda m: f"不能写“{m[1]}”，可以写：{m[2].replace(chr(39), '').replace(', ', '、')}"),
    (r"Input should be a valid integer.*", lambda _: "编号要写整数，例如 42"),
)


def in_chinese(said: str) -> str:
    """What typer says about a wrong command line, in Chinese; what is not known stays as it is."""
    for pattern, told in _TOLD:
        if found := re.fullmatch(pattern, said.strip(), re.DOTALL):
            return told(found)
    return said


def _meant(names: str | None) -> str:
    return f"，是不是想写“{names.replace(chr(39), '')}”？" if names else ""


@cache
def speak_chinese() -> None:
    """Before a help page is shown: typer has no setting for its own words, and cuts off a line of Chinese, which has no blanks to wrap at.

    Touches what typer keeps to itself; where another version keeps it elsewhere, its words stay as they are.
    """
    with suppress(ImportError, AttributeError):
        _reword()


def _reword() -> None:
    from typer import rich_utils
    from typer._click.core import Command
    from typer._click.formatting import HelpFormatter

    pages: Any = rich_utils
    pages.OPTIONS_PANEL_TITLE, pages.ARGUMENTS_PANEL_TITLE, pages.COMMANDS_PANEL_TITLE = "选项", "参数", "命令"
    pages.DEFAULT_STRING, pages.REQUIRED_LONG_STRING = "[默认：{}]", "[必填]"
    _wrap(pages, "_make_rich_text", lambda text: setattr(text, "overflow", "fold"))
    _wrap(Command, "get_help_option", lambda option: setattr(option, "help", "显示这段说明"))
    usage = HelpFormatter.write_usage
    HelpFormatter.write_usage = lambda self, prog, args="", prefix=None: usage(self, prog, args, prefix or "用法：")  # type: ignore[method-assign]


def _wrap(owner: object, name: str, then: Callable[[Any], object]) -> None:
    """Let `then` change what the function returns, unless that is None."""
    before = getattr(owner, name)

    def after(*args: object, **named: object) -> object:
        found = before(*args, **named)
        if found is not None:
            then(found)
        return found

    setattr(owner, name, after)
