"""Where a password comes from: an environment variable or a file that only its owner can read, never config.yaml itself."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailbot.loading.form import Form

_NEVER = ("password", "passwd", "pass", "密码", "授权码", "auth_code")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What config.yaml is read in: its folder, the environment, and whether passwords are wanted at all."""

    folder: Path
    environ: Mapping[str, str]
    need_password: bool

    def place(self, said: str) -> Path:
        """A path; a relative one counts from the folder of config.yaml."""
        return (self.folder / Path(said).expanduser()).resolve()


def read_password(form: Form, around: Surroundings, default: str | None = None) -> str:
    """The password of a server section.

    `default` is what stands where the section names no source (the SMTP section takes over the password of the inbox).
    Without `need_password` nothing is missed: commands that stay offline work without it.
    """
    for key in _NEVER:
        form.refuse(
            key,
            f"“{key}”不能写在配置文件里：文件会被复制、备份，密码就泄露了",
            "删去这一行并更换授权码；写“password_env: MAILBOT_PASSWORD”，把授权码放进环境变量，或用 password_file",
        )
    variable, file = form.text("password_env", ""), form.text("password_file", "")
    if variable and file:
        form.slips.add(form.line("password_file"), "password_env 和 password_file 只能写一个", "删去其中一个")
        return ""
    if variable:
        return _from_environment(form, variable, around)
    if file:
        return _from_file(form, around.place(file), around)
    if default is None and around.need_password:
        form.slips.add(form.line(), f"{form.about} 没有写密码从哪里取", "写上“password_env: MAILBOT_PASSWORD”或“password_file: …”")
    return default or ""


def _from_environment(form: Form, variable: str, around: Surroundings) -> str:
    password = around.environ.get(variable, "").strip()
    if not password and around.need_password:
        form.slips.add(
            form.line("password_env"),
            f"环境变量 {variable} 是空的，取不到密码",
            f"运行前先设置：export {variable}=邮箱的授权码（网页邮箱设置里生成，不是登录密码）",
        )
    return password


def _from_file(form: Form, path: Path, around: Surroundings) -> str:
    """The first line of a file of mode 600; a file that others can read is refused, its password must be taken as known."""
    line = form.line("password_file")
    if not around.need_password:
        return ""
    try:
        mode = path.stat().st_mode
        password = path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        form.slips.add(line, f"密码文件 {path} 读不了", "检查路径和权限：文件存在，并且属于运行 mailbot 的用户")
        return ""
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        form.slips.add(line, f"密码文件 {path} 别的用户也能读", f"运行 chmod 600 {path}")
        return ""
    if not password:
        form.slips.add(line, f"密码文件 {path} 是空的", "把授权码写进去，只写一行")
    return password
