"""Documents of every kind that comes in, composed from the banks by a seeded generator; each returns its lines, the title first."""

from __future__ import annotations

import random
from dataclasses import dataclass

from . import banks
from .roster import Body

N = "一二三四五六七八九十"
WEEK = "全民终身学习活动周"


@dataclass(frozen=True)
class Activity:
    name: str
    what: str
    who: str


def activity(rng: random.Random) -> Activity:
    return Activity(*rng.choice(banks.ACTIVITIES))


def fill(rng: random.Random, text: str, unit: str = "我单位", about: Activity | None = None) -> str:
    about = about or activity(rng)
    return text.format(
        unit=unit,
        name=about.name,
        what=about.what,
        who=about.who,
        slogan=rng.choice(banks.SLOGANS),
        place=rng.choice(banks.PLACES),
        partner=rng.choice(banks.PARTNERS),
        office=rng.choice(("继续教育学院", "职成科", "成人教育处", "办公室", "职业与成人教育科")),
        money=rng.randint(3, 60) * 500,
        vol=rng.randint(8, 160),
        few=rng.randint(2, 9),
        posts=rng.randint(5, 90),
        views=rng.randint(9, 900) * 50,
        banners=rng.randint(6, 50),
        leaf=rng.randint(2, 90) * 50,
        places=rng.randint(3, 40),
        people=rng.randint(36, 980),
        times=rng.randint(10, 120),
        total=rng.randint(20, 900) * 40,
        rate=rng.randint(90, 99),
        percent=rng.randint(48, 91),
        month=rng.choice((11, 12)),
        day=rng.randint(1, 28),
    )


def some(rng: random.Random, bank: tuple[str, ...], count: int, unit: str, about: Activity | None = None) -> list[str]:
    return [fill(rng, text, unit, about) for text in rng.sample(bank, min(count, len(bank)))]


def opening(rng: random.Random, unit: str) -> str:
    return fill(rng, f"{rng.choice(banks.BASIS)}，{rng.choice(banks.ACTION)}。{rng.choice(banks.CLOSE)}", unit)


def summary_title(rng: random.Random, unit: str, style: str) -> list[str]:
    """The first lines in one of the ways that units title a summary."""
    year = rng.choice(("2022年", "2022年度", ""))
    kind = rng.choice(("工作总结", "活动总结", "总结", "总结报告", "工作小结", "工作情况总结"))
    return {
        "plain": [f"{unit}{year}{WEEK}{kind}"],
        "two": [unit, f"{year}{WEEK}{kind}"],
        "under": [f"{year}{WEEK}{kind}", unit],
        "dash": [rng.choice(banks.SLOGANS), f"——{unit}{year}{WEEK}{kind}"],
        "slogan": [rng.choice(banks.SLOGANS)],
        "news": [f"{unit}扎实开展{year}{WEEK}活动"],
        "closed": [f"{unit}{year}{WEEK}圆满落幕"],
        "report": [f"{unit}关于{year}{WEEK}工作情况的报告"],
        "held": [f"关于{year}{WEEK}开展情况的{rng.choice(('报告', '汇报', '总结'))}"],
        "bare": ["总结"],
        "circumstances": [f"{year}{WEEK}活动情况"],
        "annex": ["附件1", f"{year}{WEEK}{kind}"],
        "quoted": [f"{unit}{year}“{WEEK}”{kind}"],
    }[style]


SUMMARY_STYLES = ("plain", "two", "under", "dash", "slogan", "news", "closed", "report", "held", "bare", "circumstances", "annex", "quoted")


def signed(rng: random.Random, unit: str, year: int = 2022) -> list[str]:
    day = rng.randint(5, 27)
    chinese = f"{''.join('〇一二三四五六七八九'[int(digit)] for digit in str(year))}年十二月{N[day % 10]}日"
    return [unit, rng.choice((f"{year}年12月{day}日", chinese, f"{year}.12.{day}"))]


def summary(rng: random.Random, unit: str, style: str = "plain", *, sign: bool = True, year: int = 2022) -> list[str]:
    """A whole summary, 1,200 to 3,000 characters: opening with 现将…总结如下, five headings, many activities, counts, 落款."""
    headings = rng.choice(banks.SUMMARY_HEADINGS)
    deeds = [
        f"（{N[at]}）{deed}{fill(rng, rng.choice(banks.DETAILS), unit)}"
        for at, deed in enumerate(some(rng, banks.DEEDS, rng.randint(5, 9), unit))
    ]
    blocks = [
        some(rng, banks.ORGANISE, rng.randint(2, 4), unit),
        some(rng, banks.PUBLICISE, rng.randint(2, 4), unit),
        deeds,
        some(rng, banks.RESULTS, rng.randint(2, 4), unit),
        some(rng, banks.PROBLEMS, rng.randint(1, 3), unit) + some(rng, banks.PLANS, 1, unit),
    ]
    lines = [*summary_title(rng, unit, style), opening(rng, unit)]
    for at, (heading, block) in enumerate(zip(headings, blocks, strict=True)):
        lines += [f"{N[at]}、{heading}", *block]
    lines += signed(rng, unit, year) if sign else []
    if not any(WEEK in line for line in lines):  # every real one names the week somewhere
        lines[-1] += f"以上是我们在2022年{WEEK}中的工作。"
    return [line.replace("2022", str(year)) for line in lines] if year != 2022 else lines


def short_summary(rng: random.Random, unit: str) -> list[str]:
    """What a clerk types into the mail itself."""
    deeds = some(rng, banks.DEEDS, 4, unit)
    return [
        *summary_title(rng, unit, "plain"),
        opening(rng, unit),
        *(f"{N[at]}、{deed}" for at, deed in enumerate(deeds)),
        *some(rng, banks.RESULTS, 2, unit),
        *some(rng, banks.PLANS, 1, unit),
        *signed(rng, unit),
    ]


def case(rng: random.Random, unit: str, *, title: str = "", about: Activity | None = None, place: str = "") -> list[str]:
    """A case of 700 to 1,600 characters about one activity."""
    about = about or activity(rng)
    headings = rng.choice(banks.CASE_HEADINGS)
    first = [title] if title else fill(rng, rng.choice(banks.CASE_TITLES), unit, about).split("——")
    lines = [first[0], *(f"——{rest}" for rest in first[1:])]
    lines += rng.choice(([], [unit], [f"（{place or unit}推荐）"])) if not place else [f"（{place}）"]
    blocks = [
        some(rng, banks.CASE_BACKGROUND, rng.randint(1, 2), place or unit, about),
        some(rng, banks.CASE_METHODS, rng.randint(4, 7), unit, about) + some(rng, banks.CASE_STORIES, rng.randint(1, 2), unit, about),
        some(rng, banks.CASE_EFFECTS, rng.randint(2, 4), unit, about),
        some(rng, banks.CASE_LESSONS, rng.randint(1, 3), unit, about),
    ]
    for at, (heading, block) in enumerate(zip(headings, blocks, strict=True)):
        lines += [f"{N[at]}、{heading}", *block]
    return lines


def case_form(rng: random.Random, unit: str) -> tuple[list[str], list[tuple[str, str]]]:
    """A 典型案例推荐表, filled in: title line and table rows."""
    about = activity(rng)
    rows = [
        ("案例名称", f"“{about.name}”"),
        ("报送单位", unit),
        ("联系人", "〔姓名〕"),
        ("案例类别", "社区教育"),
        ("案例简介", "".join(some(rng, banks.CASE_BACKGROUND, 2, unit, about))),
        ("主要做法", "".join(some(rng, banks.CASE_METHODS, 6, unit, about))),
        ("实施效果", "".join(some(rng, banks.CASE_EFFECTS, 3, unit, about))),
        ("创新点", "".join(some(rng, banks.CASE_LESSONS, 2, unit, about))),
        ("推荐单位意见", "同意推荐（盖章）"),
    ]
    return [f"2022年{WEEK}典型案例推荐表"], rows


def captions(rng: random.Random, count: int) -> list[str]:
    return [f"图{at + 1} {fill(rng, rng.choice(banks.CAPTIONS))}" for at in range(count)]


def plan(rng: random.Random, unit: str, title: str = "") -> list[str]:
    """A plan of the week: the same words as a summary, but in the future and with 工作要求."""
    about = [activity(rng) for _ in range(4)]
    content = [
        f"（{N[at]}）拟于{rng.randint(21, 30)}日开展“{one.name}”{one.what}，面向{one.who}，由继续教育学院负责组织实施。"
        for at, one in enumerate(about)
    ]
    return [
        title or f"{unit}2022年{WEEK}{rng.choice(('实施方案', '活动方案', '工作方案'))}",
        "一、指导思想",
        "以习近平新时代中国特色社会主义思想为指导，深入学习贯彻党的二十大精神，推动全民终身学习，特制定本方案。",
        "二、活动主题",
        "学习贯彻二十大 终身学习向未来",
        "三、活动时间",
        "2022年11月下旬至12月上旬",
        "四、活动内容",
        *content,
        "五、工作要求",
        "（一）各部门要高度重视，加强领导，确保活动有序开展。",
        "（二）要严格落实疫情防控要求，做好应急预案。",
        "（三）要注意收集整理文字、图片资料，活动结束后将总结、照片和典型案例于12月20日前报送办公室。",
        *signed(rng, unit),
    ]


def own_notice(rng: random.Random, unit: str) -> list[str]:
    """The unit's own notice to its counties or departments."""
    return [
        f"{unit}关于举办2022年{WEEK}的通知",
        rng.choice(("各县（市、区）教育局，市直各学校：", "各学院、各部门：")),
        "按照省教育厅通知要求，现就举办活动周有关事宜通知如下：",
        "一、主题和时间",
        "主题为“学习贯彻二十大，终身学习向未来”，时间为11月下旬。",
        "二、活动内容",
        "各单位要结合实际，组织开展学习宣传、智慧助老、全民阅读等活动。",
        "三、有关要求",
        "请各单位于12月15日前将工作总结、活动照片和典型案例报送至我处。",
        *signed(rng, unit),
    ]


def province_notice() -> list[str]:
    return [
        "关于举办2022年吉林省暨长春市全民终身学习活动周的通知",
        "各市（州）教育局，长白山管委会教育科技局，梅河口市教育局，各高等院校：",
        "根据教育部办公厅通知精神，决定举办2022年吉林省暨长春市全民终身学习活动周。现将有关事项通知如下：",
        "一、主题和时间",
        "（一）主题：学习贯彻二十大 终身学习向未来",
        "（二）时间：吉林省总开幕式定于11月底前在长春开放大学举行。",
        "二、活动内容",
        "（一）学习宣传贯彻党的二十大精神。（二）推动开放各类学习教育资源。（三）引导助力全民阅读学习。",
        "三、工作要求",
        "（三）材料报送。请各地各校于12月28日前报送2022年度活动周工作总结、精彩学习活动照片和典型活动案例1个。工作邮箱：jlqmxx@126.com。",
        "吉林省教育厅",
        "2022年11月17日",
    ]


def covering_letter(rng: random.Random, unit: str) -> list[str]:
    """A 函 that only lists what is enclosed."""
    return [
        f"{unit}关于报送2022年{WEEK}材料的函",
        "吉林省教育厅职业与成人教育处：",
        "按照贵厅通知要求，现将我单位活动周有关材料报上，请审阅。",
        rng.choice(("此函。", "特此函达。")),
        "附件：1.工作总结",
        "2.精彩学习活动照片",
        "3.典型活动案例",
        *signed(rng, unit),
    ]


def letter_with_summary(rng: random.Random, unit: str) -> list[str]:
    """A 函 or 报告 whose body is the summary itself."""
    whole = summary(rng, unit, "report")
    kind = rng.choice(("函", "报告"))
    return [f"{unit}关于报送2022年{WEEK}工作总结的{kind}", "吉林省教育厅：", *whole[1:-2], "特此报告。", *whole[-2:]]


def news(rng: random.Random, unit: str) -> list[str]:
    about = activity(rng)
    return [
        f"{unit}举办“{about.name}”活动",
        f"本报讯 近日，{unit}“{about.name}”活动在{rng.choice(banks.PLACES)}举行，{about.who}代表{rng.randint(30, 90)}人参加。",
        f"活动现场，教师围绕{about.what}进行了讲解。" + fill(rng, rng.choice(banks.DETAILS)),
        "供稿：继续教育学院 摄影：宣传部 编辑：〔姓名〕 审核：〔姓名〕",
    ]


def star_form(rng: random.Random, unit: str) -> tuple[list[str], list[tuple[str, str]]]:
    """A form of the other call (中成协)."""
    kind = rng.choice(("“百姓学习之星”推介表", "终身学习品牌项目推介登记表", "全国“百姓学习之星”推荐登记表"))
    return [f"2022年{kind}"], [
        ("姓名", "〔姓名〕"),
        ("性别", ""),
        ("推荐单位", unit),
        ("学习经历", "坚持自学，学以致用。"),
        ("主要事迹", "多年来热心公益，带动邻里学习。"),
    ]


def other_activity_summary(rng: random.Random, unit: str, subject: str) -> list[str]:
    """A summary of another activity or of a whole year's other work: the words of a summary, the wrong subject."""
    deeds = some(rng, banks.DETAILS, 4, unit)
    return [
        f"{unit}2022年{subject}工作总结",
        f"2022年，{unit}认真组织开展{subject}各项工作，现将有关情况总结如下：",
        "一、加强领导，精心组织",
        f"成立了{subject}领导小组，明确了职责分工，制定了工作计划。",
        "二、主要工作",
        *deeds,
        f"围绕{subject}主题开展宣传{rng.randint(3, 9)}次。",
        "三、下一步打算",
        f"继续做好{subject}工作，努力取得更好成绩。",
        *signed(rng, unit),
    ]


def initiative(rng: random.Random) -> list[str]:
    return [
        "全民终身学习倡议书",
        "广大市民朋友们：",
        "学习是人生永恒的主题。为建设学习型社会，我们倡议：",
        "一、树立终身学习理念。",
        "二、养成良好学习习惯。",
        "三、" + rng.choice(banks.SLOGANS) + "。",
        "让我们行动起来吧！",
    ]


def chairing(rng: random.Random, unit: str) -> list[str]:
    return [
        f"{unit}2022年{WEEK}启动仪式主持词",
        "各位领导、各位来宾：",
        "大家好！今天我们在这里举行启动仪式。",
        "首先，请允许我介绍出席仪式的领导和嘉宾。",
        "进行第一项：请领导致辞。",
        "进行第二项：学员代表发言。",
        "启动仪式到此结束，谢谢大家！",
    ]


def case_summary(rng: random.Random, unit: str) -> list[str]:
    """案例总结: a written-up case, titled with 总结."""
    about = activity(rng)
    return case(rng, unit, title=f"“{about.name}”典型案例总结", about=about)


def summary_full_of_cases(rng: random.Random, unit: str) -> list[str]:
    """A summary that tells of its activities one by one and calls them 案例, still a summary of everything."""
    lines = summary(rng, unit, rng.choice(("plain", "dash", "two")))
    at = next(number for number, line in enumerate(lines) if line.startswith("四、"))
    extra = [
        f"典型案例{N[number]}：“{one.name}”。{fill(rng, '面向{who}开展{what}，{people}人次受益，已成为品牌。', unit, one)}"
        for number, one in enumerate(activity(rng) for _ in range(3))
    ]
    return [*lines[:at], "在活动中涌现出一批典型案例：", *extra, *lines[at:]]


def combined(rng: random.Random, unit: str) -> list[str]:
    """Summary and case in one document."""
    head = [f"{unit}2022年{WEEK}工作总结及典型案例", "第一部分 工作总结"] if rng.random() < 0.5 else []
    return [*head, *summary(rng, unit, "plain"), "第二部分 典型活动案例" if head else "典型活动案例", *case(rng, unit)]


def signature(rng: random.Random, unit: str, body: Body) -> str:
    """A signature block as clerks leave it."""
    office = {"bureau": ("职成科", "职业与成人教育科", "")}.get(body.kind, ("继续教育学院", "成人教育处", "教务处", ""))
    return rng.choice(
        (
            f"{unit}{rng.choice(office)}",
            f"{unit}\n{rng.choice(office)} 〔姓名〕",
            f"--\n{unit}\n电话：0431-8{rng.randint(1000000, 9999999)}",
        )
    )
