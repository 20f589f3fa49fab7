"""The ordinary road: how one unit after the other sends its three materials, in the mixes of vocabulary section 10."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mailbot.demo import makers, pictures
from mailbot.demo.mailers import Mailer

from . import names, texts
from .building import Clerk, Corpus, at
from .pieces import CASE, EITHER, FILED, PHOTOS, REPLACED, SUMMARY, Piece, Want, archive, document, forwarded, piece
from .roster import roster

LINKS = (
    "<div>从网易163邮箱发来的超大附件</div>"
    '<a href="https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE-ATTACHMENT&amp;'
    'file=Ab{n}&amp;title=%E7%85%A7">活动照片.zip</a>(146.4M, 2023年1月8日 16:20 到期)',
    "<div>从QQ邮箱发来的超大附件</div><div>活动照片.zip (228.03M, 2023年1月20日 21:59 到期)</div>"
    '<a href="https://mail.qq.com/cgi-bin/ftnExs_download?k=3{n}&amp;t=exs_ftn_download&amp;code=ab12">进入下载页面</a>',
    "<div>链接：https://pan.baidu.com/s/1abc{n}?pwd=x7k2 提取码：x7k2</div><div>复制这段内容后打开百度网盘手机App，操作更方便哦</div>",
    '<div>文件中转站：<a href="https://wx.mail.qq.com/ftn/download?func=3&amp;key=9{n}&amp;code=77aa">'
    "学习周照片.rar</a> 123.5M 2023年1月15日到期</div>",
)


def summary(c: Corpus, id: str, name: str = "", style: str = "") -> Piece:
    lines = c.summary_lines(id, style)
    if c.rng.random() < 0.35:  # partners, hosts and guides named in the text are not the sender
        other = c.rng.choice([body.name for body in roster().values() if body.id != id])
        place = next(at for at, line in enumerate(lines) if line.startswith("三、"))
        sentence = c.rng.choice(
            (
                "邀请{o}专家作专题辅导，参加人员{n}人。",
                "与{o}联合举办公开课{n}场。",
                "走进{o}开展交流学习，学习先进经验。",
                "赴{o}参加全省总开幕式。",
            )
        )
        lines.insert(place + 1, sentence.format(o=other, n=c.rng.randint(3, 80)))
    return document(_named(c, name or c.rng.choice(names.SUMMARIES), id), lines, SUMMARY)


def case(c: Corpus, id: str, name: str = "") -> Piece:
    if not name and c.rng.random() < 0.12:
        title, rows = texts.case_form(c.rng, c.unit(id).name)
        return document(_named(c, "典型案例推荐表-{u}.docx", id), title, CASE, table=rows)
    return document(_named(c, name or c.rng.choice(names.CASES), id), c.case_lines(id), CASE)


def photos(c: Corpus, id: str, count: int, pattern: str = "", **more: Any) -> list[Piece]:
    pattern = pattern or c.rng.choice(names.PHOTOS)
    return [c.camera.photo(_named(c, pattern, id).replace("{n}", str(number + 1)), **more) for number in range(count)]


def picture_archive(c: Corpus, id: str, count: int, how: str = "") -> Piece:
    how = how or c.rng.choices(("gbk", "utf8", "mac", "rar", "7z"), (50, 15, 10, 20, 5))[0]
    name = _named(c, c.rng.choice(names.ARCHIVES), id)
    name = name.replace(".zip", {"rar": ".rar", "7z": ".7z"}.get(how, ".zip"))
    folder = c.rng.choice(("", "活动照片", "照片"))
    junk = {"mac": ("__MACOSX/._1.jpg",), "gbk": ("Thumbs.db",)}.get(how, ())
    return archive(name, [(folder, photo) for photo in photos(c, id, count)], how, junk=junk)


def three_files(c: Corpus, id: str, when: datetime) -> None:
    clerk = c.regular(id)
    subject, text = c.evidence(id, clerk)
    c.mail(
        "three clearly named files",
        clerk,
        subject,
        text,
        [summary(c, id), picture_archive(c, id, c.rng.randint(3, 6)), case(c, id)],
        when,
        id,
    )


def bundle(c: Corpus, id: str, when: datetime) -> None:
    clerk = c.regular(id)
    subject, text = c.evidence(id, clerk)
    top = c.rng.choice(("", c.unit(id).name, "材料"))
    folders = c.rng.choice((("1.总结", "2.照片", "3.案例"), ("工作总结", "精彩学习活动照片", "典型活动案例"), ("", "照片", "")))
    paths = ["/".join(part for part in (top, folder) if part) for folder in folders]
    members = [(paths[0], summary(c, id)), *((paths[1], photo) for photo in photos(c, id, c.rng.randint(3, 6))), (paths[2], case(c, id))]
    how = c.rng.choices(("gbk", "utf8", "mac", "rar", "tgz"), (55, 15, 10, 15, 5))[0]
    name = _named(c, c.rng.choice(names.BUNDLES), id).replace(".zip", {"rar": ".rar", "tgz": ".tar.gz"}.get(how, ".zip"))
    c.mail("one archive with everything", clerk, subject, text, [archive(name, members, how, junk=("Thumbs.db",))], when, id)


def loose(c: Corpus, id: str, when: datetime) -> None:
    clerk = c.regular(id)
    subject, text = c.evidence(id, clerk)
    shots = photos(c, id, c.rng.randint(3, 6))
    if clerk.mailer is Mailer.IOS:
        shots = [replace(shot, inline=True) for shot in photos(c, id, 3, "IMG_042{n}.JPG")] + photos(c, id, 1, "IMG_0430.HEIC")
    elif c.rng.random() < 0.3:
        shots = [c.camera.photo("image.jpg") for _ in range(4)]  # iOS and WeCom repeat the name
    c.mail("documents and loose pictures", clerk, subject, text, [summary(c, id), case(c, id), *shots], when, id)


def one_document(c: Corpus, id: str, when: datetime) -> None:
    clerk = c.regular(id)
    subject, text = c.evidence(id, clerk)
    count = c.rng.randint(3, 5)
    name = _named(
        c, c.rng.choice(("工作总结、照片、案例.docx", "{u}报送材料.docx", "活动总结及典型案例.docx", "全民终身学习活动周材料.docx")), id
    )
    everything = (("summary", "case", "photos"),)
    whole = document(
        name, texts.combined(c.rng, c.unit(id).name), everything, photos=c.camera.shots(count), captions=texts.captions(c.rng, count)
    )
    c.mail("one document with everything", clerk, subject, text, [whole], when, id)


def illustrated(c: Corpus, id: str, when: datetime) -> None:
    """Photos pasted into the summary, shown as slides or printed into a PDF; nothing loose."""
    clerk = c.regular(id)
    subject, text = c.evidence(id, clerk)
    shots = c.camera.shots(4)
    way = c.rng.choice(("in summary", "word", "slides", "pdf"))
    pieces = [summary(c, id), case(c, id)]
    if way == "in summary":
        lines = c.summary_lines(id)
        pieces[0] = document("图文总结.docx", lines, (("summary", "photos"),), photos=shots, captions=texts.captions(c.rng, 4))
    elif way == "word":
        pieces.append(document("活动照片.docx", ["精彩学习活动照片"], PHOTOS, photos=shots, captions=texts.captions(c.rng, 4)))
    elif way == "slides":
        slides = [("活动剪影", caption, shot) for caption, shot in zip(texts.captions(c.rng, 4), shots, strict=True)]
        pieces.append(piece("全民终身学习活动周精彩瞬间.pptx", makers.pptx(slides), FILED, PHOTOS, 4))
    else:
        pieces.append(document("活动掠影.pdf", ["活动掠影", *texts.captions(c.rng, 4)], PHOTOS, photos=shots))
    c.mail(f"photos in a document: {way}", clerk, subject, text, pieces, when, id)


def in_parts(c: Corpus, id: str, when: datetime) -> None:
    clerk, name = c.regular(id), c.called(id)
    first, second = picture_archive(c, id, 3), photos(c, id, 3)
    c.mail("several mails", clerk, f"{name} 材料1", f"总结先发给您，照片和案例分封发送，这是第一封。\n{name}", [summary(c, id)], when, id)
    c.mail("several mails", clerk, f"{name} 材料2（照片）", "这是第二封，照片。", [first], when + timedelta(minutes=3), id)
    if c.rng.random() < 0.6:
        c.mail(
            "several mails",
            clerk,
            f"{name} 材料3（照片和案例）",
            "这是第三封，照片后半部分和典型案例。",
            [*second, case(c, id)],
            when + timedelta(minutes=6),
            id,
        )
    else:
        c.mail("several mails", clerk, f"{name} 典型案例", "案例在这一封。", [case(c, id)], when + timedelta(days=1), id)


def summary_first(c: Corpus, id: str, when: datetime) -> None:
    clerk, name = c.regular(id), c.called(id)
    c.mail(
        "only the summary first",
        clerk,
        f"{name}全民终身学习活动周总结",
        f"附件为我单位总结，照片和案例稍后另发。\n{name}",
        [summary(c, id)],
        when,
        id,
    )
    if c.rng.random() < 0.6:
        quoted = (
            f"\n\n------------------ 原始邮件 ------------------\n发件人: <jlqmxx@126.com>\n"
            f"主题: 【缺件提醒】{c.unit(id).name}\n\n{our_notice(c.unit(id).name)}"
        )
        text = c.rng.choice(
            ("收到缺件提醒，现补报照片和案例，请更新登记。", "不好意思，照片和案例忘了发，这次附上。", "老师好，补上照片、案例。")
        )
        c.mail(
            "supplement over our quoted letter",
            clerk,
            f"回复：【缺件提醒】{c.unit(id).name}",
            text + quoted,
            [*photos(c, id, 3), case(c, id)],
            when + timedelta(days=3),
            id,
            in_reply_to=f"<mailbot.{id}@126.com>",
            letter=(f"<mailbot.{id}@126.com>", id, "missing"),
        )


def behind_link(c: Corpus, id: str, when: datetime) -> None:
    clerk, name = c.regular(id), c.called(id)
    text = f"照片文件太大，已用超大附件上传，请在到期之前下载。总结和案例见附件。\n{name}"
    html = f"<div>{text}</div>" + c.rng.choice(LINKS).format(n=c.rng.randint(1000, 9999))
    files = [summary(c, id), case(c, id)]
    c.mail("photos behind a link", clerk, f"{name}学习周材料（照片较大）", text, files, when, id, html=html, doubt=True, needs_person=None)


def scanned(c: Corpus, id: str, when: datetime) -> None:
    clerk = c.regular(id)
    subject, text = c.evidence(id, clerk)
    page = pictures.page(c.summary_lines(id, "plain")[:10], c.rng.randint(0, 9999), 1000)
    if c.rng.random() < 0.6:
        scan = [
            piece(
                c.rng.choice(("工作总结（盖章）.pdf", "扫描件.pdf", "扫描全能王 2022-12-27 10.32.pdf")),
                makers.scanned_pdf([page]),
                EITHER,
                SUMMARY,
            )
        ]
    else:
        scan = [
            piece(f"总结{n}.jpg", pictures.page(c.summary_lines(id, "plain")[:10], n + c.rng.randint(0, 999), 1000), EITHER, SUMMARY)
            for n in (1, 2)
        ]
    files = [*scan, picture_archive(c, id, 3), case(c, id)]
    c.mail("a scanned summary", clerk, subject, text, files, when, id, doubt=True, needs_person=None)


def in_body(c: Corpus, id: str, when: datetime) -> None:
    clerk, name = c.regular(id), c.called(id)
    text = "\n".join(texts.short_summary(c.rng, c.unit(id).name))
    files = [*photos(c, id, 3), case(c, id)] if c.rng.random() < 0.7 else []
    c.mail("the body is the summary", clerk, f"{name}活动周总结", text, files, when, id, body=Want("(body)", FILED, SUMMARY))


def unclear(c: Corpus, id: str, when: datetime) -> None:
    clerk = c.regular(id)
    subject, text = c.evidence(id, clerk)
    chosen = c.rng.sample([name for name in names.UNCLEAR if "特色" not in name], 2)
    files = [document(chosen[0], c.summary_lines(id), SUMMARY), document(chosen[1], c.case_lines(id), CASE), *photos(c, id, 3)]
    c.rng.shuffle(files)
    c.mail("names that say nothing", clerk, subject, text, files, when, id)


def corrected(c: Corpus, id: str, when: datetime) -> None:
    clerk, name = c.regular(id), c.called(id)
    subject, text = c.evidence(id, clerk)
    c.mail("corrected later", clerk, subject, text, [summary(c, id), *photos(c, id, 3), case(c, id)], when, id)
    new = c.rng.choice((summary(c, id, "{u}工作总结（修改版）.docx"), case(c, id, "典型活动案例（最终版）.docx")))
    what = "工作总结" if new.wants[0].materials == SUMMARY else "典型案例"
    said = c.rng.choice(
        ("上次发的{w}有误，请以本封邮件为准，给您添麻烦了。", "更正：{w}以此件为准。", "之前报的{w}数据有误，现重新报送，以此件为准。")
    ).format(w=what)
    c.mail(
        "a correction",
        clerk,
        f"更正：{name}{what}（以此为准）",
        said,
        [new.wanting(REPLACED)],
        when + timedelta(days=2),
        id,
        intents=("correct",),
    )


def passed_on(c: Corpus, id: str, when: datetime) -> None:
    """The office forwards a colleague's mail as an attachment."""
    clerk, inner = c.clerk(id, "domain"), c.clerk(id, "private")
    files = [summary(c, id), *photos(c, id, 3), case(c, id)]
    draft = Corpus(c.rng.randint(0, 10**6))
    nested = draft.mail(
        "",
        Clerk(inner.address, inner.name, Mailer.NETEASE),
        "活动周材料",
        f"汇总好的材料，请转报。\n{c.unit(id).name}",
        files,
        when - timedelta(days=1),
        id,
    )
    wants = [replace(want, optional=want.path == "(body)") for want in nested.files]
    kind = c.rng.choice(("message/rfc822", "application/octet-stream"))
    c.mail(
        "a mail as attachment",
        clerk,
        f"转发: {c.called(id)}全民终身学习活动周材料",
        "转发下面部门的材料，请登记在我校名下。",
        [forwarded("活动周材料.eml", nested.raw, wants, kind)],
        when,
        id,
    )


def our_notice(name: str) -> str:
    """What our missing-item letter says, as it is quoted below replies: its words are no evidence."""
    return (
        f"{name}：\n您单位报送的2022年全民终身学习活动周材料已收到（回执编号第12号）。\n已登记：工作总结 1份\n"
        f"尚缺：精彩学习活动照片、典型活动案例\n"
        "请于2022年12月28日前补报。如有疑问请直接回复本邮件。\n吉林省教育厅职业与成人教育处 0431-88905322"
    )


def late(c: Corpus, id: str, when: datetime) -> None:
    clerk, name = c.regular(id), c.called(id)
    text = c.rng.choice(("由于疫情影响，材料迟报，敬请谅解。", "抱歉报晚了，材料见附件。", "请查收。"))
    files = [summary(c, id), *photos(c, id, 3), case(c, id)]
    c.mail(
        "after the deadline",
        clerk,
        f"{name}2022年全民终身学习活动周材料",
        f"{text}\n{name}",
        files,
        at(12, 29, 0, 1) + (when - at(11, 25)) / 9,
        id,
    )


PLOTS: tuple[tuple[Callable[[Corpus, str, datetime], None], int], ...] = (
    (three_files, 22),
    (bundle, 10),
    (loose, 9),
    (one_document, 5),
    (illustrated, 7),
    (in_parts, 7),
    (summary_first, 7),
    (behind_link, 5),
    (scanned, 4),
    (in_body, 4),
    (unclear, 4),
    (corrected, 4),
    (passed_on, 3),
    (late, 3),
)


def play(c: Corpus) -> dict[str, str]:
    """Every addressed unit (and some that are only accepted) gets one plot; returns which."""
    ids = [body.id for body in roster().values() if body.addressed == "yes"]
    ids += ["cc-jyxy", "cc-zhigong", "th-zhigong", "yb-zhigong", "lishu-nongcun"]
    c.rng.shuffle(ids)
    deck = [plot for plot, share in PLOTS for _ in range(share)]
    played = {}
    for number, id in enumerate(ids):
        plot = deck[number % len(deck)]
        plot(c, id, at(11, 25) + timedelta(days=c.rng.randint(0, 31), hours=c.rng.randint(0, 9), minutes=c.rng.randint(0, 59)))
        played[id] = plot.__name__
    return played


def _named(c: Corpus, pattern: str, id: str) -> str:
    return pattern.replace("{u}", c.called(id))
