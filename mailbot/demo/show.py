"""The demonstration: real mail over real IMAP and SMTP on loopback, the real daemon, the table, two of the letters it sent."""

from __future__ import annotations

import shutil
import threading
import time
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mailbot import daemon
from mailbot.app import App, open_app
from mailbot.config import Answering, Config, Inbox, Mode, Security, Server
from mailbot.demo.day import SAYING, clock
from mailbot.demo.mailbox import LOOPBACK, Mailbox
from mailbot.demo.samples import Sample, samples
from mailbot.desk import sheet
from mailbot.errors import ConfigError
from mailbot.loading.shipped import shipped_rules
from mailbot.model import LetterKind
from mailbot.reporting.screen import screen
from mailbot.reporting.terminal import print_table

MARK = "mailbot-demo.txt"
"""Stands in a demo folder, so that a demonstration never clears a folder that is not its own."""


BEGIN = datetime(2022, 11, 17, tzinfo=UTC)
"""The samples are of November and December 2022: mail since the notice is answered."""


def show(folder: Path) -> None:
    """Deliver the sample mails, run mailbot over them in `folder` (made anew), and show what came of it."""
    console = screen()
    clear(folder)
    console.print(f"[bold]mailbot 演示[/]：本机上的小邮箱（IMAP + SMTP），真实的样例邮件，真实的运行过程。{SAYING}\n")
    with console.status("正在准备样例邮件……"):
        mails = samples()
    with Mailbox() as mailbox:
        for mail in mails:
            mailbox.deliver(mail.raw, mail.received_at, mail.folder)
        console.print(
            f"已向 {mailbox.user} 投递 {len(mails)} 封邮件，例如：{'；'.join(mail.title for mail in mails[:4])}……\n", soft_wrap=True
        )
        app = open_app(configured(folder, mailbox), now=clock())
        try:
            run_once(app, mails, console)
            print_table(sheet.table(app), console)
            _print_letters(app, mailbox.letters(), console)
        finally:
            app.close()
    console.print(
        f"\n归档的材料：{(folder / 'filed').resolve()}\n收件登记表：{(folder / sheet.SHEET).resolve()}", highlight=False, soft_wrap=True
    )


def clear(folder: Path) -> None:
    """Make the folder anew; ConfigError when it holds anything but an earlier demonstration."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise ConfigError(f"{folder} 不是演示用的文件夹，里面有别的东西。请用 --folder 换一个空的位置。")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    (folder / MARK).write_text("mailbot demo 生成的演示文件夹，可以整个删除。\n", encoding="utf-8")


def configured(folder: Path, mailbox: Mailbox) -> Config:
    """The shipped collection over this mailbox, sending at once."""

    def server(port: int) -> Server:
        return Server(LOOPBACK, port, mailbox.user, mailbox.password, Security.PLAIN)

    return Config(
        path=folder / "config.yaml",
        rules=shipped_rules(),
        storage=folder,
        database=f"sqlite:///{folder.resolve() / 'mailbot.db'}",
        inbox=Inbox(server(mailbox.imap_port), min_free_bytes=0),
        answering=Answering(server(mailbox.smtp_port), mailbox.user, "全民终身学习活动周材料收集", Mode.SEND, BEGIN),
    )


def run_once(app: App, mails: tuple[Sample, ...], console: Console) -> None:
    """Run the daemon for one full cycle in a thread of its own, with a bar that reads the ledger."""
    said: list[str] = []
    worker = threading.Thread(target=lambda: daemon.run(app, once=True, say=lambda line: said.append(str(line))), name="mailbot")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        received = progress.add_task("收取", total=len(mails))
        settled = progress.add_task("判断、归档、登记", total=len(mails))
        worker.start()
        while worker.is_alive():
            time.sleep(0.2)
            with app.database.reading() as records:
                kept, waiting = records.kept_count(), records.unsettled_count()
            progress.update(received, completed=kept)
            progress.update(settled, completed=kept - waiting)
    for line in said:
        console.print(line)


def _print_letters(app: App, letters: tuple[bytes, ...], console: Console) -> None:
    """The first confirmation and the first missing-item notice, as the SMTP server got them."""
    with app.database.reading() as records:
        kinds = {row.message_id: row.kind for row in records.letters()}
    console.print(f"\nSMTP 服务器共收到 {len(letters)} 封回信。其中两封：")
    for wanted in (LetterKind.CONFIRM, LetterKind.MISSING):
        for raw in letters:
            letter = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
            if kinds.get(str(letter["Message-ID"]).strip()) is wanted:
                _print_letter(letter, console)
                break


def _print_letter(letter: EmailMessage, console: Console) -> None:
    head = "\n".join(f"{name}: {letter[name]}" for name in ("From", "To", "Subject", "In-Reply-To", "Auto-Submitted") if letter[name])
    body = letter.get_body(("plain",))
    text = body.get_content() if body else ""
    console.print(Panel(f"{head}\n\n{text.strip()}", expand=False), markup=False, highlight=False)
