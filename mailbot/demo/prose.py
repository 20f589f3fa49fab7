"""Chinese texts as units write them: summaries of the week, cases of one activity, news; composed from sentences by a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from mailbot.demo.makers import DIGITS

WEEK = "2022年全民终身学习活动周"
THEME = "学习贯彻二十大 终身学习向未来"

ACTIVITIES: tuple[tuple[str, str, str], ...] = (
    ("银龄课堂", "智能手机使用培训", "老年朋友"),
    ("田间课堂", "棚膜蔬菜栽培技术讲座", "种植大户"),
    ("书香夜读", "经典诵读分享会", "读书会会员"),
    ("红色讲堂", "党的二十大精神宣讲", "社区党员"),
    ("巧手工坊", "剪纸与布艺手工课", "社区居民"),
    ("职工夜校", "数控技术技能提升班", "企业职工"),
    ("健康大讲堂", "冬季慢性病预防讲座", "退休教师"),
    ("家长学校", "家庭教育公益讲座", "学生家长"),
    ("非遗传习所", "朝鲜族长鼓舞体验课", "非遗爱好者"),
    ("云端学堂", "线上公开课展播", "网络学员"),
    ("墨香书屋", "书法入门公益课", "中老年学员"),
    ("急救第一课", "心肺复苏实操培训", "志愿者"),
)
_OPENINGS = (
    "根据《吉林省教育厅关于举办2022年吉林省暨长春市全民终身学习活动周的通知》要求，{unit}高度重视，精心组织，紧紧围绕“{theme}”这一主题，"
    "扎实开展了内容丰富、形式多样的学习活动。现将有关情况总结如下：",
    "为深入学习宣传贯彻党的二十大精神，推进学习型社会建设，按照省教育厅统一部署，{unit}于11月下旬至12月中旬组织开展了{week}各项活动，现将活动开展情况总结如下：",
    "11月以来，{unit}按照教育部办公厅和省教育厅关于举办{week}的通知精神，克服疫情影响，线上线下相结合，圆满完成了各项任务。现将工作情况汇报如下：",
)
_LEADERSHIP = (
    "成立了由主要负责同志任组长、分管同志任副组长的活动领导小组，下设办公室，明确了各部门职责分工，制定了活动方案，做到了有部署、有落实、有检查。",
    "先后召开两次专题会议研究活动安排，把活动周与学习宣传党的二十大精神结合起来，落实专人负责联络、宣传和材料整理工作。",
    "将活动周纳入年度重点工作，安排专项经费{money}元，用于资源建设、师资聘请和宣传品制作，为活动顺利开展提供了保障。",
)
_PUBLICITY = (
    "利用网站、微信公众号、电子屏和宣传栏等载体广泛宣传终身学习理念，累计推送文章{posts}篇，阅读量{views}余次，悬挂条幅{banners}条，发放宣传单{leaflets}份。",
    "制作专题展板{banners}块，组织志愿者{volunteers}人走进{places}个社区开展宣传，向居民介绍学习平台的使用方法，营造了人人皆学、处处能学、时时可学的浓厚氛围。",
)
_DEEDS = (
    "开展“{name}”{what}。共举办{times}场，{who}{people}人次参加，授课教师结合实际案例讲解，现场互动热烈，受到参加人员一致好评。",
    "依托“{name}”品牌，面向{who}举办{what}{times}期，发放学习资料{leaflets}份，参加学习{people}人次，满意率达到{rate}%。",
    "组织“{name}”系列活动，邀请专业教师开展{what}，采取线上直播与线下辅导相结合的方式，覆盖{places}个社区，惠及{who}{people}余人。",
)
_DETAILS = (
    "活动中，学员们边听边记，遇到不懂的问题随时举手提问，志愿者在一旁耐心解答；课后还建立了学习微信群，教师定期发布微课和练习，巩固学习成果。",
    "为方便上班群众参加，活动特意安排在周末和晚间，并同步开通网络直播，线上累计观看{views}人次，留言互动{leaflets}条，突破了时间和空间的限制。",
    "活动坚持公益性原则，教材、场地全部免费，由{volunteers}名教师和志愿者组成的团队负责授课与辅导，真正做到把课堂送到群众身边。",
    "参加活动的群众纷纷表示，课程内容贴近生活、通俗易懂，学了就能用，希望今后能够经常举办这样的活动，让更多的人受益。",
    "针对不同人群的特点，授课内容分为基础篇、应用篇和提高篇三个层次，配发图文并茂的学习手册，并对行动不便的学员提供上门辅导服务{places}次。",
    "活动得到了街道和社区的大力支持，双方签订了长期共建协议，约定每月固定开展一次学习活动，推动终身学习常态化、制度化。",
)
_RESULTS = (
    "活动期间共开展各类学习活动{times}场次，参与群众{people}人次，培育学习团队{places}个，新增线上注册学员{volunteers}人，广大群众的获得感明显增强。",
    "通过活动周的开展，终身学习理念更加深入人心，服务能力进一步提升，形成了政府主导、部门协同、社会参与的良好局面。",
)
_PROBLEMS = (
    "受疫情影响，部分线下活动规模较小；优质学习资源供给还不够丰富；基层师资力量有待加强；宣传的广度和深度仍需进一步拓展。",
    "一是经费投入不足，二是资源共享机制还不健全，三是老年群体数字技能培训覆盖面不够，需要在今后工作中逐步加以解决。",
)
_PLANS = (
    "下一步，我们将继续深入学习贯彻党的二十大精神，健全工作机制，丰富学习资源，打造特色品牌，为建设全民终身学习的学习型社会作出新的贡献。",
    "今后，将进一步整合各类教育资源，推动数字化学习平台建设，扩大社区教育和老年教育覆盖面，努力办好人民群众家门口的学校。",
)
_BACKGROUND = (
    "随着数字技术快速发展，{who}在日常生活中遇到了不少新问题。调研中，{percent}%的受访者表示希望得到系统的学习帮助。为此，{unit}策划实施了“{name}”项目。",
    "{who}学习需求日益增长，而身边可用的学习资源却相对不足。{unit}立足自身专业优势，从群众最关心的问题入手，于2022年开办了“{name}”。",
)
_METHODS = (
    "坚持需求导向，课前入户走访{people}人次，建立学员档案，按照基础不同分为初级班和提高班，编写了通俗易懂的大字教材，让学员听得懂、学得会、用得上。",
    "组建由{volunteers}名教师和学生志愿者组成的教学团队，采取“一对一”结对帮学的办法，课上讲解示范，课下微信群答疑，手把手帮助学员解决实际问题。",
    "把课堂搬到群众身边，先后在{places}个社区设立教学点，每周三下午固定开课，围绕{what}开展{times}次教学活动，并将课程录制成微课供学员反复学习。",
    "建立激励机制，设立学习积分和“学习达人”称号，学员张阿姨从不敢碰手机到主动当起小老师，她说：“在这里学到了本领，日子越过越有滋味。”",
)
_EFFECTS = (
    "项目实施以来，累计培训{who}{people}人次，学员合格率达到{rate}%，有{volunteers}名学员成为志愿者，带动身边更多的人参与学习，社会反响良好。",
    "“{name}”得到了群众的广泛认可，收到感谢信和锦旗{banners}件，相关做法在周边社区得到推广，成为家门口的学习品牌。",
)
_LESSONS = (
    "实践证明，只有把学习送到群众需要的地方，终身学习才有生命力；只有整合各方资源，形成工作合力，品牌项目才能持续发展。",
    "一是要坚持以人为本，因需施教；二是要发挥专业优势，打造特色；三是要建立长效机制，久久为功。",
)


def summary(unit: str, seed: int, signed: date = date(2022, 12, 20)) -> list[str]:
    """A summary of the whole week of `unit`, 1,500 characters and more: title, opening, 一、 to 五、, signature and date."""
    rng = random.Random(seed)
    deeds = [
        f"（{DIGITS[number]}）{_filled(rng, _DEEDS, unit, activity)}{_filled(rng, [detail], unit)}"
        for number, (activity, detail) in enumerate(zip(rng.sample(ACTIVITIES, 6), _DETAILS, strict=True))
    ]
    sections: list[tuple[str, Sequence[str]]] = [
        ("高度重视，加强组织领导", [_filled(rng, [text], unit) for text in _LEADERSHIP]),
        ("广泛宣传，营造浓厚氛围", [_filled(rng, [text], unit) for text in _PUBLICITY]),
        ("突出主题，开展特色活动", deeds),
        ("注重实效，取得积极成果", [_filled(rng, [text], unit) for text in _RESULTS]),
        ("存在问题及下一步打算", [rng.choice(_PROBLEMS), rng.choice(_PLANS)]),
    ]
    lines = [f"{unit}{WEEK}工作总结", _filled(rng, _OPENINGS, unit)]
    for number, (heading, texts) in enumerate(sections):
        lines += [f"{DIGITS[number]}、{heading}", *texts]
    return [*lines, unit, f"{signed.year}年{signed.month}月{signed.day}日"]


def case(unit: str, seed: int, title: str = "") -> list[str]:
    """A case: one activity with a name, its background, what was done, what came of it, what it teaches."""
    rng = random.Random(seed)
    activity = rng.choice(ACTIVITIES)
    lines = [title or f"“{activity[0]}”让学习走进千家万户", f"——{unit}典型活动案例"]
    parts = (
        ("案例背景", [_filled(rng, _BACKGROUND, unit, activity)]),
        ("主要做法", [_filled(rng, [text], unit, activity) for text in (*_METHODS, *rng.sample(_DETAILS, 3))]),
        ("取得成效", [_filled(rng, [text], unit, activity) for text in _EFFECTS]),
        ("经验启示", [rng.choice(_LESSONS)]),
    )
    for number, (heading, texts) in enumerate(parts):
        lines += [f"{DIGITS[number]}、{heading}", *texts]
    return lines


def captions(seed: int, count: int) -> list[str]:
    """Lines for below pictures: 图1 …现场."""
    rng = random.Random(seed)
    return [f"图{number + 1} “{name}”{what}现场" for number, (name, what, _) in enumerate(rng.choice(ACTIVITIES) for _ in range(count))]


def _filled(rng: random.Random, texts: Sequence[str], unit: str, activity: tuple[str, str, str] = ("", "", "")) -> str:
    name, what, who = activity
    return rng.choice(texts).format(
        unit=unit, theme=THEME, week=WEEK, name=name, what=what, who=who,
        money=rng.randint(2, 30) * 1000, posts=rng.randint(4, 40), views=rng.randint(12, 900) * 100, banners=rng.randint(5, 40),
        leaflets=rng.randint(3, 80) * 100, volunteers=rng.randint(12, 120), places=rng.randint(3, 28), times=rng.randint(3, 40),
        people=rng.randint(80, 4200), rate=rng.randint(93, 99), percent=rng.randint(55, 88),
    )  # fmt: skip
