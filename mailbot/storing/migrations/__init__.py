"""Versions of the tables: alembic run from inside the package, so that an installed mailbot needs no alembic.ini."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from mailbot.errors import ConfigError

HEAD = "0003"
"""The newest version; known here so that an ordinary start need not import alembic (0.2 s)."""


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest version within the open transaction.

    Raises ConfigError when the database belongs to another program or was written by a newer mailbot.
    """
    version = _version(connection)
    if version == HEAD:
        return
    if version is not None and version > HEAD:
        raise ConfigError(f"这个数据库是更新版本的 mailbot 建立的（版本 {version}，本程序只认识到 {HEAD}）。请升级 mailbot 后再运行。")
    from alembic import command
    from alembic.config import Config

    config = Config()
    # ConfigParser reads % as the start of a placeholder; a folder name may hold one.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_current(connection: Connection) -> bool:
    """Whether the tables are at the newest version already; asks the tables nothing but their names and that."""
    return _version(connection) == HEAD


def _version(connection: Connection) -> str | None:
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if version is None or version.isdigit():
            return version
    if names:
        raise ConfigError("config.yaml 里的 database 指向的是别的程序的数据库，不是 mailbot 的。请改用一个新的数据库文件或库名。")
    return None
