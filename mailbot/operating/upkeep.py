"""What the daemon does beside the road of the mails: the nightly check, a look at the mailbox's quota, the alarm."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from mailbot.app import App
from mailbot.errors import TryLater
from mailbot.health import QUOTA, health
from mailbot.mailing.inbox import Inbox
from mailbot.mailing.post import Post
from mailbot.operating.alarm import Told, sound_alarm
from mailbot.operating.verifying import nightly

QUOTA_EVERY = timedelta(days=1)


def check_storage(app: App, inbox: Inbox, stop: Callable[[], bool]) -> None:
    """Once a night every file against its hash."""
    nightly(app, inbox, stop)


def check_quota(app: App, inbox: Inbox) -> None:
    """Once a day ask how full the mailbox is; a server that does not say is asked again the next day."""
    with app.database.reading() as records:
        said = json.loads(records.setting(QUOTA) or "{}")
    if said and app.now() - datetime.fromisoformat(said["at"]) < QUOTA_EVERY:
        return
    quota = inbox.quota()
    found = {"at": app.now().isoformat(), "used": quota.used if quota else 0, "limit": quota.limit if quota else 0}
    with app.database.transaction() as records:
        records.set_setting(QUOTA, json.dumps(found))


def watch(app: App, post: Post, told: Told) -> None:
    """Look how mailbot is, and tell staff what they do not know yet."""
    if not sound_alarm(app, post, health(app), told):
        # Perhaps the account is refused: then every try is one more refused login, so it waits as long as after one.
        raise TryLater("告警没有送达任何人，稍后再试。请检查 config.yaml 的 alarm。", login=True)
