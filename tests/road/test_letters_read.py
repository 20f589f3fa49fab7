"""The letters as a unit reads them: whole mails rehearsed at the time of their arrival, then what each unit would have got."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from mailbot.config import Security, Server
from mailbot.demo import makers, prose
from mailbot.demo.compose import Draft, File, write
from mailbot.demo.mailers import Mailer
from tests.road.office import Office

NOWHERE = Server("127.0.0.1", 9, "jlqmxx@126.com", "none", Security.PLAIN)
"""The discard port: nothing listens there."""

Rehearse = Callable[[Sequence[Draft]], list[dict[str, Any]]]


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2022, month, day, hour, tzinfo=timezone(timedelta(hours=8)))


def summary(unit: str, name: str = "{}工作总结.docx") -> File:
    return File(name.format(unit), makers.docx(prose.summary(unit, 7)))


@pytest.fixture
def rehearse(tmp_path: Path) -> Rehearse:
    """Rehearses these mails, in order of arrival; all letters that would have left."""

    def run(drafts: Sequence[Draft]) -> list[dict[str, Any]]:
        place = tmp_path / "mails"
        place.mkdir()
        for number, draft in enumerate(drafts):
            path = place / f"{number}.eml"
            path.write_bytes(write(draft, Mailer.NETEASE))
            os.utime(path, (draft.when.timestamp(), draft.when.timestamp()))
        done = Office(tmp_path / "office", NOWHERE, NOWHERE, "jlqmxx@126.com").run("rehearse", str(place), "--format", "json")
        assert done.returncode == 0, done.stderr
        mails = sorted(json.loads(done.stdout)["mails"], key=lambda mail: mail["number"])
        return [letter for mail in mails for letter in mail["letters"] if letter["state"] == "sent"]

    return run


@pytest.mark.parametrize("names", [("长春光华学院", "长春财经学院"), ("长春财经学院", "长春光华学院")])
def test_each_unit_of_one_mail_gets_its_own_letter(rehearse: Rehearse, names: tuple[str, str]) -> None:
    text = "两校材料一并报送。"
    letters = rehearse([Draft("liang@qq.com", "", "、".join(names) + "活动周材料", text, at(12, 14), [summary(name) for name in names])])
    assert {letter["unit"] for letter in letters} == {"ghu", "ccufe"}
    assert len({letter["message_id"] for letter in letters}) == 2
