"""Page pictures of one document are judged as one text and counted once; what is recognised weighs less than what is typed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mailbot.deciding.judge import judge
from mailbot.deciding.material import what_is
from mailbot.deciding.papers import file_signs
from mailbot.deciding.receipt import receipt
from mailbot.model import (
    Address,
    Disposition,
    Facts,
    Filed,
    FileKind,
    FileVerdict,
    Item,
    Memory,
    Message,
    Picture,
    PictureKind,
    Reading,
)  # fmt: skip
from mailbot.rulebook import Rulebook

FIRST = """长春工业大学2022年
全民终身学习活动周工作总结
我校于11月组织开展了全民终身学习活动周系列活动，现将工作情况总结如下。
一、基本情况
活动周期间，我校共举办讲座12场，参与师生3600余人次，开放实验室8个。"""
SECOND = """员踊跃参加，得到社区居民的一致好评。
四、典型案例
我校“智慧助老”课堂已开课26期，服务老年人780余人次，学员满意率达到百分之九十八。
五、下一步打算
今后我校将继续完善终身学习服务体系，为建设学习型社会贡献力量。
长春工业大学
2022年12月20日"""
CASE = """智慧助老，乐享生活
——长春工业大学社区教育典型案例
一、案例背景
随着智能手机的普及，许多老年人遇到困难，我校从2022年3月起开设“智慧助老”课堂。
二、实施过程
课堂采取小班教学和一对一辅导相结合的方式，每周一次，内容包括微信使用和网上挂号。
三、主要成效
已开课26期，服务老年人780余人次。
四、经验启示
高校参与社区教育，要从居民最关心的问题入手，做到贴近生活、学以致用。"""
SIGN_IN = "讲座签到表\n序号\t姓名\t单位\n" + "\n".join(f"{number}\t王建国\t南湖社区" for number in range(1, 15))


def fingerprint(seed: str) -> str:
    return hashlib.md5(seed.encode(), usedforsecurity=False).hexdigest()


def scanned(name: str, text: str, path: str = "", kind: PictureKind = PictureKind.PAGE) -> Item:
    head = tuple(line for line in text.splitlines() if line)[:12]
    picture = Picture(1240, 1754, 100_000, kind, fingerprint=fingerprint(path or name))
    reading = Reading(text, head, pages=1, scanned=True)
    return Item(path or name, name, f"sha of {path or name}", 100_000, FileKind.IMAGE, picture=picture, reading=reading)


def mail(*items: Item) -> Facts:
    return Facts("0", 1, Message(subject="报送材料", from_=(Address("", "jxjy@ccut.edu.cn"),)), items=items)


def judged(rulebook: Rulebook, *items: Item) -> list[FileVerdict]:
    return [what_is(item, mail(*items), rulebook, Memory()) for item in items]


@pytest.mark.parametrize(
    "names", [("总结1.jpg", "总结2.jpg"), ("mmexport1671982023341.jpg", "mmexport1671982023342.jpg"), ("2.jpg", "10.jpg")]
)
def test_a_page_without_title_is_what_the_first_page_is(rulebook: Rulebook, names: tuple[str, str]) -> None:
    second, first = judged(rulebook, scanned(names[1], SECOND), scanned(names[0], FIRST))  # phones do not send in order
    assert (first.disposition, first.materials) == (second.disposition, second.materials) == (Disposition.FILED, ("summary",))
    assert "共2页" in first.because and "扫描件（已识别文字）" in second.because


def test_pages_called_alike_by_a_phone_keep_the_order_of_their_paths(rulebook: Rulebook) -> None:
    first, second = judged(rulebook, scanned("image.jpg", FIRST), scanned("image.jpg", SECOND, path="image (2).jpg"))
    assert first.materials == second.materials == ("summary",)


def test_a_page_with_a_title_of_its_own_begins_another_document(rulebook: Rulebook) -> None:
    pages = [scanned(f"IMG_{number}.jpg", text) for number, text in enumerate((FIRST, SECOND, CASE, SIGN_IN))]
    verdicts = judged(rulebook, *pages)
    assert [verdict.materials for verdict in verdicts] == [("summary",), ("summary",), ("case",), ()]
    assert verdicts[3].disposition is Disposition.IGNORED


def test_pages_of_another_folder_do_not_belong(rulebook: Rulebook) -> None:
    _, other = judged(rulebook, scanned("1.jpg", FIRST, "甲/1.jpg"), scanned("2.jpg", SECOND[:70], "乙/2.jpg"))
    assert other.disposition is Disposition.UNSURE


def test_too_little_text_is_for_a_person(rulebook: Rulebook) -> None:
    (verdict,) = judged(rulebook, scanned("IMG_1.jpg", "长春工业大学\n2022年12月20日"))
    assert verdict.disposition is Disposition.UNSURE
    assert verdict.because == "扫描件（已识别文字）：识别出的文字太少，需人工核对"


def test_a_recognised_letter_whose_title_runs_into_its_addressee_is_a_letter(rulebook: Rulebook) -> None:
    text = (
        "关于报送2022年全民终身学习活动周材料的函吉林省教育厅：\n按照通知要求，现将我院有关材料随函报送，请予审收。\n"
        "附件: 1.工作总结\n2.精彩学习活动照片\n3.典型活动案例\n2022年12月26日"
    )
    (verdict,) = judged(rulebook, scanned("关于报送材料的函.jpg", text))
    assert verdict.disposition is Disposition.IGNORED


def test_a_photo_is_a_photo_whatever_its_banner_says(rulebook: Rulebook) -> None:
    photo = replace(scanned("IMG_1.jpg", FIRST, kind=PictureKind.PHOTO))
    assert judged(rulebook, photo)[0].materials == ("photos",)


def filed(name: str, material: str, mail: int = 1) -> Filed:
    arrived = datetime(2022, 12, 20, tzinfo=UTC)
    return Filed("ccut", material, 1, arrived, mail, name, f"sha of {name} {mail}", fingerprint=fingerprint(name))


@pytest.mark.parametrize(
    ("filings", "count"),
    [
        ([filed("总结1.jpg", "summary"), filed("总结2.jpg", "summary"), filed("总结3.jpg", "summary")], 1),
        ([filed("案例一1.jpg", "case"), filed("案例二1.jpg", "case")], 2),
        ([filed("案例1.jpg", "case"), filed("案例2.jpg", "case", mail=2)], 2),
        ([filed("照片1.jpg", "photos"), filed("照片2.jpg", "photos")], 2),
    ],
    ids=["pages", "two documents", "two mails", "photos"],
)
def test_the_receipt_counts_pages_of_one_document_once(rulebook: Rulebook, filings: list[Filed], count: int) -> None:
    counted = receipt("ccut", filings, rulebook).items[filings[0].material]
    assert (counted.received, counted.count) == (True, count)


def test_a_recognised_name_weighs_one_step_less_and_a_short_form_nothing(rulebook: Rulebook) -> None:
    item = scanned("1.jpg", FIRST)
    assert item.reading is not None
    typed = {sign.place: sign.strength for sign in file_signs(replace(item, reading=replace(item.reading, scanned=False)), rulebook)}
    recognised = {sign.place: sign.strength for sign in file_signs(item, rulebook)}
    assert recognised and recognised == {place: max(1, strength - 1) for place, strength in typed.items()}
    short = "吉大全民终身学习活动周工作总结\n吉大开展了系列活动。"
    assert file_signs(replace(item, reading=Reading(short, tuple(short.split("\n")))), rulebook)
    assert not file_signs(replace(item, reading=Reading(short, tuple(short.split("\n")), scanned=True)), rulebook)


def test_a_recognised_name_alone_decides_against_no_sender(rulebook: Rulebook) -> None:
    """The school's own domain says 长春工业大学, the page 长春大学: misread or another's, a person looks."""
    page = scanned("1.jpg", FIRST.replace("长春工业大学", "长春大学"))
    judgement = judge(mail(page), rulebook, Memory(), datetime(2022, 12, 26, tzinfo=UTC))
    assert judgement.files[0].disposition is Disposition.UNSURE and judgement.needs_person


def test_a_stamped_copy_that_was_misread_is_what_the_file_beside_it_is(rulebook: Rulebook) -> None:
    misread = "某某工作情況" + "字迹漫漶难以辨认的一行文字" * 5
    copy = Item("总结（盖章）.pdf", "总结（盖章）.pdf", "a", 1, FileKind.PDF, reading=Reading(misread, (misread,), pages=1, scanned=True))
    typed = Item("总结.docx", "总结.docx", "b", 1, FileKind.DOCX, reading=Reading(FIRST + SECOND, tuple(FIRST.split("\n"))))
    assert [verdict.materials for verdict in judged(rulebook, copy, typed)] == [("summary",), ("summary",)]
