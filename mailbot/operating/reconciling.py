"""Ledger against server: every mail that lies there now must have its row here, and both servers must let us in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from mailbot.app import App
from mailbot.config import Config
from mailbot.errors import TryLater
from mailbot.mailing.inbox import Inbox
from mailbot.mailing.post import Post
from mailbot.operating.findings import Finding, bad, good, note

_LOOK = "请按这句话检查网络、服务器和授权码，再运行 mailbot check --online。"


def inbox(config: Config, stack: ExitStack) -> Inbox:
    """The inbox, open until the stack is left."""
    return stack.enter_context(Inbox(config.inbox))


def server(config: Config, app: App | None, line: Inbox) -> Iterator[Finding]:
    """Look at both servers; changes nothing there. Without a ledger nothing is counted, only whether they let us in."""
    try:
        if app is not None:
            yield from _folders(app, line)
        yield from _quota(line)
    except TryLater as trouble:
        yield bad("imap", str(trouble), _LOOK)
    try:
        with Post(config.answering) as post:
            yield good("smtp", "；".join(post.probe()))
    except TryLater as trouble:
        yield bad("smtp", str(trouble), _LOOK)


def _folders(app: App, line: Inbox) -> Iterator[Finding]:
    there = absent = gone = 0
    for folder in line.folders():
        listed = line.places(folder)
        with app.database.reading() as records:
            known = records.known_places(folder)
        there += len(listed)
        absent += sum(1 for seen in listed if (seen.uidvalidity, seen.uid) not in known)
        now = {(seen.uidvalidity, seen.uid) for seen in listed}
        gone += sum(1 for place in known if place not in now)
    sentence = f"服务器上现有 {there} 封，本地都有登记" if not absent else f"服务器上现有 {there} 封，其中 {absent} 封还没有取"
    moved = f"；另有 {gone} 封取过以后被移走、删除或换了编号，本地保存着" if gone else ""
    hint = "正在运行的 mailbot 下一轮会取；一直不减少时，看 mailbot run 的提示。"
    yield note("server", sentence + moved, hint) if absent else good("server", sentence + moved)


def _quota(line: Inbox) -> Iterator[Finding]:
    quota = line.quota()
    if quota is None:
        yield note("quota", "服务器不说邮箱用了多少空间", "请不时到网页邮箱看一眼。")
    else:
        yield good("quota", f"服务器说邮箱已用 {quota.used / 1024**2:.0f} / {quota.limit / 1024**2:.0f} MB")
