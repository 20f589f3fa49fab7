"""What a person decides about a mail and its files: whose, what, read and seen to, judged anew."""

from __future__ import annotations

from mailbot.desk.doing import AssignFile, AssignMail, CloseMail, JudgeAnew, Settle
from mailbot.desk.stroke import NotSoError, Stroke
from mailbot.model import BODY, Disposition, MailState
from mailbot.storing.records import Records, Revocable
from mailbot.storing.rows import MailRow, NewDecision


def to_read(records: Records, number: int) -> tuple[int, ...]:
    """The mail, if it has been settled once: what still waits for its turn, or may take its reader down, is read by the daemon."""
    row = records.mail(number)
    return (number,) if row is not None and is_readable(row) else ()


def is_readable(row: MailRow) -> bool:
    """Whether the mail has come through its settling."""
    return row.settled_at is not None and row.state not in (MailState.STUCK, MailState.KEPT)


def assign_mail(stroke: Stroke, act: AssignMail) -> None:
    """The mail is of a unit, or of none."""
    row = stroke.mail(act.number)
    name = stroke.unit_name(act.unit) if act.unit else ""
    decided = stroke.records.decide(NewDecision(stroke.by, row.number, None, act.unit), stroke.now)
    payload: dict[str, object] = {"revoke": [[Revocable.DECISION.value, decided]]}
    learned = row.from_address if act.learn and act.unit and row.origin != "desk" else ""
    stroke.say(f"第{row.number}号邮件归“{name}”。" if act.unit else f"第{row.number}号邮件不属于任何报送单位。")
    if learned:
        payload = learn(stroke, row, act.unit, payload)
    detail = {"said": act.unit, "file": None, "materials": None, "learned": learned}
    stroke.note("assigned", mail=row.number, unit=act.unit or None, **detail, undo=payload)
    _warn_of_letters(stroke, row, act.unit or None)
    stroke.settle_anew(row.number)
    _say_what_waits(stroke, row.number)


def assign_file(stroke: Stroke, act: AssignFile) -> None:
    """A file of a mail is of a unit, or is a material, or none."""
    row = stroke.mail(act.number)
    if act.unit is None and act.materials is None:
        raise NotSoError("请选择单位或材料。")
    if act.path not in {item.path for item in stroke.records.items(row.number)}:
        raise NotSoError(f"第{row.number}号邮件里没有“{act.path}”这个文件。")
    names = [stroke.material_name(material) for material in act.materials or ()]
    whose = f"归“{stroke.unit_name(act.unit)}”" if act.unit else ""
    what = "" if act.materials is None else f"是{'、'.join(names)}" if names else "不是要收的材料"
    decision = NewDecision(stroke.by, row.number, act.path, act.unit, act.materials)
    payload = {"revoke": [[Revocable.DECISION.value, stroke.records.decide(decision, stroke.now)]]}
    stroke.note("assigned", mail=row.number, unit=act.unit or None, said=act.unit, file=act.path, materials=act.materials, undo=payload)
    subject = f"第{row.number}号邮件正文" if act.path == BODY else f"文件“{act.path}”"
    stroke.say(f"{subject}{'，'.join(filter(None, (whose, what)))}。")
    stroke.settle_anew(row.number)
    _say_what_waits(stroke, row.number)


def close(stroke: Stroke, act: CloseMail) -> None:
    """A person has read the mail and seen to it."""
    row = stroke.mail(act.number)
    decided = stroke.records.decide(NewDecision(stroke.by, row.number, done=True), stroke.now)
    payload: dict[str, object] = {"revoke": [[Revocable.DECISION.value, decided]]}
    stroke.note("closed", mail=row.number, unit=row.unit_id, note=act.note, undo=payload)
    stroke.say(f"第{row.number}号邮件已处理完，从待办中移出。")
    if row.state is MailState.STUCK:
        stroke.records.see_to(row.number, True)
        return
    stroke.settle_anew(row.number)
    _say_what_waits(stroke, row.number)


def judge_anew(stroke: Stroke, act: JudgeAnew) -> None:
    """A stuck mail is tried again by the daemon, which counts its attempts; another is judged at once by the rules of today."""
    row = stroke.mail(act.number)
    stroke.undoable = False
    if row.state is MailState.STUCK:
        stroke.records.reopen(row.number)
        stroke.note("retried", mail=row.number)
        stroke.say(f"第{row.number}号邮件放回去重新处理，运行中的 mailbot 会在下一轮处理它。")
        return
    stroke.note("replayed", mail=row.number, unit=row.unit_id)
    stroke.say(f"第{row.number}号邮件按现在的规则重新判断，工作人员的决定保留。")
    stroke.settle_anew(row.number)


def settle(stroke: Stroke, act: Settle) -> None:
    """Settle what was kept just now, unless the daemon was faster."""
    if stroke.mail(act.number).state is MailState.KEPT:
        stroke.settle_anew(act.number)


def learn(stroke: Stroke, row: MailRow, unit: str, payload: dict[str, object]) -> dict[str, object]:
    """The sender's address is the unit's from now on; returns what undoing that takes, added to `payload`."""
    standing = [known for known in stroke.records.knowledge("address") if known.key == row.from_address]
    if any(known.confirmed and known.value == unit for known in standing):
        return payload
    hints = [known.id for known in standing if not known.confirmed and known.value == unit]
    for hint in hints:
        stroke.records.revoke(Revocable.KNOWLEDGE, hint, stroke.now)
    source = f"{stroke.by}（第{row.number}号邮件）"
    learned = stroke.records.learn("address", row.from_address, unit, source, True, stroke.now)
    stroke.say(f"以后来自 {row.from_address} 的邮件按此认单位。")
    revoke = payload.get("revoke", [])
    assert isinstance(revoke, list)
    return {
        "revoke": [*revoke, [Revocable.KNOWLEDGE.value, learned]],
        "reinstate": [[Revocable.KNOWLEDGE.value, hint] for hint in hints],
    }


def _warn_of_letters(stroke: Stroke, row: MailRow, unit: str | None) -> None:
    for letter in stroke.told(row.number):
        if letter.unit_id is not None and letter.unit_id != unit and letter.unit_id in stroke.book.units:
            name = stroke.book.units[letter.unit_id].name
            stroke.warnings.append(f"这封邮件已按“{name}”给 {letter.to_address} 回过信（第{letter.number}封），发出的信收不回。")


def _say_what_waits(stroke: Stroke, number: int) -> None:
    waiting = [item for item in stroke.records.items(number) if item.disposition.needs_person]
    unreadable = sum(item.disposition is not Disposition.UNSURE for item in waiting)
    if waiting:
        rest = f"，其中 {unreadable} 份读不出" if unreadable else ""
        stroke.say(f"还有 {len(waiting)} 份文件待核{rest}。")
