"""Traps about what a file is: contents against names, other papers, pictures that are no photos, damaged and locked files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from mailbot.demo import makers, pictures

from . import texts
from .building import Corpus, at
from .pieces import (
    ASK,
    CASE,
    DUPLICATE,
    FILED,
    IGNORED,
    NOT_FILED,
    OTHER,
    PHOTOS,
    SUMMARY,
    Piece,
    archive,
    document,
    fixture,
    piece,
    smaller,
)
from .plots import case, photos, summary

UNREAD = ("unreadable", "unsure")


class Days:
    """Spreads the traps' mails over the month."""

    def __init__(self) -> None:
        self._next = at(12, 1, 8)

    def __call__(self) -> datetime:
        self._next += timedelta(hours=7, minutes=11)
        return self._next if self._next < at(12, 27) else self._next - timedelta(days=20)


def send(c: Corpus, days: Days, line: str, id: str, files: Sequence[Piece], text: str = "", **wanted: object) -> None:
    """One more mail of a known unit whose name stands in the subject."""
    name = c.unit(id).name
    c.mail(line, c.regular(id), f"{name}材料", f"{text or '请查收。'}\n{name}", files, days(), id, **wanted)  # type: ignore[arg-type]


def contents_against_names(c: Corpus, days: Days) -> None:

    def name(id: str) -> str:
        return c.unit(id).name

    for id in ("cust", "jlau", "ccufe", "jyj-changchun"):
        send(c, days, "a plan named 总结", id, [document("2022年全民终身学习活动周总结.docx", texts.plan(c.rng, name(id)), OTHER, IGNORED)])
    for id in ("nenu", "jlbtc", "jlai", "jltc"):
        send(
            c,
            days,
            "案例总结 is a case",
            id,
            [document(c.rng.choice(("典型案例总结.docx", "案例总结.docx")), texts.case_summary(c.rng, name(id)), CASE)],
        )
    for id in ("jlnu", "jlufe", "jyj-tonghua", "spvu"):
        send(c, days, "a summary full of cases", id, [document("总结.docx", texts.summary_full_of_cases(c.rng, name(id)), SUMMARY)])
    for id in ("ccucm", "jluat", "dfzyxy"):
        send(c, days, "a summary named 案例", id, [document("典型案例.docx", texts.summary(c.rng, name(id), "plain"), SUMMARY)])
    for id in ("jlju", "cvit", "jilinkj"):
        send(
            c,
            days,
            "a case named 总结",
            id,
            [document("工作总结.docx", texts.case(c.rng, name(id), title="“学习点亮生活”典型活动案例"), CASE)],
        )
    for id in ("jlenu", "ccrw", "jyj-jilinshi", "ybvtc", "jlcsxy"):
        lines = texts.letter_with_summary(c.rng, name(id))
        send(
            c,
            days,
            "a letter that is the summary",
            id,
            [document(f"{name(id)}关于报送2022年全民终身学习活动周工作总结的函.docx", lines, SUMMARY)],
        )
    for id in ("jlmu", "jlnku", "jyj-baishan", "jlou"):
        send(
            c,
            days,
            "a letter that only covers",
            id,
            [document("关于报送2022年全民终身学习活动周材料的函.pdf", texts.covering_letter(c.rng, name(id)), OTHER, IGNORED)],
        )
    for id in ("ccsfu", "bcnu", "cc-keji"):
        files = [
            document("典型案例1.docx", texts.case(c.rng, name(id)), CASE),
            document("典型案例2.docx", texts.case(c.rng, name(id)), CASE),
        ]
        send(c, days, "two cases", id, files, needs_person=None)
    for id in ("jlart", "ghu", "jladi"):
        count = 4
        album = document(
            "活动照片及说明.docx", ["精彩学习活动照片及说明"], PHOTOS, photos=c.camera.shots(count), captions=texts.captions(c.rng, count)
        )
        send(c, days, "an album in Word", id, [album])
    for id in ("ccit", "jtpt"):
        slides = [("精彩瞬间", caption, c.camera.shot()) for caption in texts.captions(c.rng, 4)]
        send(c, days, "an album of slides", id, [piece("活动剪影.pptx", makers.pptx(slides), FILED, PHOTOS, 4)])
    send(
        c,
        days,
        "a lecture's slides",
        "jlsdzy",
        [
            piece(
                "讲座课件-智能手机使用.pptx",
                makers.pptx([("智能手机使用", "第一步：开机", None), ("微信", "第二步：点开", None)]),
                NOT_FILED,
            )
        ],
        needs_person=None,
    )


def other_papers(c: Corpus, days: Days) -> None:
    def name(id: str) -> str:
        return c.unit(id).name

    def other(file: str, lines: list[str], table: Sequence[tuple[str, str]] = ()) -> Piece:
        return document(file, lines, OTHER, IGNORED, table=table)

    for id in ("jlu", "neepu", "jyj-songyuan"):
        send(
            c,
            days,
            "our own notice comes back",
            id,
            [other("吉林省教育厅关于举办2022年全民终身学习活动周的通知.docx", texts.province_notice()), summary(c, id)],
        )
    for id in ("jyj-baicheng", "jyj-liaoyuan", "jlict"):
        send(
            c,
            days,
            "the unit's own notice",
            id,
            [other(f"{name(id)}关于举办2022年全民终身学习活动周的通知.docx", texts.own_notice(c.rng, name(id))), case(c, id)],
        )
    for id in ("cust", "jlsu", "ccmc"):
        send(
            c,
            days,
            "a plan named a plan",
            id,
            [other("2022年全民终身学习活动周实施方案.docx", texts.plan(c.rng, name(id))), *photos(c, id, 2)],
        )
    for id in ("beihua", "cjgz", "sypt"):
        send(c, days, "a news item", id, [other(f"新闻稿：{name(id)}举办活动.docx", texts.news(c.rng, name(id)))])
    for id in ("jlau", "jljc", "jlsfjy", "jyj-yanbian"):
        title, table = texts.star_form(c.rng, name(id))
        send(
            c,
            days,
            "a form of another call",
            id,
            [other(c.rng.choice(("百姓学习之星推介表.docx", "终身学习品牌项目推介登记表.docx")), title, table)],
            "同时报送百姓学习之星推荐表，请转交相关部门。",
            needs_person=None,
        )
    for id in ("ccu", "jvcit", "jyj-meihekou"):
        rows: list[list[str | int]] = [["序号", "活动名称", "参加人次"]]
        rows += [[number, texts.activity(c.rng).name, c.rng.randint(30, 900)] for number in range(1, 9)]
        files = [piece(c.rng.choice(("附件4：活动情况汇总表.xlsx", "活动统计表.xls")), makers.xlsx(rows), IGNORED), summary(c, id)]
        send(c, days, "statistics", id, files)
    for id in ("jisu", "bcyz", "ccou"):
        send(
            c,
            days,
            "speeches and calls",
            id,
            [other("倡议书.docx", texts.initiative(c.rng)), other("主持词.docx", texts.chairing(c.rng, name(id)))],
        )
    for id in ("ccutchi", "lyvtc", "jlemcc"):
        video = piece(
            c.rng.choice(("活动视频.mp4", "开幕式录像.mp4")),
            b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + c.rng.randbytes(20_000),
            NOT_FILED,
        )
        send(c, days, "a video", id, [video, *photos(c, id, 2)], "另附活动视频一段，请酌情采用。", needs_person=None)
    for id in ("tccu", "caii"):
        text = "活动的美篇和公众号链接如下，供参考，不作为正式材料。\nhttps://www.meipian.cn/4abc12\nhttps://mp.weixin.qq.com/s/AbCdEf"
        send(c, days, "articles behind links", id, [summary(c, id), case(c, id)], text, needs_person=None)
    for id in ("jlhtedu", "th-yiyao"):
        table = [("姓名", "单位"), ("〔姓名〕", name(id)), ("〔姓名〕", "继续教育学院")]
        send(c, days, "a list of names", id, [other("领导小组成员名单.docx", ["2022年全民终身学习活动周领导小组成员名单"], table)])
    for id in ("mhk-kangmei", "jl-tonghang"):
        lines = ["照片说明", *texts.captions(c.rng, 4)]
        files = [piece("照片说明.txt", "\r\n".join(lines).encode("gb18030"), ("ignored", "filed"), (("photos",), ())), *photos(c, id, 4)]
        send(c, days, "captions beside photos", id, files)


def wrong_subject(c: Corpus, days: Days) -> None:
    for number, id in enumerate(("thnu", "jlenu", "jyj-siping", "jlnu-boda", "cc-dianke")):
        lines = texts.summary(c.rng, c.unit(id).name, "plain", year=2021)
        file = ("2021年全民终身学习活动周工作总结.docx", "2022年全民终身学习活动周工作总结.docx", "总结.docx")[number % 3]
        send(c, days, "last year's summary", id, [document(file, lines, SUMMARY, ASK)], needs_person=True, doubt=True)
    for number, id in enumerate(("citpc", "cc-jiankang", "jljy", "jlsu", "cc-zaoqi")):
        subject = ("职业教育活动周", "全民国防教育", "继续教育", "社区教育", "推广普通话宣传周")[number]
        lines = texts.other_activity_summary(c.rng, c.unit(id).name, subject)
        send(
            c,
            days,
            "a summary of another activity",
            id,
            [document(f"2022年{subject}工作总结.docx", lines, SUMMARY, (*ASK, "ignored"))],
            needs_person=None,
            doubt=True,
        )


def not_photos(c: Corpus, days: Days) -> None:
    for number, id in enumerate(("jlu", "ybu", "jyj-changchun", "ccut")):
        files = [summary(c, id), piece("image001.png", pictures.logo(number), IGNORED, inline=True), case(c, id), *photos(c, id, 2)]
        send(c, days, "a logo in the signature", id, files)
    for number, id in enumerate(("jlufe", "jlbtc", "jlevc")):
        send(c, days, "a QR code", id, [piece("公众号二维码.png", pictures.qr(number), IGNORED), *photos(c, id, 2)])
    for number, id in enumerate(("jlict", "cvit", "jyj-songyuan")):
        rows = [["序号", "姓名", "签到"], *([str(at), "〔姓名〕", ""] for at in range(1, 10 + number))]
        send(
            c,
            days,
            "a picture of a table",
            id,
            [piece(("签到表.png", "QQ截图20221225101234.png", "捕获.PNG")[number], pictures.table_shot(rows), NOT_FILED)],
            needs_person=None,
            doubt=True,
        )
    for number, id in enumerate(("jlju", "ccsfgz", "jyj-baishan")):
        page = pictures.page(texts.covering_letter(c.rng, c.unit(id).name), number, 900)
        send(
            c,
            days,
            "a photographed page",
            id,
            [piece(("盖章页.jpg", "微信图片_20221226153012.jpg", "扫描件.jpg")[number], page, NOT_FILED)],
            needs_person=None,
            doubt=True,
        )
    for number, id in enumerate(("jlnku", "jlmu")):
        page = pictures.page(texts.case(c.rng, c.unit(id).name)[:10], 50 + number, 900)
        send(
            c,
            days,
            "a scanned case",
            id,
            [piece("典型案例（盖章）.pdf", makers.scanned_pdf([page]), ("unsure", "filed"), CASE)],
            needs_person=None,
            doubt=True,
        )
    for id in ("jlart", "ccit"):
        send(
            c,
            days,
            "a screenshot of an online class",
            id,
            [c.camera.photo("腾讯会议截图1.png"), c.camera.photo("线上直播截图.jpg")],
            "因疫情改为线上，照片为线上课堂截图。",
        )
    for id in ("jljc", "jlou"):
        send(
            c,
            days,
            "photos from phones",
            id,
            [c.camera.photo("IMG_3391.HEIC"), c.camera.photo("640.webp"), c.camera.photo("beauty_20221123141530.jpg")],
        )
    for id in ("nenu", "jlai"):
        send(
            c,
            days,
            "pictures of the case",
            id,
            [c.camera.photo("案例照片1.jpg"), archive("典型案例配图.zip", [("", each) for each in photos(c, id, 2, "{n}.jpg")])],
        )


def the_same_again(c: Corpus, days: Days) -> None:
    for id in ("ccucm", "jtpt"):
        file = summary(c, id, "工作总结.docx")
        send(c, days, "the same file twice", id, [file, piece("工作总结 - 副本.docx", file.content, DUPLICATE, SUMMARY)])
    for id in ("jluat", "jyj-yanbian", "jlhtedu"):
        when = days()
        files, name = [summary(c, id), *photos(c, id, 2), case(c, id)], c.unit(id).name
        for line, later, found in (("a whole mail", 0, FILED), ("the whole mail again", 2, DUPLICATE)):
            again = [each.wanting(found) for each in files]
            c.mail(line, c.regular(id), f"{'重发：' * bool(later)}{name}材料", f"请查收。\n{name}", again, when + timedelta(days=later), id)
    for id in ("cust", "cjgz"):
        lines = c.summary_lines(id, "plain")
        files = [document("工作总结.docx", lines, SUMMARY), document("工作总结.pdf", lines, SUMMARY, ("duplicate", "filed"))]
        send(c, days, "the Word and the PDF of one text", id, files)
    for id in ("spvu", "bcnu"):
        shots = photos(c, id, 3, "照片{n}.jpg")
        send(c, days, "photos before they come again", id, shots)
        again = [
            piece(f"mmexport16720199823{n}5.jpg", smaller(shot.content), ("duplicate", "filed"), PHOTOS, 1) for n, shot in enumerate(shots)
        ]
        send(c, days, "the same photos, smaller", id, again)


def old_formats(c: Corpus, days: Days) -> None:
    def send_fixture(id: str, name: str, file: str, materials: tuple[tuple[str, ...], ...], found: tuple[str, ...] = FILED) -> None:
        send(c, days, "an old office format", id, [fixture(name, file, materials, found)])

    send_fixture("jyj-songyuan", "松原市2022年全民终身学习活动周工作报告.wps", "summary-songyuan.wps", SUMMARY)
    send_fixture("jyj-baicheng", "1-总结.doc", "summary-baicheng.doc", SUMMARY)
    send_fixture("jljy", "附件1.doc", "summary-jljy.doc", SUMMARY)
    send_fixture("lyvtc", "学习周总结.rtf", "summary-lyvtc.rtf", SUMMARY)
    send_fixture("bcyz", "总结.odt", "summary-bcyz.odt", SUMMARY)
    send_fixture("jyj-siping", "典型案例.doc", "case-siping.doc", CASE)
    send_fixture("lyvtc", "附件3.典型案例.doc", "case-lyvtc.doc", CASE)
    send_fixture("jyj-songyuan", "案例材料.wps", "case-songyuan.wps", CASE)
    send_fixture("jyj-liaoyuan", "总结+案例.doc", "both-liaoyuan.doc", (("summary", "case"),))
    send_fixture("jyj-baicheng", "材料.doc", "plan-baicheng.doc", OTHER, IGNORED)
    for id in ("thnu", "jlsdzy"):
        send(c, days, "a .doc that is a web page", id, [document("工作总结.doc", c.summary_lines(id, "plain"), SUMMARY)])
    send(c, days, "a plain text", "ybvtc", [document("典型案例.txt", c.case_lines("ybvtc"), CASE)])


def damaged(c: Corpus, days: Days) -> None:
    whole = makers.docx(texts.summary(c.rng, "我单位"))
    send(c, days, "an empty file", "jlsu", [piece("总结.docx", b"", UNREAD)], needs_person=None, doubt=True)
    send(c, days, "a cut document", "ghu", [piece("总结.docx", whole[: len(whole) // 2], UNREAD)], needs_person=True, doubt=True)
    send(
        c, days, "a cut picture", "jlart", [piece("照片1.jpg", c.camera.shot()[:400], (*UNREAD, "ignored"))], needs_person=None, doubt=True
    )
    send(
        c,
        days,
        "a cut archive",
        "dfzyxy",
        [piece("照片.zip", makers.zip_gbk([("1.jpg", c.camera.shot())])[:9000], UNREAD)],
        needs_person=True,
        doubt=True,
    )
    send(
        c,
        days,
        "one volume of an archive",
        "jilinkj",
        [piece("照片.part1.rar", b"Rar!\x1a\x07\x01\x00" + c.rng.randbytes(4000), UNREAD)],
        needs_person=True,
        doubt=True,
    )
    send(
        c,
        days,
        "a program",
        "jlcsxy",
        [piece("照片.exe", b"MZ\x90\x00" + bytes(60) + c.rng.randbytes(3000), ("quarantined", "unreadable"))],
        needs_person=True,
        doubt=True,
    )
    locked = archive("材料.zip", [("", summary(c, "jladi", "总结.docx")), ("", case(c, "jladi", "案例.docx"))], "locked", password="2022xx")
    send(c, days, "a locked archive with its password in the text", "jladi", [locked], "解压密码：2022xx")
    shut = archive("材料.zip", [("", summary(c, "ccrw", "总结.docx"))], "locked", password="hidden9")
    send(
        c,
        days,
        "a locked archive",
        "ccrw",
        [piece("材料.zip", shut.content, UNREAD)],
        "密码：附件压缩包加了密码，密码另行电话告知。",
        needs_person=True,
        doubt=True,
    )
    send(
        c,
        days,
        "an archive in an archive",
        "jlnu",
        [archive("全部.zip", [("", archive("照片.zip", [("", each) for each in photos(c, "jlnu", 2, "{n}.jpg")])), ("", case(c, "jlnu"))])],
    )
    send(
        c,
        days,
        "an empty folder in an archive",
        "ccsfu",
        [archive("材料.zip", [("工作总结", summary(c, "ccsfu")), ("照片", c.camera.photo("1.jpg"))], junk=("典型案例/desktop.ini",))],
    )
    template = [
        "XX学院2022年全民终身学习活动周工作总结",
        "（请在此处填写活动概况）",
        *texts.summary(c.rng, "我校", "plain", sign=False)[1:],
    ]
    send(c, days, "template text left in", "cc-keji", [document("总结.docx", template, SUMMARY, ("filed", "unsure"))], needs_person=None)


ALL = (contents_against_names, other_papers, wrong_subject, not_photos, the_same_again, old_formats, damaged)
