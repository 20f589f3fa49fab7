"""Verbs about who may sit at the desk: user add, list, remove, password."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailbot.cli.common import Format, opened, print_csv, print_json
from mailbot.errors import ConfigError

if TYPE_CHECKING:
    from mailbot.desk.users import User

Name = Annotated[str, typer.Argument(help="用户名，例如 李老师")]
Who = Annotated[str, typer.Option("--by", envvar="USER", help="谁操作的（记入日志）")]
PasswordFile = Annotated[Path | None, typer.Option("--password-file", help="从文件读密码（第一行）；不写则当面询问")]

user = typer.Typer(help="管理可以登录网页的用户。", no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})


def add_to(cli: typer.Typer) -> None:
    """Add these verbs to the command line."""
    cli.add_typer(user, name="user")


@user.command("add")
def add(
    context: typer.Context,
    name: Name,
    viewer: Annotated[bool, typer.Option("--viewer", help="只能查看，不能操作")] = False,
    password_file: PasswordFile = None,
    by: Who = "staff",
) -> None:
    """添加用户；密码至少 8 个字符。"""
    from mailbot.desk import users

    with opened(context) as app:
        role = users.Role.VIEWER if viewer else users.Role.STAFF
        typer.echo(users.add(app, name, _password(password_file), role, by))


@user.command("list")
def list_(context: typer.Context, form: Annotated[Format, typer.Option("--format", help="输出形式")] = Format.TABLE) -> None:
    """列出全部用户。"""
    from mailbot.desk import users

    with opened(context) as app:
        zone = app.rulebook.campaign.timezone
        rows = [_row(one, one.last_login.astimezone(zone).isoformat() if one.last_login else None) for one in users.users(app)]
    if form is Format.JSON:
        print_json({"users": rows})
    elif form is Format.CSV:
        print_csv(rows)
    for row in rows if form is Format.TABLE else ():
        state = "已停用" if row["disabled"] else "可登录"
        typer.echo(f"{row['name']}  {users.ROLES[users.Role(str(row['role']))]}  {state}  最近登录 {row['last_login'] or '从未'}")


@user.command("remove")
def remove(context: typer.Context, name: Name, by: Who = "staff") -> None:
    """停用用户：立即退出登录，不能再登录；他做过的事仍记在他名下。"""
    from mailbot.desk import users

    with opened(context) as app:
        typer.echo(users.remove(app, name, by))


@user.command("password")
def password(context: typer.Context, name: Name, password_file: PasswordFile = None, by: Who = "staff") -> None:
    """更换密码（也用来重新启用停用的用户）。"""
    from mailbot.desk import users

    with opened(context) as app:
        typer.echo(users.set_password(app, name, _password(password_file), by))


def _row(one: User, last_login: str | None) -> dict[str, object]:
    return {"name": one.name, "role": one.role.value, "disabled": one.disabled, "last_login": last_login}


def _password(file: Path | None) -> str:
    """Never from the command line itself, where other users of the machine could read it."""
    if file is not None:
        try:
            return (file.read_text("utf-8").splitlines() or [""])[0]
        except OSError as trouble:
            raise ConfigError(f"无法读取 {file}：{os.strerror(trouble.errno or 0)}。") from trouble
    return str(typer.prompt("密码", hide_input=True, confirmation_prompt="再输入一次"))
