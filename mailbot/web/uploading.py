"""Received by hand, by WeChat, from a link: files that a person brings, kept aside until what they change was seen and confirmed."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from mailbot.desk import doors
from mailbot.desk.doing import Refused, Upload, Uploaded
from mailbot.desk.naming import material_named, unit_named
from mailbot.errors import ConfigError, TryLater
from mailbot.web import acting, acts
from mailbot.web.asked import Asked
from mailbot.web.entrance import back_of

WAYS = ("微信", "当面", "QQ", "网盘下载", "其他")


def receive(asked: Asked) -> Response:
    """Take the files in and show what they would change."""
    folder = asked.site.staging.new_folder()
    try:
        act = _upload(asked, folder)
    except ConfigError as error:
        shutil.rmtree(folder, ignore_errors=True)
        return acting.shown(asked, Refused(str(error)), None)
    word = asked.site.staging.put(asked.visit.token, act, folder)
    outcome = doors.preview(asked.desk, act)
    if isinstance(outcome, Refused):
        asked.site.staging.drop(word)
    return acting.shown(asked, outcome, act, staged=word)


def confirm(asked: Asked) -> Response:
    """Enter the files into the record."""
    word = str(asked.form.get("staged", ""))
    act = asked.site.staging.get(asked.visit.token, word)
    if act is None:
        asked.site.recent.say(asked.visit.token, "上传的文件放得太久，已经清掉了。请重新选择文件上传。", bad=True)
        return RedirectResponse(back_of(str(asked.form.get("then", ""))), 303)
    answer = acting.applied(asked, act, staged=word)
    if answer.status_code == 303:
        asked.site.staging.drop(word)
    return answer


def _upload(asked: Asked, folder: Path) -> Upload:
    form, book = asked.form, asked.book
    material, when, how, mail = (str(form.get(name, "")) for name in ("material", "received_at", "how", "for_mail"))
    materials = (material_named(book, material),) if material else ()
    brought = [part for part in form.getlist("files") if isinstance(part, UploadFile) and part.filename]
    if not brought:
        raise ConfigError("还没有选择文件。")
    return Upload(
        unit=unit_named(book, str(form.get("unit", ""))),
        files=tuple(Uploaded(_kept(part, folder / str(number)), part.filename or "", materials) for number, part in enumerate(brought)),
        how=how if how in WAYS else WAYS[-1],
        received_at=acts.moment(when, book.campaign.timezone) if when else None,
        note=str(form.get("note", "")).strip()[:1000],
        for_mail=int(mail) if mail.isascii() and mail.isdecimal() else None,
    )


def _kept(part: UploadFile, path: Path) -> Path:
    """The bytes of one file under a name of ours; the sender's name is only a value."""
    try:
        with path.open("xb") as target:
            path.chmod(0o600)
            shutil.copyfileobj(part.file, target, 1024 * 1024)
    except OSError as trouble:
        with contextlib.suppress(OSError):
            path.unlink()
        raise TryLater(f"文件存不下来：{trouble.strerror or trouble}。请看看磁盘是否满了。") from trouble
    return path
