"""The sections of config.yaml for those who keep mailbot running: where a monitor may ask, and whom an alarm goes to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from mailbot.config import Alarm, Monitoring
from mailbot.loading.campaign import read_addresses
from mailbot.loading.form import Form
from mailbot.loading.passwords import Surroundings
from mailbot.loading.servers import is_loopback, read_seconds

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_LISTEN = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[^:\s]+):(?P<port>\d{1,5})")


def read_monitoring(form: Form | None) -> Monitoring | None:
    """Where the daemon answers monitors; None without the section."""
    if form is None:
        return None
    base = Monitoring()
    said = form.text("listen", f"{base.host}:{base.port}")
    match = _LISTEN.fullmatch(said)
    if match is None or not 1 <= int(match["port"]) <= 65535:
        form.slips.add(form.line("listen"), f"“listen”不是“地址:端口”：{said}", f"写成“listen: {base.host}:{base.port}”，只有本机能访问")
        match = None
    form.done()
    return Monitoring(match["host"].strip("[]"), int(match["port"])) if match else base


def read_alarm(form: Form | None, around: Surroundings, own: Sequence[str]) -> Alarm:
    """Whom to tell of troubles. Our own mailbox is refused: what mailbot writes to itself nobody reads, and it would read it as mail."""
    if form is None:
        return Alarm()
    base = Alarm()
    to = read_addresses(form, "to")
    for address in to:
        if address.lower() in {one.lower() for one in own}:
            form.slips.add(form.line("to"), f"告警信不能写给收材料的邮箱自己（{address}）", "写工作人员平时看的另一个邮箱")
    alarm = Alarm(to=to, webhook=_webhook(form, around), silence_seconds=read_seconds(form, "silence", base.silence_seconds))
    if not alarm.wanted and not form.has("webhook"):
        form.slips.add(form.line(), "“alarm”没有写告诉谁", "写上“to: [name@example.cn]”，或者“webhook: https://…”，或者删去整段")
    form.done()
    return alarm


def _webhook(form: Form, around: Surroundings) -> str:
    """The address of the web hook with its ${NAME} taken from the environment; "" where there is none or it cannot be used."""
    said = form.text("webhook", "")
    if not said:
        return ""
    for name in _VARIABLE.findall(said):
        if around.need_password and not around.environ.get(name):
            form.slips.add(form.line("webhook"), f"环境变量 {name} 是空的", f"运行前先设置：export {name}=…")
    url = _VARIABLE.sub(lambda match: quote(around.environ.get(match[1], ""), safe="-_.~"), said)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        form.slips.add(form.line("webhook"), "“webhook”不是网址", "写成“webhook: https://…”，其中的密钥写成 ${MAILBOT_WEBHOOK_KEY}")
    elif parts.scheme == "http" and not is_loopback(parts.hostname):
        form.slips.add(form.line("webhook"), "“webhook”不加密，密钥会被别人看到", "换成 https:// 开头的网址")
    return url
