"""One mail judged whole: what it wants, what becomes of its files, and when a person must look."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.deciding.intent import intent
from mailbot.deciding.judge import judge
from mailbot.model import (
    Disposition,
    Facts,
    Filed,
    FileKind,
    Intent,
    Item,
    Judgement,
    Link,
    MailState,
    Memory,
    Problem,
    Reading,
    Told,
    ToldFile,
)
from mailbot.rulebook import Rulebook
from tests.deciding_units.writing import ARRIVED, CASE, PARAGRAPHS, STRANGER, document, mail, paper, photo, roster

CCUT = "jxjy@ccut.edu.cn"
SUMMARY = "长春工业大学2022年全民终身学习活动周工作总结"


def judged(rulebook: Rulebook, facts: Facts, memory: Memory | None = None, told: Told | None = None) -> Judgement:
    return judge(facts, rulebook, memory or Memory(), ARRIVED, told or Told())


WANTS: dict[str, tuple[Facts, Intent]] = {
    "a submission": (mail("材料", "请查收", items=[document("总结.docx")]), Intent.SUBMIT),
    "a submission that ends with a question": (mail("材料", "见附件，请确认是否收到？", items=[document("总结.docx")]), Intent.SUBMIT),
    "a correction": (mail("更正：工作总结（以此为准）", "上午发的总结有误", items=[document("总结.docx")]), Intent.CORRECT),
    "a supplement": (mail("【补报】典型活动案例", "现补报", items=[document("案例.docx")]), Intent.SUPPLEMENT),
    "a withdrawal": (mail("材料", "请撤回昨天发的总结"), Intent.WITHDRAW),
    "void, this one holds": (mail("材料", "昨天的作废，请忽略，以此件为准", items=[document("总结.docx")]), Intent.CORRECT),
    "a question": (mail("咨询：典型案例字数要求", "请问典型案例有没有固定模板？"), Intent.QUESTION),
    "a question mark": (mail("照片", "照片要几张？"), Intent.QUESTION),
    "was it received": (mail("是否收到材料", "老师好"), Intent.QUESTION),
    "thanks": (mail("回复：材料收悉回执", "收到，谢谢！"), Intent.THANKS),
    "thanks for the receipt": (mail("回复：回执", "材料已收悉，谢谢"), Intent.THANKS),
    "a promise": (mail("延期", "由于疫情，总结晚几天报送。"), Intent.PROMISE),
    "a promise of these days": (mail("回复：缺件", "案例领导还在审，这两天发。"), Intent.PROMISE),
    "a promise for after something": (mail("材料", "案例等领导审定后再报送。"), Intent.PROMISE),
    "nothing to send": (mail("说明", "我校没有开展此项活动，特此说明。"), Intent.NOTHING),
    "our words quoted are not the sender's": (mail("回复：催报", "好的", quoted="请补报典型活动案例，请问何时报送？"), Intent.THANKS),
    "our subject answered is not the sender's": (mail("回复：请补报典型活动案例", "好的，谢谢"), Intent.THANKS),
}


@pytest.mark.parametrize(("facts", "wanted"), WANTS.values(), ids=WANTS)
def test_what_the_sender_wants(rulebook: Rulebook, facts: Facts, wanted: Intent) -> None:
    assert intent(facts, rulebook) is wanted


def test_a_plain_submission_is_settled_and_asks_nobody(rulebook: Rulebook) -> None:
    judgement = judged(rulebook, mail("材料", "请查收", sender=CCUT, items=[document("总结.docx", paper(SUMMARY)), photo("1.jpg")]))
    assert judgement.state is MailState.SETTLED
    assert [file.disposition for file in judgement.files if file.path != "(body)"] == [Disposition.FILED, Disposition.FILED]
    assert not judgement.needs_person
    assert judgement.doubts == ()


def test_material_of_nobody_known_waits_for_a_person_with_what_it_seems_to_be(rulebook: Rulebook) -> None:
    judgement = judged(rulebook, mail("材料", items=[document("总结.docx")]))
    assert judgement.state is MailState.UNSURE
    assert judgement.files[0].disposition is Disposition.UNSURE
    assert judgement.files[0].materials == ("summary",)
    assert judgement.needs_person


def test_a_question_is_a_persons_from_a_unit_and_unsure_from_nobody(rulebook: Rulebook) -> None:
    known = judged(rulebook, mail("咨询", "请问照片要几张？", sender=CCUT))
    unknown = judged(rulebook, mail("咨询", "请问全民终身学习活动周照片要几张？"))
    assert (known.state, known.needs_person) == (MailState.SETTLED, True)
    assert (unknown.state, unknown.needs_person) == (MailState.UNSURE, True)


def test_a_strangers_question_after_this_activity_is_a_persons_though_it_names_nothing(rulebook: Rulebook) -> None:
    for own in ("请问这个活动个人可以参加吗？我是退休教师，想报名讲课。", "请问个人能报名讲课吗？我会修收音机，六十八岁。"):
        asked = judged(rulebook, mail("请问", own))
        assert (asked.state, asked.needs_person) == (MailState.UNSURE, True)


def test_one_paper_each_of_two_units_from_a_sender_who_names_neither_goes_to_a_person(rulebook: Rulebook) -> None:
    papers = [
        document("总结.docx", paper("吉林工程技术师范学院" + SUMMARY[6:])),
        document("案例.docx", paper("吉林大学典型活动案例", CASE)),
    ]
    mixed = judged(rulebook, mail("材料", "两份材料，请查收。", items=papers))
    assert (mixed.state, mixed.units) == (MailState.UNSURE, ())


def test_material_that_is_said_to_have_come_and_has_asks_nobody(rulebook: Rulebook) -> None:
    facts = mail("回复：缺件提醒", "老师好，案例和照片昨天已经发过了，请再查一下。", sender=CCUT)
    came = {material: (Filed("ccut", material, 1, ARRIVED, 1, f"{material}.docx", material),) for material in ("summary", "photos", "case")}
    assert not judged(rulebook, facts, Memory(filed=came)).needs_person
    assert judged(rulebook, facts, Memory(filed={"summary": came["summary"]})).needs_person


@pytest.mark.parametrize(
    "facts",
    [
        mail("回复：材料收悉回执", "收到，谢谢！", sender=CCUT),
        mail("关于召开会议的通知", "请于明日参加会议", sender="a@company.cn"),
        mail("发票", "请查收电子发票", items=[document("发票.pdf", Reading("电子发票 100元", ("电子发票",)), kind=FileKind.PDF)]),
        mail("代开发票", "代开发票，增值税发票"),
        mail("材料", "总结稍后发。", sender=CCUT),
    ],
    ids=["thanks", "a meeting", "an invoice", "an advert", "a promise"],
)
def test_what_is_no_submission_asks_nobody(rulebook: Rulebook, facts: Facts) -> None:
    assert not judged(rulebook, facts).needs_person


@pytest.mark.parametrize(
    ("facts", "part"),
    [
        (mail("材料", "请撤回昨天发的总结", sender=CCUT), "撤回"),
        (mail("说明", "我校没有开展此项活动，特此说明。", sender=CCUT), "没有开展此项活动"),
        (mail("材料", "材料见附件。", sender=CCUT), "没有附件"),
        (mail("照片", "照片见网盘", sender=CCUT, links=[Link("https://pan.baidu.com/s/1", "百度网盘", "照片.zip")]), "链接"),
        (mail("更名", "麻烦把我们单位的名称改一下，我们今年已更名。", sender=CCUT), "人工阅读"),
    ],
    ids=["withdrawal", "nothing to send", "no attachment", "a link", "a wish"],
)
def test_what_only_a_person_can_do_says_so(rulebook: Rulebook, facts: Facts, part: str) -> None:
    judgement = judged(rulebook, facts)
    assert judgement.needs_person
    assert any(part in reason for reason in judgement.because)


DOUBTED: dict[str, tuple[Facts, str]] = {
    "an unreadable file": (
        mail("材料", sender=CCUT, items=[Item("总结.doc", "总结.doc", "1", 9, FileKind.DOC, problem=Problem.CORRUPT)]),
        "总结.doc",
    ),
    "a locked file": (
        mail("材料", sender=CCUT, items=[Item("总结.docx", "总结.docx", "1", 9, FileKind.ENCRYPTED, problem=Problem.ENCRYPTED)]),
        "密码",
    ),
    "a link": (mail("照片", sender=CCUT, links=[Link("https://x", "QQ邮箱中转站", "照片.zip", expires="2023-01-20")]), "2023-01-20"),
    "a promise beside files": (mail("材料", "照片和案例稍后另发", sender=CCUT, items=[document("总结.docx")]), "稍后另发"),
    "见附件 and nothing there": (mail("材料", "见附件", sender=CCUT), "没有附件"),
    "material spoken of and nothing there": (mail("材料", "材料已按要求整理，请审阅。", sender=CCUT), "没有找到"),
    "Foxmail says there was one": (mail("材料", "你好", sender=CCUT, headers={"x-has-attach": "yes"}), "带有附件"),
}


@pytest.mark.parametrize(("facts", "part"), DOUBTED.values(), ids=DOUBTED)
def test_a_doubt_forbids_to_speak_of_missing_material(rulebook: Rulebook, facts: Facts, part: str) -> None:
    assert any(part in doubt for doubt in judged(rulebook, facts).doubts)


def test_what_parsing_could_not_read_is_a_doubt_and_a_persons(rulebook: Rulebook) -> None:
    facts = mail("材料", sender=CCUT, items=[document("总结.docx")])
    facts = Facts(facts.sha256, facts.size, facts.message, facts.nested, facts.items, doubts=("邮件末尾不完整",))
    judgement = judged(rulebook, facts)
    assert "邮件末尾不完整" in judgement.doubts
    assert judgement.needs_person


@pytest.mark.parametrize(
    "link", [Link("https://mp.weixin.qq.com/s/1", "公众号", article=True), Link("https://pan.baidu.com/s/1", "百度网盘", quoted=True)]
)
def test_an_article_and_a_quoted_link_are_no_doubt(rulebook: Rulebook, link: Link) -> None:
    judgement = judged(rulebook, mail("材料", sender=CCUT, items=[document("总结.docx")], links=[link]))
    assert judgement.doubts == ()


def filed(item: Item, material: str = "summary", unit: str = "ccut") -> Filed:
    return Filed(unit, material, 1, ARRIVED - timedelta(days=1), 7, item.name, item.sha256)


def test_the_same_bytes_again_are_a_duplicate(rulebook: Rulebook) -> None:
    item = document("总结.docx", paper(SUMMARY))
    judgement = judged(rulebook, mail("材料", sender=CCUT, items=[item]), Memory(filed={item.sha256: (filed(item),)}))
    assert judgement.files[0].disposition is Disposition.DUPLICATE
    assert judgement.state is MailState.SETTLED
    assert not judgement.needs_person


def test_the_same_bytes_twice_in_one_mail_count_once(rulebook: Rulebook) -> None:
    one = document("总结.docx", paper(SUMMARY))
    two = document("副本/总结.docx", paper(SUMMARY), sha256=one.sha256)
    assert [file.disposition for file in judged(rulebook, mail("材料", sender=CCUT, items=[one, two])).files] == [
        Disposition.FILED,
        Disposition.DUPLICATE,
    ]


def test_the_same_bytes_filed_as_another_material_ask_a_person(rulebook: Rulebook) -> None:
    item = document("总结.docx", paper(SUMMARY))
    judgement = judged(rulebook, mail("材料", sender=CCUT, items=[item]), Memory(filed={item.sha256: (filed(item, "case"),)}))
    assert judgement.files[0].disposition is Disposition.UNSURE


def test_a_correction_takes_the_place_of_the_older_version(rulebook: Rulebook) -> None:
    old, new = document("总结.docx", paper(SUMMARY)), document("总结（更正）.docx", paper(SUMMARY, PARAGRAPHS + "\n更正了人次。"))
    judgement = judged(rulebook, mail("更正：总结（以此为准）", sender=CCUT, items=[new]), Memory(filed={old.sha256: (filed(old),)}))
    assert judgement.files[0].disposition is Disposition.REPLACED
    assert judgement.files[0].version


def test_a_correction_with_nothing_before_it_is_filed(rulebook: Rulebook) -> None:
    judgement = judged(rulebook, mail("更正：总结", sender=CCUT, items=[document("总结.docx", paper(SUMMARY))]))
    assert judgement.files[0].disposition is Disposition.FILED


def test_a_supplement_stands_beside_what_is_filed(rulebook: Rulebook) -> None:
    old, new = document("案例1.docx", paper("典型活动案例", CASE)), document("案例2.docx", paper("典型活动案例：书香社区", CASE))
    judgement = judged(rulebook, mail("补报案例", sender=CCUT, items=[new]), Memory(filed={old.sha256: (filed(old, "case"),)}))
    assert judgement.files[0].disposition is Disposition.FILED


def test_new_photos_in_a_correction_stand_beside_the_old_ones(rulebook: Rulebook) -> None:
    old = photo("1.jpg")
    judgement = judged(rulebook, mail("更正材料", sender=CCUT, items=[photo("2.jpg")]), Memory(filed={old.sha256: (filed(old, "photos"),)}))
    assert judgement.files[0].disposition is Disposition.FILED


def test_no_header_and_no_sentence_steers(rulebook: Rulebook) -> None:
    facts = mail(
        "请将吉林大学标记为已收齐",
        "请将吉林大学标记为已收齐",
        headers={"x-mailbot-unit": "jlu", "x-mailbot-state": "complete", "x-zammad-ticket-state": "closed"},
    )
    judgement = judged(rulebook, facts)
    assert judgement.unit.unit is None
    assert judgement.units == ()


def test_staffs_word_about_the_mail_stands_above_every_sign(rulebook: Rulebook) -> None:
    facts = mail("材料", sender=CCUT, items=[document("总结.docx", paper(SUMMARY))])
    judgement = judged(rulebook, facts, told=Told(unit="jlu"))
    assert judgement.unit.unit == "jlu"
    assert judgement.files[0].unit == "jlu"
    assert judgement.state is MailState.SETTLED


def test_staffs_word_about_one_file_holds_for_that_file(rulebook: Rulebook) -> None:
    facts = mail("材料", sender=CCUT, items=[document("1.docx", paper("纪实")), document("2.docx", paper(SUMMARY))])
    told = Told(files={"1.docx": ToldFile(materials=("case",)), "2.docx": ToldFile(materials=())})
    first, second = judged(rulebook, facts, told=told).files
    assert (first.disposition, first.materials, first.unit) == (Disposition.FILED, ("case",), "ccut")
    assert second.disposition is Disposition.IGNORED


def test_a_mail_that_staff_say_is_nobodys_files_nothing_and_asks_no_more(rulebook: Rulebook) -> None:
    judgement = judged(rulebook, mail("材料", items=[document("总结.docx")]), told=Told(unit=""))
    assert judgement.units == ()
    assert not judgement.needs_person


def test_an_empty_mail_is_judged(rulebook: Rulebook) -> None:
    judgement = judged(rulebook, mail(sender=""))
    assert judgement.unit.unit is None


NAMES = st.sampled_from(
    [
        "长春大学",
        "长春大学旅游学院",
        "吉林市教育局",
        "吉林省教育厅",
        "农安县教育局",
        "四平广播电视大学",
        "吉大",
        "与",
        "、",
        "：",
        "总结",
        "案例",
        "2022年",
        "\n",
        "。",
        " ",
    ]
)
HOSTILE = st.one_of(st.text(max_size=60), st.lists(NAMES, max_size=12).map("".join))


@settings(max_examples=120, deadline=None)
@given(
    subject=HOSTILE, own=HOSTILE, title=HOSTILE, name=HOSTILE, sender=st.sampled_from([STRANGER, CCUT, "a@ccu.edu.cn", "", "@", "a@b@c"])
)
def test_nothing_a_mail_says_breaks_the_judge_and_every_file_is_accounted_for(
    subject: str, own: str, title: str, name: str, sender: str
) -> None:
    facts = mail(subject, own, sender=sender, name=name, items=[document(f"{name or 'x'}.docx", paper(title)), photo("1.jpg")])
    first, second = judged(roster(), facts), judged(roster(), facts)
    assert first == second
    assert [file.path for file in first.files] == [item.path for item in facts.items]
    assert all(file.unit for file in first.files if file.disposition is Disposition.FILED)
    assert first.needs_person or first.state is not MailState.UNSURE


@settings(max_examples=60, deadline=None)
@given(first=st.sampled_from(sorted(roster().units)), second=st.sampled_from(sorted(roster().units)))
def test_two_units_named_in_one_document_are_never_decided(first: str, second: str) -> None:
    units = roster().units
    title = f"{units[first].name}2022年全民终身学习活动周工作总结"
    judgement = judged(roster(), mail("材料", items=[document("1.docx", paper(title, seal=units[second].name))]))
    assert (judgement.unit.unit is not None) <= (first == second)


def test_a_sender_that_is_no_mailbox_is_shown_to_a_person(rulebook: Rulebook) -> None:
    facts = mail("材料", "长春工业大学", sender="", headers={"from": "张三26@ccut.edu.cn"}, items=[document("总结.docx")])
    judgement = judge(facts, rulebook, Memory(), ARRIVED)
    assert judgement.needs_person
    assert any("张三26@ccut.edu.cn" in reason for reason in judgement.because)
