"""What a person does at the desk, as values: seen beforehand with `preview`, done with `apply`, taken back with `undo`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mailbot.model import LetterKind, Receipt


@dataclass(frozen=True, slots=True)
class AssignMail:
    """The mail is of this unit ("" = of none). `learn`: the sender's address is the unit's from now on."""

    number: int
    unit: str
    learn: bool = True


@dataclass(frozen=True, slots=True)
class AssignFile:
    """A file of a mail is of this unit (None = as judged, else its id) and these materials (None = as judged, () = none of them)."""

    number: int
    path: str
    unit: str | None = None
    materials: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class CloseMail:
    """已处理: a person has read the mail, nothing more is to be done about it (answers its questions, links, doubts)."""

    number: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class JudgeAnew:
    """A stuck mail is tried again, an unsure one judged by the rules of today."""

    number: int


@dataclass(frozen=True, slots=True)
class Waive:
    """免报 (`until` None) of a material (None = all), or 延期 to the end of that day (a date in the campaign's zone is enough)."""

    unit: str
    material: str | None = None
    until: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RevokeWaiver:
    """Take a waiver or an extension back, by its id on the unit's page."""

    unit: str
    waiver: int


@dataclass(frozen=True, slots=True)
class AddNote:
    """A note about a unit; `phoned`: 已电话."""

    unit: str
    text: str = ""
    phoned: bool = False


@dataclass(frozen=True, slots=True)
class RemoveNote:
    """Take a note back, by its id."""

    unit: str
    note: int


@dataclass(frozen=True, slots=True)
class ApproveAddress:
    """An address that was only seen is the unit's from now on; `unit` other than the one it was seen for is allowed."""

    knowledge: int
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class ForgetAddress:
    """A learned or seen address is not the unit's."""

    knowledge: int


@dataclass(frozen=True, slots=True)
class Uploaded:
    """One file that a person brings: `path` is a temporary file of the web layer, `materials` () = let it be judged."""

    path: Path
    name: str
    materials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Upload:
    """Files received by hand, WeChat, or downloaded from a link of mail `for_mail` (which is closed with it)."""

    unit: str
    files: tuple[Uploaded, ...]
    how: str = "当面"  # 当面 | 微信 | 网盘下载 | QQ | 其他
    received_at: datetime | None = None  # None = now
    note: str = ""
    for_mail: int | None = None


@dataclass(frozen=True, slots=True)
class ReleaseLetters:
    """Let held letters go in the next round."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EditLetter:
    """Other words for a letter that has not been attempted."""

    number: int
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class CancelLetters:
    """Never send these letters, as far as they have not left."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ResendLetter:
    """Send an uncertain, refused, bounced or cancelled letter once more, with the same bytes; `to` another address of the unit."""

    number: int
    to: str | None = None


@dataclass(frozen=True, slots=True)
class WriteTo:
    """A letter about the unit's state as it is now, to the clerk who wrote last (None) or an address that is known for the unit."""

    unit: str
    to: str | None = None


@dataclass(frozen=True, slots=True)
class StopSending:
    """Nothing is sent until `ResumeSending`."""

    because: str = ""


@dataclass(frozen=True, slots=True)
class ResumeSending:
    """Send again."""


@dataclass(frozen=True, slots=True)
class NoteLetter:
    """已知悉: a person has taken note of how a letter ended (by phone, say); it leaves 待办."""

    number: int


@dataclass(frozen=True, slots=True)
class Settle:
    """Settle a kept mail now: what `Upload` does at its end; not for a button."""

    number: int


@dataclass(frozen=True, slots=True)
class Undo:
    """Take an act back by its id."""

    act: int


Act = (
    AssignMail
    | AssignFile
    | CloseMail
    | JudgeAnew
    | Waive
    | RevokeWaiver
    | AddNote
    | RemoveNote
    | ApproveAddress
    | ForgetAddress
    | Upload
    | ReleaseLetters
    | EditLetter
    | CancelLetters
    | ResendLetter
    | WriteTo
    | StopSending
    | ResumeSending
    | NoteLetter
    | Settle
    | Undo
)


@dataclass(frozen=True, slots=True)
class ReceiptChange:
    """A unit's receipt before and after; `sentences` say the difference in Chinese."""

    unit: str
    name: str
    before: Receipt
    after: Receipt
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileMove:
    """A file that gets another place; None = nowhere."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A letter that the act would cause; it leaves only when the person says so (`apply(…, letter=True)`)."""

    kind: LetterKind
    unit: str | None
    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an act will change. Nothing has happened yet; `version` goes into `apply`."""

    act: Act
    sentences: tuple[str, ...]
    receipts: tuple[ReceiptChange, ...]
    files: tuple[FileMove, ...]
    letters: tuple[FollowUp, ...]
    warnings: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Done:
    """It stands. `act` is what `undo` takes; None when it cannot be taken back (a letter that left)."""

    act: int
    undoable: bool
    sentence: str
    changes: Preview


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened since the page was seen."""

    at: datetime
    by: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody was faster: what changed and by whom. Nothing was done; show it, then apply again with `version`."""

    changes: tuple[Change, ...]
    version: str

    @property
    def sentence(self) -> str:
        """One sentence for a banner."""
        return "打开页面以后情况有变：" + "；".join(change.sentence for change in self.changes) + "。请看过后再决定。"


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot be done as asked; a Chinese sentence says why and what to do. Nothing was changed."""

    sentence: str
