"""What people taught and granted."""

from __future__ import annotations

from datetime import timedelta

from mailbot.storing.database import Database
from mailbot.storing.records import Revocable
from tests.storing.conftest import NOW


def test_only_what_is_confirmed_is_used(database: Database) -> None:
    with database.transaction() as records:
        suggested = records.learn("address", "li@qq.com", "jlu", "第1号邮件", False, NOW)
        assert "li@qq.com" not in records.memory().addresses
        assert records.learn("address", "li@qq.com", "jlu", "王老师", True, NOW) == suggested
        assert records.memory().addresses["li@qq.com"] == "jlu"
        assert dict(records.memory().addresses) == {"li@qq.com": "jlu"}


def test_what_nobody_confirmed_counts_only_where_all_of_it_says_the_same(database: Database) -> None:
    with database.transaction() as records:
        records.learn("address", "li@qq.com", "jlu", "第1号邮件", False, NOW)
        assert records.memory().seen["li@qq.com"] == dict(records.memory().seen)["li@qq.com"] == "jlu"
        records.learn("address", "li@qq.com", "nenu", "第2号邮件", False, NOW)
        assert "li@qq.com" not in records.memory().seen
        assert dict(records.memory().seen) == {}


def test_what_is_known_is_not_written_twice(database: Database) -> None:
    with database.transaction() as records:
        for _ in range(3):
            records.learn("alias", "师大", "nenu", "王老师", True, NOW)
            records.learn("alias", "师大", "nenu", "第1号邮件", False, NOW)
        assert [(row.key, row.value, row.confirmed) for row in records.knowledge()] == [("师大", "nenu", True)]


def test_the_newest_confirmed_word_counts_and_can_be_taken_back(database: Database) -> None:
    with database.transaction() as records:
        records.learn("alias", "师大", "nenu", "王老师", True, NOW)
        newer = records.learn("alias", "师大", "jlnu", "李老师", True, NOW)
        assert records.memory().aliases["师大"] == "jlnu"
        assert records.revoke(Revocable.KNOWLEDGE, newer, NOW)
        assert records.memory().aliases["师大"] == "nenu"
        records.learn("alias", "师大", "jlnu", "李老师", True, NOW)
        records.learn("alias", "师大", "nenu", "王老师", True, NOW)
        assert records.memory().aliases["师大"] == dict(records.memory().aliases)["师大"] == "nenu"


def test_knowledge_about_units_off_the_roster_is_left_out(database: Database) -> None:
    with database.transaction() as records:
        records.learn("alias", "老学校", "closed", "王老师", True, NOW)
        records.learn("phrase", "工作小结", "summary", "王老师", True, NOW)
        memory = records.memory(("jlu",))
        assert "老学校" not in memory.aliases
        assert list(memory.aliases) == []
        assert dict(memory.phrases) == {"工作小结": "summary"}


def test_waivers_stand_until_they_are_taken_back(database: Database) -> None:
    until = NOW + timedelta(days=5)
    with database.transaction() as records:
        records.waive("jlu", "case", None, "未开展案例征集", "王老师", NOW)
        records.waive("jlu", None, until, "电话说明", "王老师", NOW)
        records.waive("nenu", "case", None, "", "王老师", NOW)
        assert [(row.material, row.until, row.note) for row in records.waivers("jlu")] == [
            ("case", None, "未开展案例征集"),
            (None, until, "电话说明"),
        ]
        assert records.revoke_waivers("jlu", "case", NOW) == 1
        assert [row.material for row in records.waivers("jlu")] == [None]
        assert records.revoke_waivers("jlu", None, NOW) == 1
        assert [row.unit_id for row in records.waivers_all()] == ["nenu"]
