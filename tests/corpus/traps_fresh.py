"""Traps that fresh mail taught: texts known by how they are written, photographed pages, senders for another, words in passing."""

from __future__ import annotations

import io

from PIL import Image, ImageFilter

from mailbot.demo import pictures

from . import stories, texts
from .building import Corpus, at
from .pieces import ASK, BOTH, CASE, FILED, NOT_FILED, OTHER, SUMMARY, Want, document, piece
from .plots import case, photos, summary
from .traps_units import stranger


def _saved(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def unlabelled(c: Corpus) -> None:
    """No word says what the one document is, and its name is nobody's word either."""
    units = ("jlau", "ybu", "beihua", "jltc", "ccmc")
    for number, (id, lines) in enumerate(zip(units, stories.STORIES, strict=True)):
        name = c.unit(id).name
        c.mail(
            "a story that is the case",
            c.clerk(id, "domain"),
            f"{name}材料",
            f"{name}的材料见附件，请查收。",
            [document(c.rng.choice(("附件.docx", "新建文档.docx", "材料二.docx")), lines, CASE)],
            at(12, 5 + number, 9),
            id,
        )
    for number, (id, lines) in enumerate(zip(("jlsu", "jlart", "ccucm"), stories.REPORTS, strict=True)):
        name = c.unit(id).name
        said = [line.format(unit=name) for line in lines]
        c.mail(
            "a report that never says 总结",
            c.clerk(id, "domain"),
            f"{name}材料",
            f"{name}的材料见附件，请查收。",
            [document(c.rng.choice(("附件.docx", "文档1.docx")), said, SUMMARY)],
            at(12, 6 + number, 15),
            id,
        )


def neither(c: Corpus) -> None:
    """Papers full of activities that are no material; a person may look at what has no plain title."""
    for number, ((name, lines), id) in enumerate(zip(stories.PAPERS, ("jlju", "jlufe", "neepu", "cust", "jlmu"), strict=True)):
        c.mail(
            "a paper of the activity that is no material",
            c.clerk(id, "domain"),
            f"{c.unit(id).name}材料",
            f"{c.unit(id).name}的材料见附件。",
            [summary(c, id), document(name, lines, OTHER, NOT_FILED)],
            at(12, 7 + number, 10),
            id,
            needs_person=None,
        )


def on_a_desk(c: Corpus) -> None:
    """Pages of the summary photographed with a phone: without recognition (as here) a person reads them, but they are no photos."""
    for number, (id, desk) in enumerate((("jlnu", (150, 105, 65)), ("thnu", (45, 45, 50)))):
        sheet = Image.open(io.BytesIO(pictures.page(texts.summary(c.rng, c.unit(id).name, "plain"), number))).resize((900, 1273))
        scene = Image.effect_noise((1200, 1600), 12).convert("RGB")
        scene = Image.blend(scene, Image.new("RGB", scene.size, desk), 0.85)
        lying = sheet.convert("RGBA").rotate(5 - 9 * number, Image.Resampling.BICUBIC, expand=True)
        scene.paste(lying, ((1200 - lying.width) // 2, (1600 - lying.height) // 2), lying)
        shot = _saved(scene.filter(ImageFilter.GaussianBlur(0.6)))
        c.mail(
            "a page photographed on a desk",
            c.clerk(id, "domain"),
            f"{c.unit(id).name}材料",
            f"{c.unit(id).name}的材料见附件。",
            [piece("IMG_20221220_101010.jpg", shot, ASK, SUMMARY), *photos(c, id, 2)],
            at(12, 12 + number, 10),
            id,
            needs_person=True,
            doubt=True,
        )


def in_passing(c: Corpus) -> None:
    """What the letter says beside its files: no case this year, photos in an article, the summary below its greeting."""
    for number, (id, said) in enumerate(
        (("cc-jiankang", "我院今年没有典型案例，特此说明。"), ("jlhtedu", "总结见附件，暂无合适的活动照片。"))
    ):
        c.mail(
            "none of one material",
            c.clerk(id, "named"),
            f"{c.unit(id).name}总结",
            f"{said}\n{c.unit(id).name}",
            [summary(c, id)],
            at(12, 13 + number, 11),
            id,
            needs_person=True,
            doubt=True,
        )
    id = "ccit"
    c.mail(
        "photos in an article",
        c.clerk(id, "domain"),
        f"{c.unit(id).name}总结",
        f"总结见附件，照片请看美篇链接：https://www.meipian.cn/4qk2n8d\n{c.unit(id).name}",
        [summary(c, id)],
        at(12, 14, 11),
        id,
        needs_person=True,
        doubt=True,
    )
    id = "jladi"
    text = "\n".join(texts.summary(c.rng, c.unit(id).name, "plain"))
    c.mail(
        "a summary below its greeting",
        c.clerk(id, "named"),
        f"{c.unit(id).name}活动周总结",
        f"老师您好，总结如下：\n\n{text}",
        [],
        at(12, 15, 11),
        id,
        body=Want("(body)", FILED, SUMMARY),
    )
    id = "dfzyxy"
    name = c.unit(id).name
    whole = [*texts.summary(c.rng, name, "plain"), "案例：反诈宣传“平安讲堂”", *texts.case(c.rng, name)[1:]]
    c.mail(
        "a case that a line begins",
        c.clerk(id, "named"),
        f"{name}材料",
        f"{name}的材料见附件。",
        [document(f"{name}总结及典型案例.docx", whole, BOTH)],
        at(12, 16, 11),
        id,
    )


def for_another(c: Corpus) -> None:
    """A branch, and somebody who says that he sends for another: a person asks."""
    for number, (name, said) in enumerate(
        (("吉林开放大学白山分校", "我校材料见附件。"), ("白城市教育局", "白城电大代白城市教育局报送材料，请查收。"))
    ):
        files = [each.wanting(ASK) for each in (document("总结.docx", texts.summary(c.rng, name, "plain"), SUMMARY),)]
        c.mail(
            "a branch, or somebody who sends for another",
            stranger(c),
            "学习周材料",
            f"{said}\n{name if number == 0 else ''}",
            files,
            at(12, 17 + number, 11),
            None,
            ask=True,
            needs_person=True,
        )


def joined(c: Corpus) -> None:
    """长春大学与长春师范大学材料: the word that elsewhere marks a partner joins two senders here."""
    one, other = "cvit", "jljc"
    files = [
        document(f"{c.unit(id).name}总结.docx", texts.summary(c.rng, c.unit(id).name, "plain"), SUMMARY).wanting(FILED, unit=id)
        for id in (one, other)
    ]
    names = f"{c.unit(one).name}与{c.unit(other).name}"
    c.mail(
        "two units joined by 与",
        stranger(c),
        f"{names}材料",
        "两校材料一并报送。",
        files,
        at(12, 19, 11),
        None,
        units=(one, other),
        needs_person=None,
    )
    id = "cjgz"
    c.mail(
        "a partner behind 与",
        c.clerk(id, "domain"),
        f"{c.unit(id).name}与吉林大学联合开展活动材料",
        "请查收。",
        [case(c, id), *photos(c, id, 1)],
        at(12, 19, 15),
        id,
    )


ALL = (unlabelled, neither, on_a_desk, in_passing, for_another, joined)
