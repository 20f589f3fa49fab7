"""The alarm: staff are told once of each trouble and once more when it is over, by mail, by a web hook, or by both.

An alarm is no letter to a unit: it passes no outbox and counts in no cap, and an address of a unit never gets one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from mailbot.app import App
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


def sound_alarm(app: App, post: Mailer, state: Health) -> bool:
    """Tell staff what is new, if anything is and there is anybody to tell; False when nobody could be reached."""
    if not app.config.alarm.wanted:
        return True
    with app.database.reading() as records:
        told, last = records.settings(_TOLD), records.setting(_LAST)
    news = _news(state, {key: json.loads(value)["sentence"] for key, value in told.items()})
    if not (news.begun or news.over) or (last and app.now() - datetime.fromisoformat(last) < GAP):
        return True
    reached = [channel for channel, tell in _channels(app, post) if tell(news)]
    with app.database.transaction() as records:
        records.set_setting(_LAST, app.now().isoformat())
        if not reached:
            return False
        for trouble in news.begun:
            records.set_setting(_TOLD + trouble.key, json.dumps({"sentence": trouble.sentence}, ensure_ascii=False))
        current = {trouble.key for trouble in state.troubles}
        for key in told:
            if key not in current:
                records.forget_setting(_TOLD + key)
        begun = [trouble.key for trouble in news.begun]
        records.event("alarm", "mailbot", app.now(), begun=begun, over=len(news.over), channels=reached)
    return True


def recipients(app: App) -> tuple[str, ...]:
    """The addresses of staff, without any that belongs to a unit."""
    units = {address.lower() for unit in app.rulebook.units.values() for address in unit.addresses}
    with app.database.reading() as records:
        units |= {row.key.lower() for row in records.knowledge("address") if row.confirmed}
    return tuple(address for address in app.config.alarm.to if address.lower() not in units)


def _news(state: Health, told: dict[str, str]) -> News:
    current = {trouble.key for trouble in state.troubles}
    begun = tuple(trouble for trouble in state.troubles if trouble.tell and trouble.key not in told)
    return News(begun, tuple(sentence for key, sentence in told.items() if key not in current))


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
