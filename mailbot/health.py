"""How mailbot is: what keeps it from doing its work, as the ledger, the disk and the clock tell it, in sentences without personal data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.app import LAST_POLL, STOPPED, App
from mailbot.config import Config
from mailbot.errors import ConfigError, TryLater
from mailbot.model import LetterState, MailState
from mailbot.storing.records import Records
from mailbot.storing.sums import Reconciliation

QUOTA = "quota"
"""The setting that holds what the server said of the mailbox's quota: {"used", "limit"} in bytes."""

FULL_AT = 0.8
"""The share of the quota from which staff are told."""

_NOTED = "trouble:"
_AT_ONCE = ("config", "verify")
_TOLD = (*_AT_ONCE, "登记", "发信", "收件登记表", "夜间核对")
"""Of what the daemon notes: told at once, told when it lasts. That the inbox cannot be looked at is told as silence."""

_RESUME = "问题解决后运行 mailbot letters --resume。"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong. `grave`: mailbot does not do its work because of it; `tell`: staff are to be told now."""

    key: str
    sentence: str
    since: datetime
    hint: str = ""
    grave: bool = True
    tell: bool = True


@dataclass(frozen=True, slots=True)
class Health:
    """The state of one installation at one moment."""

    at: datetime
    last_poll: datetime | None
    free_bytes: int
    sums: Reconciliation
    letters: Mapping[LetterState, int]
    quota: tuple[int, int] | None
    troubles: tuple[Trouble, ...]

    @property
    def healthy(self) -> bool:
        """Whether mailbot does all of its work."""
        return not any(trouble.grave for trouble in self.troubles)


def health(app: App) -> Health:
    """Look around, without the network and without changing anything."""
    with app.database.reading() as records:
        last, started = records.setting(LAST_POLL), records.setting("created_at")
        sums, letters, said = records.reconciliation(), records.letter_counts(), records.setting(QUOTA)
        looked = datetime.fromisoformat(last) if last else None
        quota = _quota(said)
        free = app.files.free_bytes()
        troubles = [
            *_silence(app, looked or (datetime.fromisoformat(started) if started else app.now())),
            *_stopped(app, records),
            *_noted(app, records),
            *_stuck(records, sums.stuck),
            *_sums(app, sums),
            *disk_trouble(app.config, free, app.now()),
            *_full(app, quota),
        ]
    return Health(app.now(), looked, free, sums, letters, quota, tuple(troubles))


def note_trouble(app: App, key: str, sentence: str, hint: str = "") -> None:
    """Remember that something is wrong, from its first moment on, for whoever asks; a ledger that cannot be written is passed over."""
    with suppress(TryLater, ConfigError), app.database.transaction() as records:
        known = json.loads(records.setting(_NOTED + key) or "{}")
        if known.get("sentence") != sentence:
            since = known.get("since") or app.now().isoformat()
            noted = {"since": since, "sentence": sentence, "hint": hint}
            records.set_setting(_NOTED + key, json.dumps(noted, ensure_ascii=False))


def trouble_over(app: App, key: str) -> None:
    """Forget it again."""
    with suppress(TryLater, ConfigError):
        with app.database.reading() as records:
            noted = records.setting(_NOTED + key)
        if noted is not None:
            with app.database.transaction() as records:
                records.forget_setting(_NOTED + key)


def _silence(app: App, since: datetime) -> Iterator[Trouble]:
    patience = timedelta(seconds=app.config.alarm.silence_seconds)
    if app.now() - since > patience:
        local = since.astimezone(app.rulebook.campaign.timezone)
        sentence = f"从 {local:%Y-%m-%d %H:%M} 起没有完整地看过收件箱"
        yield Trouble("silence", sentence, since, "请看 mailbot 是否在运行，网络和授权码是否正常：mailbot doctor --online。")


def _stopped(app: App, records: Records) -> Iterator[Trouble]:
    if (reason := records.setting(STOPPED)) is not None:
        yield Trouble("stopped", f"发信已停止：{reason}", app.now(), _RESUME)


def _noted(app: App, records: Records) -> Iterator[Trouble]:
    """What the daemon met. A line that breaks for a minute is no alarm; what lasts as long as a silence is one."""
    stopped = records.setting(STOPPED) is not None
    for key, text in records.settings(_NOTED).items():
        noted = json.loads(text)
        since = datetime.fromisoformat(noted["since"])
        lasts = key in _AT_ONCE or app.now() - since > timedelta(seconds=app.config.alarm.silence_seconds)
        told = lasts and key in _TOLD and not (key == "发信" and stopped)
        yield Trouble(key, noted["sentence"], since, noted["hint"], grave=told, tell=told)


def _stuck(records: Records, count: int) -> Iterator[Trouble]:
    for mail in records.mails(MailState.STUCK) if count else ():
        since = mail.settled_at or mail.kept_at
        yield Trouble(f"stuck:{mail.number}", f"第 {mail.number} 号邮件没能处理，已搁置", since, f"看：mailbot mails {mail.number}")


def _sums(app: App, sums: Reconciliation) -> Iterator[Trouble]:
    if not sums.accounted:
        yield Trouble("sums", f"核对不一致：{sums.sentence}", app.now(), "运行 mailbot doctor，并把结果发给维护人员。")


def disk_trouble(config: Config, free: int, now: datetime) -> Iterator[Trouble]:
    """What there is to say of a disk with so many bytes left."""
    floor = config.inbox.min_free_bytes
    if free < 2 * floor:
        low = free < floor
        what = "已暂停收取新邮件" if low else "快要不够了"
        sentence = f"磁盘只剩 {free / 1024**2:.0f} MB，{what}（下限 {floor / 1024**2:.0f} MB）"
        yield Trouble("disk", sentence, now, "请清理磁盘；空间恢复后自动继续。", grave=low)


def _full(app: App, quota: tuple[int, int] | None) -> Iterator[Trouble]:
    if quota and quota[0] >= FULL_AT * quota[1]:
        used = quota[0] / quota[1]
        sentence = f"邮箱已用 {used:.0%}（{quota[0] / 1024**2:.0f} / {quota[1] / 1024**2:.0f} MB），满了以后各单位的来信会被退回"
        hint = "请工作人员到网页邮箱清理或扩容；mailbot 从不删除服务器上的邮件。"
        yield Trouble("quota", sentence, app.now(), hint, grave=used >= 0.95)


def _quota(said: str | None) -> tuple[int, int] | None:
    found = json.loads(said) if said else {}
    return (found["used"], found["limit"]) if found.get("limit") else None
