"""The corpus under construction: clerks with their mailboxes, mails with what a careful clerk of the office would decide about each."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta, timezone

from mailbot.demo.compose import Draft, write
from mailbot.demo.mailers import Mailer

from . import banks, texts
from .pieces import TAKEN, Camera, Piece, Want
from .roster import Body, roster

CHINA = timezone(timedelta(hours=8))
DEADLINE = datetime(2022, 12, 28, 23, 59, 59, tzinfo=CHINA)
PINYIN = ("cj", "jxjy", "zcc", "office", "jwc", "zyjy", "dzb", "pxb")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2022, month, day, hour, minute, tzinfo=CHINA)


@dataclass(frozen=True)
class Clerk:
    """Somebody who writes: address, display name, mail program; `telling` when address or name alone says which unit."""

    address: str
    name: str
    mailer: Mailer
    telling: bool = False


@dataclass
class Mail:
    """One mail of the corpus. `unit` None with `ask` False = the mail needs no unit (machines, adverts)."""

    id: str
    line: str
    raw: bytes
    received_at: datetime
    unit: str | None
    ask: bool = False
    automatic: bool | None = False
    needs_person: bool | None = False
    units: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    doubt: bool = False
    files: tuple[Want, ...] = ()
    teach: dict[str, str] = field(default_factory=dict)
    letter: tuple[str, str, str] | None = None
    part: str = "look"
    number: int = 0

    def expectation(self) -> dict[str, object]:
        """Everything but the bytes, as JSON types."""
        told = {key: value for key, value in asdict(self).items() if key != "raw"}
        return {**told, "received_at": self.received_at.isoformat()}


class Corpus:
    """Collects mails; every text, picture and choice comes from one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.camera = Camera(self.rng)
        self.mails: list[Mail] = []
        self._clerks: dict[str, Clerk] = {}

    def unit(self, id: str) -> Body:
        return roster()[id]

    def clerk(self, id: str, kind: str = "") -> Clerk:
        """A clerk of the unit: 45 % private mail, 35 % the school's domain where it has one, the rest other (vocabulary 10)."""
        rng, body = self.rng, self.unit(id)
        kind = kind or rng.choices(("private", "domain", "named"), (45, 40 if body.domains else 0, 15))[0]
        digits = str(rng.randint(10_000_000, 3_999_999_999))
        if kind == "domain" and body.domains:
            name = rng.choice(("继教院", rng.choice(banks.SURNAMES) + "老师", body.name, "", "成教处"))
            mailer = rng.choice(
                (Mailer.COREMAIL_EDU, Mailer.COREMAIL_EDU, Mailer.FOXMAIL, Mailer.OUTLOOK, Mailer.GATEWAY, Mailer.THUNDERBIRD)
            )
            return Clerk(f"{rng.choice(PINYIN)}{rng.randint(1, 99)}@{rng.choice(body.domains[:1])}", name, mailer, telling=True)
        if kind == "named":
            return Clerk(
                f"{rng.choice(PINYIN)}{digits[:5]}@163.com", self.called(id), rng.choice((Mailer.NETEASE, Mailer.FOXMAIL)), telling=True
            )
        host, mailer = rng.choice(
            (
                ("qq.com", Mailer.QQ),
                ("qq.com", Mailer.QQ),
                ("163.com", Mailer.NETEASE),
                ("126.com", Mailer.NETEASE),
                ("163.com", Mailer.FOXMAIL),
                ("icloud.com", Mailer.IOS),
                ("139.com", Mailer.OUTLOOK),
            )
        )
        name = rng.choice(
            (
                rng.choice(banks.NICKNAMES),
                rng.choice(banks.SURNAMES) + rng.choice(banks.GIVEN),
                digits[:6],
                "继教院",
                "教育局" if body.kind == "bureau" else "学院办公室",
            )
        )
        return Clerk(f"{digits}@{host}" if host == "qq.com" else f"{rng.choice(PINYIN)}{digits[:6]}@{host}", name, mailer)

    def regular(self, id: str) -> Clerk:
        """The same clerk every time for one unit."""
        return self._clerks.setdefault(id, self.clerk(id))

    def called(self, id: str) -> str:
        """The unit's name as its people write it: mostly the official one, else a safe alias."""
        body = self.unit(id)
        aliases = [alias for alias in body.aliases if not alias.isascii() and len(alias) >= 4]
        return self.rng.choice(aliases) if aliases and self.rng.random() < 0.25 else body.name

    def mail(
        self,
        line: str,
        clerk: Clerk,
        subject: str,
        text: str,
        pieces: Sequence[Piece],
        when: datetime,
        unit: str | None,
        *,
        html: str = "",
        headers: Sequence[tuple[str, str]] = (),
        in_reply_to: str = "",
        body: Want | None = None,
        message_id: str = "",
        **wanted: object,
    ) -> Mail:
        """Write one mail. `body` is the want for the mail's own text where that is a material; `wanted` are fields of Mail."""
        moment = when + timedelta(seconds=len(self.mails) % 50)
        draft = Draft(
            clerk.address,
            clerk.name,
            subject,
            text,
            moment - timedelta(seconds=40),
            [each.file for each in pieces],
            html,
            in_reply_to,
            message_id,
            headers,
        )
        if pieces and body is None and not any(TAKEN & set(want.dispositions) for each in pieces for want in each.wants):
            wanted.setdefault("needs_person", None)  # material is spoken of and none came: a clerk may well ring up
        wants = [want if want.unit else replace(want, unit=unit) for each in pieces for want in each.wants]
        wants.append(replace(body, unit=body.unit or unit) if body else Want("(body)", ("ignored",), optional=True))
        mail = Mail(f"m{len(self.mails) + 1:04d}", line, write(draft, clerk.mailer), moment, unit, files=_unique(wants), **wanted)  # type: ignore[arg-type]
        self.mails.append(mail)
        return mail

    def finished(self) -> list[Mail]:
        """All mails in order of arrival, numbered and split: a whole unit's story goes into one part, so that its rows can be judged."""
        self.mails.sort(key=lambda mail: mail.received_at)
        for number, mail in enumerate(self.mails, 1):
            mail.number = number
            key = mail.unit or mail.id
            mail.part = "look" if random.Random(f"split {key}").random() < 0.5 else "measure"
        return self.mails

    # the three materials, as units really name and write them

    def summary_lines(self, id: str, style: str = "") -> list[str]:
        return texts.summary(self.rng, self.unit(id).name, style or self.rng.choice(texts.SUMMARY_STYLES))

    def case_lines(self, id: str) -> list[str]:
        return texts.case(self.rng, self.unit(id).name)

    def evidence(self, id: str, clerk: Clerk) -> tuple[str, str]:
        """Subject and text of a submission; at least one of subject, text and address names the unit."""
        rng, name = self.rng, self.called(id)
        where = rng.choice(("subject", "text", "both")) if not clerk.telling else rng.choice(("subject", "text", "both", "none"))
        subject = rng.choice(banks.SUBJECTS).format(unit=name) if where in ("subject", "both") else rng.choice(banks.PLAIN_SUBJECTS)
        text = rng.choice(banks.BODIES)
        if where in ("text", "both"):
            text += "\n\n" + texts.signature(rng, name, self.unit(id))
        if clerk.mailer is Mailer.IOS:
            text += "\n\n发自我的iPhone"
        return subject, text


def _unique(wants: Sequence[Want]) -> tuple[Want, ...]:
    """Wants whose path comes twice get the number that the bot gives them: image.jpg, image (2).jpg."""
    seen: dict[str, int] = {}
    out = []
    for want in wants:
        seen[want.path] = seen.get(want.path, 0) + 1
        stem, dot, extension = want.path.rpartition(".")
        again = f"{stem} ({seen[want.path]}){dot}{extension}"
        out.append(replace(want, path=again) if seen[want.path] > 1 else want)
    return tuple(out)
