"""The section `web` of config.yaml: where the staff's page listens and under which names it is reached."""

from __future__ import annotations

import ipaddress
import re

from mailbot.config import Web
from mailbot.loading.form import Form
from mailbot.loading.servers import is_loopback, read_seconds, read_size

_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.I)
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # recognised, so that names are asked for


def read_web(form: Form | None) -> Web:
    """The section, or the defaults where there is none."""
    base = Web()
    if form is None:
        return base
    web = Web(
        with_run=form.yes("with_run", base.with_run),
        host=_host(form, base.host),
        port=form.whole("port", base.port, 1, 65535),
        names=_names(form),
        proxies=_proxies(form),
        session_hours=read_seconds(form, "session", base.session_hours * 3600) / 3600,
        max_upload_bytes=read_size(form, "max_upload", base.max_upload_bytes),
    )
    if web.host in _EVERYWHERE and not web.names:
        form.slips.add(
            form.line("host"),
            f"网页在所有网络地址上开放（{web.host}），却没有写用什么名字访问",
            "加一行“names: [服务器的域名或 IP]”；只在本机或反向代理后面使用的，写“host: 127.0.0.1”",
        )
    form.done()
    return web


def _host(form: Form, default: str) -> str:
    said = form.text("host", default)
    if not _is_address(said) and not is_loopback(said):
        form.slips.add(form.line("host"), f"“host”应当是本机的一个 IP 地址，写的是“{said}”", "一般写 127.0.0.1；域名写在“names”里")
        return default
    return said


def _names(form: Form) -> tuple[str, ...]:
    found = []
    for item in form.items("names"):
        name = item.value.lower().strip("[]")
        if _NAME.fullmatch(name) or _is_address(name):
            found.append(name)
        else:
            form.slips.add(
                item.line, f"“names”里的“{item.value}”不是主机名", "只写浏览器地址栏里的名字，例如 desk.example.cn，不写 https:// 和端口"
            )
    return tuple(found)


def _proxies(form: Form) -> tuple[str, ...]:
    for item in form.items("proxies"):
        if not _is_address(item.value):
            form.slips.add(
                item.line, f"“proxies”里的“{item.value}”不是 IP 地址", "写反向代理连过来时的 IP 地址，同一台机器上就是 127.0.0.1"
            )
    return tuple(item.value for item in form.items("proxies") if _is_address(item.value))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
