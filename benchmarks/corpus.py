"""Seeded mails of three profiles, as Chinese mailers write them, each with a line of manifest: same seed, same bytes.

`python -m benchmarks.corpus PROFILE FOLDER` writes 0001.eml … and manifest.jsonl. Made in a program of its own: what a benchmark
measures must not inherit the memory that drawing pictures took (ru_maxrss survives fork and exec).
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from mailbot.demo import makers, pictures, prose
from mailbot.demo.compose import Draft, File, write
from mailbot.demo.mailers import Mailer
from mailbot.loading.rules import load_rules
from mailbot.loading.shipped import shipped_rules

SEED = 20221117
MB = 1024 * 1024
_MAILERS = (Mailer.QQ, Mailer.NETEASE, Mailer.FOXMAIL, Mailer.COREMAIL_EDU, Mailer.GATEWAY, Mailer.OUTLOOK)
_BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Profile:
    """How many mails and what is in one of them: photos of about `photo_bytes`, and documents in every `documents`-th mail."""

    mails: int
    photos: int
    photo_bytes: int
    documents: int
    zipped: int = 0
    """Every so many mails the photos come in one zip with GBK names; 0 = never."""


PROFILES = {
    "office": Profile(mails=40, photos=2, photo_bytes=1800 * 1024, documents=1, zipped=5),
    "small": Profile(mails=400, photos=0, photo_bytes=0, documents=2),
    "heavy": Profile(mails=5, photos=10, photo_bytes=2600 * 1024, documents=1),
    # One mail at the limit of what providers take: memory must not grow with it.
    "huge": Profile(mails=1, photos=20, photo_bytes=2600 * 1024, documents=1),
}


def generate(name: str, folder: Path) -> None:
    """Write the mails of a profile and their manifest into the empty folder."""
    with (folder / "manifest.jsonl").open("w", encoding="utf-8") as manifest:
        for number, (raw, files) in enumerate(_mails(name), 1):
            (folder / f"{number:04d}.eml").write_bytes(raw)
            line = {"mail": f"{number:04d}.eml", "sha256": sha256(raw).hexdigest(), "files": files}
            manifest.write(json.dumps(line, ensure_ascii=False) + "\n")


def when(number: int) -> datetime:
    """The moment at which mail `number` arrives: INTERNALDATE, and the order in which mails are settled."""
    return datetime(2022, 12, 1, 8, tzinfo=_BEIJING) + timedelta(minutes=number)


def _mails(name: str) -> Iterator[tuple[bytes, list[dict[str, str]]]]:
    profile, rng = PROFILES[name], random.Random(f"{SEED}{name}")
    units = [unit.name for unit in load_rules(shipped_rules()).addressed]
    for number in range(1, profile.mails + 1):
        unit, mailer = rng.choice(units), _MAILERS[number % len(_MAILERS)]
        files = _documents(unit, number) if number % profile.documents == 0 else []
        # One document is what a small mail holds on an average.
        files = files[: 1 if not profile.photos else 2]
        photos = [(f"活动照片{index}.jpg", _photo(rng, profile.photo_bytes)) for index in range(1, profile.photos + 1)]
        named = [(file.name, file.content) for file in files] + photos
        if profile.zipped and number % profile.zipped == 0:
            files.append(File("活动照片.zip", makers.zip_gbk(photos)))
        else:
            files += [File(*photo) for photo in photos]
        text = f"老师您好，{unit}的材料见附件，请查收。\n{unit}继续教育学院 第{number}封"
        draft = Draft(f"clerk{number}@163.com", f"{unit}老师", f"{unit}2022年全民终身学习活动周材料{number}", text, when(number), files)
        yield write(draft, mailer), [{"name": title, "sha256": sha256(content).hexdigest()} for title, content in named]


def _documents(unit: str, seed: int) -> list[File]:
    return [
        File(f"{unit}工作总结.docx", makers.docx(prose.summary(unit, seed))),
        File(f"{unit}典型活动案例.docx", makers.docx(prose.case(unit, seed))),
    ]


@cache
def _scene(seed: int) -> bytes:
    return pictures.photo(seed, 4000, 3000, datetime(2022, 11, 25, 9, tzinfo=_BEIJING))


def _photo(rng: random.Random, size: int) -> bytes:
    """One of four twelve-megapixel photos, made unique and as long as phones make them by comment segments (JPEG COM, at most 64 KiB)."""
    scene = _scene(rng.randrange(4))
    left, segments = max(64, int(size * rng.uniform(0.8, 1.2)) - len(scene)), []
    while left > 0:
        filling = rng.randbytes(min(left, 65_000))
        segments.append(b"\xff\xfe" + (len(filling) + 2).to_bytes(2, "big") + filling)
        left -= len(filling)
    return scene[:2] + b"".join(segments) + scene[2:]


if __name__ == "__main__":
    os.umask(0o077)
    generate(sys.argv[1], Path(sys.argv[2]))
