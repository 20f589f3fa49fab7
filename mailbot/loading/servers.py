"""The server sections of config.yaml: host, port, protection, user."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from mailbot.config import Security, Server
from mailbot.loading.form import Form
from mailbot.loading.moments import seconds, size
from mailbot.loading.passwords import Surroundings, read_password
from mailbot.loading.slips import did_you_mean

_SECURITY = {security.value: security for security in Security}


def read_server(form: Form, around: Surroundings, ports: dict[Security, int], default: Server | None = None) -> Server:
    """One server; user and password may be left out where `default` has them."""
    security = form.choice("security", _SECURITY, Security.TLS)
    server = Server(
        host=form.text("host"),
        port=form.whole("port", ports[security], 1, 65535),
        user=form.text("user", default.user if default else None),
        password=read_password(form, around, default.password if default else None),
        security=security,
        connect_timeout=read_seconds(form, "connect_timeout", 15.0),
        read_timeout=read_seconds(form, "read_timeout", 120.0),
        password_file=_password_file(form, around, default),
    )
    if not form.yes("allow_plain") and security is Security.PLAIN and not is_loopback(server.host):
        form.slips.add(
            form.line("security"),
            f"到 {server.host} 的连接不加密，密码会被别人看到",
            "写成“security: tls”；确实在可信的内网里，再加一行“allow_plain: 是”",
        )
    return server


def read_seconds(form: Form, key: str, default: float, *, zero: bool = False) -> float:
    """A duration in seconds: 30s, 5m, 2h, 1d, or a plain number of seconds; none at all (0s) only where `zero` says so."""
    said = form.text(key, "")
    found = seconds(said)
    if found or (zero and found is not None):
        return found
    if said:
        form.slips.add(form.line(key), f"“{key}”不是一段时间：{said}", f"写成“{key}: 30s”、5m 或 2h，也可以只写秒数")
    return default


def read_size(form: Form, key: str, default: int) -> int:
    """A size in bytes: 100MB, 1GB, or a plain number of bytes."""
    said = form.text(key, "")
    found = size(said)
    if said and not found:
        form.slips.add(form.line(key), f"“{key}”不是文件大小：{said}", f"写成“{key}: 100MB”或 1GB，也可以只写字节数")
    return found or default


def read_level(form: Form, key: str) -> str:
    """The name of a log level."""
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    said = form.text(key, "INFO").upper()
    if said not in levels:
        form.slips.add(form.line(key), f"“{key}”不能写“{said}”", did_you_mean(said, levels))
    return said


def _password_file(form: Form, around: Surroundings, default: Server | None) -> Path | None:
    said = form.text("password_file", "")
    if said:
        return around.place(said)
    return default.password_file if default and not form.has("password_env") else None


def is_loopback(host: str) -> bool:
    """Whether what is said to this host stays in this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
