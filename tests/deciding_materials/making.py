"""Builds items and mails the way parsing hands them over, so that tests read like what a clerk sees."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from mailbot.model import BODY, Address, Facts, FileKind, Item, Link, Message, Picture, PictureKind, Problem, Reading

NEUTRAL = (
    "全民终身学习活动周期间，我校认真落实上级部署，依托各学习场所，面向师生和居民开展了多种学习服务，参与面广，反响良好。"
    "活动覆盖多个社区，群众学习热情高，学习氛围浓厚。各部门密切配合，学员踊跃参加，志愿者全程服务，取得了预期的效果。"
)
"""Names the activity, but neither title nor phrase nor heading: the file name decides."""

KINDS = {
    "docx": FileKind.DOCX, "doc": FileKind.DOC, "wps": FileKind.DOC, "pdf": FileKind.PDF, "pptx": FileKind.PPTX, "ofd": FileKind.OFD,
    "xls": FileKind.XLS, "xlsx": FileKind.XLSX, "txt": FileKind.TXT, "htm": FileKind.HTML, "mp4": FileKind.VIDEO, "mov": FileKind.VIDEO,
    "zip": FileKind.ARCHIVE, "rar": FileKind.ARCHIVE, "7z": FileKind.ARCHIVE, "gz": FileKind.ARCHIVE,
    "jpg": FileKind.IMAGE, "jpeg": FileKind.IMAGE, "png": FileKind.IMAGE, "heic": FileKind.IMAGE,
    "webp": FileKind.IMAGE, "tif": FileKind.IMAGE,
}  # fmt: skip


def kind_of(name: str) -> FileKind:
    return KINDS.get(name.rpartition(".")[2].lower(), FileKind.OTHER)


def sha(seed: str) -> str:
    return hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()


def photo(kind: PictureKind = PictureKind.PHOTO, width: int = 1920, height: int = 1280, size: int = 600_000) -> Picture:
    return Picture(width, height, size, kind)


def reading(text: str, photos: int = 0, **other: object) -> Reading:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return Reading(text=text, head=tuple(lines[:12]), pictures=tuple(photo() for _ in range(photos)), **other)  # type: ignore[arg-type]


def document(name: str, text: str = NEUTRAL, *, photos: int = 0, path: str = "", problem: Problem | None = None, seed: str = "") -> Item:
    found = None if problem else reading(text, photos)
    return Item(path or name, PurePosixPath(name).name, sha(seed or name + text), 20_000, kind_of(name), problem=problem, reading=found)


def picture(name: str, shown: Picture | None = None, *, path: str = "", inline: bool = False, seed: str = "") -> Item:
    shown = shown or photo()
    return Item(
        path or name,
        name,
        sha(seed or path + name),
        shown.size,
        FileKind.IMAGE,
        inline=inline,
        content_id="c1" if inline else "",
        picture=shown,
    )


def body(text: str) -> Item:
    return Item(BODY, BODY, sha(text), len(text), FileKind.TXT, reading=reading(text))


def mail(
    *items: Item, subject: str = "", own: str = "", sender: str = "jxjy@ccut.edu.cn", links: tuple[Link, ...] = (), **other: object
) -> Facts:
    message = Message(message_id="<m1@ccut.edu.cn>", from_=(Address("继教院", sender),), subject=subject, own=own, **other)  # type: ignore[arg-type]
    return Facts(sha("mail"), 1000, message, items=items, links=links)
