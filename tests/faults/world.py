"""The world around a simulated mailbot: units that write, a mailbox, a sending server, all of which fail as one seed wills."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import product
from pathlib import Path
from shutil import copytree
from typing import Any, BinaryIO

from mailbot.demo import makers, pictures, prose
from mailbot.errors import TryLater
from mailbot.loading.shipped import shipped_rules
from mailbot.mailing.inbox import Arrival, Seen
from mailbot.mailing.post import Outcome, Posted
from mailbot.rulebook import Rulebook, Unit
from tests.hostile.wire import attachment
from tests.parsing_message.mails import joined, part, text_part, word

FOLDERS = ("INBOX", "垃圾邮件")
DAMAGE = (b"--", b"\r\n", b"=?gbk?B?", b"Content-Type: multipart/mixed; boundary=", b"\0", b'"', b"base64")


def many_units(folder: Path) -> Path:
    """The shipped rules in `folder`, with 225 colleges more: three hundred units."""
    copytree(shipped_rules(), folder)
    roster = folder / "units.yaml"
    more = [
        f"  - 标识: more-{number}\n    名称: {first}{second}学院\n    类别: 本科院校\n    是否通知: 是\n    域名: [more{number}.edu.cn]\n"
        for number, (first, second) in enumerate(product("云青松雁白清玉龙望碧金兴和东明", "岭石涛溪桥河泉湾江塔穗隆岗林湖"))
    ]
    shipped = roster.read_text(encoding="utf-8")
    roster.write_text(shipped.replace("\n单位:\n", "\n单位:\n" + "".join(more)), encoding="utf-8")
    return folder


@cache
def photo(seed: int) -> bytes:
    return pictures.photo(seed % 40, 320, 240)


@dataclass
class Letter:
    """What the sending server took, and when mailbot had handed it over for the first time."""

    to: str
    message: bytes


@dataclass
class Units:
    """Everybody who writes to the office."""

    rng: random.Random
    book: Rulebook
    written: list[bytes] = field(default_factory=list)
    machines: set[str] = field(default_factory=set)
    answers: list[Letter] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.roster = [unit for unit in self.book.units.values() if unit.domains or unit.addresses]

    def mail(self, now: datetime) -> bytes:
        """The next mail that comes in."""
        kinds: list[Callable[[datetime], bytes]] = [self._material] * 8
        kinds += [self._question, self._thanks, self._robot, self._bounce, self._stranger, self._damaged, self._again, self._list]
        raw = self.rng.choice(kinds)(now)
        self.written.append(raw)
        return raw

    def _unit(self) -> tuple[Unit, str]:
        unit = self.rng.choice(self.roster)
        return unit, unit.addresses[0] if unit.addresses else f"clerk{self.rng.randrange(2)}@{unit.domains[0]}"

    def _letter(self, sender: str, subject: str, text: str, *parts: bytes, extra: bytes = b"") -> bytes:
        number = self.rng.randrange(1 << 48)
        head = (
            b"From: " + sender.encode() + b"\r\nTo: jsjyktg@126.com\r\nSubject: " + word(subject) + b"\r\n"
            b"Date: Thu, 01 Dec 2022 09:00:00 +0800\r\nMessage-ID: <%d@soak>\r\nMIME-Version: 1.0\r\n" % number
        )
        return head + extra + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + joined(text_part(text), *parts, boundary=b"b")

    def _material(self, now: datetime) -> bytes:
        unit, sender = self._unit()
        seed = self.rng.randrange(1 << 20)
        parts = []
        if self.rng.random() < 0.6:
            parts.append(attachment(f"{unit.name}工作总结.docx", makers.docx(prose.summary(unit.name, seed))))
        if self.rng.random() < 0.5:
            parts.append(attachment(f"{unit.name}典型活动案例.docx", makers.docx(prose.case(unit.name, seed))))
        parts += [attachment(f"活动照片{n}.jpg", photo(seed + n)) for n in range(self.rng.choice((0, 0, 1, 3)))]
        text = self.rng.choice(("请查收。", "老师您好，材料已更正，请以此件为准。", "补报材料，请查收。")) + f"\n{unit.name}"
        return self._letter(sender, f"{unit.name}2022年全民终身学习活动周材料", text, *parts)

    def _question(self, now: datetime) -> bytes:
        unit, sender = self._unit()
        return self._letter(sender, "咨询", f"老师您好，请问典型案例的字数要求是多少？\n{unit.name}")

    def _thanks(self, now: datetime) -> bytes:
        return self._letter(self._unit()[1], "回复：材料收到通知", "收到，谢谢老师！")

    def _robot(self, now: datetime) -> bytes:
        sender = f"robot{self.rng.randrange(30)}@{self.rng.choice(self.roster).domains[:1] or ('qq.com',)}"
        sender = sender.replace("('", "").replace("',)", "")
        self.machines.add(sender)
        return self._letter(sender, "自动回复：材料收悉", "您好，我正在休假。", extra=b"Auto-Submitted: auto-replied\r\n")

    def _list(self, now: datetime) -> bytes:
        sender = f"list{self.rng.randrange(9)}@news.example"
        self.machines.add(sender)
        return self._letter(
            sender, "全民终身学习活动周简报", "各单位：简报见附件。", extra=b"List-Id: <news.example>\r\nPrecedence: bulk\r\n"
        )

    def _bounce(self, now: datetime) -> bytes:
        if not self.answers:
            return self._robot(now)
        ours = self.rng.choice(self.answers).message.partition(b"\r\n\r\n")[0]
        sender = "MAILER-DAEMON@126.com"
        self.machines.add(sender.lower())
        parts = (
            part(b"Content-Type: message/delivery-status", b"Action: failed\r\nStatus: 5.1.1\r\n"),
            part(b"Content-Type: message/rfc822", ours),
        )
        kind = b"multipart/report; report-type=delivery-status"
        return self._letter(sender, "系统退信", "退信", *parts, extra=b"Return-Path: <>\r\n").replace(b"multipart/mixed", kind, 1)

    def _stranger(self, now: datetime) -> bytes:
        unit, _ = self._unit()
        sender = f"teacher{self.rng.randrange(50)}@qq.com"
        return self._letter(sender, "材料", f"请查收。{unit.name}", attachment("1.docx", makers.docx(prose.summary(unit.name, 7))))

    def _damaged(self, now: datetime) -> bytes:
        raw = bytearray(self._material(now))
        for _ in range(self.rng.randrange(1, 6)):
            at = self.rng.randrange(len(raw))
            raw[at : at + self.rng.randrange(40)] = self.rng.choice((b"", *DAMAGE))
        return bytes(raw)

    def _again(self, now: datetime) -> bytes:
        """The same mail once more, byte for byte or by another route."""
        if not self.written:
            return self._question(now)
        old = self.rng.choice(self.written[-30:])
        return old if self.rng.random() < 0.5 else b"Received: from mx%d\r\n" % self.rng.randrange(1000) + old


@dataclass
class Mailbox:
    """A server's folders, in the words in which receiving asks (`receiving.Source`)."""

    rng: random.Random
    units: Units
    faulty: bool = True
    uidvalidity: int = 1
    lying: dict[Seen, tuple[bytes, datetime]] = field(default_factory=dict)
    taken: set[bytes] = field(default_factory=set)  # gone for good before anybody fetched them
    alive: bool = True
    _uid: int = 0

    def deliver(self, raw: bytes, now: datetime) -> None:
        self._uid += self.rng.randrange(1, 40)
        folder = FOLDERS[self.rng.random() < 0.1]
        self.lying[Seen(folder, self.uidvalidity, self._uid)] = (raw, now)

    def forget_uids(self) -> None:
        """A new UIDVALIDITY: every mail gets another number."""
        self.uidvalidity += 1
        self.lying = {Seen(seen.folder, self.uidvalidity, at): mail for at, (seen, mail) in enumerate(self.lying.items(), 1)}
        self._uid = len(self.lying)

    def move(self) -> None:
        """A person moves a mail to the other folder, or deletes it."""
        if not self.lying:
            return
        seen = self.rng.choice(list(self.lying))
        mail = self.lying.pop(seen)
        if self.rng.random() < 0.8:
            self._uid += 1
            self.lying[Seen(FOLDERS[seen.folder == FOLDERS[0]], self.uidvalidity, self._uid)] = mail
        else:
            self.taken.add(mail[0])

    def folders(self) -> tuple[str, ...]:
        self._fail(0.05)
        return FOLDERS

    def places(self, folder: str) -> frozenset[Seen]:
        self._fail(0.03)
        return frozenset(seen for seen in self.lying if seen.folder == folder)

    def arrivals(self, seen: Sequence[Seen]) -> tuple[Arrival, ...]:
        self._fail(0.03)
        known = [(one, self.lying[one]) for one in seen if one in self.lying]
        told = [pair for pair in known if not (self.faulty and self.rng.random() < 0.03)]
        return tuple(Arrival(one, len(raw) + (self.faulty and self.rng.random() < 0.05), when) for one, (raw, when) in told)

    def bodies(self, arrivals: Sequence[Arrival]) -> Iterator[Any]:
        for arrival in arrivals:
            if self.faulty and self.rng.random() < 0.01:
                self.move()
            yield _Body(arrival, self)

    def sent(self, message_ids: Collection[str], since: datetime) -> frozenset[str]:
        """What lies in 已发送: most of what was taken, sooner or later."""
        self._fail(0.05)
        taken = b"".join(letter.message.partition(b"\r\n\r\n")[0] for letter in self.units.answers[-60:])
        return frozenset(one for one in sorted(message_ids) if one.encode() in taken and self.rng.random() < 0.5)

    def _fail(self, chance: float) -> None:
        self.alive = True
        if self.faulty and self.rng.random() < chance:
            self.alive = False
            raise TryLater("连接断开")


@dataclass
class _Body:
    arrival: Arrival
    box: Mailbox

    def write_to(self, sink: BinaryIO) -> int | None:
        found = self.box.lying.get(self.arrival.seen)
        if found is None:
            return None
        if self.box.faulty and self.box.rng.random() < 0.05:
            sink.write(found[0][: self.box.rng.randrange(len(found[0]) + 1)])
            self.box.alive = self.box.rng.random() < 0.5
            raise TryLater("连接在邮件中间断开")
        return sink.write(found[0])


@dataclass
class Server:
    """The sending server (`sending.Mailer`): takes a letter, refuses it, or leaves open whether it took it."""

    rng: random.Random
    units: Units
    judge: Callable[[str, bytes], None]
    faulty: bool = True
    left: list[Letter] = field(default_factory=list)  # also those of which nobody knows whether they were taken

    def send(self, message: bytes, to: str) -> Posted:
        self.judge(to, message)
        chance = self.rng.random() if self.faulty else 1.0
        if chance < 0.05:
            return Posted(Outcome.LATER, 451, "", "稍后再试", 300.0, everyone=chance < 0.02)
        if chance < 0.08:
            return Posted(self.rng.choice((Outcome.REFUSED, Outcome.SPAM)), 550, "", "拒收")
        if chance < 0.09:
            return Posted(Outcome.STOP, 535, "", "登录被拒绝", everyone=True)
        self.left.append(Letter(to, message))
        if chance < 0.13:
            if chance < 0.11:
                self.units.answers.append(Letter(to, message))
            return Posted(Outcome.UNCERTAIN, 0, "", "没有等到确认")
        self.units.answers.append(Letter(to, message))
        return Posted(Outcome.SENT, 250, "", "已发出")
