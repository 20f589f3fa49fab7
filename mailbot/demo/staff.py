"""The demonstration with the staff's page: the sample mails have come, some letters wait, and it keeps running until Ctrl-C."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from rich.panel import Panel

from mailbot import daemon
from mailbot.app import open_app
from mailbot.config import Config, Mode, Web
from mailbot.demo.day import SAYING, clock
from mailbot.demo.mailbox import Mailbox
from mailbot.demo.samples import samples
from mailbot.demo.show import clear, configured, run_once
from mailbot.desk import users
from mailbot.desk.users import Role
from mailbot.reporting.screen import screen
from mailbot.web import serving

USER, VIEWER, PASSWORD = "李老师", "王老师", "yanshi-2022"
_HELD_FROM = datetime(2022, 12, 23, 20, 0, tzinfo=timezone(timedelta(hours=8)))
"""Letters to mails from here on wait to be released, as in a new installation."""


def stay(folder: Path, port: int) -> None:
    """Run the demonstration in `folder`, then serve the page and keep receiving until Ctrl-C or SIGTERM."""
    console = screen()
    clear(folder)
    now = clock()
    with console.status("正在准备样例邮件……"):
        mails = samples()
    with Mailbox() as mailbox:
        config = configured(folder, mailbox)
        early = tuple(mail for mail in mails if mail.received_at < _HELD_FROM)
        for mail in early:
            mailbox.deliver(mail.raw, mail.received_at, mail.folder)
        app = open_app(config, now=now)
        try:
            run_once(app, early, console)
            for mail in mails[len(early) :]:
                mailbox.deliver(mail.raw, mail.received_at, mail.folder)
            run_once(replace(app, config=_held(config)), mails, console)
            users.add(app, USER, PASSWORD, Role.STAFF, "demo")
            users.add(app, VIEWER, PASSWORD, Role.VIEWER, "demo")
            page = open_app(_held(config), now=now)
            try:
                with serving.beside(page, Web(port=port)) as address:
                    console.print(_invitation(address), highlight=False)
                    daemon.run(replace(app, config=_held(config)), once=False, say=console.print)
            finally:
                page.close()
        finally:
            app.close()


def _invitation(address: str) -> Panel:
    words = (
        f"网页：{address}",
        f"姓名：{USER}（只能查看的：{VIEWER}）",
        f"密码：{PASSWORD}",
        "",
        f"{SAYING}按 Ctrl-C 停止。",
    )
    return Panel("\n".join(words), title="请用浏览器打开", expand=False)


def _held(config: Config) -> Config:
    inbox = replace(config.inbox, poll_seconds=20, poll_jitter_seconds=1)
    return replace(config, inbox=inbox, answering=replace(config.answering, mode=Mode.HOLD))
