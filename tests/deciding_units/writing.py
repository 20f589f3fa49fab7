"""Writes mails as parsing hands them over: Facts with a sender, a subject, a text and documents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from mailbot.loading.rules import load_rules
from mailbot.model import BODY, Address, Facts, FileKind, Item, Link, Message, Picture, PictureKind, Reading
from mailbot.rulebook import Rulebook

ARRIVED = datetime(2022, 12, 20, 4, 0, tzinfo=UTC)
STRANGER = "1840372615@qq.com"

PARAGRAPHS = """按照上级通知要求，我校认真组织开展了全民终身学习活动周活动，现将活动情况总结如下。
一、提高认识，加强领导
成立了活动领导小组，制定了方案，明确了分工，把活动周作为推动学习型社会建设的重要抓手，做到早部署、早安排、早落实。
二、丰富形式，广泛参与
组织二十大精神宣讲12场，参加3600人次；开展智能手机培训8期，惠及老年人420人；开放图书馆和实训室，举办公益讲座15场。
三、取得成效
活动覆盖社区23个，形成了人人皆学、处处能学、时时可学的良好氛围，受到居民欢迎。
四、存在问题和下一步打算
线上资源还不够丰富，今后将继续完善服务，提高质量，扩大参与面。"""

CASE = """一、案例背景
为解决老年人运用智能技术的困难，面向社区老年人开设了“银龄课堂”。
二、主要做法
组建志愿者队伍，编写口袋书，每周三下午在社区教室手把手教学。
三、取得成效
累计授课36次，服务老年人1200人次，参加的老人都学会了网上挂号和扫码乘车。
四、经验启示
把课堂办到居民家门口，让老年人学得会、用得上，是项目持续下去的关键。"""


@lru_cache(maxsize=1)
def roster() -> Rulebook:
    """The rules of this very project."""
    return load_rules(Path(__file__).parents[2] / "rules")


def paper(title: str = "", text: str = PARAGRAPHS, seal: str = "", header: str = "") -> Reading:
    """A document: title lines, paragraphs, and a 落款 with a date if there is a name for it."""
    body = f"{title}\n{text}" if title else text
    if seal:
        body += f"\n{seal}\n2022年12月19日"
    lines = [line for line in body.splitlines() if line.strip()]
    return Reading(text=body, head=tuple(lines[:12]), header=header)


def document(path: str, reading: Reading | None = None, **fields: Any) -> Item:
    reading = reading if reading is not None else paper("2022年全民终身学习活动周工作总结")
    digest = hashlib.sha256((path + reading.text).encode()).hexdigest()
    values: dict[str, Any] = {
        "path": path, "name": path.rpartition("/")[2], "sha256": digest, "size": 20_000, "kind": FileKind.DOCX, "reading": reading,
    }  # fmt: skip
    return Item(**{**values, **fields})


def photo(path: str, **fields: Any) -> Item:
    digest = hashlib.sha256(path.encode()).hexdigest()
    picture = Picture(1920, 1280, 600_000, PictureKind.PHOTO)
    values: dict[str, Any] = {
        "path": path, "name": path.rpartition("/")[2], "sha256": digest, "size": 600_000, "kind": FileKind.IMAGE, "picture": picture,
    }  # fmt: skip
    return Item(**{**values, **fields})


def mail(
    subject: str = "",
    own: str = "",
    sender: str = STRANGER,
    name: str = "",
    items: Sequence[Item] = (),
    headers: Mapping[str, str] | None = None,
    nested: Sequence[Message] = (),
    links: Sequence[Link] = (),
    **message: Any,
) -> Facts:
    written = Message(
        message_id="<one@example.cn>",
        from_=(Address(name, sender),) if sender else (),
        subject=subject,
        own=own,
        headers={key: (value,) for key, value in (headers or {}).items()},
        **message,
    )
    leaves = list(items)
    if own.strip():
        head = tuple(line for line in own.splitlines() if line.strip())[:12]
        body = Item(BODY, BODY, hashlib.sha256(own.encode()).hexdigest(), len(own), FileKind.TXT, reading=Reading(own, head))
        leaves.insert(0, body)
    return Facts("0" * 64, 10_000, written, tuple(nested), tuple(leaves), tuple(links))
