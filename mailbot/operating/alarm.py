"""The alarm: staff are told once of each trouble and once more when it is over, by mail, by a web hook, or by both.

An alarm is no letter to a unit: it passes no outbox and counts in no cap, and an address of a unit never gets one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from mailbot.app import App
from mailbot.errors import ConfigError, TryLater
from mailbot.health import Health, Trouble
from mailbot.mailing.letter import Threading, compose
from mailbot.mailing.post import Outcome, Posted
from mailbot.model import Address, Letter, LetterKind
from mailbot.operating.webhook import call_webhook

log = logging.getLogger(__name__)

GAP = timedelta(minutes=10)
"""Troubles that come and go are gathered: at least so long between two alarms, the first goes at once."""

_TOLD = "alarm:"
_LAST = "alarm_last"
_RENEWED = ("config", "verify")
"""Troubles whose sentence names the very place that is wrong: another sentence is another trouble, and told as well."""


class Mailer(Protocol):
    """The post office as the alarm needs it (`mailing.post.Post`)."""

    def send(self, message: bytes, to: str) -> Posted: ...


@dataclass(frozen=True, slots=True)
class News:
    """What staff do not know yet: troubles that began, sentences of those that are over."""

    begun: tuple[Trouble, ...]
    over: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The line that tells most."""
        return f"【mailbot 告警】{self.begun[0].sentence}" if self.begun else f"【mailbot 恢复】{self.over[0]}"

    def text(self, campaign: str) -> str:
        """All of it for a person."""
        lines = [f"{campaign}的收件机器人报告：", ""]
        for trouble in self.begun:
            lines += [f"需要处理：{trouble.sentence}", *([f"  办法：{trouble.hint}"] if trouble.hint else []), ""]
        lines += [f"已经恢复：{sentence}" for sentence in self.over]
        return "\n".join([*lines, "", "同一个问题只报告一次，恢复时再说一次。已收到的邮件都有保存。"])


@dataclass
class Told:
    """What staff have been told, by the trouble's key, and when the last try was; the ledger keeps it for the next start.

    A full disk, the very trouble to tell of, lets nothing be written down: the process that told it must know all the same.
    """

    sentences: dict[str, str] = field(default_factory=dict)
    last: datetime | None = None
    known: bool = False
    written: bool = True
    _events: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)

    def remember(self, app: App) -> None:
        """Learn at the first time what an earlier run has told, from then on write down what could not be written before."""
        if not self.known:
            with app.database.reading() as records:
                last, told = records.setting(_LAST), records.settings(_TOLD)
            self.last = datetime.fromisoformat(last) if last else None
            self.sentences = {key: json.loads(value)["sentence"] for key, value in told.items()}
            self.known = True
        elif not self.written:
            self.write(app)

    def tried(self, now: datetime, news: News, state: Health, channels: Sequence[str]) -> None:
        """There was a try; with `channels` it reached somebody."""
        self.last, self.written = now, False
        if channels:
            current = {trouble.key for trouble in state.troubles}
            begun = {trouble.key: trouble.sentence for trouble in news.begun}
            self.sentences = {key: sentence for key, sentence in (self.sentences | begun).items() if key in current}
            self._events.append((now, {"begun": list(begun), "over": len(news.over), "channels": list(channels)}))

    def write(self, app: App) -> None:
        """Bring the ledger up to this; one that cannot be written now is written the next time."""
        with suppress(TryLater, ConfigError):
            with app.database.transaction() as records:
                if self.last:
                    records.set_setting(_LAST, self.last.isoformat())
                for key in records.settings(_TOLD).keys() - self.sentences.keys():
                    records.forget_setting(_TOLD + key)
                for key, sentence in self.sentences.items():
                    records.set_setting(_TOLD + key, json.dumps({"sentence": sentence}, ensure_ascii=False))
                for at, detail in self._events:
                    records.event("alarm", "mailbot", at, **detail)
            self._events, self.written = [], True


def sound_alarm(app: App, post: Mailer, state: Health, told: Told) -> bool:
    """Tell staff what is new, if anything is and there is anybody to tell; False when nobody could be reached."""
    if not app.config.alarm.wanted:
        return True
    told.remember(app)
    news = _news(state, told.sentences)
    if not (news.begun or news.over) or (told.last and app.now() - told.last < GAP):
        return True
    reached = [channel for channel, tell in _channels(app, post) if tell(news)]
    told.tried(app.now(), news, state, reached)
    told.write(app)
    return bool(reached)


def recipients(app: App) -> tuple[str, ...]:
    """The addresses of staff, without any that belongs to a unit."""
    units = {address.lower() for unit in app.rulebook.units.values() for address in unit.addresses}
    with app.database.reading() as records:
        units |= {row.key.lower() for row in records.knowledge("address") if row.confirmed}
    return tuple(address for address in app.config.alarm.to if address.lower() not in units)


def _news(state: Health, told: dict[str, str]) -> News:
    current = {trouble.key for trouble in state.troubles}
    begun = tuple(trouble for trouble in state.troubles if trouble.tell and not _is_told(trouble, told))
    return News(begun, tuple(sentence for key, sentence in told.items() if key not in current))


def _is_told(trouble: Trouble, told: dict[str, str]) -> bool:
    return told.get(trouble.key) == trouble.sentence if trouble.key in _RENEWED else trouble.key in told


def _channels(app: App, post: Mailer) -> Sequence[tuple[str, Callable[[News], bool]]]:
    alarm, campaign = app.config.alarm, app.rulebook.campaign.name
    found: list[tuple[str, Callable[[News], bool]]] = []
    if alarm.webhook:
        # The words of 企业微信 and 钉钉 robots; `troubles` is for programs.
        found.append(("webhook", lambda news: call_webhook(alarm.webhook, _document(news, campaign))))
    if alarm.to:
        found.append(("mail", lambda news: _mail(app, post, news)))
    return found


def _document(news: News, campaign: str) -> dict[str, object]:
    return {
        "msgtype": "text",
        "text": {"content": f"{news.subject}\n{news.text(campaign)}"},
        "troubles": [{"key": trouble.key, "sentence": trouble.sentence, "hint": trouble.hint} for trouble in news.begun],
        "over": list(news.over),
    }


def _mail(app: App, post: Mailer, news: News) -> bool:
    answering, now, reached = app.config.answering, app.now(), False
    for to in recipients(app):
        digest = sha256(f"{app.identity}\0{now.isoformat()}\0{to}".encode()).hexdigest()[:24]
        name = f"<mailbot.alarm.{digest}@{answering.sender.rpartition('@')[2]}>"
        # Like a reminder it answers nothing: auto-generated (RFC 3834 section 5).
        letter = Letter(LetterKind.CHASE, to, news.subject, news.text(app.rulebook.campaign.name))
        sender = Address(answering.sender_name, answering.sender)
        posted = post.send(compose(letter, Threading(), sender, name, now), to)
        log.info("alarm: %s (%d)", posted.outcome, posted.code)
        reached = reached or posted.outcome in (Outcome.SENT, Outcome.UNCERTAIN)
    return reached
