"""A look at the account before anything is relied on: what the server can do, which folders it has, what may be hidden from us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mailbot import config as settings
from mailbot.errors import TryLater
from mailbot.mailing import folders as rooms
from mailbot.mailing.connection import Connection, Refused
from mailbot.mailing.seen import Folder

WINDOW = timedelta(days=30)  # the webmail setting 收取最近30天邮件 hides everything older from IMAP (mail-facts 1.1)
HIDDEN = (
    "看不到 30 天以前的邮件：请在网页邮箱“设置—POP3/SMTP/IMAP”里把“收取最近30天邮件”改为“收取全部邮件”，"
    "否则较早的来信收不到（邮箱启用不到 30 天的可以不管）"
)
_SAMPLE = 500  # of the lowest UIDs: the oldest mails, unless someone moved old ones in later


@dataclass(frozen=True, slots=True)
class FolderCount:
    """One folder: whether mailbot reads it, how many mails the server counts, and how many it lists (None = not looked at)."""

    name: str
    read: bool
    exists: int | None = None
    listed: int | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """What the account looks like; `warnings` are Chinese sentences for the operator."""

    capabilities: tuple[str, ...]
    identity: str
    idle: bool
    folders: tuple[FolderCount, ...]
    oldest: datetime | None
    partial: bool | None
    warnings: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The findings in Chinese, without the warnings."""
        read = "、".join(f"{folder.name}（{'?' if folder.exists is None else folder.exists} 封）" for folder in self.folders if folder.read)
        others = "、".join(folder.name for folder in self.folders if not folder.read)
        return (
            "收信服务器登录成功" + (f"，对方是 {self.identity}" if self.identity else ""),
            "服务器能力：" + " ".join(self.capabilities),
            "新邮件" + ("会即时通知（IDLE）" if self.idle else "靠定时查看（服务器不支持 IDLE）"),
            "读取的文件夹：" + read,
            "不读取的文件夹：" + (others or "无"),
            f"能看到的最早邮件：{self.oldest:%Y-%m-%d}" if self.oldest else "收件箱里还没有邮件",
        )


def survey(line: Connection, config: settings.Inbox, now: datetime) -> Survey:
    """Look around read-only. `now` is aware; errors: TryLater."""
    listed = line.folders()
    chosen = rooms.chosen(listed, config.folders, config.skip_folders)
    warnings = [f"配置的收信文件夹“{name}”在邮箱里找不到，请检查 config.yaml" for name in rooms.absent(listed, config.folders)]
    counts = [_count(line, name, warnings) for name in chosen]
    counts += [FolderCount(folder.name, read=False) for folder in listed if folder.name not in chosen and _holds_mail(folder)]
    capabilities = line.capabilities
    if "ID" not in capabilities:
        warnings.append("服务器没有 ID 命令：如果它是网易邮箱，登录后可能打不开文件夹")
    uids = _oldest_uids(line, chosen[0])
    oldest = _oldest(line, uids, now)
    if uids and not line.search("BEFORE", f"{now - WINDOW:%d-%b-%Y}"):
        warnings.append(HIDDEN)
    return Survey(capabilities, line.identity, "IDLE" in capabilities, tuple(counts), oldest, _partial(line, uids), tuple(warnings))


def _holds_mail(folder: Folder) -> bool:
    return "\\noselect" not in folder.flags


def _count(line: Connection, name: str, warnings: list[str]) -> FolderCount:
    try:
        opened = line.examine(name)
        listed = len(line.search("ALL"))
    except Refused as trouble:
        warnings.append(str(trouble))
        return FolderCount(name, read=True)
    if opened.exists is not None and opened.exists != listed:
        warnings.append(f"“{name}”里服务器说有 {opened.exists} 封邮件，却列出了 {listed} 封：请稍后再查，仍不符请到网页邮箱核对")
    return FolderCount(name, True, opened.exists, listed)


def _oldest_uids(line: Connection, inbox: str) -> list[int]:
    line.examine(inbox)
    return sorted(line.search("ALL"))[:_SAMPLE]


def _oldest(line: Connection, uids: list[int], now: datetime) -> datetime | None:
    if not uids:
        return None
    dates: list[Any] = [facts.get(b"INTERNALDATE") for facts in line.fetch(uids, ["INTERNALDATE"]).values()]
    return min((date.astimezone(now.tzinfo) for date in dates if isinstance(date, datetime) and 1900 < date.year < 9000), default=None)


def _partial(line: Connection, uids: list[int]) -> bool | None:
    """Whether the server honours a partial FETCH (RFC 3501 section 6.4.5); None where it could not be tried."""
    if not uids:
        return None
    try:
        facts = line.fetch(uids[-1:], ["BODY.PEEK[]<0.64>"])
    except TryLater:
        return False
    return any(key == b"BODY[]<0>" and len(text or b"") <= 64 for answer in facts.values() for key, text in answer.items())
