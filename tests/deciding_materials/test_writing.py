"""A report and a story that no title, phrase or heading names are known by how they are written; plans, news and speeches are neither."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailbot.model import Disposition, FileVerdict
from tests.deciding_materials.making import document

Judge = Callable[..., FileVerdict]

REPORT = """吉林建筑大学继续教育学院
关于全民终身学习活动周活动开展的有关事项
省教育厅职成处：
根据贵处通知，我院结合工作实际组织了活动周活动。
加强领导，落实责任。学院召开专题会议，明确由培训科具体负责，早部署，早安排，各部门密切配合。
广泛宣传，营造氛围。制作横幅六条、展板十二块，发布推文九篇，校园网开设专栏。
开展活动，注重实效。举办建筑工人技能提升讲座四场，参加三百八十人；面向社区开放图书馆；组织师生读书。
受疫情影响，部分活动由线下转为线上，参与人数受限，今后将继续完善。
"""
LECTURES = """一部手机里的“大世界”
“老师，我给孙子发红包成功了！”课堂上，73岁的赵玉珍高兴得像个孩子。这是我院“银发e学堂”的一个普通的上午。
随着智能手机普及，许多老人却被挡在数字生活门外：不会扫码、不敢用。2020年，学院在走访社区时听到最多的一句话就是“谁来教教我”。
于是，“银发e学堂”应运而生。学院抽调八名教师、招募四十名学生志愿者，自编大字版教材，每班不超过二十人。
三年来，“银发e学堂”走进14个社区，2100多位老人结业，社区送来锦旗。社区书记说，现在老人们自己就能办事。
实践告诉我们，为老服务不能只教技术，更要有耐心和陪伴，这是“银发e学堂”能坚持下来的原因。
"""


@pytest.mark.parametrize(("text", "material"), [(REPORT, "summary"), (LECTURES, "case")])
def test_a_text_that_is_written_like_a_material_throughout_is_one(text: str, material: str, judged: Judge) -> None:
    verdict = judged(document("新建文档.docx", text))
    assert (verdict.disposition, verdict.materials) == (Disposition.FILED, (material,)), verdict
    (sign,) = (sign for sign in verdict.evidence if sign.source == "写法")
    assert sign.speaks_for == material


OTHERS = {
    "a plan of the next year": """2023年全民终身学习推进设想
为进一步推进学习型社会建设，结合我校实际，制定如下设想。
加强组织领导，成立领导小组，明确分工。计划举办公益讲座十场、公开课二十节、读书活动五次。
加强宣传，通过公众号、展板进行宣传。今后将继续完善长效机制，力争参与三千人次。
""",
    "a decision to commend": """关于表彰2022年全民终身学习活动周先进集体的决定
各学院、各部门：在活动周中，各学院高度重视，精心组织，开展了宣讲、讲座、阅读等活动，涌现出一批先进集体。
经研究，决定对继续教育学院等五个先进集体予以表彰，希望再接再厉。
""",
    "news of one event": """我校举行全民终身学习活动周启动仪式
（通讯员 张明）11月21日上午，活动周启动仪式在图书馆报告厅举行。副校长出席并致辞，师生代表两百余人参加。
仪式上，学员代表作了发言。据悉，活动周期间学校将开展讲座、公开课、读书等多项活动。
""",
    "a yearly report on something wider": """2022年继续教育工作年度报告
2022年，学院继续教育工作高度重视，精心组织。招生三千二百人。举办培训班四十六期，培训六千八百人次。
参加全民终身学习活动周，举办讲座六场、宣讲三场、公开课五节，推送微信十篇。
存在问题：师资不足。下一步打算：加强管理，继续推进。
""",
    "an announcement": """全民终身学习活动周志愿者招募公告
为办好活动周，现面向全校招募志愿者六十名，负责宣讲、讲座、展览、培训的引导服务。报名请关注公众号，今后将继续招募。
""",
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_what_only_speaks_of_activities_is_never_filed(text: str, judged: Judge) -> None:
    assert judged(document("附件1.docx", text)).disposition is not Disposition.FILED


@pytest.mark.parametrize("name", ["典型案例登记表.docx", "优秀案例推荐书.docx"])
def test_a_form_whose_name_grew_by_a_word_is_still_the_cases_form(name: str, judged: Judge) -> None:
    assert judged(document(name)).materials == ("case",)


def test_a_paper_with_nothing_but_a_link_to_read_is_none_and_one_to_a_net_disk_is_a_persons(judged: Judge) -> None:
    read = judged(document("链接.docx", "活动美篇链接：\nhttps://www.meipian.cn/4abc"))
    assert read.disposition is Disposition.IGNORED
    stored = judged(document("链接.docx", "材料网盘：\nhttps://pan.baidu.com/s/1abc 提取码 k8d2"))
    assert stored.disposition is Disposition.UNSURE


def test_a_table_that_names_no_material_is_none(judged: Judge) -> None:
    rows = "2022年全民终身学习活动周数据\n序号\t活动\t时间\t地点\t人数\n1\t宣讲\t11.21\t社区教室\t120\n2\t讲座\t11.22\t报告厅\t200"
    assert judged(document("数据.xlsx", rows)).disposition is Disposition.IGNORED
