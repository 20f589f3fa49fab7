"""The doctor: files against ledger, ledger against server, and whether everything that mailbot stands on is sound."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from mailbot.app import App
from mailbot.errors import TryLater
from mailbot.health import Health, Trouble, health
from mailbot.model import LetterState
from mailbot.operating import reconciling
from mailbot.operating.findings import Finding, bad, good, note
from mailbot.operating.verifying import Source, Verified, mend, verify, verify_soon

_FROM_BACKUP = "有备份的，从备份里把这个文件放回原处；邮件还在服务器上的，运行 mailbot doctor --online --repair。"


@dataclass(frozen=True, slots=True)
class Visit:
    """What the doctor is asked to do: look at the servers too, mend what can be mended."""

    online: bool = False
    repair: bool = False


def doctor(app: App, visit: Visit) -> tuple[Finding, ...]:
    """Every check in order. Changes nothing unless told to repair."""
    state = health(app)
    with ExitStack() as stack:
        inbox = reconciling.inbox(app, stack) if visit.online else None
        findings = [*_ledger(app), *_files(app, visit, inbox), *_state(app, state), *_secrets(app)]
        if inbox is not None:
            findings += reconciling.server(app, inbox)
        return tuple(findings)


def _ledger(app: App) -> Iterator[Finding]:
    faults = app.database.faults()
    if faults:
        yield bad("ledger", f"数据库文件有损坏：{faults[0]}", "停止 mailbot，恢复最近的备份，或运行 mailbot rebuild。")
    else:
        yield good("ledger", "数据库完好，编号和文件夹一致")
    journal, last = app.database.journal, app.database.last_event()
    if journal is not None:
        behind = last - journal.last_id()
        yield (
            good("journal", f"事件记录完整（{last} 条）")
            if behind <= 0
            else note("journal", f"事件记录比数据库少 {behind} 条", "下次写入时会自动补齐。")
        )


def _files(app: App, visit: Visit, source: Source | None) -> Iterator[Finding]:
    found = verify(app)
    if found.damaged and visit.repair:
        try:
            with app.locked():
                mended = mend(app, found.damaged, source)
        except TryLater:
            verify_soon(app)
            yield note("repair", "mailbot 正在运行，会在下一轮自动核对并修复", "过几分钟再运行 mailbot doctor。")
        else:
            yield note("repair", f"已恢复 {len(mended)} 个文件", "被改动过的原文件改了名，留在旁边。")
            found = verify(app)
    yield from _damage(found, visit)


def _damage(found: Verified, visit: Visit) -> Iterator[Finding]:
    raw = [one for one in found.damaged if one.raw]
    filed = [one for one in found.damaged if not one.raw]
    if raw:
        numbers = "、".join(f"第 {one.number} 号 {one.key}" for one in raw[:5])
        yield bad("raw", f"{len(raw)} 封原始邮件丢失或损坏：{numbers}", _FROM_BACKUP)
    if filed:
        numbers = "、".join(sorted({f"第 {one.number} 号" for one in filed})[:10])
        hint = "从原始邮件恢复：mailbot doctor --repair" if not visit.repair else "运行 mailbot replay 加上邮件编号，按现在的规则重新归档。"
        yield bad("filed", f"{len(filed)} 个归档文件丢失或被改动（{numbers}邮件）", hint)
    if not found.damaged:
        yield good("files", f"原始邮件和归档文件 {found.files} 个，逐个核对无误")
    if found.strays:
        yield note("strays", f"filed 和待核实里有 {len(found.strays)} 个不是 mailbot 放的文件，例如 {found.strays[0]}")


def _state(app: App, state: Health) -> Iterator[Finding]:
    """What `health` sees, and in its place a good word about each thing that is well."""
    troubles = {trouble.key: trouble for trouble in state.troubles}
    yield from (_as_finding(trouble) for trouble in state.troubles)
    if "sums" not in troubles:
        yield good("sums", state.sums.sentence)
    if "disk" not in troubles:
        yield good("disk", f"磁盘还剩 {state.free_bytes / 1024**3:.1f} GB")
    if "silence" not in troubles and state.last_poll:
        minutes = (app.now() - state.last_poll).total_seconds() / 60
        yield good("poll", f"{minutes:.0f} 分钟前完整地看过收件箱")
    if state.quota and "quota" not in troubles:
        yield good("quota", f"邮箱已用 {state.quota[0] / state.quota[1]:.0%}")
    yield from _outbox(state)
    waiting = state.sums.unsure
    yield (
        note("person", f"{waiting} 封邮件等人核实", "mailbot mails 可看到，用 assign 决定。")
        if waiting
        else good("person", "没有等人核实的邮件")
    )


def _outbox(state: Health) -> Iterator[Finding]:
    names = {
        LetterState.HELD: "封等待放行",
        LetterState.UNCERTAIN: "封不知对方是否收到",
        LetterState.REFUSED: "封没有发出",
        LetterState.PENDING: "封待发",
    }
    counts = "，".join(f"{state.letters[kind]} {words}" for kind, words in names.items() if state.letters.get(kind))
    sent = state.letters.get(LetterState.SENT, 0)
    attention = any(state.letters.get(kind) for kind in (LetterState.HELD, LetterState.UNCERTAIN, LetterState.REFUSED))
    sentence = f"回信：已发 {sent} 封" + (f"，{counts}" if counts else "")
    yield note("outbox", sentence, "mailbot letters 可看到每一封。") if attention else good("outbox", sentence)


def _as_finding(trouble: Trouble) -> Finding:
    check = trouble.key.partition(":")[0]
    return bad(check, trouble.sentence, trouble.hint) if trouble.grave else note(check, trouble.sentence, trouble.hint)


def _secrets(app: App) -> Iterator[Finding]:
    """Who else on this machine may read the passwords and the mails."""
    open_to = []
    for server in (app.config.inbox.server, app.config.answering.server):
        if server.password_file is not None and _others(server.password_file, stat.S_IRWXG | stat.S_IRWXO):
            open_to.append((server.password_file, "600"))
    for path, mode in ((app.config.storage, "700"), (app.config.storage / "mailbot.db", "600"), (app.config.storage / "raw", "700")):
        if _others(path, stat.S_IRWXO):
            open_to.append((path, mode))
    if _others(app.config.path, stat.S_IWGRP | stat.S_IWOTH):
        open_to.append((app.config.path, "644"))
    for path, mode in dict.fromkeys(open_to):
        yield bad("secrets", f"{path} 别的用户也能读或改", f"运行 chmod {mode} {path}")
    if not open_to:
        yield good("secrets", "密码、邮件和配置只有运行 mailbot 的用户能读写")


def _others(path: Path, bits: int) -> bool:
    return path.exists() and os.name == "posix" and bool(path.stat().st_mode & bits)
