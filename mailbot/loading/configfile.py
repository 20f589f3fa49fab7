"""config.yaml -> Config, or every slip in it at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from mailbot.config import Answering, Config, Inbox, Limits, LogFormat, Mode, Security
from mailbot.errors import ConfigError
from mailbot.loading.campaign import read_addresses, read_moment, read_zone
from mailbot.loading.form import Form
from mailbot.loading.moments import DAWN
from mailbot.loading.operating import read_alarm, read_monitoring
from mailbot.loading.passwords import Surroundings
from mailbot.loading.servers import read_level, read_seconds, read_server, read_size
from mailbot.loading.slips import Slips
from mailbot.loading.webpage import read_web
from mailbot.loading.yamlfile import Table, read_table

_IMAP_PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.PLAIN: 143}
_SMTP_PORTS = {Security.TLS: 465, Security.STARTTLS: 587, Security.PLAIN: 25}
_MODES = {mode.value: mode for mode in Mode}
_LOG_FORMATS = {form.value: form for form in LogFormat}
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_WRITTEN_PASSWORD = re.compile(r"://[^/@:]*:(?!\$\{)[^/@]+@")


def load_config(path: Path, environ: Mapping[str, str], *, need_password: bool = True) -> Config:
    """config.yaml as a value, with the passwords from `environ` or their files.

    Without `need_password` (commands that stay offline) missing passwords are no slip and are "". Raises ConfigError with
    every slip, in Chinese, each with file, line and what to write instead.
    """
    slips = Slips(path)
    table = read_table(path, slips)
    if table is None:
        raise ConfigError(slips.found)
    config = _config(path, Form(table, slips), Surroundings(path.resolve().parent, environ, need_password))
    if slips.found:
        raise ConfigError(slips.found)
    return config


def _config(path: Path, form: Form, around: Surroundings) -> Config:
    zone = read_zone(form, "timezone")
    storage = around.place(form.text("storage", "storage"))
    inbox = _inbox(_section(form, "inbox"), around)
    answering = _answering(_section(form, "answering"), around, inbox, zone)
    config = Config(
        path=path.resolve(),
        rules=around.place(form.text("rules", "rules")),
        storage=storage,
        database=_database(form, around, storage),
        inbox=inbox,
        answering=answering,
        limits=_limits(form.form("limits")),
        web=read_web(form.form("web")),
        log_level=read_level(form, "log_level"),
        log_format=form.choice("log_format", _LOG_FORMATS, LogFormat.TEXT),
        monitoring=read_monitoring(form.form("monitoring")) if form.has("monitoring") else None,
        alarm=read_alarm(form.form("alarm"), around, (inbox.server.user, answering.sender)),
    )
    form.done()
    return config


def _section(form: Form, key: str) -> Form:
    """A section that must be there; an empty stand-in lets the rest be looked at."""
    return form.form(key, needed=True) or Form(Table({}, form.line(key)), Slips(Path(form.slips.file)), key)


def _inbox(form: Form, around: Surroundings) -> Inbox:
    base = Inbox(server=read_server(form, around, _IMAP_PORTS))
    inbox = replace(
        base,
        folders=form.texts("folders"),
        skip_folders=form.texts("skip_folders"),
        poll_seconds=round(read_seconds(form, "poll", base.poll_seconds)),
        poll_jitter_seconds=round(read_seconds(form, "poll_jitter", base.poll_jitter_seconds, zero=True)),
        max_mail_bytes=read_size(form, "max_mail", base.max_mail_bytes),
        min_free_bytes=read_size(form, "min_free", base.min_free_bytes),
    )
    form.done()
    return inbox


def _answering(form: Form, around: Surroundings, inbox: Inbox, zone: ZoneInfo) -> Answering:
    server = read_server(form, around, _SMTP_PORTS, inbox.server)
    senders = read_addresses(form, "sender") or (server.user,)
    base = Answering(server=server, sender=senders[0])
    answering = replace(
        base,
        sender_name=form.text("sender_name", ""),
        mode=form.choice("mode", _MODES, Mode.HOLD),
        go_live=read_moment(form, "go_live", zone, DAWN) if form.has("go_live") else None,
        quiet_minutes=read_seconds(form, "quiet", base.quiet_minutes * 60) / 60,
        per_15_minutes=form.whole("per_15_minutes", base.per_15_minutes, 1),
        per_day=form.whole("per_day", base.per_day, 1),
        per_address_day=form.whole("per_address_day", base.per_address_day, 1),
        per_unit_day=form.whole("per_unit_day", base.per_unit_day, 1),
        data_timeout=read_seconds(form, "data_timeout", base.data_timeout),
    )
    if server.user and "@" not in server.user and not form.has("sender"):
        form.slips.add(form.line(), f"用户名“{server.user}”不是邮箱地址，没有写发信地址", "写上“sender: name@126.com”，要和登录的邮箱一样")
    form.done()
    return answering


def _limits(form: Form | None) -> Limits:
    base = Limits()
    if form is None:
        return base
    limits = Limits(
        unpacked_bytes=read_size(form, "unpacked", base.unpacked_bytes),
        entries=form.whole("entries", base.entries, 1),
        depth=form.whole("depth", base.depth, 1, 100),
        parts=form.whole("parts", base.parts, 1),
        reader_memory_bytes=read_size(form, "reader_memory", base.reader_memory_bytes),
        reader_seconds=read_seconds(form, "reader_time", base.reader_seconds),
        text_characters=form.whole("text_characters", base.text_characters, 1000, 100_000_000),
        ocr_pages=form.whole("ocr_pages", base.ocr_pages, 0, 1000),
        ocr_seconds=read_seconds(form, "ocr_time", base.ocr_seconds),
        ocr_memory_bytes=read_size(form, "ocr_memory", base.ocr_memory_bytes),
    )
    form.done()
    return limits


def _database(form: Form, around: Surroundings, storage: Path) -> str:
    """The SQLAlchemy URL: `database`, with ${NAME} taken from the environment, or the variable that `database_env` names."""
    said, variable = form.text("database", ""), form.text("database_env", "")
    if said and variable:
        form.slips.add(form.line("database_env"), "database 和 database_env 只能写一个", "删去其中一个")
    if variable:
        said = around.environ.get(variable, "")
        if not said:
            form.slips.add(
                form.line("database_env"),
                f"环境变量 {variable} 是空的，取不到数据库地址",
                f"运行前先设置：export {variable}=postgresql+psycopg://…",
            )
    elif _WRITTEN_PASSWORD.search(said):
        form.slips.add(
            form.line("database"), "数据库密码不能写在配置文件里", "密码的位置写成 ${MAILBOT_DB_PASSWORD}，把密码放进这个环境变量"
        )
    if not said:
        return f"sqlite:///{storage / 'mailbot.db'}"
    for name in _VARIABLE.findall(said):
        if not around.environ.get(name):
            form.slips.add(form.line("database"), f"环境变量 {name} 是空的", f"运行前先设置：export {name}=…")
    url = _VARIABLE.sub(lambda match: quote(around.environ.get(match[1], ""), safe=""), said)
    return _checked_url(form, url, around)


def _checked_url(form: Form, url: str, around: Surroundings) -> str:
    kind, sign, rest = url.partition("://")
    if not sign or not kind.startswith(("sqlite", "postgresql")):
        key = "database" if form.has("database") else "database_env"
        form.slips.add(
            form.line(key), "数据库地址不对", "写成 sqlite:///storage/mailbot.db 或 postgresql+psycopg://用户:${密码变量}@主机/库名"
        )
    if kind.startswith("sqlite") and rest.startswith("/") and not rest.startswith("//"):
        return f"{kind}:///{around.place(rest[1:])}"
    return url
