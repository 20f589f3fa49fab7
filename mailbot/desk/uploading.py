"""Material that came by hand or WeChat enters the same record: composed into a mail of its own, kept and settled like any."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from hashlib import file_digest
from pathlib import Path
from secrets import token_hex

from mailbot.answering import Manner
from mailbot.desk import mailacts, writing
from mailbot.desk.desk import Desk
from mailbot.desk.doing import CloseMail, Upload
from mailbot.desk.stroke import Brought, NotSoError, Stroke
from mailbot.mailing.letter import one_line
from mailbot.model import BODY
from mailbot.storing.records import Records
from mailbot.storing.rows import NewDecision, NewMail

ORIGIN = "desk"
SENDER = "desk@mailbot.invalid"
"""Nobody's address (RFC 2606): nothing is learned from it, nothing is ever sent to it."""


def to_read(records: Records, act: Upload) -> tuple[int, ...]:
    """The mail whose link was followed, and the one that a letter to the unit answers."""
    linked = mailacts.to_read(records, act.for_mail) if act.for_mail else ()
    return tuple(dict.fromkeys((*linked, *writing.to_read(records, act.unit))))


@contextmanager
def composed(desk: Desk, act: Upload) -> Iterator[Brought]:
    """The files as a mail on disk, read; it goes when this ends, unless `upload` has kept it."""
    if not act.files:
        raise NotSoError("请选择要登记的文件。")
    lost = next((file.name for file in act.files if not file.path.is_file()), None)
    if lost is not None:
        raise NotSoError(f"文件“{lost}”没有上传成功，请再选一次。")
    raw = desk.work / f"brought-{token_hex(8)}.eml"
    try:
        _compose(desk, act, raw)
        with raw.open("rb") as stream:
            digest = file_digest(stream, "sha256").hexdigest()
        with desk.mails.opened_file(digest, raw) as facts:
            yield Brought(raw, facts)
    finally:
        raw.unlink(missing_ok=True)


def upload(stroke: Stroke, act: Upload) -> None:
    """Keep it with what the person said about it; it is settled right after, or, if that fails, in the daemon's next round."""
    name = stroke.unit_name(act.unit)
    assert stroke.brought is not None
    facts, arrived = stroke.brought.facts, act.received_at or stroke.now
    if arrived > stroke.now:
        raise NotSoError("收到时间不能在将来。")
    if stroke.put is not None:
        stroke.app.files.put(f"raw/{facts.sha256}.eml", stroke.brought.path)
    subject = facts.message.subject
    new = NewMail(facts.sha256, arrived, facts.size, origin=ORIGIN, answer=False, subject=subject, message_id=facts.message.message_id)
    number, _ = stroke.records.keep(new, None, stroke.now)
    stroke.note(
        "uploaded",
        mail=number,
        unit=act.unit,
        how=act.how,
        files=[file.name for file in act.files],
        note=act.note,
        undo={"uploaded": number} | ({"linked": act.for_mail} if act.for_mail else {}),
    )
    # What a rebuild needs, as of any mail.
    sha256, when = facts.sha256, arrived.isoformat()
    stroke.records.event("kept", stroke.by, stroke.now, number, sha256=sha256, arrived=when, origin=ORIGIN, place=None)
    _decide(stroke, act, number)
    stroke.say(f"登记“{name}”{act.how}交来的 {len(act.files)} 份文件，编号第{number}号。")
    if act.for_mail:
        _see_to(stroke, act.for_mail)
    if stroke.put is not None:
        stroke.then_settle.append(number)
        return
    stroke.facts = {**stroke.facts, number: facts}
    stroke.settle_anew(number)
    writing.offer(stroke, act.unit)


def _see_to(stroke: Stroke, linked: int) -> None:
    """The mail whose link was followed is dealt with; it says nothing by itself, for what was brought is not settled yet."""
    manner, stroke.manner = stroke.manner, Manner.NOTHING
    mailacts.close(stroke, CloseMail(linked))
    stroke.manner = manner


def _decide(stroke: Stroke, act: Upload, number: int) -> None:
    """Whose it is, and what each file is as far as the person said; the covering words are none of the materials."""
    assert stroke.brought is not None
    said: list[tuple[str | None, tuple[str, ...] | None]] = [(None, None), (BODY, ())]
    by_name = {_shown_name(file.name): file.materials for file in act.files}
    for item in stroke.brought.facts.items:
        materials = by_name.get(item.path.split("/")[0])
        if item.path != BODY and materials:
            for material in materials:
                stroke.material_name(material)
            said.append((item.path, materials))
    for path, materials in said:
        if path == BODY and not any(item.path == BODY for item in stroke.brought.facts.items):
            continue
        unit = act.unit if path is None else None
        stroke.records.decide(NewDecision(stroke.by, number, path, unit, materials), stroke.now)
        stroke.records.event("assigned", stroke.by, stroke.now, number, act.unit, None, said=unit, file=path, materials=materials)


def _compose(desk: Desk, act: Upload, raw: Path) -> None:
    """A plain mail with the files as attachments, written to `raw`."""
    app = desk.app
    arrived = (act.received_at or app.now()).astimezone(app.rulebook.campaign.timezone)
    unit = app.rulebook.units[act.unit].name if act.unit in app.rulebook.units else act.unit
    mail = EmailMessage(policy=SMTP)
    mail["From"] = SENDER
    mail["To"] = app.config.answering.sender
    mail["Subject"] = one_line(f"{act.how}收到：{unit}", 80)
    mail["Date"] = format_datetime(arrived)
    mail["Message-ID"] = make_msgid(domain="mailbot.invalid")
    mail["X-Mailbot-Desk"] = "upload"
    mail.set_content(f"{unit}材料，{act.how}收到，由工作人员登记。\n{act.note.strip()}\n")
    for file in act.files:
        main, _, sub = (mimetypes.guess_type(file.name)[0] or "application/octet-stream").partition("/")
        if main in ("text", "message", "multipart"):
            main, sub = "application", "octet-stream"  # the bytes as they are, never taken for words of the mail
        mail.add_attachment(file.path.read_bytes(), maintype=main, subtype=sub, filename=_shown_name(file.name))
    raw.write_bytes(mail.as_bytes())


def _shown_name(name: str) -> str:
    """The name without the folders that some browsers send along."""
    return one_line(name.replace("\\", "/").rpartition("/")[2], 150) or "未命名"
