"""What the rest of a mail tells about one file or one sentence: elimination, questions beside material, adverts, own statements."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.deciding.judge import judge
from mailbot.deciding.unit import whose_mail
from mailbot.model import Disposition, Filed, FileKind, Item, Judgement, Link, MailState, Memory, Picture, PictureKind, Problem
from mailbot.rulebook import Rulebook
from tests.deciding_units.writing import ARRIVED, document, mail, paper, photo

UNIT = "长春工业大学"
SUMMARY = document("总结.docx", paper(f"{UNIT}2022年全民终身学习活动周工作总结"))
STORY = paper(
    "老年模特队的故事",
    "谁也没想到，这支只有五个人的队伍，四年后登上了省里的舞台。队员们都是退了休的人，过去没有学过走台步。\n"
    "老师从站姿教起，一遍遍纠正；队员们把厨房当台子，边做饭边练。下午的排练，风雨无阻。\n"
    "队伍已有五十八人，先后参加公益演出四十多场，学习让大家越活越年轻，这是给他们最好的礼物。",
)
"""Tells one thing, but shows too few sides of a story to be known by them alone."""

PERSON = paper(
    "七旬老人的“指尖”新生活",
    "今年72岁的王桂兰家住朝阳社区，孩子在外地。出门要扫码、买菜要线上支付，她一度不敢出门。\n"
    "去年秋天，社区学习中心办起了手机课堂，王桂兰第一个报了名。刚开始她连微信语音都不会发，老师手把手地教，志愿者一对一陪练。\n"
    "一个月以后，她学会了网上挂号、视频通话，还当上了班长，带动楼里六位老姐妹一起学。如今，她每天在群里发自己拍的照片。\n"
    "“活到老学到老，这话一点不假。”王桂兰笑着说，大家都说她越活越年轻。",
)


def judged(rulebook: Rulebook, subject: str, own: str, *items: Item) -> Judgement:
    return judge(mail(subject, own, items=items), rulebook, Memory(), ARRIVED)


def of(judgement: Judgement, path: str) -> tuple[Disposition, tuple[str, ...]]:
    return next((file.disposition, file.materials) for file in judgement.files if file.path == path)


def test_the_one_document_left_over_is_what_the_letter_names(rulebook: Rulebook) -> None:
    found = judged(rulebook, f"{UNIT}材料", "总结、照片、案例见附件", SUMMARY, photo("1.jpg"), document("老年模特队的故事.docx", STORY))
    assert of(found, "老年模特队的故事.docx") == (Disposition.FILED, ("case",))
    assert not found.needs_person


def test_the_one_document_left_over_is_what_its_number_in_the_notice_says(rulebook: Rulebook) -> None:
    found = judged(rulebook, f"{UNIT}材料", "请查收", SUMMARY, document("附件3.docx", STORY))
    assert of(found, "附件3.docx") == (Disposition.FILED, ("case",))


def test_the_one_document_left_over_is_the_last_material_where_all_the_others_came(rulebook: Rulebook) -> None:
    story = paper("云端上的村晚学习课\n——乡村文化学习活动纪实", "学员每周来一次，老师把课送到家门口，大家学得认真。\n" * 20)
    alone = judged(rulebook, f"{UNIT}材料", "请查收", SUMMARY, document("云端.docx", story))
    complete = judged(rulebook, f"{UNIT}材料", "请查收", SUMMARY, photo("1.jpg"), document("云端.docx", story))
    assert of(alone, "云端.docx")[0] is Disposition.UNSURE
    assert of(complete, "云端.docx") == (Disposition.FILED, ("case",))


def test_a_summary_in_the_text_counts_beside_a_document_that_shows_no_sign_and_that_is_then_what_is_left(rulebook: Rulebook) -> None:
    own = (
        f"给省厅的一封汇报信\n（{UNIT}活动周总结）\n" + "我们办了二十场活动，四千多人次参加，老人们学得认真。\n" * 12 + "案例和照片见附件。"
    )
    found = judged(rulebook, f"{UNIT}材料", own, photo("1.jpg"), document("老年模特队的故事.docx", STORY))
    assert of(found, "(body)") == (Disposition.FILED, ("summary",))
    assert of(found, "老年模特队的故事.docx") == (Disposition.FILED, ("case",))


def test_a_text_titled_as_a_summary_but_told_like_a_story_is_the_summary_where_the_case_is_enclosed(rulebook: Rulebook) -> None:
    told = PERSON.text.partition("\n")[2] + "\n后来，她带动二十人一起学，还获评社区学习之星。她说，这件事的启示是：学习不怕晚。"
    own = f"给省厅的一封汇报信\n（{UNIT}活动周总结）\n{told}\n案例和照片见附件。"
    case = document("典型案例.docx", paper("典型活动案例", STORY.text))
    assert of(judged(rulebook, f"{UNIT}材料", own, photo("1.jpg"), case), "(body)") == (Disposition.FILED, ("summary",))
    assert of(judged(rulebook, f"{UNIT}材料", own, photo("1.jpg"), SUMMARY), "(body)")[0] is not Disposition.FILED


NEWS = paper("校园开放日", f"本报讯（记者 张三）近日，{UNIT}举办开放日。\n" + "大家兴致很高，参观了实训室。\n" * 20)


def test_what_reads_like_news_is_looked_at_before_a_unit_hears_that_the_case_it_enclosed_is_missing(rulebook: Rulebook) -> None:
    def outcome(own: str, name: str) -> Disposition:
        return of(judged(rulebook, f"{UNIT}材料", own, SUMMARY, photo("1.jpg"), document(name, NEWS)), name)[0]

    assert outcome("总结、照片、案例见附件", "3.docx") is Disposition.UNSURE
    assert outcome("总结、照片见附件", "3.docx") is Disposition.IGNORED
    assert outcome("总结、照片、案例见附件", "新闻稿.docx") is Disposition.IGNORED
    assert outcome("总结、照片见附件，案例明天报送", "3.docx") is Disposition.IGNORED


@pytest.mark.parametrize("own", ["照片和案例见附件，总结还在走盖章流程，明天报。", "照片、案例见附件。总结明天报送。"])
def test_what_is_announced_for_later_is_not_what_is_left_over(rulebook: Rulebook, own: str) -> None:
    found = judged(rulebook, f"{UNIT}材料", f"{UNIT}的{own}", photo("1.jpg"), document("老年模特队的故事.docx", STORY))
    assert of(found, "老年模特队的故事.docx") == (Disposition.FILED, ("case",))


@pytest.mark.parametrize(
    ("own", "others"),
    [
        ("请查收", [SUMMARY]),  # nothing names a case
        ("案例稍后发，先发总结", [SUMMARY]),  # it is still to come
        ("总结、照片、案例见附件", []),  # no summary beside it
        ("总结、照片、案例见附件", [SUMMARY, document("另一份.docx", STORY)]),  # two are left over
    ],
)
def test_what_is_left_over_without_a_word_for_it_goes_to_a_person(rulebook: Rulebook, own: str, others: list[Item]) -> None:
    found = judged(rulebook, f"{UNIT}材料", own, *others, document("故事.docx", STORY))
    assert of(found, "故事.docx")[0] is Disposition.UNSURE
    assert found.needs_person


def test_the_story_of_one_person_alone_in_its_mail_is_the_case(rulebook: Rulebook) -> None:
    found = judged(rulebook, f"{UNIT}材料", f"{UNIT}的材料见附件，请查收。", document("附件.docx", PERSON))
    assert of(found, "附件.docx") == (Disposition.FILED, ("case",))
    assert not found.needs_person


def test_a_paper_that_names_itself_something_else_is_never_what_is_left_over(rulebook: Rulebook) -> None:
    talk = document("心得体会.docx", paper("学习心得体会", STORY.text))
    found = judged(rulebook, f"{UNIT}材料", "总结、照片、案例见附件", SUMMARY, photo("1.jpg"), talk)
    assert of(found, "心得体会.docx")[0] is Disposition.IGNORED


def test_a_question_beside_material_is_for_a_person(rulebook: Rulebook) -> None:
    found = judged(rulebook, f"{UNIT}材料", "材料见附件。另请问案例是否需要盖章？", SUMMARY)
    assert of(found, "总结.docx") == (Disposition.FILED, ("summary",))
    assert found.needs_person


@pytest.mark.parametrize("own", ["材料见附件。开展学历提升政策咨询活动的照片也在里面。", "材料见附件。咨询电话：0431-85716114"])
def test_a_word_of_asking_that_names_an_activity_or_a_telephone_asks_nothing(rulebook: Rulebook, own: str) -> None:
    assert not judged(rulebook, f"{UNIT}材料", own, SUMMARY).needs_person


@pytest.mark.parametrize("own", ["材料见附件，请问是否收到？", "请查收，收到请回复，谢谢！"])
def test_to_ask_whether_it_arrived_is_answered_by_our_letter(rulebook: Rulebook, own: str) -> None:
    assert not judged(rulebook, f"{UNIT}材料", own, SUMMARY).needs_person


@pytest.mark.parametrize("own", ["我院今年没有典型案例，特此说明。", "总结见附件，暂无合适的活动照片。"])
def test_to_have_none_of_a_material_is_for_a_person(rulebook: Rulebook, own: str) -> None:
    assert judged(rulebook, f"{UNIT}材料", own, SUMMARY).needs_person


def test_to_have_none_of_a_material_is_nobodys_question_where_it_was_not_asked_for(rulebook: Rulebook) -> None:
    unit = "通化市职工大学"
    paper_of_it = document("总结.docx", paper(f"{unit}2022年全民终身学习活动周工作总结"))
    assert not judged(rulebook, f"{unit}材料", f"{unit}报送总结一份，本年度没有案例。", paper_of_it).needs_person


@pytest.mark.parametrize("own", ["典型案例没有要求格式吧，我们按通知写的。", "材料见附件，没有典型案例格式要求的话就用这份。"])
def test_to_speak_of_its_form_is_not_to_have_none(rulebook: Rulebook, own: str) -> None:
    assert not any("不再催报" in reason for reason in judged(rulebook, f"{UNIT}材料", own, SUMMARY).because)


@pytest.mark.parametrize("subject", ["撤回: 长春工业大学材料", "撤回"])
def test_a_recall_waits_for_a_person_whatever_program_wrote_it(rulebook: Rulebook, subject: str) -> None:
    found = judged(rulebook, subject, f"{UNIT}昨天发的总结有误，请撤回。")
    assert found.state is MailState.UNSURE
    assert found.needs_person


@pytest.mark.parametrize(("own", "withdraws"), [
    ("昨天那封请忽略。", True), ("上次报的材料请忽略。", True), ("请忽略之前的邮件。", True),
    ("学校已更名，模板上的旧校名请忽略。", False), ("如已收到，请忽略。", False), ("背板上是别校的名字，请不要登记错。", False),
])  # fmt: skip
def test_to_ignore_a_mail_withdraws_it_and_to_ignore_a_word_in_it_does_not(rulebook: Rulebook, own: str, withdraws: bool) -> None:
    assert judged(rulebook, f"{UNIT}材料", f"{UNIT}的材料见附件。{own}", SUMMARY).needs_person is withdraws


def test_a_reply_that_only_says_who_writes_needs_nobody(rulebook: Rulebook) -> None:
    assert not judged(rulebook, "回复：请告知报送单位", f"不好意思忘写了，我们是{UNIT}。").needs_person
    assert judged(rulebook, "回复：请告知报送单位", f"我们是{UNIT}。上次的总结里人数写错了，麻烦改成三千人。" * 3).needs_person


def test_a_summary_in_the_letter_is_found_below_its_greeting(rulebook: Rulebook) -> None:
    text = (
        f"老师您好，总结如下：\n\n{UNIT}2022年全民终身学习活动周工作总结\n"
        + "学院开展宣讲八场，听众一千人次，教授手机缴费，办班十九期。" * 10
    )
    found = judged(rulebook, f"{UNIT}总结", text)
    assert of(found, "(body)") == (Disposition.FILED, ("summary",))


REPORT = (
    "按照省教育厅部署，学校于11月下旬组织开展了活动周。具体情况如下：\n总体数据：活动期间共办各类活动44场，直接参加3519人次。\n主要做法\n"
    + "心理教师在百合社区办家长学校8讲，讲情绪、讲手机，课后一对一答疑。\n" * 6
    + "下一步继续扩大资源开放，建好师资库和课程库。"
)


@pytest.mark.parametrize(
    "opening", ["2022年全民终身学习活动周工作总结直接写在邮件里：", "活动周工作总结见下：", "现将活动周工作总结汇报如下："]
)
def test_a_summary_announced_above_the_text_of_the_mail_is_no_letter(rulebook: Rulebook, opening: str) -> None:
    case = document("典型案例.docx", paper(f"{UNIT}典型活动案例", PERSON.text))
    found = judged(rulebook, f"{UNIT}全民终身学习活动周", f"{UNIT}{opening}\n{REPORT}\n{UNIT}", case, photo("1.jpg"))
    assert of(found, "(body)") == (Disposition.FILED, ("summary",))


def test_a_long_text_that_leans_to_a_material_nobody_enclosed_is_for_a_person(rulebook: Rulebook) -> None:
    case = document("典型案例.docx", paper(f"{UNIT}典型活动案例", PERSON.text))
    text = f"老师好。\n{REPORT}今后将把活动周的做法固定下来。\n{UNIT}"
    assert of(judged(rulebook, f"{UNIT}材料", text, case), "(body)")[0] is Disposition.UNSURE
    assert of(judged(rulebook, f"{UNIT}材料", text, case, SUMMARY), "(body)")[0] is Disposition.IGNORED


def test_a_list_of_what_is_enclosed_is_a_letter_however_it_is_announced(rulebook: Rulebook) -> None:
    listed = "现将我校材料报送如下：\n1.工作总结一份\n2.典型活动案例一个\n3.活动照片八张\n" + "联系人王老师，电话见下，办公室在主楼。" * 8
    assert of(judged(rulebook, f"{UNIT}材料", f"{listed}\n{UNIT}", SUMMARY), "(body)")[0] is Disposition.IGNORED


def test_photos_that_lie_in_an_article_are_material_behind_a_link(rulebook: Rulebook) -> None:
    article = Link("https://www.meipian.cn/4abc", "美篇", article=True)
    for own, person in (("总结见附件，照片请看美篇链接", True), ("总结见附件，另附美篇链接供参考", False)):
        facts = mail(f"{UNIT}材料", own, items=[SUMMARY], links=[article])
        assert judge(facts, rulebook, Memory(), ARRIVED).needs_person is person


def test_the_same_photo_scaled_is_noticed_in_a_gentle_word(rulebook: Rulebook) -> None:
    shot = Picture(1600, 1200, 600_000, PictureKind.PHOTO, fingerprint="0" * 32)
    again = replace(shot, width=800, height=600, fingerprint="0" * 31 + "3")
    first, second = photo("1.jpg", picture=shot), photo("微信图片_1.jpg", picture=again)
    files = judged(rulebook, f"{UNIT}照片", f"{UNIT}的照片见附件", first, second).files
    assert [bool(file.hints) for file in files if file.path != "(body)"] == [False, True]


def test_two_units_joined_by_and_send_one_mail(rulebook: Rulebook) -> None:
    papers = [document(f"{unit}总结.docx", paper(f"{unit}2022年全民终身学习活动周工作总结")) for unit in ("长春大学", "长春师范大学")]
    found = judged(rulebook, "长春大学与长春师范大学材料", "两校材料一并报送", *papers)
    assert set(found.units) == {"ccu", "ccsfu"}
    assert not found.needs_person


ELSEWHERE = document("活动周总结.docx", paper("2022年职业教育活动周工作总结"))


def test_photos_beside_nothing_but_another_activitys_report_are_for_a_person(rulebook: Rulebook) -> None:
    alone = judged(rulebook, f"{UNIT}材料", f"{UNIT}的材料见附件", ELSEWHERE, photo("1.jpg"))
    assert of(alone, "1.jpg") == (Disposition.UNSURE, ("photos",))
    beside = judged(rulebook, f"{UNIT}材料", f"{UNIT}的材料见附件", ELSEWHERE, SUMMARY, photo("1.jpg"))
    assert of(beside, "1.jpg") == (Disposition.FILED, ("photos",))


BORDER = paper(
    "边境线上的读书声",
    "沿着江边往下走，有一个只有七十多户人家的村屯。年轻人大多在外打工，村里剩下老人、孩子和守边的战士。三年前，这里建起第一间学习屋。\n"
    "学习屋的老师是退休教师，上半堂讲政策，下半堂讲故事。老人听故事，孩子学汉字。谁家办寿，都在这一天，先学习、后吃饭。\n"
    "如今，二十九间学习屋沿江边一字排开，被老百姓叫作“江边的灯”。它守住的不只是知识，更是人心。",
)


def test_a_subject_that_names_the_only_document_decides_what_its_text_leans_to(rulebook: Rulebook) -> None:
    named = judged(rulebook, f"{UNIT}典型案例", f"{UNIT}的案例见附件", document("边境线上的读书声.docx", BORDER))
    assert of(named, "边境线上的读书声.docx") == (Disposition.FILED, ("case",))
    unnamed = judged(rulebook, f"{UNIT}材料", f"{UNIT}的材料见附件", document("边境线上的读书声.docx", BORDER))
    assert of(unnamed, "边境线上的读书声.docx")[0] is Disposition.UNSURE


@pytest.mark.parametrize("title", ["冬季消防安全管理办法", "座谈会上的发言"])
def test_a_subject_does_not_make_a_material_of_a_paper_that_leans_to_none(rulebook: Rulebook, title: str) -> None:
    rules = paper(title, "各部门要落实责任，定期检查，发现隐患及时整改。" * 8)
    found = judged(rulebook, f"{UNIT}典型案例", f"{UNIT}的案例见附件", document("附件.docx", rules))
    assert of(found, "附件.docx")[0] is not Disposition.FILED


def test_what_the_unit_sent_before_is_not_what_is_left_over(rulebook: Rulebook) -> None:
    before = Filed("ccut", "summary", 1, ARRIVED, 1, "总结.docx", "a" * 64)
    facts = mail(f"{UNIT}材料", f"{UNIT}的材料见附件", items=[document("边境线上的读书声.docx", BORDER)])
    found = judge(facts, rulebook, Memory(filed={"a" * 64: (before,)}), ARRIVED)
    assert of(found, "边境线上的读书声.docx") == (Disposition.FILED, ("case",))


def test_our_letter_quoted_below_and_an_address_seen_before_tell_the_unit(rulebook: Rulebook) -> None:
    quoted = f"发件人: jlqmxx@126.com\n主题: 材料收悉\n\n{UNIT}：\n贵单位报送的材料已收悉。"
    facts = mail("回复：材料收悉", "这里有两张新的。", items=[photo("1.jpg")], quoted=quoted)
    sender = facts.message.from_[0].address
    assert whose_mail(facts, rulebook, Memory(seen={sender: "ccut"})).unit == "ccut"
    assert whose_mail(facts, rulebook, Memory()).unit is None


def test_a_seminar_on_our_subject_is_still_an_advert(rulebook: Rulebook) -> None:
    text = "定于2023年2月举办全民终身学习与社区教育研修班，诚邀参加，费用每人3980元。附件为回执。"
    found = judged(rulebook, "关于举办高级研修班的通知", text, document("回执.docx", paper("回执", "姓名 单位 电话 住宿要求 返程时间")))
    assert found.state is MailState.AUTOMATIC


def test_the_deeds_of_a_model_worker_are_for_a_person(rulebook: Rulebook) -> None:
    found = judged(rulebook, f"{UNIT}材料", f"{UNIT}的材料见附件", document("附件.docx", paper("先进个人事迹", PERSON.text)))
    assert of(found, "附件.docx")[0] is Disposition.UNSURE


def test_an_adverts_paper_is_nobodys_question(rulebook: Rulebook) -> None:
    found = judged(
        rulebook,
        "电子发票",
        "您的电子发票已开具，请查收附件。",
        document("1.pdf", paper("增值税电子普通发票", "购买方名称某某某，金额一百元整。")),
    )
    assert found.state is MailState.AUTOMATIC
    assert not found.needs_person


def test_a_file_out_of_a_broken_archive_waits_for_a_person(rulebook: Rulebook) -> None:
    archive = Item("材料.zip", "材料.zip", "a" * 64, 900, FileKind.ARCHIVE, problem=Problem.TRUNCATED)
    inside = document("材料.zip/总结.docx", paper(f"{UNIT}2022年全民终身学习活动周工作总结"))
    found = judged(rulebook, f"{UNIT}材料", "请查收", archive, inside)
    assert of(found, "材料.zip/总结.docx") == (Disposition.UNSURE, ("summary",))
    assert of(found, "材料.zip")[0] is Disposition.UNREADABLE


@pytest.mark.parametrize(
    "own",
    [
        "吉林动画学院的材料见附件，请查收。",
        "老师您好，吉林动画学院继续教育学院2022年活动周材料已整理完毕，请查收附件。",
        "请确认是否齐全。 吉林动画学院",
        "我们学校的，吉林动画学院，收到请回复",
    ],
)
def test_whose_material_it_is_may_stand_in_one_sentence(rulebook: Rulebook, own: str) -> None:
    assert whose_mail(mail("材料", own, items=[document("1.docx")]), rulebook, Memory()).unit == "jlai"


def test_a_unit_inside_a_sentence_about_something_else_is_no_statement(rulebook: Rulebook) -> None:
    facts = mail("材料", "附件里有我们和兄弟院校吉林动画学院一起办的活动照片。", items=[document("1.docx")])
    assert whose_mail(facts, rulebook, Memory()).unit is None
