"""The demo's inbox: mails from different units as an office meets them in November and December 2022, each with its arrival time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache

from mailbot.demo import makers, pictures, prose
from mailbot.demo.compose import Draft, File, write
from mailbot.demo.mailers import Mailer, Naming

_CHINA = timezone(timedelta(hours=8))
_NOTICE = (
    "尊敬的{unit}：\n您单位报送的材料已收到（回执编号第3号），目前尚缺：典型活动案例。请于2022年12月28日前补报。"
    "工作总结、精彩学习活动照片已登记。\n吉林省教育厅职业与成人教育处"
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail: what it shows (Chinese, for the reader of the demo), its bytes, when it arrived (aware) and in which folder."""

    title: str
    raw: bytes
    received_at: datetime
    folder: str = "INBOX"


@cache
def samples() -> tuple[Sample, ...]:
    """All sample mails in order of arrival; the same bytes at every call."""
    mails = [*_complete(), *_burst(), *_forms(), *_later(), *_doubtful(), *_no_submission()]
    return tuple(sorted(mails, key=lambda sample: sample.received_at))


def _at(month: int, day: int, hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2022, month, day, hour, minute, second, tzinfo=_CHINA)


def _mail(title: str, mailer: Mailer, draft: Draft, folder: str = "INBOX") -> Sample:
    return Sample(title, write(draft, mailer), draft.when, folder)


def _summary(unit: str, seed: int, name: str = "{unit}2022年全民终身学习活动周工作总结.docx", header: str = "") -> File:
    return File(name.format(unit=unit), makers.docx(prose.summary(unit, seed), header=header))


def _case(unit: str, seed: int, name: str = "{unit}典型活动案例.docx") -> File:
    return File(name.format(unit=unit), makers.docx(prose.case(unit, seed)))


def _photos(seed: int, count: int, name: str = "照片{}.jpg") -> list[File]:
    taken = _at(11, 23, 9, 30)
    return [
        File(name.format(number + 1), pictures.photo(seed * 100 + number, 800, 600, taken + timedelta(minutes=7 * number)))
        for number in range(count)
    ]


def _members(files: list[File], folder: str) -> list[tuple[str, bytes]]:
    return [(f"{folder}/{file.name}", file.content) for file in files]


def _complete() -> list[Sample]:
    """Everything asked for, in the ways that units pack it."""
    ccut, jilin, beihua, tonghua, jisu = "长春工业大学", "吉林市教育局", "北华大学", "通化市教育局", "吉林外国语大学"
    zipped = makers.zip_gbk(_members(_photos(1, 4, "活动照片{}.jpg"), "精彩学习活动照片"))
    everything = makers.zip_gbk(
        [
            *_members([_summary(tonghua, 4)], "通化市教育局材料/1.工作总结"),
            *_members(_photos(4, 4, "{}.社区学习现场.jpg"), "通化市教育局材料/2.照片"),
            *_members([_case(tonghua, 4)], "通化市教育局材料/3.典型案例"),
            ("通化市教育局材料/2.照片/Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)),
        ]
    )
    illustrated = makers.docx(prose.summary(beihua, 3), [file.content for file in _photos(3, 4)], prose.captions(3, 4))
    text = "老师您好，附件是我校2022年全民终身学习活动周工作总结、活动照片和典型活动案例，请查收，谢谢！"
    return [
        _mail("三份材料齐全，照片在GBK文件名的压缩包里", Mailer.QQ, Draft(
            "1839204756@qq.com", "长春工业大学继续教育学院", f"{ccut}2022年全民终身学习活动周材料", f"{text}\n\n{ccut}继续教育学院",
            _at(12, 5, 9, 12),
            [_summary(ccut, 1), File("精彩学习活动照片.zip", zipped), _case(ccut, 1)],
        )),
        _mail("市教育局用Foxmail报送，正文带签名徽标", Mailer.FOXMAIL, Draft(
            "jlszcc@163.com", "吉林市教育局职成处", "关于报送2022年全民终身学习活动周工作总结、照片及典型案例的报告",
            f"省教育厅职成处：\n    现将我市2022年全民终身学习活动周工作总结、活动照片和典型案例报上，请查收。\n\n{jilin}",
            _at(12, 9, 15, 40),
            [_summary(jilin, 2, "1.工作总结.docx", jilin), *_photos(2, 4, "2.照片{}.jpg"), _case(jilin, 2, "3.典型案例.docx"),
             File("image001.png", pictures.logo(2), inline=True)],
        )),
        _mail("照片插在总结里，案例是PDF", Mailer.COREMAIL_EDU, Draft(
            "jxjy@beihua.edu.cn", "北华大学继续教育学院", f"【{beihua}】2022年全民终身学习活动周报送材料",
            f"{text}\n照片直接粘贴在总结后面。", _at(12, 12, 10, 5),
            [File(f"{beihua}活动周图文总结.docx", illustrated), File(f"{beihua}典型活动案例.pdf", makers.pdf(prose.case(beihua, 3)))],
        )),
        _mail("一个压缩包装齐全部材料", Mailer.NETEASE, Draft(
            "thszcjk@163.com", "通化职成", f"{tonghua}全民终身学习活动周材料", "材料见附件压缩包，请查收。", _at(12, 13, 14, 22),
            [File(f"{tonghua}.zip", everything)],
        )),
        _mail("老办公系统发信，主题和文件名是裸GBK字节", Mailer.GATEWAY, Draft(
            "oa@jisu.edu.cn", "吉林外国语大学", f"{jisu}全民终身学习活动周材料", f"{text}\n{jisu}继续教育学院", _at(12, 14, 8, 51),
            [_summary(jisu, 5), *_photos(5, 3), _case(jisu, 5)],
        )),
        _mail("被当成垃圾邮件的完整材料", Mailer.NETEASE, Draft(
            "cczyydx_jj@163.com", "小雨", "材料报送", "您好，我校材料见附件。\n长春中医药大学继续教育学院", _at(12, 15, 11, 30),
            [_summary("长春中医药大学", 6, "附件1：工作总结（{unit}）.docx"), *_photos(6, 3, "附件2-{}.jpg"),
             _case("长春中医药大学", 6, "附件3：典型活动案例（{unit}）.docx")],
        ), "垃圾邮件"),
    ]  # fmt: skip


def _burst() -> list[Sample]:
    """Three mails of one clerk within four minutes: one letter answers them all."""
    unit, address, name = "延边大学", "yanda_cj@126.com", "延大成教"
    return [
        _mail("三封连发之一：总结", Mailer.NETEASE, Draft(
            address, name, "延边大学 材料1", "总结和案例先发给您，照片比较大，分封发送，这是第一封。",
            _at(12, 16, 16, 1), [_summary(unit, 10)])),
        _mail("三封连发之二：照片", Mailer.NETEASE, Draft(
            address, name, "延边大学 材料2 照片（1/2）", "这是第二封，照片。",
            _at(12, 16, 16, 3), _photos(10, 4, "微信图片_2022112315301{}.jpg"))),
        _mail("三封连发之三：照片和案例", Mailer.NETEASE, Draft(
            address, name, "延边大学 材料3 照片（2/2）和案例", "这是第三封，后半部分照片和典型案例。", _at(12, 16, 16, 5),
            [*_photos(11, 2, "微信图片_2022112415301{}.jpg"), _case(unit, 10)])),
    ]  # fmt: skip


def _forms() -> list[Sample]:
    """Other ways to send the same: from a phone, one document, slides, PDF, forwarded, as text, with RFC 2231 names."""
    tour, songyuan, yiyao, mhk, bcnu, liaoyuan = (
        "长春大学旅游学院", "松原职业技术学院", "吉林医药学院", "梅河口市教育局", "白城师范学院", "辽源市教育局",
    )  # fmt: skip
    both = [f"{songyuan}2022年全民终身学习活动周总结及典型案例", *prose.summary(songyuan, 21), "典型活动案例", *prose.case(songyuan, 21)]
    slides = [("活动掠影", caption, photo.content) for caption, photo in zip(prose.captions(23, 4), _photos(23, 4), strict=True)]
    inner = write(Draft(
        "zhaowj@bcnu.edu.cn", "赵老师", "活动周材料", f"学院汇总好的材料，请转报省厅。\n{bcnu}", _at(12, 18, 17, 30),
        [_summary(bcnu, 24), *_photos(24, 3, "活动现场{}.jpg"), _case(bcnu, 24)], to="office@bcnu.edu.cn",
    ), Mailer.COREMAIL_EDU)  # fmt: skip
    return [
        _mail("手机发信，照片夹在正文里", Mailer.IOS, Draft(
            "lxy2022@icloud.com", "旅游学院-王", f"{tour}活动周材料", f"{tour}总结、案例和现场照片。\n\n发自我的iPhone", _at(12, 7, 20, 18),
            [*(File(f"IMG_339{n}.JPG", pictures.photo(2000 + n, 800, 600), inline=True) for n in range(3)),
             File("IMG_3394.HEIC", pictures.heic(2009, 800, 600), "image/heic"), _summary(tour, 20), _case(tour, 20)],
        )),
        _mail("总结和案例写在一个文件里", Mailer.QQ, Draft(
            "88213047@qq.com", "松原职院", f"{songyuan}总结和案例", "您好，总结和典型案例在同一个文档中，照片另附。", _at(12, 8, 9, 45),
            [File("活动总结及典型案例.docx", makers.docx(both)), *_photos(21, 3, "松原职院+照片+{}.jpg")],
        )),
        _mail("全是PDF", Mailer.OUTLOOK, Draft(
            "jxjyxy@jlmu.cn", "吉林医药学院继续教育学院", "吉林医药学院材料", "现将我校材料报上。", _at(12, 15, 15, 15),
            [File(f"{yiyao}工作总结（盖章）.pdf", makers.pdf(prose.summary(yiyao, 22))),
             File("典型案例.pdf", makers.pdf(prose.case(yiyao, 22))), *_photos(22, 3, "DSC_018{}.JPG")],
        )),
        _mail("照片做成了幻灯片", Mailer.FOXMAIL, Draft(
            "mhkjyj2008@126.com", "梅河口教育", f"{mhk}2022年全民终身学习活动周材料", f"材料三份，请审阅。\n{mhk}", _at(12, 19, 10, 10),
            [_summary(mhk, 23), File("全民终身学习活动周精彩瞬间.pptx", makers.pptx(slides)), _case(mhk, 23)],
        )),
        _mail("把同事的邮件作为附件转发", Mailer.COREMAIL_EDU, Draft(
            "office@bcnu.edu.cn", "白城师范学院办公室", "转发：活动周材料", "转发继续教育学院的材料，请登记在我校名下。",
            _at(12, 19, 8, 30),
            [File("活动周材料.eml", inner, "message/rfc822")],
        )),
        _mail("总结写在邮件正文里", Mailer.NETEASE, Draft(
            "lyjyj_zcb@163.com", "辽源市教育局", f"{liaoyuan}活动周总结", "\n".join(prose.summary(liaoyuan, 25)), _at(12, 20, 9, 0),
            [*_photos(25, 3, "图{}.jpg"), _case(liaoyuan, 25)],
        )),
        _mail("文件名用RFC 2231分段书写", Mailer.THUNDERBIRD, Draft(
            "cj@cjgz.edu.cn", "长春金专成教部", "长春金专全民终身学习活动周总结照片案例", "请查收。\n长春金融高等专科学校",
            _at(12, 20, 13, 26),
            [_summary("长春金融高等专科学校", 26), *_photos(26, 3), _case("长春金融高等专科学校", 26)],
        )),
    ]  # fmt: skip


def _later() -> list[Sample]:
    """What changes over time: a part missing, a correction, a supplement, the same again, a late one."""
    normal, finance, chem, guanghua, baishan = "长春师范大学", "吉林财经大学", "吉林化工学院", "长春光华学院", "白山市教育局"
    again = [_summary(guanghua, 33), *_photos(33, 3), _case(guanghua, 33)]
    corrected = File("吉林财经大学工作总结（修改版）.docx", makers.docx(prose.summary(finance, 131, date(2022, 12, 22))))
    quoted = "\n".join(f"> {line}" for line in _NOTICE.format(unit=chem).splitlines())
    reply = f"老师好，现补报典型活动案例一份，请更新登记。\n{chem}\n\n---- 回复的原邮件 ----\n发件人：<jlqmxx@126.com>\n{quoted}"
    return [
        _mail("缺典型案例", Mailer.QQ, Draft(
            "503918822@qq.com", "晴空", f"{normal}全民终身学习活动周总结、照片", f"附件为我校总结和照片，请查收。\n{normal}",
            _at(12, 6, 10, 40),
            [_summary(normal, 30), *_photos(30, 4, "照片{}（讲座现场）.jpg")],
        )),
        _mail("完整，稍后会更正", Mailer.COREMAIL_EDU, Draft(
            "cjxy@jlufe.edu.cn", "吉林财经大学", f"{finance}报送材料", "材料见附件。", _at(12, 12, 16, 2),
            [_summary(finance, 31), *_photos(31, 3, "{}.jpg"), _case(finance, 31)],
        )),
        _mail("更正：以此为准", Mailer.COREMAIL_EDU, Draft(
            "cjxy@jlufe.edu.cn", "吉林财经大学", f"更正：{finance}工作总结（以此为准）",
            "上次发的总结有误，请以本封邮件为准，给您添麻烦了。",
            _at(12, 22, 9, 20), [corrected],
        )),
        _mail("先报总结和照片", Mailer.QQ, Draft(
            "276640013@qq.com", "吉化院继教", f"{chem}活动周总结及照片", f"先报总结和照片。\n{chem}", _at(12, 14, 9, 33),
            [_summary(chem, 32), *_photos(32, 3)],
        )),
        _mail("在催补信上直接回复并补报案例", Mailer.NETEASE, Draft(
            "276640013@qq.com", "吉化院继教", f"回复：【缺件提醒】{chem}", reply, _at(12, 21, 14, 14), [_case(chem, 32)],
            in_reply_to="<mailbot.demo.missing.3@126.com>",
        )),
        _mail("完整", Mailer.FOXMAIL, Draft(
            "ghxy_jx@163.com", guanghua, f"{guanghua}材料", "请查收。", _at(12, 13, 9, 0), again)),
        _mail("同样的文件又发一遍", Mailer.FOXMAIL, Draft(
            "ghxy_jx@163.com", guanghua, f"重发：{guanghua}材料", "不知是否收到，再发一次。", _at(12, 26, 9, 0), again)),
        _mail("过了截止时间才到", Mailer.NETEASE, Draft(
            "bssjyj@163.com", "白山市教育局职成科", f"迟报说明及材料——{baishan}", f"由于疫情影响，材料迟报，敬请谅解。\n{baishan}",
            _at(12, 29, 10, 12),
            [_summary(baishan, 34), *_photos(34, 3), _case(baishan, 34)],
        )),
    ]  # fmt: skip


def _doubtful() -> list[Sample]:
    """Mails where a person has to look: links, scans, unknown senders, county bodies, last year's file."""
    spvu, ccrw, sport = "四平职业大学", "长春人文学院", "吉林体育学院"
    link = (
        "<div>照片文件太大，已用超大附件上传，请在到期之前下载。</div><div>四平职业大学</div><div>从网易163邮箱发来的超大附件</div>"
        '<a href="https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE-ATTACHMENT&amp;file=Zx9&amp;title=%E7%85%A7">'
        "四平职大照片.zip</a>(126.4M, 2023年1月8日 16:20 到期)"
    )
    old = [line.replace("2022", "2021") for line in prose.summary(sport, 43, date(2021, 12, 20))]
    scan = makers.scanned_pdf([pictures.page(prose.summary(ccrw, 41)[:9], 41)])
    return [
        _mail("照片在超大附件链接里", Mailer.NETEASE, Draft(
            "spzydx@163.com", "四平职大", "转发：学习周材料（四平职大）",
            "照片文件太大，已用超大附件上传，请在到期之前下载。\n四平职业大学", _at(12, 24, 16, 20),
            [_summary(spvu, 40), _case(spvu, 40)], html=link,
        )),
        _mail("总结是盖章扫描件", Mailer.QQ, Draft(
            "1120387465@qq.com", "往事随风", "材料", "老师您好，材料见附件。\n长春人文学院 继续教育学院", _at(12, 23, 10, 7),
            [File("扫描件.pdf", scan), *_photos(41, 3, "mmexport167198202334{}.jpg"), _case(ccrw, 41)],
        )),
        _mail("不知道是谁发来的", Mailer.QQ, Draft(
            "3391027756@qq.com", "风轻云淡", "照片", "照片", _at(12, 21, 20, 11), _photos(42, 3, "IMG_20221124_09320{}.jpg"))),
        _mail("去年的总结", Mailer.QQ, Draft(
            "tyxy_cjb@qq.com", sport, f"{sport}总结", "请查收总结。", _at(12, 22, 15, 48),
            [File("2021年全民终身学习活动周工作总结.docx", makers.docx(old))],
        )),
        _mail("县教育局直接报送", Mailer.NETEASE, Draft(
            "nongan_jyj@163.com", "农安教育", "农安县社区教育中心活动周材料", "现将我县活动周材料报上。\n农安县教育局", _at(12, 19, 16, 40),
            [_summary("农安县教育局", 44), *_photos(44, 2), _case("农安县教育局", 44)],
        )),
    ]  # fmt: skip


def _no_submission() -> list[Sample]:
    """What is no submission and must never be told that something is missing."""
    away = Draft(
        "503918822@qq.com", "晴空", "自动回复:【材料收悉】长春师范大学",
            "这是来自QQ邮箱的假期自动回复邮件。\n您好，我最近正在休假中，无法亲自回复您的邮件。",
        _at(12, 6, 10, 52), headers=[("X-QQ-AUTO-REPLY", "true")],
    )  # fmt: skip
    bounce = (
        "<html><body>抱歉，您的邮件被退回来了……<br>原邮件信息：<br>时间 2022-12-13 14:30:00<br>主题 【材料收悉】回执<br>"
        "收件人 nobody2022@163.com<br>退信原因：收件人不存在<br>"
        "英文说明: 550 User not found<br>This message is generated by Coremail.</body></html>"
    )
    form = makers.docx(
        ["“百姓学习之星”推介表"], table=[("姓名", ""), ("推荐单位", "吉林工商学院"), ("主要事迹", "热爱学习，坚持自学三十年。")]
    )
    return [
        _mail("咨询", Mailer.NETEASE, Draft(
            "gsxy_jxjy@163.com", "吉林工商学院", "咨询：典型案例字数要求",
            "请问典型案例有没有固定模板？字数有要求吗？照片要几张？谢谢！\n吉林工商学院继续教育学院", _at(11, 28, 9, 5),
        )),
        _mail("休假自动回复", Mailer.QQ, away),
        _mail("系统退信", Mailer.NETEASE, Draft(
            "Postmaster@163.com", "Postmaster", "系统退信", "抱歉，您的邮件被退回来了", _at(12, 13, 14, 31), html=bounce,
            message_id="<63981f3c.1c69fb81.0a1b2@163smtp10>",
        )),
        _mail("广告", Mailer.QQ, Draft(
            "fapiao88@qq.com", "财务代理", "发票", "本公司可代开各类发票，税率优惠，欢迎来电咨询。", _at(12, 2, 3, 3))),
        _mail("另一项活动的表格", Mailer.NETEASE, Draft(
            "gsxy_jxjy@163.com", "吉林工商学院", "百姓学习之星推荐材料", "同时报送百姓学习之星推荐表，请转交相关部门。",
            _at(12, 20, 11, 11),
            [File("百姓学习之星推介表.docx", form, naming=Naming.SPLIT)],
        )),
    ]  # fmt: skip
