"""待办: what needs a person, oldest first, each entry with its suggestions numbered for the keyboard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mailbot.app import STOPPED
from mailbot.desk.desk import Desk
from mailbot.desk.doing import Act, CloseMail, JudgeAnew, ResumeSending
from mailbot.desk.openings import EntryKind, Opening
from mailbot.desk.suggesting import Suggestion, for_address, for_file, for_letter, for_unit, numbered
from mailbot.desk.telling import LETTER_KINDS
from mailbot.desk.viewing import Viewer, worth_showing
from mailbot.desk.views import AddressView, FileView, LetterView, LinkView, MailBrief, Sign
from mailbot.model import LetterState
from mailbot.storing.records import About, Records

__all__ = ["Entry", "EntryKind", "Queue", "Suggestion", "entry", "keys", "queue"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `key` names it for good ("unit-42", "material-381"); `since` is what the order goes by."""

    key: str
    kind: EntryKind
    since: datetime
    title: str
    because: str
    suggestions: tuple[Suggestion, ...]
    version: str
    mail: MailBrief | None = None
    file: FileView | None = None
    files: tuple[FileView, ...] = ()  # all files of the mail, for 'unit'
    links: tuple[LinkView, ...] = ()
    letter: LetterView | None = None
    address: AddressView | None = None
    unit: str | None = None
    evidence: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """The entries of one page, and how many there are of each kind in all."""

    entries: tuple[Entry, ...]
    counts: Mapping[EntryKind, int]
    total: int
    token: str


def queue(desk: Desk, kinds: tuple[EntryKind, ...] = (), limit: int = 50) -> Queue:
    """The oldest `limit` entries (of these kinds, else of all)."""
    picture = desk.standing.picture()
    chosen = [opening for opening in picture.openings if not kinds or opening.kind in kinds]
    with desk.app.database.reading() as records:
        entries = [_entry(desk, records, opening) for opening in chosen[:limit]]
    counts = Counter(opening.kind for opening in picture.openings)
    return Queue(tuple(one for one in entries if one is not None), counts, len(picture.openings), str(picture.upto))


def keys(desk: Desk) -> tuple[str, ...]:
    """The key of every entry, oldest first."""
    return tuple(opening.key for opening in desk.standing.picture().openings)


def entry(desk: Desk, key: str) -> Entry | None:
    """One entry by its key; None when it is settled."""
    opening = next((opening for opening in desk.standing.picture().openings if opening.key == key), None)
    if opening is None:
        return None
    with desk.app.database.reading() as records:
        return _entry(desk, records, opening)


def _entry(desk: Desk, records: Records, opening: Opening) -> Entry | None:
    """The entry with everything it shows; None when somebody settled it in this moment."""
    match opening.kind:
        case EntryKind.LETTER | EntryKind.HELD:
            return _of_letter(desk, records, opening)
        case EntryKind.ADDRESS:
            return _of_address(desk, records, opening)
        case EntryKind.STOPPED:
            return _of_stop(desk, records, opening)
        case EntryKind.MATERIAL | EntryKind.UNREADABLE:
            return _of_file(desk, records, opening)
        case _:
            return _of_mail(desk, records, opening)


def _of_mail(desk: Desk, records: Records, opening: Opening) -> Entry | None:
    view, row = Viewer(desk.app), records.mail(opening.number)
    if row is None:
        return None
    files = tuple(view.file(item, row) for item in records.items(row.number) if worth_showing(item))
    close: Act = CloseMail(row.number)
    again: Act = JudgeAnew(row.number)
    suggestions = {
        EntryKind.UNIT: lambda: for_unit(desk.app.rulebook, row),
        EntryKind.LINK: lambda: numbered([("链接里的文件已处理", "不再需要，或已另外收到", close)]),
        EntryKind.STUCK: lambda: numbered([("重新处理", "也许只是一时的故障", again), ("已人工处理", "已看过原始邮件", close)]),
        EntryKind.READ: lambda: numbered([("已处理", "已看过来信，该办的已办", close)]),
    }
    titles = {
        EntryKind.UNIT: "是哪个单位的邮件？",
        EntryKind.LINK: "材料放在链接里",
        EntryKind.STUCK: "处理失败",
        EntryKind.READ: "请看来信",
    }
    return Entry(
        key=opening.key,
        kind=opening.kind,
        since=view.local(opening.since),
        title=titles.get(opening.kind, "请看来信"),
        because="；".join(row.because),
        suggestions=suggestions[opening.kind](),
        version=str(records.newest_about(About(mails=(row.number,)))),
        mail=view.brief(row, len(files)),
        files=files,
        links=tuple(view.link(link) for link in row.links if not link["quoted"] and not link["article"]),
        unit=row.unit_id,
        evidence=view.signs(row.evidence),
    )


def _of_file(desk: Desk, records: Records, opening: Opening) -> Entry | None:
    view, item = Viewer(desk.app), records.item(opening.number)
    mail = records.mail(item.mail_number) if item else None
    if item is None or mail is None:
        return None
    shown = view.file(item, mail)
    unread = opening.kind is EntryKind.UNREADABLE
    return Entry(
        key=opening.key,
        kind=opening.kind,
        since=view.local(opening.since),
        title="这个文件读不出来" if unread else "这是什么材料？",
        because=shown.problem or item.because if unread else item.because,
        suggestions=for_file(desk.app.rulebook, mail, item),
        version=str(records.newest_about(About(mails=(mail.number,)))),
        mail=view.brief(mail, mail.parts),
        file=shown,
        unit=item.unit_id or mail.unit_id,
        evidence=shown.evidence,
    )


def _of_letter(desk: Desk, records: Records, opening: Opening) -> Entry | None:
    view, row = Viewer(desk.app), records.letter(opening.number)
    if row is None:
        return None
    letter = view.letters(records, [row])[0]
    mail = records.mail(row.mail_number) if row.mail_number else None
    return Entry(
        key=opening.key,
        kind=opening.kind,
        since=view.local(opening.since),
        title=_letter_title(letter),
        because=row.last_reply,
        suggestions=for_letter(letter),
        version=letter.version,
        mail=view.brief(mail, mail.parts) if mail else None,
        letter=letter,
        unit=row.unit_id,
    )


def _letter_title(letter: LetterView) -> str:
    kind = LETTER_KINDS.get(letter.kind, "回信")
    if letter.bounced:
        return f"{kind}被退回"
    return {LetterState.HELD: f"{kind}等待放行", LetterState.REFUSED: f"{kind}没有发出"}.get(letter.state, f"{kind}不知是否送到")


def _of_address(desk: Desk, records: Records, opening: Opening) -> Entry | None:
    view, row = Viewer(desk.app), records.knowledge_by_id(opening.number)
    if row is None or row.revoked_at is not None:
        return None
    named = view.unit(row.value)
    return Entry(
        key=opening.key,
        kind=opening.kind,
        since=view.local(opening.since),
        title=f"{row.key} 是“{named.name if named else row.value}”的邮箱吗？",
        because=f"第一次从这个邮箱收到该单位的材料（{row.source}）；确认后，以后来自它的邮件按此认单位",
        suggestions=for_address(row.id),
        version="0",
        address=view.address(row),
        unit=row.value,
    )


def _of_stop(desk: Desk, records: Records, opening: Opening) -> Entry | None:
    reason = records.setting(STOPPED)
    if reason is None:
        return None
    since = Viewer(desk.app).local(desk.app.now())
    act: Act = ResumeSending()
    return Entry(opening.key, opening.kind, since, "发信已停止", reason, numbered([("恢复发信", "问题已经解决", act)]), "0")
