"""Which act is performed by whom: for each, what it speaks of, which mails must be read for it, and the function that does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mailbot.desk import letteracts, mailacts, undoing, unitacts, uploading, writing
from mailbot.desk.desk import Desk
from mailbot.desk.doing import (
    Act,
    AddNote,
    ApproveAddress,
    AssignFile,
    AssignMail,
    CancelLetters,
    CloseMail,
    EditLetter,
    ForgetAddress,
    JudgeAnew,
    NoteLetter,
    ReleaseLetters,
    RemoveNote,
    ResendLetter,
    ResumeSending,
    RevokeWaiver,
    Settle,
    StopSending,
    Undo,
    Upload,
    Waive,
    WriteTo,
)
from mailbot.desk.stroke import Brought, Stroke
from mailbot.storing.records import About, Records


def about(records: Records, act: Act) -> About:  # noqa: PLR0911  # one line an act
    """What the act speaks of: whatever happens to it makes another version."""
    match act:
        case AssignMail() | AssignFile() | CloseMail() | JudgeAnew():
            return About(mails=(act.number,))
        case Waive() | RevokeWaiver() | WriteTo():
            return About(unit=act.unit)
        case Upload():
            return About(mails=(act.for_mail,) if act.for_mail else ())
        case ReleaseLetters() | CancelLetters():
            return letteracts.about(records, act.numbers)
        case EditLetter() | ResendLetter() | NoteLetter():
            return letteracts.about(records, (act.number,))
        case Undo():
            return undoing.about(records, act)
        case _:
            return About()


def to_read(records: Records, act: Act) -> tuple[int, ...]:
    """The mails that the act settles anew, or answers."""
    match act:
        case AssignMail() | AssignFile() | CloseMail() | JudgeAnew():
            return mailacts.to_read(records, act.number)
        case Settle():
            return (act.number,)
        case Waive() | WriteTo():
            return writing.to_read(records, act.unit)
        case Upload():
            return uploading.to_read(records, act)
        case Undo():
            return undoing.to_read(records, act)
        case _:
            return ()


@contextmanager
def brought(desk: Desk, act: Act) -> Iterator[Brought | None]:
    """What the act brings that is not kept yet."""
    if isinstance(act, Upload):
        with uploading.composed(desk, act) as mail:
            yield mail
    else:
        yield None


def perform(stroke: Stroke, act: Act) -> None:  # noqa: C901, PLR0912  # one line an act
    """Do it in the open transaction; NotSoError when it cannot be done as asked."""
    match act:
        case AssignMail():
            mailacts.assign_mail(stroke, act)
        case AssignFile():
            mailacts.assign_file(stroke, act)
        case CloseMail():
            mailacts.close(stroke, act)
        case JudgeAnew():
            mailacts.judge_anew(stroke, act)
        case Settle():
            mailacts.settle(stroke, act)
        case Waive():
            unitacts.waive(stroke, act)
        case RevokeWaiver():
            unitacts.revoke_waiver(stroke, act)
        case AddNote():
            unitacts.add_note(stroke, act)
        case RemoveNote():
            unitacts.remove_note(stroke, act)
        case ApproveAddress():
            unitacts.approve(stroke, act)
        case ForgetAddress():
            unitacts.forget(stroke, act)
        case Upload():
            uploading.upload(stroke, act)
        case ReleaseLetters():
            letteracts.release(stroke, act)
        case EditLetter():
            letteracts.edit(stroke, act)
        case CancelLetters():
            letteracts.cancel(stroke, act)
        case ResendLetter():
            letteracts.resend(stroke, act)
        case NoteLetter():
            letteracts.note(stroke, act)
        case WriteTo():
            writing.write_to(stroke, act)
        case StopSending():
            letteracts.stop(stroke, act)
        case ResumeSending():
            letteracts.resume(stroke)
        case Undo():
            undoing.undo(stroke, act)
