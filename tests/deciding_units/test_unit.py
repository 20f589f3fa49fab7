"""Whose mail it is: what a careful clerk decides, and what he would ask about."""

from __future__ import annotations

from typing import Any

import pytest

from mailbot.deciding.judge import judge
from mailbot.deciding.unit import whose_file, whose_mail
from mailbot.model import Address, Facts, Filed, FileKind, Item, MailState, Memory, Message, Problem, Reading
from mailbot.rulebook import Rulebook
from tests.deciding_units.writing import ARRIVED, CASE, PARAGRAPHS, STRANGER, document, mail, paper, photo

SUMMARY = "2022年全民终身学习活动周工作总结"
NOTHING_KNOWN = Memory()


def sure(rulebook: Rulebook, facts: Facts, memory: Memory = NOTHING_KNOWN) -> str | None:
    return whose_mail(facts, rulebook, memory).unit


def summary_of(name: str) -> Any:
    return document("总结.docx", paper(f"{name}{SUMMARY}"))


DECIDED: dict[str, tuple[Facts, str]] = {
    "the town's government and the town in a file name": (
        mail("材料", "请查收", sender="a@changchun.gov.cn", items=[document("长春市工作总结.docx")]),
        "jyj-changchun",
    ),
    "the writer stands for his unit": (mail("材料", "我代表吉林动画学院报送材料", items=[summary_of("吉林动画学院")]), "jlai"),
    "a partner behind 与": (mail("长春大学与长春师范大学联合开展活动", sender="a@ccu.edu.cn", items=[photo("1.jpg")]), "ccu"),
    "a title line alone, from a private address": (mail("总结", "请查收", items=[summary_of("长春工业大学")]), "ccut"),
    "subject and file name": (mail("长春工业大学材料", items=[document("长春工业大学总结.docx")]), "ccut"),
    "subject and display name": (mail("北华大学 活动周总结", name="北华大学继续教育学院", items=[document("总结.docx")]), "beihua"),
    "the mailbox bears the unit's name": (mail("材料", name="辽源市教育局", items=[document("总结.docx")]), "jyj-liaoyuan"),
    "file name alone": (mail("材料", items=[document("吉林化工学院-工作总结.docx")]), "jlict"),
    "the folder in an archive": (mail("材料", items=[document("白城师范学院.zip/总结.docx")]), "bcnu"),
    "落款 alone": (mail(items=[document("1.docx", paper(SUMMARY, seal="吉林警察学院"))]), "jljc"),
    "落款 on the line of its date": (
        mail(items=[document("1.docx", Reading(f"{SUMMARY}\n{PARAGRAPHS}\n吉林警察学院 2022年12月20日", (SUMMARY,)))]),
        "jljc",
    ),
    "落款 with a Chinese date": (
        mail(items=[document("1.docx", Reading(f"{SUMMARY}\n{PARAGRAPHS}\n吉林警察学院\n二〇二二年十二月二十日", (SUMMARY,)))]),
        "jljc",
    ),
    "a letterhead of spread letters": (
        mail(items=[document("1.docx", paper(f"长 春 大 学 旅 游 学 院\n关于报送{SUMMARY}的报告"))]),
        "tccu",
    ),
    "the page header": (mail(items=[document("1.docx", paper(SUMMARY, header="吉林工商学院"))]), "jlbtc"),
    "a title broken inside the name": (mail(items=[document("1.docx", paper(f"长春工业大学\n人文信息学院{SUMMARY}"))]), "ccutchi"),
    "a title in the second line after a slogan": (
        mail(items=[document("1.docx", paper(f"学习贯彻二十大 终身学习向未来\n——吉林师范大学{SUMMARY}"))]),
        "jlnu",
    ),
    "the unit line of a form": (
        mail(
            items=[
                document(
                    "1.docx",
                    Reading("典型活动案例申报表\n案例名称\n银龄课堂\n报送单位\n长春信息技术职业学院\n" + CASE, ("典型活动案例申报表",)),
                )
            ]
        ),
        "citpc",
    ),
    "signature with department and phone": (
        mail("材料", "您好，材料见附件。\n\n吉林体育学院继续教育学院\n张三 0431-85267000", items=[document("总结.docx")]),
        "jlsu",
    ),
    "signature with 单位": (
        mail("材料", "请查收。\n联系人：张三 电话：0431-85267000 单位：吉林体育学院", items=[document("总结.docx")]),
        "jlsu",
    ),
    "I am of …": (mail("材料", "老师您好，我是吉林动画学院的工作人员，材料见附件。", items=[document("总结.docx")]), "jlai"),
    "please book it under …": (
        mail("材料", "我这边是吉林市的，不是吉林省厅，请登记在吉林市教育局。", items=[document("总结.docx")]),
        "jyj-jilinshi",
    ),
    "now sending the … of …": (mail("材料", "省教育厅职成处：现将吉林建筑大学活动周总结报上。", items=[document("总结.docx")]), "jlju"),
    "the text is the summary": (mail("总结", f"延边职业技术学院{SUMMARY}\n{PARAGRAPHS * 2}\n延边职业技术学院\n2022年12月20日"), "ybvtc"),
    "a former name": (mail("总结", items=[summary_of("吉林广播电视大学")]), "jlou"),
    "both its names, one in brackets": (
        mail("吉林电大补充案例图片", "吉林广播电视大学（吉林开放大学）案例配图两张。", items=[photo("1.jpg")]),
        "jlou",
    ),
    "a later name": (mail("总结", items=[summary_of("长春汽车职业技术大学")]), "caii"),
    "a safe alias": (mail("材料", items=[document("长春金专总结.docx")]), "cjgz"),
    "the deciding domain": (mail("总结", "请查收", sender="jxjy@ccut.edu.cn", items=[document("总结.docx")]), "ccut"),
    "below the deciding domain": (mail("总结", sender="jxjy@mails.ccu.edu.cn", items=[document("总结.docx")]), "ccu"),
    "a domain that another's ends with": (mail("总结", sender="jxjy@tccu.edu.cn", items=[document("总结.docx")]), "tccu"),
    "cbs is 白山": (mail("总结", sender="a@jyj.cbs.gov.cn", items=[document("总结.docx")]), "jyj-baishan"),
    "a weak domain and the subject": (mail("白山市教育局材料", sender="a@cbs.gov.cn", items=[document("总结.docx")]), "jyj-baishan"),
    "a short form and the domain": (mail("吉大材料", sender="a@jlu.edu.cn", items=[document("总结.docx")]), "jlu"),
    "a short form and the 落款": (mail("东师材料", items=[document("1.docx", paper("总结", seal="东北师范大学"))]), "nenu"),
    "a short form at two places": (mail("吉外活动周材料", items=[document("吉外总结.docx")]), "jisu"),
    "the place at two places": (mail("松原市活动周材料", items=[summary_of("吉林省松原市")]), "jyj-songyuan"),
    "the place in the title that goes on with 我市": (
        mail("材料", items=[document("1.docx", paper(f"松原市{SUMMARY}", PARAGRAPHS.replace("我校", "我市")))]),
        "jyj-songyuan",
    ),
    "a partner in the title's second half": (
        mail(items=[document("案例.docx", paper("校地携手 共建学习圈\n长春光华学院与北华大学联合案例", CASE, seal="长春光华学院"))]),
        "ghu",
    ),
    "partners in the text": (
        mail(
            items=[
                document("1.docx", paper(f"长春光华学院{SUMMARY}", "与吉林大学、长春大学联合开展讲座。邀请北华大学专家。\n" + PARAGRAPHS))
            ]
        ),
        "ghu",
    ),
    "the notice quoted in the first sentence": (
        mail(items=[document("1.docx", paper(f"四平职业大学{SUMMARY}", "按照吉林省教育厅、长春开放大学通知要求，" + PARAGRAPHS))]),
        "spvu",
    ),
    "the city's notice beside the own summary": (
        mail(
            items=[
                summary_of("吉林艺术学院"),
                document("通知.docx", paper("长春市教育局关于举办2022年全民终身学习活动周的通知", "一、指导思想\n二、工作要求")),
            ]
        ),
        "jlart",
    ),
    "addressed to 长春开放大学": (
        mail("致长春开放大学：学习周材料", "长春开放大学老师：\n请查收。\n长春建筑学院", items=[document("总结.docx")]),
        "jladi",
    ),
    "长春开放大学 itself": (mail("总结", items=[summary_of("长春开放大学")]), "ccou"),
    "a forward whose inner letter names the unit": (
        mail(
            "转发: 学习周材料",
            forwarded="发件人: 李四 <li@spvu.edu.cn>\n主题: 四平职业大学材料\n\n现将四平职业大学材料报上",
            items=[summary_of("四平职业大学")],
        ),
        "spvu",
    ),
    "the wider name stands only inside": (mail("吉林师大博达学院材料", items=[document("博达学院总结.docx")]), "jlnu-boda"),
    "a college with its department": (mail("延边大学继续教育学院-活动周材料", items=[document("延边大学总结.docx")]), "ybu"),
    "the postal address in the signature names the city": (
        mail("材料", "请查收。\n\n长春理工大学\n地址：吉林省长春市朝阳区卫星路7089号\n电话：0431-85583000", items=[document("总结.docx")]),
        "cust",
    ),
    "accepted, never chased": (mail("总结", items=[summary_of("长春教育学院")]), "cc-jyxy"),
    "梅河口 is its own unit": (mail("梅河口市教育局材料", items=[summary_of("梅河口市教育局")]), "jyj-meihekou"),
    "a softfail is everyday": (
        mail(
            "材料", sender="a@ccut.edu.cn", headers={"authentication-results": "mx; spf=softfail; dkim=none"}, items=[document("总结.docx")]
        ),
        "ccut",
    ),
    "a certificate list of another unit's logo is no matter": (
        mail("吉林财经大学材料", items=[summary_of("吉林财经大学"), photo("1.jpg")]),
        "jlufe",
    ),
}


@pytest.mark.parametrize(("facts", "unit"), DECIDED.values(), ids=DECIDED)
def test_a_clerk_decides(rulebook: Rulebook, facts: Facts, unit: str) -> None:
    verdict = whose_mail(facts, rulebook, NOTHING_KNOWN)
    assert verdict.unit == unit, verdict.because
    assert verdict.evidence
    assert verdict.because


ASKED: dict[str, tuple[Facts, tuple[str, ...]]] = {
    "a branch of an open university": (mail("吉林开放大学白山分校材料", items=[summary_of("吉林开放大学白山分校")]), ("jlou",)),
    "somebody who sends for another": (
        mail("代吉林动画学院发材料", "代吉林动画学院报送材料", items=[summary_of("吉林动画学院")]),
        ("jlai",),
    ),
    "a branch by its short name": (mail("材料", "白城电大代报，请查收", items=[summary_of("白城市")]), ("jyj-baicheng",)),
    "a short form that goes on as another's": (mail("吉大一院材料", items=[document("总结.docx")]), ()),
    "another town's government": (
        mail("吉林大学材料", "吉林大学材料", sender="a@siping.gov.cn", items=[summary_of("吉林大学")]),
        ("jlu", "jyj-siping"),
    ),
    "a stranger claims a unit in the subject alone": (mail("吉林大学材料", "请查收", items=[document("总结.docx")]), ("jlu",)),
    "photos under such a subject": (mail("【北华大学】活动照片2", "见附件", items=[photo("1.jpg"), photo("2.jpg")]), ("beihua",)),
    "a stranger names a unit somewhere in the subject": (mail("活动周材料吉林大学", "请查收", items=[document("总结.docx")]), ("jlu",)),
    "a subject that begins with a guest": (mail("吉林大学教授来我校讲座照片", "请查收", items=[photo("1.jpg")]), ()),
    "a stranger passes on a subject": (mail("转发：吉林大学材料", "请查收", items=[document("总结.docx")]), ("jlu",)),
    "a stranger answers under a unit's subject": (mail("回复：吉林大学材料", "请查收", items=[document("总结.docx")]), ("jlu",)),
    "nothing at all": (mail("材料", "请查收", items=[document("总结.docx")]), ()),
    "a short form alone": (mail("吉大材料", items=[document("总结.docx")]), ("jlu",)),
    "a look-alike short form twice": (mail("吉大材料", items=[document("吉大总结.docx")]), ("jlu",)),
    "教育局 without a place": (mail("市教育局材料", items=[document("市教育局总结.docx")]), ()),
    "吉林教育局": (mail("吉林教育局材料", items=[document("总结.docx")]), ("jyj-jilinshi",)),
    "吉林教育局, however often": (mail("吉林教育局材料", "吉林教育局照片", name="吉林教育局", items=[photo("1.jpg")]), ("jyj-jilinshi",)),
    "the province's domain of nobody, a department": (mail("继续教育学院材料", items=[document("继续教育学院总结.docx")]), ()),
    "domain of one, file of another": (mail("材料", sender="a@ccu.edu.cn", items=[document("吉林大学总结.docx")]), ("ccu", "jlu")),
    "domain of one, subject of another": (mail("吉林大学材料", sender="a@ccu.edu.cn", items=[document("总结.docx")]), ("ccu", "jlu")),
    "domain of one, 落款 of another": (
        mail("材料", sender="a@ccu.edu.cn", items=[document("1.docx", paper(SUMMARY, seal="长春大学旅游学院"))]),
        ("ccu", "tccu"),
    ),
    "subject of one, title of another": (mail("长春大学材料", items=[summary_of("长春大学旅游学院")]), ("ccu", "tccu")),
    "a county bureau": (mail("农安县教育局材料", items=[summary_of("农安县教育局")]), ("jyj-changchun",)),
    "a county's community college": (mail("九台区社区教育中心材料", items=[document("总结.docx")]), ("jyj-changchun",)),
    "a county in the title only": (mail("材料", items=[summary_of("梨树县")]), ("jyj-siping",)),
    "延吉 is not 延边": (mail("延吉市教育局材料", items=[summary_of("延吉市教育局")]), ("jyj-yanbian",)),
    "a county named after its city's name": (mail("材料", items=[summary_of("长春市朝阳区教育局")]), ("jyj-changchun",)),
    "a branch": (mail("四平广播电视大学材料", items=[summary_of("四平广播电视大学")]), ("jyj-siping",)),
    "a branch that sends for the bureau": (mail("四平广播电视大学材料", items=[summary_of("四平市教育局")]), ("jyj-siping",)),
    "吉林市电大 is not 吉林电大": (mail("吉林市广播电视大学材料", items=[summary_of("吉林市广播电视大学")]), ("jyj-jilinshi",)),
    "a body in Guangdong": (mail("吉林大学珠海学院材料", items=[summary_of("吉林大学珠海学院")]), ()),
    "a hospital": (mail("吉林大学第一医院材料", items=[summary_of("吉林大学第一医院")]), ()),
    "公主岭, not addressed": (mail("公主岭市教育局材料", items=[summary_of("公主岭市教育局")]), ("jyj-gongzhuling", "jyj-changchun")),
    "two senders": (
        Facts("0" * 64, 1, Message(from_=(Address("", "a@ccut.edu.cn"), Address("", "b@jlu.edu.cn"))), items=(summary_of("长春工业大学"),)),
        ("ccut",),
    ),
    "no sender": (mail("长春工业大学材料", sender="", items=[summary_of("长春工业大学")]), ("ccut",)),
    "a name that poses as an address": (
        mail("材料", name="office@ccut.edu.cn", sender="x@evil.example", items=[summary_of("长春工业大学")]),
        ("ccut",),
    ),
    "our provider says the address is forged": (
        mail(
            "材料",
            sender="a@ccut.edu.cn",
            headers={"authentication-results": "mx.126.com; spf=fail; dkim=none"},
            items=[document("总结.docx")],
        ),
        ("ccut",),
    ),
    "a forward whose inner letter is another's": (
        mail(
            "转发：材料",
            sender="a@jlu.edu.cn",
            nested=[Message(path="1.eml", from_=(Address("", "b@ccut.edu.cn"),), subject="长春工业大学材料")],
            items=[document("总结.docx")],
        ),
        ("jlu", "ccut"),
    ),
}


@pytest.mark.parametrize(("facts", "candidates"), ASKED.values(), ids=ASKED)
def test_a_clerk_asks(rulebook: Rulebook, facts: Facts, candidates: tuple[str, ...]) -> None:
    verdict = whose_mail(facts, rulebook, NOTHING_KNOWN)
    assert verdict.unit is None, verdict.because
    assert set(candidates) <= set(verdict.candidates)
    judgement = judge(facts, rulebook, NOTHING_KNOWN, ARRIVED)
    assert all(file.unit is None for file in judgement.files)
    assert judgement.needs_person


def test_a_conflict_shows_both_sides(rulebook: Rulebook) -> None:
    verdict = whose_mail(mail("材料", sender="a@ccu.edu.cn", items=[document("吉林大学总结.docx")]), rulebook, NOTHING_KNOWN)
    assert "长春大学" in verdict.because
    assert "吉林大学" in verdict.because
    assert {sign.speaks_for for sign in verdict.evidence} == {"ccu", "jlu"}


@pytest.mark.parametrize("own", [
    "附件是我院的材料，本次活动得到吉林大学继续教育学院的指导和帮助，照片中有两校联合活动。",
    "材料报上，感谢吉林大学大力支持。",
    "现将我院材料报上。长春市教育局今年不再汇总各校材料。",
    "长春市教育局通知我们直接把材料发到省厅邮箱。",
    "长春工业大学材料，常被写成长春工程学院、吉林大学，请核对。",
    "材料请查收，请不要和长春工程学院混淆。我们不是长春工程学院。",
    "这是长春工业大学的三项材料。开幕式借用了吉林大学的礼堂，背板上有它的名字，我们是长春工业大学。",
    "材料三项请查收 活动是和长春人文学院学生社团一起搞的 兄弟学校吉林大学给了场地",
])  # fmt: skip
def test_who_helped_or_what_another_body_does_is_not_who_sends(rulebook: Rulebook, own: str) -> None:
    facts = mail("长春工业大学活动周材料", f"{own}\n长春工业大学", items=[summary_of("长春工业大学"), photo("1.jpg")])
    assert sure(rulebook, facts) == "ccut"


@pytest.mark.parametrize(
    "own", ["是吉林电子信息职业技术学院，不好意思写简称了", "抱歉，全称吉林电子信息职业技术学院", "就是吉林电子信息职业技术学院。"]
)
def test_an_answer_may_be_as_short_as_the_name(rulebook: Rulebook, own: str) -> None:
    assert sure(rulebook, mail("回复：请告知报送单位", own)) == "jltc"


def test_a_mailbox_called_otherwise_than_all_it_encloses_is_no_bundle_of_two(rulebook: Rulebook) -> None:
    facts = mail("长春大学旅游学院总结", "请查收\n长春大学旅游学院", name="长春大学", items=[summary_of("长春大学旅游学院")])
    found = judge(facts, rulebook, NOTHING_KNOWN, ARRIVED)
    assert (found.unit.unit, found.units, found.state) == (None, (), MailState.UNSURE)
    assert "长春大学旅游学院" in found.unit.because and "发件人名称" in found.unit.because


def test_who_is_named_in_passing_sends_nothing_even_where_a_photo_bears_the_name_too(rulebook: Rulebook) -> None:
    facts = mail("活动照片", "材料请查收，开幕式借用了吉林大学的礼堂", items=[photo("吉林大学礼堂开幕式.jpg")])
    assert sure(rulebook, facts) is None


SENT_FOR = "您好，受四平市教育局委托，由四平广播电视大学汇总上报四平市活动周材料，请登记在四平市教育局名下。"


def test_material_sent_for_another_body_is_its_where_the_mail_says_under_whose_name_it_stands(rulebook: Rulebook) -> None:
    for own in (SENT_FOR, "受四平市教育局委托报送，请登记在四平市教育局。"):
        facts = mail("受市教育局委托报送四平市材料", own, name="四平电大 刘", items=[summary_of("四平市教育局")])
        assert whose_mail(facts, rulebook, NOTHING_KNOWN).unit == "jyj-siping"


def test_a_mailbox_that_sent_for_a_city_before_does_so_again(rulebook: Rulebook) -> None:
    facts = mail("补充照片", "补报两张照片。", name="四平电大 刘", items=[photo("1.jpg")])
    assert whose_mail(facts, rulebook, NOTHING_KNOWN).unit is None
    assert whose_mail(facts, rulebook, Memory(seen={STRANGER: "jyj-siping"})).unit == "jyj-siping"


@pytest.mark.parametrize("own", ["代通化市教育局报送材料。", "受通化市教育局委托，将通化市教育局的材料一并报上。"])
def test_material_sent_for_another_body_is_not_the_senders(rulebook: Rulebook, own: str) -> None:
    assert sure(rulebook, mail("活动周材料", f"{own}\n通化师范学院", items=[photo("1.jpg")])) is None


def test_an_address_not_seen_before_is_shown_as_new_and_a_known_domain_is_not(rulebook: Rulebook) -> None:
    assert whose_mail(mail("总结", items=[summary_of("长春工业大学")]), rulebook, NOTHING_KNOWN).new_address
    assert not whose_mail(mail("总结", sender="a@ccut.edu.cn"), rulebook, NOTHING_KNOWN).new_address


def test_a_confirmed_address_decides_alone_and_contradicts_another_units_files(rulebook: Rulebook) -> None:
    memory = Memory(addresses={STRANGER: "ccut"})
    assert sure(rulebook, mail("材料", items=[document("总结.docx")]), memory) == "ccut"
    assert sure(rulebook, mail("材料", items=[summary_of("吉林大学")]), memory) is None


@pytest.mark.parametrize(
    ("subject", "own"), [("照片", ""), ("照片2", ""), ("照片", "这是第二封，照片后半部分。"), ("补报照片", "请查收"), ("转发：照片", "")]
)
def test_a_mail_without_any_name_from_an_address_that_named_its_unit_before_is_that_units(
    rulebook: Rulebook, subject: str, own: str
) -> None:
    memory = Memory(seen={STRANGER: "jtpt"})
    facts = mail(subject, own, items=[photo("1.jpg")])
    assert sure(rulebook, facts, memory) == "jtpt"
    assert not whose_mail(facts, rulebook, memory).new_address, "the unit is told its state there, as before"
    assert sure(rulebook, facts) is None


@pytest.mark.parametrize("subject", ["吉林大学照片", "吉大照片", "桦甸市教育局照片"])
def test_an_address_seen_before_decides_nothing_where_a_name_points_elsewhere(rulebook: Rulebook, subject: str) -> None:
    memory = Memory(seen={STRANGER: "jtpt"})
    assert sure(rulebook, mail(subject, items=[photo("1.jpg")]), memory) is None
    assert sure(rulebook, mail("照片", items=[photo("吉大照片.jpg")]), memory) is None


def test_a_forged_pass_below_our_providers_verdict_is_not_read(rulebook: Rulebook) -> None:
    headers = {"authentication-results": ("mx.126.com; spf=fail", "mx.126.com; spf=pass; dkim=pass")}
    facts = mail("材料", sender="a@ccut.edu.cn", items=[document("总结.docx")])
    forged = Facts(facts.sha256, facts.size, Message(from_=facts.message.from_, headers=headers), items=facts.items)
    assert sure(rulebook, forged) is None


def test_the_answer_to_our_letter_speaks_for_the_unit_the_letter_went_to(rulebook: Rulebook) -> None:
    memory = Memory(letters={"<letter-1@126.com>": ("ccrw", "missing", 7)})
    facts = mail(
        "回复：【缺件提醒】长春人文学院",
        "现补报典型案例一份",
        in_reply_to="<letter-1@126.com>",
        items=[document("案例.docx", paper("典型活动案例", CASE))],
    )
    assert sure(rulebook, facts, memory) == "ccrw"


@pytest.mark.parametrize("own", ["长春人文学院", "我们是长春人文学院的，抱歉没有写清楚。", "单位：长春人文学院"])
def test_the_answer_to_which_unit_are_you_names_it(rulebook: Rulebook, own: str) -> None:
    memory = Memory(letters={"<ask@126.com>": ("", "ask_unit", 7)})
    judgement = judge(mail("回复：请告知单位", own, in_reply_to="<ask@126.com>"), rulebook, memory, ARRIVED)
    assert judgement.unit.unit == "ccrw"
    assert judgement.about_letter == "<ask@126.com>"


def test_a_name_that_staff_taught_counts(rulebook: Rulebook) -> None:
    memory = Memory(aliases={"小太阳学院": "dfzyxy"})
    assert sure(rulebook, mail("小太阳学院材料", items=[document("小太阳学院总结.docx")]), memory) == "dfzyxy"


def test_words_quoted_below_an_answer_are_no_evidence(rulebook: Rulebook) -> None:
    facts = mail("材料", "见附件", quoted="长春人文学院：您单位尚缺典型活动案例。\n长春开放大学", items=[document("总结.docx")])
    assert whose_mail(facts, rulebook, NOTHING_KNOWN).candidates == ()


def test_two_units_in_one_mail_are_told_apart_file_by_file(rulebook: Rulebook) -> None:
    files = [
        summary_of("长春师范高等专科学校"),
        document("2.docx", paper(f"长春教育学院{SUMMARY}")),
        document("照片说明.docx", paper("典型活动案例", CASE)),
    ]
    facts = mail("长春师范高等专科学校、长春教育学院材料", items=files)
    mail_verdict = whose_mail(facts, rulebook, NOTHING_KNOWN)
    units = [whose_file(item, mail_verdict, facts, rulebook, NOTHING_KNOWN).unit for item in files]
    assert mail_verdict.unit is None
    assert units == ["ccsfgz", "cc-jyxy", None]


def test_a_known_units_mail_keeps_its_own_files_and_asks_about_the_stranger_among_them(rulebook: Rulebook) -> None:
    facts = mail(
        "长春大学材料",
        sender="a@ccu.edu.cn",
        items=[summary_of("长春大学"), document("吉林大学典型案例.docx", paper("典型活动案例", CASE))],
    )
    judgement = judge(facts, rulebook, NOTHING_KNOWN, ARRIVED)
    assert [file.unit for file in judgement.files] == ["ccu", None]
    assert judgement.needs_person


def test_county_material_that_a_city_passes_on_goes_to_a_person_and_the_citys_own_is_filed(rulebook: Rulebook) -> None:
    files = [
        summary_of("四平市教育局"),
        document("典型案例（梨树县）.docx", paper("典型活动案例", CASE)),
        document("2.docx", paper(f"梨树县教育局{SUMMARY}")),
    ]
    judgement = judge(mail("四平市教育局材料", "四平市教育局", items=files), rulebook, NOTHING_KNOWN, ARRIVED)
    assert [file.unit for file in judgement.files if file.path != "(body)"] == ["jyj-siping", None, None]


@pytest.mark.parametrize(
    ("name", "own"),
    [("典型案例（梨树县推荐）.docx", "四平市教育局"), ("典型案例.docx", "经遴选，四平市教育局报送的典型案例为梨树县的“邻里课堂”。")],
)
def test_the_case_that_a_city_chose_from_a_county_is_the_citys(rulebook: Rulebook, name: str, own: str) -> None:
    files = [summary_of("四平市教育局"), document(name, paper("梨树县“邻里课堂”典型活动案例", CASE))]
    assert [file.unit for file in judge(mail("四平市教育局材料", own, items=files), rulebook, NOTHING_KNOWN, ARRIVED).files][-2:] == [
        "jyj-siping",
        "jyj-siping",
    ]


def test_of_several_county_cases_none_is_the_one_that_the_city_chose(rulebook: Rulebook) -> None:
    files = [document(f"典型案例（{county}推荐）.docx", paper("典型活动案例", CASE + county)) for county in ("梨树县", "双辽市")]
    judgement = judge(mail("四平市教育局材料", "四平市教育局", items=files), rulebook, NOTHING_KNOWN, ARRIVED)
    assert [file.unit for file in judgement.files if file.path != "(body)"] == [None, None]


@pytest.mark.parametrize(("own", "owner"), [("转发两个县的照片，一并算作我市照片。", "jyj-siping"), ("转发梨树县的照片。", None)])
def test_photos_of_counties_are_the_citys_where_it_says_so(rulebook: Rulebook, own: str, owner: str | None) -> None:
    facts = mail("四平市教育局材料", f"四平市教育局：{own}", items=[photo("照片.zip/梨树县教育局/1.jpg")])
    assert [file.unit for file in judge(facts, rulebook, NOTHING_KNOWN, ARRIVED).files if file.path != "(body)"] == [owner]


def test_a_school_that_went_to_a_county_is_still_the_sender(rulebook: Rulebook) -> None:
    files = [document("案例.docx", paper("双阳区社区教育新课堂\n——长春光华学院典型活动案例", CASE, seal="长春光华学院"))]
    judgement = judge(mail("长春光华学院双阳区社区教育案例", items=files), rulebook, NOTHING_KNOWN, ARRIVED)
    assert [file.unit for file in judgement.files] == ["ghu"]


def test_a_photo_taken_in_a_county_is_still_the_citys(rulebook: Rulebook) -> None:
    facts = mail("四平市教育局材料", items=[summary_of("四平市教育局"), photo("铁西区社区讲座.jpg")])
    assert [file.unit for file in judge(facts, rulebook, NOTHING_KNOWN, ARRIVED).files] == ["jyj-siping", "jyj-siping"]


def test_a_caption_that_names_whom_a_photo_shows_is_no_claim(rulebook: Rulebook) -> None:
    files = [summary_of("白城市教育局"), photo("白城师范学院志愿者教老人用手机.jpg")]
    assert [file.unit for file in judge(mail("材料", items=files), rulebook, NOTHING_KNOWN, ARRIVED).files] == ["jyj-baicheng"] * 2
    assert sure(rulebook, mail("照片", items=[photo("白城师范学院志愿者教老人用手机.jpg")])) is None
    assert sure(rulebook, mail("照片", items=[photo("白城师范学院-讲座.jpg")])) == "bcnu"


def test_our_own_notice_pasted_below_a_letter_is_no_signature(rulebook: Rulebook) -> None:
    facts = mail("材料", "材料见附件。\n\n长春开放大学 0431-82857798\n工作邮箱：jlqmxx@126.com", items=[document("总结.docx")])
    assert sure(rulebook, facts) is None


def test_bytes_that_are_filed_under_another_unit_are_not_filed_again(rulebook: Rulebook) -> None:
    item = summary_of("长春工业大学")
    filed = Filed("jlu", "summary", 1, ARRIVED, 3, "总结.docx", item.sha256)
    judgement = judge(mail("总结", items=[item]), rulebook, Memory(filed={item.sha256: (filed,)}), ARRIVED)
    assert judgement.files[0].disposition.needs_person


def test_an_unreadable_document_does_not_hide_what_its_name_says(rulebook: Rulebook) -> None:
    item = Item("白城职业技术学院总结.wps", "白城职业技术学院总结.wps", "f" * 64, 9000, FileKind.DOC, problem=Problem.CORRUPT)
    assert sure(rulebook, mail("材料", items=[item])) == "bcvit"


def test_the_reason_is_a_sentence_a_clerk_understands(rulebook: Rulebook) -> None:
    verdict = whose_mail(mail("长春工业大学材料", items=[summary_of("长春工业大学")]), rulebook, NOTHING_KNOWN)
    assert verdict.because == "邮件主题和文件标题写明“长春工业大学”，发件邮箱此前未见过"
