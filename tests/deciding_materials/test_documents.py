"""Documents are judged by their contents first: every trap of the vocabulary, section 11, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailbot.deciding.material import what_is
from mailbot.model import BODY, Disposition, Facts, Filed, FileKind, FileVerdict, Memory, Picture, PictureKind, Problem, Reading
from mailbot.rulebook import Rulebook
from tests.deciding_materials.making import NEUTRAL, body, document, mail, photo, picture, sha
from tests.deciding_materials.texts import CASE, CASE_BODY, COVER, FORM, NEWS, NOTICE, PLAN, SUMMARY, SUMMARY_BODY, summary

Judge = Callable[..., FileVerdict]
FILED, IGNORED, UNSURE, UNREADABLE = Disposition.FILED, Disposition.IGNORED, Disposition.UNSURE, Disposition.UNREADABLE


def outcome(verdict: FileVerdict) -> tuple[Disposition, tuple[str, ...]]:
    return verdict.disposition, verdict.materials


@pytest.mark.parametrize(
    ("name", "text", "material"),
    [
        ("附件1.docx", SUMMARY, "summary"),
        ("附件3.docx", CASE, "case"),
        ("新建 Microsoft Word 文档.docx", FORM, "case"),
        ("1.docx", "延边州2022年全民终身学习活动周圆满落幕\n" + SUMMARY_BODY, "summary"),
        ("材料.doc", "汇聚学习力量 建设学习之城\n" + SUMMARY_BODY, "summary"),
        ("长春师范高等专科学校.docx", "红色课堂进社区 二十大精神润民心\n" + CASE_BODY, "case"),
        ("红头文件.pdf", "白山市教育局（函）\n关于2022年全民终身学习活动周工作总结的函\n" + SUMMARY_BODY, "summary"),
        ("关于报送总结的报告.docx", "关于报送2022年全民终身学习活动周工作总结的报告\n" + SUMMARY_BODY, "summary"),
    ],
)
def test_a_file_whose_name_says_nothing_is_judged_by_its_contents(name: str, text: str, material: str, judged: Judge) -> None:
    assert outcome(judged(document(name, text))) == (FILED, (material,))


@pytest.mark.parametrize(("name", "text", "material"), [("典型案例.docx", SUMMARY, "summary"), ("工作总结.docx", CASE, "case")])
def test_contents_beat_a_name_that_says_otherwise(name: str, text: str, material: str, judged: Judge) -> None:
    verdict = judged(document(name, text))
    assert outcome(verdict) == (FILED, (material,))
    assert "以内容为准" in verdict.because


def test_trap_1_a_written_up_case_named_summary_of_the_case_is_a_case(judged: Judge) -> None:
    assert outcome(judged(document("典型案例总结.docx", "典型案例总结\n" + CASE_BODY))) == (FILED, ("case",))


def test_trap_1_a_summary_full_of_cases_is_a_summary(judged: Judge) -> None:
    text = SUMMARY + "\n五、典型案例\n案例一：银龄课堂\n" + NEUTRAL + "\n案例二：流动课堂\n" + NEUTRAL
    assert outcome(judged(document("总结.docx", text))) == (FILED, ("summary",))


@pytest.mark.parametrize("text", [
    "活动周总结及典型案例\n" + SUMMARY_BODY + "\n" + CASE_BODY,
    SUMMARY + "\n附：典型活动案例\n" + CASE_BODY,
    "第一部分 工作总结\n" + SUMMARY_BODY + "\n第二部分 典型活动案例\n" + CASE_BODY,
])  # fmt: skip
def test_one_document_may_be_summary_and_case(text: str, judged: Judge) -> None:
    assert outcome(judged(document("材料.docx", text))) == (FILED, ("summary", "case"))


@pytest.mark.parametrize("name", ["附件1.docx", "总结、案例.docx"])
def test_two_papers_signed_one_after_the_other_are_two_materials_though_no_title_says_case(name: str, judged: Judge) -> None:
    second = "三十平方米的小院\n案例类型：能者为师\n" + CASE_BODY + "\n长春工业大学\n2022年12月21日"
    assert outcome(judged(document(name, SUMMARY + "\n" + second))) == (FILED, ("summary", "case"))


def test_what_follows_a_signed_summary_as_its_next_chapter_is_no_paper_of_its_own(judged: Judge) -> None:
    assert outcome(judged(document("附件1.docx", SUMMARY + "\n五、经验启示\n" + NEUTRAL))) == (FILED, ("summary",))


def test_a_name_with_both_over_a_text_with_one_goes_to_a_person(judged: Judge) -> None:
    assert judged(document("活动总结及典型案例.docx", SUMMARY)).disposition is UNSURE


def test_a_template_that_nobody_filled_in_goes_to_a_person_and_a_place_forgotten_in_a_full_text_does_not(judged: Judge) -> None:
    open_places = (
        "××单位2022年全民终身学习活动周工作总结\n按照××××通知精神，××（单位）于×月×日至×月×日组织开展活动周，现将情况总结如下。\n"
        "一、组织领导\n（此处填写领导小组情况，200字左右）\n二、主要做法\n（一）××××××\n（二）××××××\n三、成效\n参加人数××人。"
    )
    assert judged(document("工作总结.docx", open_places)).disposition is UNSURE
    assert outcome(judged(document("工作总结.docx", SUMMARY + "\n（一）××××××"))) == (FILED, ("summary",))


@pytest.mark.parametrize("name", ["附件1.docx", "全民终身学习活动周.docx", "活动方案.docx"])
def test_a_plan_is_no_material(name: str, judged: Judge) -> None:
    assert judged(document(name, PLAN)).disposition is IGNORED


def test_a_plan_named_summary_is_never_filed(judged: Judge) -> None:
    assert judged(document("工作总结.docx", PLAN)).disposition is not FILED


def test_a_paper_titled_as_a_plan_that_tells_what_will_be_done_is_a_plan_whatever_its_name(judged: Judge) -> None:
    text = (
        "全民终身学习活动周工作方案\n为确保活动周有序推进，制定本方案。\n一、活动目标\n让更多群众参与学习。\n"
        "二、主要安排\n11月25日拟举行启动式；11月28日起将组织二十大精神宣讲不少于五场；12月9日前各部门将总结、照片、案例交成教中心汇总。"
    )
    assert judged(document("2022年全民终身学习活动周总结.docx", text)).disposition is IGNORED


def test_a_news_item_that_opens_with_its_dateline_is_one_whatever_its_name(judged: Judge) -> None:
    text = "我院举办全民终身学习活动周讲座\n本网讯 12月1日下午，讲座在线上举行，345名师生收看。\n（文字：王某 图片：宣传部 审核：林某）"
    assert judged(document("讲座活动总结.docx", text)).disposition is IGNORED


def test_notes_for_a_speech_at_a_meeting_of_summing_up_are_no_summary(judged: Judge) -> None:
    text = "在活动周总结座谈会上的讲话提纲\n同志们、学员朋友们：\n今天我们欢聚一堂，回顾活动周的点点滴滴。我想谈三点希望：把学习坚持下去。"
    assert judged(document("座谈会讲话提纲.docx", text)).disposition is IGNORED


def test_a_story_with_photos_in_its_title_is_no_list_of_captions(judged: Judge) -> None:
    text = (
        "老照片里的城市课\n" + "谁家没有几张老照片？征集收上来两千多张，最早的拍于1931年。有位老人指着一排姑娘说：“左数第三个，是我。”" * 3
    )
    assert judged(document("新建文档.docx", text), picture("1.jpg")).disposition is UNSURE


def test_a_news_item_is_no_material(judged: Judge) -> None:
    assert judged(document("附件2.docx", NEWS)).disposition is IGNORED


def test_a_reporter_who_walks_through_a_case_makes_no_news_item_of_it(judged: Judge) -> None:
    visit = "\n记者（校报学生通讯员）来采访那天，窗外正飘着雪，屋里却坐得满满当当。据悉，这样的课已开了三年，近日，又有人来报名。"
    assert outcome(judged(document("典型案例.docx", "小板凳大学\n" + NEUTRAL + visit + "\n" + NEUTRAL))) == (FILED, ("case",))
    assert judged(document("3.docx", "小板凳大学\n" + NEUTRAL + visit + "\n" + NEUTRAL)).disposition is not IGNORED


def test_a_news_item_without_dateline_that_no_name_calls_one_goes_to_a_person(judged: Judge) -> None:
    text = "我院举办开放日\n" + NEUTRAL + "\n撰稿：宣传部 审核：办公室"
    assert judged(document("2.docx", text)).disposition is UNSURE
    assert judged(document("新闻稿.docx", text)).disposition is IGNORED


def test_the_only_photos_of_a_mail_inside_a_news_item_go_to_a_person(judged: Judge) -> None:
    assert judged(document("新闻.docx", NEWS, photos=4)).disposition is UNSURE
    assert judged(document("新闻.docx", NEWS, photos=4), picture("1.jpg")).disposition is IGNORED


def test_trap_5_a_bare_covering_letter_is_no_material(judged: Judge) -> None:
    assert judged(document("报送函.docx", COVER)).disposition is IGNORED
    assert judged(document("总结的函.docx", COVER)).disposition is IGNORED


@pytest.mark.parametrize(("text", "reason"), [
    (summary("2021年全民终身学习活动周工作总结", "2021"), "2021"),
    (summary("全民终身学习活动周工作总结", "2021"), "2021"),
    ("庆建党百年华诞 谱终身学习新篇\n全民终身学习活动周工作总结\n" + SUMMARY_BODY.replace("2022", "今"), "主题"),
    ("二〇二一年全民终身学习活动周工作总结\n" + SUMMARY_BODY, "2021"),
])  # fmt: skip
def test_trap_6_last_years_material_goes_to_a_person_with_the_reason(text: str, reason: str, judged: Judge) -> None:
    verdict = judged(document("2022年总结.docx", text))
    assert verdict.disposition is UNSURE
    assert reason in verdict.because


def test_trap_6_a_wrong_year_in_the_title_of_a_text_of_this_year_is_a_gentle_hint(judged: Judge) -> None:
    slip = SUMMARY.replace("2022年全民", "2021年全民", 1).replace("现将有关情况", "今年（2022年11月）办了十场活动，现将有关情况")
    verdict = judged(document("总结.docx", slip))
    assert outcome(verdict) == (FILED, ("summary",))
    assert "标题写的是2021年" in verdict.hints[0]
    assert judged(document("总结.docx", slip.replace("2022年12月20日", "2021年12月20日"))).disposition is UNSURE


def test_a_summary_told_as_lists_is_no_list(judged: Judge) -> None:
    lists = "长春工业大学2022年全民终身学习活动周三张清单\n我校以清单方式推进工作，现报告如下。\n一、任务清单\n" + NEUTRAL
    text = lists + "\n二、成效清单\n" + NEUTRAL + "\n三、问题清单\n原定的巡讲取消，拟于明年三月补做。"
    assert outcome(judged(document("长春工业大学总结.docx", text))) == (FILED, ("summary",))


def test_trap_6_a_wrong_year_in_the_name_alone_is_a_gentle_hint(judged: Judge) -> None:
    verdict = judged(document("2021年工作总结.docx", SUMMARY))
    assert outcome(verdict) == (FILED, ("summary",))
    assert any("2021" in hint for hint in verdict.hints)


@pytest.mark.parametrize(
    "title", ["2022年职业教育活动周工作总结", "2022年度继续教育工作总结", "2022年社区教育工作总结", "2022年教师培训工作总结"]
)
def test_trap_7_a_summary_of_another_activity_goes_to_a_person(title: str, judged: Judge) -> None:
    text = title + "\n" + SUMMARY_BODY.replace("全民终身学习活动周", title[5:-4])
    assert judged(document("总结.docx", text)).disposition is UNSURE


@pytest.mark.parametrize("name", ["百姓学习之星推介表.docx", "终身学习品牌项目推介登记表.xlsx"])
def test_trap_8_forms_of_another_call_are_no_material(name: str, judged: Judge) -> None:
    assert judged(document(name, name.partition(".")[0] + "\n姓名\n事迹简介\n" + NEUTRAL)).disposition is IGNORED


def test_trap_10_a_corrected_version_says_so(judged: Judge) -> None:
    assert judged(document("总结（修改版）.docx", SUMMARY)).version
    assert not judged(document("总结.docx", SUMMARY)).version


def test_trap_15_our_own_notice_sent_back_is_no_material(judged: Judge) -> None:
    assert judged(document("2022年全民终身学习活动周.docx", NOTICE)).disposition is IGNORED


def test_trap_19_captions_beside_the_photos_are_support(judged: Judge) -> None:
    assert judged(document("照片说明.docx", "照片说明\n1.开幕式现场\n2.书法课堂\n3.志愿者服务"), picture("1.jpg")).disposition is IGNORED
    assert outcome(judged(document("照片说明.docx", "照片说明\n1.开幕式现场\n2.书法课堂\n3.志愿者", photos=3))) == (FILED, ("photos",))


def test_photos_inside_a_summary_are_photos_from_three_on(judged: Judge) -> None:
    assert outcome(judged(document("总结.docx", SUMMARY, photos=2))) == (FILED, ("summary",))
    verdict = judged(document("总结.docx", SUMMARY, photos=5))
    assert (outcome(verdict), verdict.count) == ((FILED, ("summary", "photos")), 5)
    assert outcome(judged(document("总结（含照片）.docx", SUMMARY, photos=1))) == (FILED, ("summary", "photos"))


@pytest.mark.parametrize("name", ["活动照片.docx", "精彩瞬间.pptx", "活动掠影.pdf", "长春工业大学.docx"])
def test_a_document_of_photos_counts_its_pictures(name: str, judged: Judge) -> None:
    verdict = judged(document(name, "启动仪式现场\n书法课堂\n智能手机培训\n合影留念", photos=4))
    assert (outcome(verdict), verdict.count) == ((FILED, ("photos",)), 4)


def test_a_document_named_photos_without_any_goes_to_a_person(judged: Judge) -> None:
    assert judged(document("活动照片.docx", NEUTRAL)).disposition is UNSURE


def test_a_scan_without_text_goes_to_a_person_with_the_reason(judged: Judge) -> None:
    page = Picture(2480, 3508, 900_000, PictureKind.PAGE)
    item = replace(document("工作总结（盖章）.pdf", ""), reading=Reading(pictures=(page,), pages=1))
    verdict = judged(item)
    assert verdict.disposition is UNSURE
    assert "扫描件" in verdict.because
    assert outcome(judged(item, document("工作总结.docx", SUMMARY))) == (FILED, ("summary",))


@pytest.mark.parametrize(("problem", "expected"), [
    (Problem.ENCRYPTED, UNREADABLE), (Problem.CORRUPT, UNREADABLE), (Problem.EMPTY, UNREADABLE), (Problem.TRUNCATED, UNREADABLE),
    (Problem.NEEDS_EXTRA, UNREADABLE), (Problem.READER_FAILED, UNSURE), (Problem.TOO_LARGE, UNSURE), (Problem.UNSUPPORTED, UNSURE),
    (Problem.EXECUTABLE, Disposition.QUARANTINED),
])  # fmt: skip
def test_a_file_that_cannot_be_read_says_so(problem: Problem, expected: Disposition, judged: Judge) -> None:
    assert judged(document("工作总结.docx", problem=problem)).disposition is expected


def test_a_locked_file_that_is_plainly_none_is_left_out(judged: Judge) -> None:
    assert judged(document("签到表.xlsx", problem=Problem.ENCRYPTED)).disposition is IGNORED


@pytest.mark.parametrize("name", ["ATT00001.htm", "smime.p7s", "invite.ics", "活动视频.mp4", "美篇.url", "~$总结.docx", "Thumbs.db"])
def test_leftovers_and_videos_are_no_material(name: str, judged: Judge) -> None:
    assert judged(document(name)).disposition is IGNORED


def test_the_body_is_the_summary_only_when_it_is_written_like_one(judged: Judge) -> None:
    assert outcome(judged(body("总结正文如下（未做成附件）：\n" + SUMMARY_BODY))) == (FILED, ("summary",))
    letter = "您好！现将我校2022年全民终身学习活动周工作总结、活动照片和典型案例报上，请查收。附件：1.工作总结 2.照片 3.案例"
    assert judged(body(letter)).disposition is IGNORED


def test_a_body_that_repeats_the_enclosed_summary_is_a_letter(judged: Judge) -> None:
    assert judged(body(SUMMARY_BODY), document("总结.docx", SUMMARY)).disposition is IGNORED


def test_the_same_bytes_named_as_two_materials_go_to_a_person(judged: Judge) -> None:
    one, other = document("总结.docx", SUMMARY, seed="same"), document("典型案例.docx", SUMMARY, seed="same")
    assert judged(one, other).disposition is UNSURE
    assert judged(other, one).disposition is UNSURE


def test_bytes_that_staff_filed_before_are_what_they_were(rulebook: Rulebook) -> None:
    item = document("附件1.docx", NEUTRAL)
    when = datetime(2022, 12, 1, tzinfo=UTC)
    memory = Memory(filed={item.sha256: (Filed("u", "case", 1, when, 7, "附件1.docx", item.sha256),)})
    assert outcome(what_is(item, mail(item), rulebook, memory)) == (FILED, ("case",))


def test_a_phrase_that_staff_taught_decides(rulebook: Rulebook) -> None:
    item = document("学习风采录.docx", "学习风采录\n" + NEUTRAL)
    assert what_is(item, mail(item), rulebook, Memory()).disposition is UNSURE
    assert outcome(what_is(item, mail(item), rulebook, Memory(phrases={"学习风采录": "case"}))) == (FILED, ("case",))


def test_template_text_left_in_is_a_hint(judged: Judge) -> None:
    verdict = judged(document("总结.docx", SUMMARY.replace("长春工业大学", "XX大学")))
    assert outcome(verdict) == (FILED, ("summary",))
    assert any("模板" in hint for hint in verdict.hints)


@pytest.mark.parametrize(("name", "text"), [
    ("附件4 活动情况统计.xls", "2022年全民终身学习活动周活动统计\n序号 活动 人数\n1 讲座 120"),
    ("附件4.xlsx", "全民终身学习活动周活动情况统计表\n序号\t活动名称\t时间\t人数\n1\t讲座\t11.20\t200"),
    ("倡议书.docx", "全民终身学习倡议书\n" + NEUTRAL),
    ("附件.doc", "关于举办2022年全民终身学习活动周的通知\n各县（市、区）教育局：\n" + NEUTRAL + "请于12月20日前报送工作总结。"),
])  # fmt: skip
def test_tables_calls_and_own_notices_of_the_unit_are_no_material(name: str, text: str, judged: Judge) -> None:
    assert judged(document(name, text)).disposition is IGNORED


def test_a_password_in_a_text_file_is_no_material(judged: Judge) -> None:
    assert judged(document("密码.txt", "解压密码：123456")).disposition is IGNORED


def test_an_empty_form_goes_to_a_person(judged: Judge) -> None:
    labels = "典型活动案例推荐表\n案例名称\n报送单位\n联系人\n案例简介\n主要做法\n实施效果\n创新点\n推荐单位意见（盖章）"
    assert judged(document("典型案例推荐表.docx", labels)).disposition is UNSURE


def test_a_paper_that_says_there_was_nothing_goes_to_a_person(judged: Judge) -> None:
    text = "关于未开展活动的情况说明\n因疫情原因我校未单独组织活动，特此说明。"
    assert judged(document("情况说明.docx", text)).disposition is UNSURE


def test_headings_that_lean_to_another_material_do_not_overrule_the_name(judged: Judge) -> None:
    text = f"社区大讲堂\n一、基本情况\n{NEUTRAL}\n二、主要做法\n{NEUTRAL}\n三、下一步打算\n{NEUTRAL}"
    assert outcome(judged(document("典型案例.docx", text))) == (FILED, ("case",))


def test_spread_letters_are_read(judged: Judge) -> None:
    text = "2022 年 全 民 终 身 学 习 活 动 周\n工 作 总 结\n" + NEUTRAL
    assert outcome(judged(document("2.docx", text))) == (FILED, ("summary",))


def test_every_verdict_says_why_in_chinese_and_shows_its_evidence(judged: Judge) -> None:
    verdict = judged(document("总结.docx", SUMMARY))
    assert {sign.source for sign in verdict.evidence} >= {"标题", "正文", "文件名"}
    assert all(sign.speaks_for == "summary" for sign in verdict.evidence if sign.strength == 3)


def test_another_collection_needs_other_words_and_no_other_code(contest: Rulebook) -> None:
    entry = document(
        "第一实验学校机器人竞赛报名表.docx",
        "2025年中小学机器人竞赛报名表\n参赛队名称：飞翔\n指导教师：〔姓名〕\n参赛项目：工程挑战赛，队员四人，均为五年级学生。",
    )
    prize = picture("获奖证书1.jpg", photo(PictureKind.PAGE))
    notice = document("通知.docx", "关于举办机器人竞赛的通知\n各中小学：\n请将报名表发至contest@126.com。")
    facts: Facts = mail(entry, prize, notice)
    verdicts = [what_is(item, facts, contest, Memory()) for item in facts.items]
    assert [outcome(verdict) for verdict in verdicts] == [(FILED, ("entry",)), (FILED, ("prize",)), (IGNORED, ())]


def test_what_is_nothing_at_all_waits_for_a_person(judged: Judge) -> None:
    item = replace(document("attachment.dat"), kind=FileKind.OTHER, sha256=sha("x"))
    assert judged(item).disposition is UNSURE
    assert judged(replace(body("您好"), reading=None)).path == BODY


@pytest.mark.parametrize(
    "headings",
    [
        ("起因", "实施", "收获", "思考"),
        ("【缘起】", "【过程】", "【反思】"),
        ("一、案例背景", "二、经验启示"),
        ("1.起因", "2.经过", "3.启示"),
    ],
)
def test_a_story_told_under_the_headings_of_a_case_is_a_case(headings: tuple[str, ...], judged: Judge) -> None:
    part = "村里多数农户靠经验种地，病虫害一来束手无策，工作队把课堂搬到田埂上，白天下地指导，晚上围炉讲课，大家越学越有劲，收成也好了。"
    text = "田埂上的夜校\n" + "\n".join(f"{heading}\n{part}" for heading in headings)
    assert outcome(judged(document("1.docx", text))) == (FILED, ("case",))


def test_a_short_heading_inside_a_longer_one_tells_nothing(judged: Judge) -> None:
    text = "田埂上的夜校\n一、实施方案的制定\n" + NEUTRAL + "\n二、收获颇丰的一年\n" + NEUTRAL
    assert outcome(judged(document("1.docx", text)))[0] is UNSURE


def test_a_template_with_its_instructions_and_nothing_else_is_not_received(judged: Judge) -> None:
    text = "典型活动案例\n案例名称：（请填写）\n一、案例背景\n（不少于300字）\n二、主要做法\n（请填写）\n三、取得成效\n（请填写）"
    assert outcome(judged(document("典型活动案例.docx", text)))[0] is UNSURE
