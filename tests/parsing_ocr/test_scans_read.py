"""Scans are read and judged by what is written on them; the models run in a child that lives only as long as they are needed."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from mailbot.config import Limits
from mailbot.demo.makers import scanned_pdf
from mailbot.model import BODY, Disposition, Facts, FileVerdict, Item, Judgement
from mailbot.parsing import ocr as recognition
from mailbot.parsing.sandbox import Sandbox
from mailbot.parsing.scans import FAILED, FOREIGN, OVER_BUDGET
from tests.parsing_ocr.conftest import Read, page, scan

pytestmark = [pytest.mark.ocr, pytest.mark.usefixtures("ocr")]


def only(arrived: tuple[Facts, Judgement]) -> tuple[Item, FileVerdict]:
    facts, judgement = arrived
    (item,) = (item for item in facts.items if item.path != BODY)
    return item, next(verdict for verdict in judgement.files if verdict.path == item.path)


def jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def test_a_scanned_summary_is_the_summary_of_the_unit_that_it_names(read: Read) -> None:
    arrived = read({"扫描件.pdf": scan("summary")}, sender="zhangsan@qq.com")
    item, verdict = only(arrived)
    assert item.reading is not None and item.reading.scanned
    assert item.reading.head[:3] == ("长春工业大学文件", "长春工业大学2022年", "全民终身学习活动周工作总结")
    assert item.reading.text.endswith("长春工业大学\n2022年12月20日")
    assert (verdict.disposition, verdict.materials, verdict.count, verdict.unit) == (Disposition.FILED, ("summary",), 1, "ccut")
    assert "扫描件（已识别文字）" in verdict.because
    assert not arrived[1].needs_person


def test_a_case_photographed_on_its_side_is_a_case(read: Read) -> None:
    with Image.open(io.BytesIO(page("case"))) as image:
        turned = image.crop((0, 0, 1240, 900)).transpose(Image.Transpose.ROTATE_90)
    item, verdict = only(read({"IMG_20221220_101530.jpg": jpeg(turned)}))
    assert item.reading is not None and "社区教育典型案例" in item.reading.head[1]
    assert (verdict.disposition, verdict.materials, verdict.unit) == (Disposition.FILED, ("case",), "ccut")


def test_a_scanned_sign_in_sheet_is_none_of_the_materials(read: Read) -> None:
    item, verdict = only(read({"扫描0001.pdf": scan("sign_in")}))
    assert item.reading is not None and item.reading.head[0] == "全民终身学习活动周讲座签到表"
    assert verdict.disposition is Disposition.IGNORED


def test_the_child_lives_from_the_first_scan_to_the_end_of_the_sandbox(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with Image.open(io.BytesIO(page("case"))) as image:
        path.write_bytes(jpeg(image.crop((0, 0, 1240, 500))))
    with Sandbox(Limits()) as sandbox:
        examined = sandbox.examine(path, "案例.jpg")
        assert sandbox.scans.pid is None
        examined, pages = sandbox.scans.read(path, examined, 12)
        assert pages == 1 and examined.reading is not None and examined.reading.unread == ""
        pid = sandbox.scans.pid
        assert pid is not None and pid != sandbox._child.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize(
    ("limits", "room", "why"),
    [(Limits(), 0, OVER_BUDGET), (Limits(ocr_memory_bytes=200 * 1024 * 1024), 12, FAILED)],
    ids=["too many pages", "too little memory"],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, limits: Limits, room: int, why: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(scan("case"))
    with Sandbox(limits) as sandbox:
        examined, _ = sandbox.scans.read(path, sandbox.examine(path, "案例.pdf"), room)
    assert examined.reading is not None
    assert (examined.reading.text, examined.reading.scanned, examined.reading.unread) == ("", False, why)


def foreign_page() -> Image.Image:
    """A page of plain English, as a scanner sends it."""
    image = Image.new("RGB", (1240, 1754), "white")
    font = ImageFont.load_default(28)
    for number in range(40):
        ImageDraw.Draw(image).text(
            (110, 90 + number * 40), f"{number}. The goods named in our order of November have not arrived.", "black", font
        )
    return image


def test_a_page_in_another_language_is_not_turned_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[tuple[int, int]] = []
    boxes = recognition._boxes

    def noted(image: Image.Image) -> Any:
        looked.append(image.size)
        return boxes(image)

    monkeypatch.setattr(recognition, "_boxes", noted)
    recognised = recognition.recognise(foreign_page())
    assert "The goods named in our order" in recognised.text
    assert len(looked) == 1


def test_a_long_scan_in_another_language_is_a_persons_after_its_first_page(read: Read) -> None:
    pages = [jpeg(foreign_page())] * 9
    item, verdict = only(read({"scan0001.pdf": scanned_pdf(pages)}))
    assert item.reading is not None and item.reading.unread == FOREIGN
    assert verdict.disposition is Disposition.UNSURE
