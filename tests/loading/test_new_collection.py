"""`mailbot init` and collections that are not the shipped one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailbot.config import Mode
from mailbot.errors import ConfigError
from mailbot.loading.configfile import load_config
from mailbot.loading.moments import DAWN, LAST_MOMENT, moment
from mailbot.loading.rules import load_rules
from mailbot.loading.scaffold import write_collection
from mailbot.loading.shipped import shipped_rules
from mailbot.model import LetterKind
from tests.loading.conftest import Collection

OTHER = Path(__file__).parent.parent / "collections" / "other"
CHINA = ZoneInfo("Asia/Shanghai")


def test_a_new_collection_is_complete_and_without_slips(tmp_path: Path) -> None:
    written = write_collection(tmp_path / "新的收集")
    assert all(path.is_file() for path in written)
    config = load_config(tmp_path / "新的收集" / "config.yaml", {}, need_password=False)
    rulebook = load_rules(config.rules)
    assert config.answering.mode is Mode.HOLD
    assert [unit.name for unit in rulebook.units.values()] == ["示例大学", "示例职业技术学院", "示例市教育局"]
    assert list(rulebook.materials) == ["summary", "photos"]


def test_a_new_collection_has_the_shipped_letters(tmp_path: Path) -> None:
    write_collection(tmp_path)
    for kind in LetterKind:
        name = f"letters/{kind.value}.txt"
        assert (tmp_path / "rules" / name).read_bytes() == (shipped_rules() / name).read_bytes()


def test_a_new_collection_names_nothing_of_the_shipped_one(tmp_path: Path) -> None:
    for path in write_collection(tmp_path):
        if path.name != "words.yaml":
            text = path.read_text(encoding="utf-8")
            assert "jlqmxx" not in text and "吉林" not in text and "终身学习" not in text, path


@pytest.mark.parametrize("there", ["config.yaml", "rules/units.yaml", "rules/letters/ack.txt"])
def test_nothing_is_overwritten_and_nothing_is_written_beside_it(tmp_path: Path, there: str) -> None:
    (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / there).write_text("我的", encoding="utf-8")
    with pytest.raises(ConfigError, match="已经存在，没有覆盖"):
        write_collection(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / there]
    assert (tmp_path / there).read_text(encoding="utf-8") == "我的"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="写不进这个文件夹"):
        write_collection(tmp_path / "文件" / "下面")


def test_another_collection_with_other_materials_needs_no_code() -> None:
    rulebook = load_rules(OTHER / "rules")
    assert {material.name: material.pictures for material in rulebook.materials.values()} == {"报名表": False, "获奖证书": True}
    assert len(rulebook.addressed) == 12
    assert rulebook.campaign.deadline == datetime(2024, 5, 31, 17, tzinfo=CHINA)
    assert load_config(OTHER / "config.yaml", {"MAILBOT_PASSWORD": "x"}).rules == OTHER / "rules"


@pytest.mark.parametrize("said", ["2022-12-28", "2022/12/28", "2022.12.28", "2022年12月28日", "2022 年 12 月 28 日", "2022-12-28 24:00"])
def test_a_date_alone_means_the_end_of_that_day(said: str) -> None:
    found = moment(said, CHINA, LAST_MOMENT)
    assert found == datetime(2022, 12, 28, 23, 59, 59, 999999, tzinfo=CHINA)


def test_a_time_of_day_is_taken_exactly() -> None:
    assert moment("2022-12-28 17:00", CHINA, LAST_MOMENT) == datetime(2022, 12, 28, 17, tzinfo=CHINA)
    assert moment("2022年12月28日 17：30", CHINA, DAWN) == datetime(2022, 12, 28, 17, 30, tzinfo=CHINA)


@pytest.mark.parametrize("said", ["", "12月28日", "2022-13-40", "2022-02-29", "28.12.2022", "2022-12-28 25:00", "2022-12-28 24:01", "年底"])
def test_what_is_no_date_is_none(said: str) -> None:
    assert moment(said, CHINA, LAST_MOMENT) is None


def test_what_a_collection_asks_for_is_in_no_list_of_what_is_no_material(tmp_path: Path) -> None:
    write_collection(tmp_path)
    words = load_rules(tmp_path / "rules").words
    assert {"登记表", "证书"} <= {*words.other_documents, *words.page_names}
    form = "  - 标识: form\n    名称: 登记表\n    量词: 份\n    主要词: [报名表]\n"
    certificate = "  - 标识: certificate\n    名称: 证书\n    量词: 张\n    是图片: 是\n    主要词: [证书]\n"
    (tmp_path / "rules" / "materials.yaml").write_text(f"材料:\n{form}{certificate}", encoding="utf-8")
    words = load_rules(tmp_path / "rules").words
    assert not {"登记表", "证书"} & {*words.other_documents, *words.page_names}
    shipped = load_rules(shipped_rules())
    assert shipped.words.page_names.count("总结") == 1


def test_word_lists_written_before_one_more_list_was_known_load_without_it(collection: Collection) -> None:
    assert "咨询电话" in collection.rules().words.no_question, "a new collection begins with it"
    words = collection.path("words.yaml")
    before, _, after = words.read_text(encoding="utf-8").partition("不算询问的用语:\n")
    words.write_text(before + after.partition("\n\n")[2], encoding="utf-8")
    without = collection.rules().words
    assert without.no_question == ()
    assert "咨询" in without.question and "谢谢" in without.thanks
