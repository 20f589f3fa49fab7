"""Every slip that a clerk makes in rules/ is told with its line, what is wrong and what to write instead."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from .conftest import Collection


class Case(NamedTuple):
    """In `file`, `old` became `new`; the first line that then holds `at` is blamed, with these parts of a sentence."""

    name: str
    file: str
    old: str
    new: str
    at: str
    parts: tuple[str, ...]


CASES = [
    # -- the hand types Chinese punctuation --
    Case("full-width colon", "campaign.yaml", "年份: 2030", "年份：2030", "年份：", ("“年份”后面用了中文冒号", "年份: …")),
    Case("full-width colon in a row", "units.yaml", "名称: 示例大学\n", "名称：示例大学\n", "名称：示例大学", ("中文冒号",)),
    Case("full-width colon in the first key of a row", "units.yaml", "- 标识: shili-daxue", "- 标识：shili-daxue", "标识：", ("中文冒号",)),
    Case("full-width colon on the last line", "campaign.yaml", "易混活动: []", "易混活动：示例周", "易混活动：", ("中文冒号",)),
    Case("no space after the colon", "units.yaml", "名称: 示例大学\n", "名称:示例大学\n", "名称:示例大学", ("冒号后面少了空格",)),
    Case("full-width space after the colon", "units.yaml", "名称: 示例大学\n", "名称:\u3000示例大学\n", "名称:\u3000", ("少了空格",)),
    Case("full-width comma", "units.yaml", "[示例县, 示例区]", "[示例县，示例区]", "示例县，", ("中文的“，”", "英文逗号")),
    Case("ideographic comma", "units.yaml", "[示例县, 示例区]", "[示例县、示例区]", "示例县、", ("中文的“、”",)),
    Case(
        "list without brackets",
        "materials.yaml",
        "次要词: [汇报, 报告, 材料]",
        "次要词: 汇报, 报告",
        "汇报, 报告",
        ("没有方括号", "[甲, 乙]"),
    ),
    Case("full-width brackets", "materials.yaml", "[截图]", "【截图，影像】", "【截图", ("没有方括号",)),
    Case(
        "full-width space before a key",
        "units.yaml",
        "    所在地: 示例市",
        "\u3000\u3000所在地: 示例市",
        "\u3000\u3000所在地",
        ("全角空格",),
    ),
    Case("tab before a key", "units.yaml", "    所在地: 示例市", "\t所在地: 示例市", "\t所在地", ("Tab", "空格")),
    Case("long dash for a list", "campaign.yaml", "  - 0431-00000000", "  — 0431-00000000\n  — 0431-1", "— 0431-1", ("减号",)),
    Case("no space after the dash", "campaign.yaml", "  - 0431-00000000", "  -0431-00000000\n  -0431-1", "-0431-1", ("短横后面少了空格",)),
    Case("unclosed quote", "campaign.yaml", "办公室: 示例办公室", '办公室: "示例办公室', '"示例', ("引号没有配对",)),
    Case("Chinese closing quote", "campaign.yaml", "办公室: 示例办公室", '办公室: "示例办公室”', '"示例', ("引号没有配对", "中文引号")),
    Case(
        "quote closed by a later line",
        "units.yaml",
        "名称: 示例大学\n    类别: 学校",
        "名称: '示例大学\n    类别: 学校'",
        "'示例大学",
        ("引号没有在同一行结束",),
    ),
    Case("unclosed bracket", "units.yaml", "[示例县, 示例区]", "[示例县, 示例区", "[示例县", ("方括号没有配对",)),
    Case("colon in a value", "units.yaml", "说明: 主办单位", "说明: 主办单位: 不回复", "主办单位: 不回复", ("多余的冒号", "加英文引号")),
    Case("value begins with a sign", "campaign.yaml", "办公室: 示例办公室", "办公室: @示例", "@示例", ("以 @ 开头", "双引号")),
    Case("value begins with a star", "campaign.yaml", "办公室: 示例办公室", "办公室: *示例", "*示例", ("以 & 、* 或 ! 开头", "双引号")),
    Case("wrong indentation", "units.yaml", "    所在地: 示例市\n", "      所在地: 示例市\n", "      所在地", ("缩进",)),
    Case("too little indentation", "units.yaml", "    类别: 学校\n", "   类别: 学校\n", "   类别: 学校", ("缩进",)),
    Case("a stray line", "campaign.yaml", "时区: Asia/Shanghai", "时区: Asia/Shanghai\n  这里记得改", "这里记得改", ("上一行的延续",)),
    Case("a second document", "campaign.yaml", "时区: Asia/Shanghai", "---\n时区: Asia/Shanghai", "---", ("---",)),
    # -- keys --
    Case("unknown key", "campaign.yaml", "时区:", "时间区:", "时间区", ("没有“时间区”这个键", "是不是想写“时区”")),
    Case("unknown key in a unit", "units.yaml", "别名: [示例职院]", "别称: [示例职院]", "别称", ("“示例职业技术学院”没有“别称”", "“别名”")),
    Case("missing key", "campaign.yaml", "办公室: 示例办公室\n", "", "活动名称", ("缺少“办公室”",)),
    Case("missing key in a unit", "units.yaml", "    类别: 学校\n", "", "shili-daxue", ("“示例大学”缺少“类别”",)),
    Case("empty value", "campaign.yaml", "办公室: 示例办公室", "办公室:", "办公室:", ("“办公室”是空的",)),
    Case("duplicate key", "campaign.yaml", "年份: 2030", "年份: 2030\n年份: 2031", "年份: 2031", ("“年份”写了两次",)),
    # -- kinds of value --
    Case("leading zero", "materials.yaml", "量词: 份", "量词: 份\n    最少: 012", "012", ("前面多了 0", "最少: 12")),
    Case("a word for a number", "materials.yaml", "量词: 份", "量词: 份\n    最少: 三", "最少: 三", ("应当是整数",)),
    Case("number out of range", "campaign.yaml", "年份: 2030", "年份: 30", "年份: 30", ("2000", "2100")),
    Case("fewer suggested than needed", "materials.yaml", "量词: 份", "量词: 份\n    最少: 3\n    建议: 2", "建议: 2", ("比“最少”",)),
    Case("list for a text", "campaign.yaml", "办公室: 示例办公室", "办公室: [甲, 乙]", "办公室: [", ("应当是一个值",)),
    Case("table for a list", "campaign.yaml", "主题: []", "主题: {甲: 乙}", "主题: {", ("应当是一个列表",)),
    Case("text for a table", "units.yaml", "  jyj-shili: [示例县, 示例区]", "  示例县", "县市区:", ("应当是几行“键: 值”",)),
    Case("table in a list of words", "materials.yaml", "- 现将…总结如下", "- 现将: 总结如下", "现将: 总结", ("不是一个词", "英文引号")),
    Case(
        "text for a row",
        "units.yaml",
        "  - 标识: shili-daxue\n",
        "  - 示例大学\n  - 标识: shili-daxue\n",
        "- 示例大学",
        ("没有写成“键: 值”",),
    ),
    Case("neither yes nor no", "materials.yaml", "是图片: 是", "是图片: 对", "是图片: 对", ("只能写“是”或“否”",)),
    Case("unknown answer to addressed", "units.yaml", "是否通知: 是", "是否通知: 可能", "可能", ("不能写“可能”", "是、也许、否")),
    # -- dates --
    Case(
        "deadline without a year",
        "campaign.yaml",
        "截止日期: 2030-12-31",
        "截止日期: 12月31日",
        "12月31日",
        ("不是完整的日期", "年、月、日"),
    ),
    Case(
        "deadline that no calendar has", "campaign.yaml", "截止日期: 2030-12-31", "截止日期: 2022-13-40", "2022-13-40", ("不是完整的日期",)
    ),
    Case("deadline before the start", "campaign.yaml", "开始日期: 2030-11-01", "开始日期: 2031-01-01", "2031", ("在“截止日期”之后",)),
    Case(
        "unknown zone", "campaign.yaml", "Asia/Shanghai", "Asia/Changchun", "Changchun", ("没有“Asia/Changchun”这个时区", "Asia/Shanghai")
    ),
    Case("broken address", "campaign.yaml", "- office@example.com", "- office＠example.com", "office＠", ("不是邮箱地址",)),
    # -- the roster --
    Case("duplicate id", "units.yaml", "标识: shili-xueyuan", "标识: shili-daxue  # 二", "# 二", ("标识“shili-daxue”已经在第",)),
    Case("Chinese id", "units.yaml", "标识: shili-daxue", "标识: 示例", "标识: 示例", ("不能用的字", "英文字母")),
    Case(
        "duplicate name",
        "units.yaml",
        "名称: 示例职业技术学院",
        "名称: 示例大学  # 二",
        "# 二",
        ("已经是“示例大学”的名称或别名", "合成一处"),
    ),
    Case("alias of two units", "units.yaml", "[示例职院]", "[示例大学继续教育学院]  # 二", "# 二", ("已经是“示例大学”", "简称（需旁证）")),
    Case("alias is an outsider's name", "units.yaml", "[示例职院]", "[省教育厅]  # 二", "# 二", ("名录外单位“示例省教育厅”",)),
    Case("public domain", "units.yaml", "[shili.edu.cn]", "[qq.com]", "[qq.com]", ("公共邮箱", "示例大学")),
    Case("public weak domain", "units.yaml", "[shili.gov.cn]", "[163.com]", "[163.com]", ("公共邮箱",)),
    Case(
        "domain of two units",
        "units.yaml",
        "别名: [示例职院]",
        "域名: [shili.edu.cn]  # 二",
        "# 二",
        ("已经是“示例大学”的", "需旁证的域名"),
    ),
    Case(
        "web address as domain", "units.yaml", "[shili.edu.cn]", '["http://www.shili.edu.cn/"]', "http", ("不是域名", "只写 @ 后面的部分")
    ),
    Case(
        "address of two units",
        "units.yaml",
        "需旁证的域名: [shili.gov.cn]",
        "邮箱: [shilizhiyuan@example.com]  # 二",
        "# 二",
        ("已经写在“示例职业技术学院”下面",),
    ),
    Case("unknown kind", "units.yaml", "类别: 教育局", "类别: 教育居", "教育居", ("没有“教育居”这个类别", "“教育局”")),
    Case(
        "county of an unknown unit",
        "units.yaml",
        "jyj-shili: [",
        "jyj-shilli: [",
        "jyj-shilli",
        ("没有“jyj-shilli”这个单位", "“jyj-shili”"),
    ),
    Case("look-alike of an unknown unit", "units.yaml", "单位: [shili-daxue]", "单位: [shili]", "单位: [shili]", ("没有“shili”这个单位",)),
    Case("unknown kind of look-alike", "units.yaml", "种类: 包含", "种类: 包括", "包括", ("不能写“包括”",)),
    Case("duplicate material", "materials.yaml", "标识: photos", "标识: summary  # 二", "# 二", ("已经用过",)),
    Case("material of one name", "materials.yaml", "名称: 活动照片", "名称: 工作总结  # 二", "# 二", ("的重复",)),
    Case("material without words", "materials.yaml", "    主要词: [活动照片, 照片, 图片]\n", "", "photos", ("没有“主要词”",)),
    Case(
        "bad regular expression",
        "words.yaml",
        r"  - ^\s*(系统)?退信",
        r"  - ^\s*(系统?退信",
        "(系统?退信",
        ("不是正确的正则表达式", "反斜杠"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_slip_is_told_with_its_line_and_the_way_out(collection: Collection, case: Case) -> None:
    collection.change(case.file, case.old, case.new)
    told = collection.slips(case.file)
    line = collection.line_of(case.file, case.at)
    blamed = [f"{slip.wrong}\n{slip.hint}" for slip in told if slip.line == line]
    assert any(all(part in sentence for part in case.parts) for sentence in blamed), (line, [str(slip) for slip in told])
    assert all(slip.wrong and slip.hint for slip in told), "a slip without a way out"


def test_one_slip_is_told_once_and_brings_no_others(collection: Collection) -> None:
    collection.change("units.yaml", "类别: 教育局", "类别: 教育居")
    assert len(collection.slips("units.yaml")) == 1


def test_all_slips_of_all_files_are_told_at_once(collection: Collection) -> None:
    collection.change("campaign.yaml", "截止日期: 2030-12-31", "截止日期: 年底")
    collection.change("campaign.yaml", "年份: 2030", "年份: 今年")
    collection.change("units.yaml", "类别: 教育局", "类别: 教育居")
    collection.change("materials.yaml", "是图片: 是", "是图片: 对")
    collection.change("letters/ack.txt", "{{ 编号 }}", "{{ 号码 }}")
    assert len(collection.slips("campaign.yaml")) == 2
    for name in ("units.yaml", "materials.yaml", "ack.txt"):
        assert len(collection.slips(name)) == 1, name


def test_a_slip_names_file_line_and_way_out_in_one_chinese_sentence(collection: Collection) -> None:
    collection.change("campaign.yaml", "年份: 2030", "年份：2030")
    told = str(collection.slips("campaign.yaml")[0])
    assert told.endswith("campaign.yaml 第 5 行：“年份”后面用了中文冒号“：”\n    改法：换成英文冒号，后面空一格，写成“年份: …”")
