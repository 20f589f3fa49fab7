"""Names in a text: the longest contiguous one, as Chinese letters really write them, and none that only seems to be there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.deciding.context import reader_of
from mailbot.deciding.names import names_of
from mailbot.deciding.plain import squeeze
from mailbot.deciding.roster import Sort
from mailbot.rulebook import Rulebook
from tests.deciding_units.writing import roster


def named(rulebook: Rulebook, text: str, *, running: bool = False) -> list[str]:
    """The units of full names that may be the writer, in order."""
    mentions = reader_of(rulebook).own(squeeze(text), running=running)
    return [mention.named.units[0] for mention in mentions if mention.named.sort is Sort.NAME]


def sorts(rulebook: Rulebook, text: str) -> list[tuple[str, Sort]]:
    return [(mention.named.text, mention.named.sort) for mention in names_of(rulebook).find(squeeze(text))]


def test_every_name_and_every_alias_of_the_roster_finds_its_own_unit_and_no_other(rulebook: Rulebook) -> None:
    for unit in rulebook.units.values():
        for text in (unit.name, *unit.aliases):
            assert named(rulebook, f"{text}2022年工作总结") == [unit.id], text


def test_every_name_is_found_behind_the_name_of_the_province(rulebook: Rulebook) -> None:
    for unit in rulebook.units.values():
        assert named(rulebook, f"吉林省{unit.name}材料") == [unit.id], unit.name


def test_no_short_form_is_ever_a_full_name_of_another_unit(rulebook: Rulebook) -> None:
    for unit in rulebook.units.values():
        for text in unit.weak_aliases:
            found = named(rulebook, f"{text}材料")
            assert found in ([], [unit.id]), text


def test_units_listed_as_lookalikes_are_told_apart_by_their_names(rulebook: Rulebook) -> None:
    for lookalike in rulebook.lookalikes:
        known = [rulebook.units[unit] for unit in lookalike.units if unit in rulebook.units]
        for first in known:
            for second in known:
                if first is not second:
                    assert named(rulebook, f"{first.name}、{second.name}") == [first.id, second.id], (first.name, second.name)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("长春大学旅游学院工作总结", ["tccu"]),
        ("长春大学光华学院工作总结", ["ghu"]),
        ("长春工业大学人文信息学院", ["ccutchi"]),
        ("长春理工大学光电信息学院", ["cc-dianke"]),
        ("东北师范大学人文学院", ["ccrw"]),
        ("吉林师范大学博达学院", ["jlnu-boda"]),
        ("吉林建筑大学城建学院", ["jluat"]),
        ("吉林财经大学信息经济学院", ["ccufe"]),
        ("吉林农业大学发展学院", ["cc-keji"]),
        ("吉林艺术学院动画学院", ["jlai"]),
        ("长白山教育局", ["jyj-changbaishan"]),
        ("白山教育局", ["jyj-baishan"]),
        ("长白山职业技术学院", ["cbsvtc"]),
        ("梅河口康美职业技术学院", ["mhk-kangmei"]),
        ("吉林省吉林市教育局", ["jyj-jilinshi"]),
        ("吉林省教育学院", ["jl-sjyxy"]),
        ("长春市建筑职工业余大学", ["cc-jianzhu-ye"]),
        ("长春职工医科大学", ["cc-zgyike"]),
        ("通化钢铁公司职工大学", ["th-gangtie"]),
        ("吉林师范学院", ["beihua"]),
        ("长 春 工 业 大 学", ["ccut"]),
        ("长春工业\u3000大学", ["ccut"]),
        ("吉林职业技术学院(龙井)", ["jlhtedu"]),
        ("Jilin University 2022", ["jlu"]),
        ("JILIN  UNIVERSITY", ["jlu"]),
        ("长春\u200b大学", ["ccu"]),
    ],
)
def test_the_longest_name_speaks(rulebook: Rulebook, text: str, units: list[str]) -> None:
    assert named(rulebook, text) == units


@pytest.mark.parametrize(
    "text",
    [
        "吉林省教育厅职业与成人教育处",
        "省教育厅",
        "吉林省教育局",
        "吉林大学第一医院",
        "吉林大学中日联谊医院",
        "北华大学附属医院",
        "东北师范大学附属中学",
        "吉林大学珠海学院",
        "长春大学生志愿者",
        "吉林农业大学教授走进社区",
        "吉林某大学",
        "吉林省农业科学院大学",
        "国家开放大学",
        "继续教育学院",
        "吉林市开放大学",
        "延边教育学院",
        "延吉市教育局",
        "通化县教育局",
    ],
)
def test_what_only_looks_like_a_unit_is_none(rulebook: Rulebook, text: str) -> None:
    assert named(rulebook, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "与北华大学共建",
        "联合吉林大学开展活动",
        "携手长春大学",
        "邀请吉林农业大学专家",
        "志愿者赴长春职业技术学院",
        "走进“吉林艺术学院”",
        "与吉林大学、长春大学、北华大学联合举办",
        "由长春开放大学承办的开幕式",
        "总开幕式在长春开放大学举行",
        "按照长春市教育局通知要求",
        "长春市教育局关于举办2022年全民终身学习活动周的通知",
        "致长春开放大学",
        "原长春税务学院",
        "2022年吉林省暨长春市全民终身学习活动周",
    ],
)
def test_partners_hosts_addressees_and_former_names_are_not_the_writer(rulebook: Rulebook, text: str) -> None:
    assert named(rulebook, text) == []


def test_a_salutation_is_not_the_writer_but_the_sentence_after_it_is(rulebook: Rulebook) -> None:
    assert named(rulebook, "长春开放大学各位老师：", running=True) == []
    assert named(rulebook, "北华大学职成处：", running=True) == []
    assert named(rulebook, "北华大学认真组织活动", running=True) == ["beihua"]


def test_the_organizers_every_notice_names_count_for_nothing_in_a_running_sentence(rulebook: Rulebook) -> None:
    assert named(rulebook, "在长春市教育局的领导下，活动由长春开放大学牵头", running=True) == []
    assert named(rulebook, "长春开放大学2022年工作总结") == ["ccou"]


@pytest.mark.parametrize(
    ("text", "above"),
    [
        ("农安县教育局", "jyj-changchun"),
        ("农安教育局", "jyj-changchun"),
        ("梨树县教体局", "jyj-siping"),
        ("前郭县教育局", "jyj-songyuan"),
        ("二道区社区学院", "jyj-changchun"),
        ("二道江区教育局", "jyj-tonghua"),
        ("延吉市教育局", "jyj-yanbian"),
        ("长春市朝阳区教育局", "jyj-changchun"),
    ],
)
def test_a_county_body_is_known_with_the_city_above_it(rulebook: Rulebook, text: str, above: str) -> None:
    counties = [mention.named for mention in names_of(rulebook).find(squeeze(text)) if mention.named.sort is Sort.COUNTY]
    assert [county.units for county in counties] == [(above,)]


def test_meihekou_is_on_the_roster_itself_and_no_county(rulebook: Rulebook) -> None:
    assert named(rulebook, "梅河口市教育局") == ["jyj-meihekou"]
    assert (squeeze("梅河口市"), Sort.PLACE) in sorts(rulebook, "梅河口市2022年总结")


@pytest.mark.parametrize("text", ["孩子们在这里长大", "沈阳工程学院", "上海艺术学院", "某某市教育局", "jlu.edu.cn", "xjlu材料"])
def test_a_short_form_inside_other_words_is_no_hint(rulebook: Rulebook, text: str) -> None:
    assert [found for found in sorts(rulebook, text) if found[1] is Sort.WEAK] == []


@pytest.mark.parametrize("text", ["吉大-总结", "总结（吉大）", "我是吉大的", "吉大继教院报送材料"])
def test_a_short_form_as_a_field_of_its_own_is_a_hint(rulebook: Rulebook, text: str) -> None:
    assert ("吉大", Sort.WEAK) in sorts(rulebook, text)


def test_a_short_form_that_several_units_use_stands_for_all_of_them(rulebook: Rulebook) -> None:
    (found,) = [mention.named for mention in names_of(rulebook).find("市教育局")]
    assert len(found.units) > 1


@settings(deadline=None)
@given(st.text(max_size=300))
def test_squeezing_twice_changes_nothing_and_mentions_lie_within_the_text(text: str) -> None:
    squeezed = squeeze(text)
    ends = 0
    for mention in names_of(roster()).find(squeezed):
        assert ends <= mention.start < mention.end <= len(squeezed)
        ends = mention.end


@settings(deadline=None)
@given(
    before=st.text("与长春吉林大学市教育局农业师范、。 ", max_size=20), after=st.text("与长春吉林大学市教育局旅游学院、。 ", max_size=20)
)
def test_a_name_is_found_or_only_as_part_of_a_longer_name(before: str, after: str) -> None:
    text = squeeze(f"{before}东北电力大学{after}")
    assert any("东北电力大学" in text[mention.start : mention.end] for mention in names_of(roster()).find(text))
