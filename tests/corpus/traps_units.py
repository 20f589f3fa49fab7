"""Traps about who sent it: look-alikes, counties, branches, forwards, two units, conflicts, strangers, learned addresses."""

from __future__ import annotations

from datetime import timedelta

from mailbot.demo.mailers import Mailer

from . import texts
from .building import Clerk, Corpus, at
from .pieces import ASK, CASE, EITHER, FILED, SUMMARY, Piece, archive, document, forwarded
from .plots import case, photos, summary

COUNTIES = (
    ("农安县教育局", "nongan"),
    ("九台区社区教育中心", "jiutai"),
    ("延吉市教育局", "yanji"),
    ("通化县教育局", "thxjyj"),
    ("柳河县教育局", "lhjyj"),
    ("四平市铁西区教育局", "tiexi"),
    ("磐石市教育局", "panshi"),
    ("前郭县教育局", "qianguo"),
    ("长白朝鲜族自治县教育局", "changbai"),
)
BRANCHES = (
    "吉林市广播电视大学",
    "四平广播电视大学",
    "吉林师范大学分院",
    "延边教育学院",
    "吉林大学珠海学院",
    "长春市第一中等专业学校",
    "吉林对外经贸职业学院",
)
SHORT = (
    ("师大材料", "师大继教院"),
    ("工大全民终身学习周总结", "工大"),
    ("人文学院活动周材料", "人文学院"),
    ("职院学习周材料", "职院成教处"),
    ("医专材料", "医专"),
    ("电大活动周材料", "电大"),
)


def unsigned(c: Corpus, ask: bool = False) -> list[Piece]:
    """Documents that never say whose they are."""
    lines = texts.summary(c.rng, "我单位", c.rng.choice(("slogan", "held", "bare", "circumstances")), sign=False)
    files = [
        document("活动周总结.docx", lines, SUMMARY),
        document("典型案例.docx", texts.case(c.rng, "我单位", title="“学习伴我行”活动案例"), CASE),
        *photos(c, "jlu", 2, "{n}.jpg"),
    ]
    return [each.wanting((*ASK, "filed")) for each in files] if ask else files


def stranger(c: Corpus, name: str = "") -> Clerk:
    digits = c.rng.randint(10_000_000, 3_000_000_000)
    return Clerk(f"{digits}@qq.com", name or c.rng.choice(("风", "随缘", "小草", "A材料", str(digits)[:6])), Mailer.QQ)


def county_bodies(c: Corpus) -> None:
    """A county body is never a unit, and its files are never its city's own three materials."""
    for number, (name, local) in enumerate(COUNTIES):
        files = [
            document(f"{name}总结.docx", texts.summary(c.rng, name, "plain"), SUMMARY, ASK),
            *photos(c, "jlu", 2, "{n}.jpg", dispositions=ASK),
            document("典型案例.docx", texts.case(c.rng, name), CASE, ASK),
        ]
        clerk = Clerk(f"{local}@163.com", c.rng.choice((name, "教育局", "张老师")), Mailer.NETEASE)
        c.mail(
            "a county body writes itself",
            clerk,
            f"{name}全民终身学习活动周材料",
            f"现将我县（市、区）材料报上，请查收。\n{name}",
            files,
            at(12, 2 + number, 10),
            None,
            ask=True,
            needs_person=True,
        )


def bundled_counties(c: Corpus) -> None:
    """A city sends its own material at the top and its counties' below."""
    for number, (id, counties) in enumerate(
        (("jyj-tonghua", ("辉南县", "柳河县")), ("jyj-baicheng", ("镇赉县", "通榆县")), ("jyj-siping", ("梨树县", "双辽市")))
    ):
        name = c.unit(id).name
        below = []
        for county in counties:
            whole = [
                document(f"{county}总结.docx", texts.summary(c.rng, f"{county}教育局", "plain"), SUMMARY, ASK),
                document(f"{county}典型案例.docx", texts.case(c.rng, f"{county}教育局", place=f"{county}教育局"), CASE, ASK),
            ]
            below += [(f"{county}材料", each) for each in (*whole, *photos(c, id, 2, f"{county}照片{{n}}.jpg", dispositions=ASK))]
        own = [
            ("", summary(c, id, "{u}工作总结.docx", "plain")),
            *(("照片", shot) for shot in photos(c, id, 3)),
            ("", case(c, id, "{u}典型案例.docx")),
        ]
        text = f"各县（市、区）材料汇总在压缩包内，市局总结在最外层文件夹。\n{name}"
        c.mail(
            "a city bundles its counties",
            c.regular(id),
            f"{name}及所属县区材料",
            text,
            [archive(f"{name}.zip", own + below)],
            at(12, 20 + number, 15),
            id,
            needs_person=True,
            doubt=True,
        )


def city_picks_a_county_case(c: Corpus) -> None:
    """A bureau recommends the case of one of its districts: the bureau's one case, or a question; never the county's."""
    for id, county in (("jyj-changchun", "九台区"), ("jyj-jilinshi", "舒兰市")):
        piece = document(f"典型案例（{county}推荐）.docx", texts.case(c.rng, c.unit(id).name, place=f"{county}推荐"), CASE, EITHER)
        c.mail(
            "a case that a county recommends",
            c.regular(id),
            f"{c.unit(id).name}典型案例补充",
            f"补充典型案例一个。\n{c.unit(id).name}",
            [piece],
            at(12, 27, 8),
            id,
            needs_person=None,
            doubt=True,
        )


def off_the_roster(c: Corpus) -> None:
    for number, name in enumerate(BRANCHES):
        files = [
            document(f"{name}总结.docx", texts.summary(c.rng, name, "plain"), SUMMARY, ASK),
            *photos(c, "jlu", 2, "照片{n}.jpg", dispositions=ASK),
        ]
        c.mail(
            "a body that is not on the roster",
            stranger(c),
            f"{name}活动周材料",
            f"材料见附件。\n{name}",
            files,
            at(12, 5 + number, 14),
            None,
            ask=True,
            needs_person=True,
        )


def short_forms(c: Corpus) -> None:
    for number, (subject, said) in enumerate(SHORT):
        c.mail(
            "an ambiguous short form",
            stranger(c),
            subject,
            f"材料见附件。\n{said}",
            unsigned(c, ask=True),
            at(12, 4 + number, 16),
            None,
            ask=True,
            needs_person=True,
        )


def nobody(c: Corpus) -> None:
    for number, (subject, text) in enumerate(
        (("材料", "请查收"), ("", "照片"), ("全民终身学习活动周材料", "老师好，材料见附件。"), ("报送", "我校材料已发。"))
    ):
        c.mail(
            "an unknown sender",
            stranger(c),
            subject,
            text,
            unsigned(c, ask=True),
            at(12, 3 + 4 * number, 20),
            None,
            ask=True,
            needs_person=True,
        )


def bureau_without_a_place(c: Corpus) -> None:
    for subject, text in (("吉林教育局材料", "我局材料，请查收。"), ("市教育局学习周总结", "市教育局职成科")):
        c.mail(
            "a bureau without its place",
            stranger(c, "教育局"),
            subject,
            text,
            unsigned(c, ask=True),
            at(12, 13, 11),
            None,
            ask=True,
            needs_person=True,
        )


def false_domains(c: Corpus) -> None:
    """Domains are compared label by label."""
    for address in ("cj@ccu.edu.cn.example.com", "cj@notjlu.edu.cn", "jxjy@mail-ybu.edu.cn.top"):
        clerk = Clerk(address, "继教院", Mailer.FOXMAIL)
        c.mail(
            "a domain that only looks like a unit's",
            clerk,
            "学习周材料",
            "材料见附件",
            unsigned(c, ask=True),
            at(12, 9, 17),
            None,
            ask=True,
            needs_person=True,
        )


def conflicts(c: Corpus) -> None:
    """Documents, names and address speak for different units: both sides to a person."""
    pairs = (("jlu", "ybu"), ("ccit", "ccut"), ("jlou", "jyj-songyuan"), ("bcnu", "bcvit"), ("ccsfu", "ccsfgz"))
    for number, (host, said) in enumerate(pairs):
        name = c.unit(said).name
        files = [
            document(f"{name}总结.docx", texts.summary(c.rng, c.unit(host).name, "plain"), SUMMARY, ASK),
            *photos(c, said, 2, "{n}.jpg", dispositions=ASK),
        ]
        clerk = c.clerk(host, "domain")
        c.mail(
            "address and papers disagree",
            clerk,
            f"{name}材料",
            "请查收。",
            files,
            at(12, 6 + number, 13),
            None,
            ask=True,
            needs_person=True,
        )


def two_units(c: Corpus) -> None:
    """One clerk sends for two units, each paper clearly titled."""
    for number, (one, other) in enumerate((("jlnu", "jlnu-boda"), ("ccut", "ccutchi"), ("jyj-baishan", "cbsvtc"))):
        files: list[Piece] = []
        for id in (one, other):
            name = c.unit(id).name
            files += [
                document(f"{name}工作总结.docx", texts.summary(c.rng, name, "plain"), SUMMARY).wanting(FILED, unit=id),
                document(f"{name}典型活动案例.docx", texts.case(c.rng, name, title=f"{name}典型活动案例"), CASE).wanting(FILED, unit=id),
            ]
        names = f"{c.unit(one).name}、{c.unit(other).name}"
        c.mail(
            "two units in one mail",
            stranger(c),
            f"{names}材料",
            f"受委托，将{names}两家单位的材料一并报送。",
            files,
            at(12, 10 + number, 9),
            None,
            units=(one, other),
            needs_person=None,
        )


def forwarded_for_another(c: Corpus) -> None:
    """A colleague of one school passes on what another school wrote: the nested mail is the other's."""
    for host, owner in (("jlnu", "spvu"), ("ybu", "ybvtc")):
        name = c.unit(owner).name
        inner = Corpus(c.rng.randint(0, 10**6))
        files = [
            each.wanting(EITHER, unit=owner)
            for each in (summary(c, owner, "{u}工作总结.docx", "plain"), case(c, owner, "{u}典型案例.docx"))
        ]
        raw = inner.mail("", c.clerk(owner, "named"), f"{name}材料", f"材料报上。\n{name}", files, at(12, 18), owner)
        wants = [want for want in raw.files if want.path != "(body)"]
        c.mail(
            "a mail passed on for another unit",
            c.clerk(host, "domain"),
            f"转发：{name}材料",
            f"代{name}转发，请登记在{name}名下。",
            [forwarded("材料.eml", raw.raw, wants)],
            at(12, 19, 9),
            owner,
            needs_person=None,
            doubt=True,
        )


def thin_but_enough(c: Corpus) -> None:
    """One sure sign is enough: the address, the display name, the letterhead, the folder, the file name, the 落款."""
    when = at(12, 11, 8)
    for id in ("neepu", "jlict", "thnu", "jisu", "cjgz", "bcyz", "ccmc"):
        c.mail("only the domain says who", c.clerk(id, "domain"), "材料", "请查收。", unsigned(c), when, id)
    for id in ("beihua", "jlart", "jyj-liaoyuan", "citpc"):
        # Anybody may write any name there; most clerks would take it, some would ring up: both are right.
        files = [each.wanting(EITHER) for each in unsigned(c)]
        clerk = Clerk(stranger(c).address, c.unit(id).name, Mailer.QQ)
        c.mail("only the display name says who", clerk, "", "见附件", files, when + timedelta(days=1), id, needs_person=None, doubt=True)
    for id in ("jyj-yanbian", "jyj-songyuan"):
        lines = texts.summary(c.rng, "我局", "held", sign=False)
        c.mail(
            "only the letterhead says who",
            stranger(c),
            "总结",
            "请查收",
            [document("总结.docx", lines, SUMMARY, header=f"{c.unit(id).name}文件")],
            when + timedelta(days=2),
            id,
        )
    for id in ("jltc", "ghu"):
        inside = [(c.unit(id).name, each) for each in unsigned(c)]
        c.mail(
            "only the folder in the archive says who",
            stranger(c),
            "活动周材料",
            "请查收。",
            [archive("材料.zip", inside)],
            when + timedelta(days=3),
            id,
        )
    for id in ("jlsfjy", "tccu", "jyj-changbaishan"):
        lines = texts.summary(c.rng, c.unit(id).name, "bare")
        c.mail("only the 落款 says who", stranger(c), "", "总结", [document("总结.docx", lines, SUMMARY)], when + timedelta(days=4), id)
    for id in ("jlmu", "caii"):
        files = unsigned(c)
        c.mail(
            "only the signature says who",
            stranger(c),
            "材料",
            f"请查收。\n\n{c.unit(id).name}继续教育学院\n电话：0431-85960000",
            files,
            when + timedelta(days=5),
            id,
        )


def learned(c: Corpus) -> None:
    """Addresses that staff have confirmed before: the papers need not say it again."""
    for id in ("jlevc", "jvcit", "jyj-meihekou", "jladi"):
        clerk = stranger(c)
        c.mail("an address staff has confirmed", clerk, "材料", "请查收。", unsigned(c), at(12, 15, 10), id, teach={clerk.address: id})


def answers(c: Corpus) -> None:
    """“Which unit are you?” is answered."""
    for number, id in enumerate(("jlsu", "sypt", "bcvit")):
        clerk, asked, when = stranger(c), f"<mailbot.ask.{number}@126.com>", at(12, 16 + number, 10)
        first = c.mail(
            "an unknown sender, asked later", clerk, "材料", "请查收", unsigned(c, ask=True), when, None, ask=True, needs_person=True
        )
        quoted = (
            "\n\n---- 回复的原邮件 ----\n发件人：<jlqmxx@126.com>\n主题：【请告知单位】\n您好！来信材料已收到，"
            "但无法判断来自哪个单位，请直接回复单位全称。"
        )
        c.mail(
            "the answer to our question",
            clerk,
            "回复：【请告知单位】",
            f"您好，我们是{c.unit(id).name}。{quoted}",
            [],
            when + timedelta(hours=3),
            id,
            in_reply_to=asked,
            letter=(asked, "", "ask_unit"),
            needs_person=None,
            intents=(),
        )
        assert first.ask


def accepted_only(c: Corpus) -> None:
    """公主岭 is accepted and shown to staff; either way is right."""
    files = [
        document("公主岭市总结.docx", texts.summary(c.rng, "公主岭市教育局", "plain"), SUMMARY, EITHER),
        *photos(c, "jlu", 2, "{n}.jpg", dispositions=EITHER),
    ]
    c.mail(
        "a bureau that is not addressed",
        stranger(c),
        "公主岭市2022年全民终身学习活动周总结",
        "公主岭市教育局",
        files,
        at(12, 14, 9),
        "jyj-gongzhuling",
        needs_person=None,
    )


ALL = (
    county_bodies,
    bundled_counties,
    city_picks_a_county_case,
    off_the_roster,
    short_forms,
    nobody,
    bureau_without_a_place,
    false_domains,
    conflicts,
    two_units,
    forwarded_for_another,
    thin_but_enough,
    learned,
    answers,
    accepted_only,
)
