"""rules/materials.yaml: what each unit must send, and the words by which it is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from mailbot.loading.form import Form
from mailbot.loading.slips import Slips
from mailbot.loading.yamlfile import read_table
from mailbot.rulebook import Material, Side

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def load_materials(path: Path, slips: Slips) -> Mapping[str, Material] | None:
    """The materials by id, in the order of the file; None if the file cannot be read."""
    table = read_table(path, slips)
    if table is None:
        return None
    form = Form(table, slips)
    rows = form.forms("材料", "标识", needed=True)
    if form.has("材料") and not rows:
        slips.add(form.line("材料"), "“材料”里一项也没有", "至少写一项，以“- 标识: …”开头")
    found: dict[str, Material] = {}
    names: dict[str, int] = {}
    for row in rows:
        material = _material(row)
        if material.id in found:
            slips.add(row.line("标识"), f"标识“{material.id}”已经用过了", "每项材料用一个不同的标识")
        elif material.name in names:
            slips.add(row.line("名称"), f"名称“{material.name}”和第 {names[material.name]} 行的重复", "两项材料的名称要不同")
        found.setdefault(material.id, material)
        names.setdefault(material.name, row.line("名称"))
    form.done()
    return found


def read_identifier(form: Form) -> str:
    """The `标识` of a row: letters, digits, - and _, for it is used in commands and folder names."""
    said = form.text("标识")
    if said and not IDENTIFIER.fullmatch(said):
        form.slips.add(form.line("标识"), f"标识“{said}”里有不能用的字", "只用英文字母、数字、- 和 _，例如 summary")
    return said


def _material(form: Form) -> Material:
    needed = form.whole("最少", 1, 1, 1000)
    wanted = form.whole("建议", 0, 0, 1000) or None
    if wanted is not None and wanted < needed:
        form.slips.add(form.line("建议"), f"“建议”（{wanted}）比“最少”（{needed}）还少", "“建议”不能小于“最少”；不限数量就删去“建议”")
    material = Material(
        id=read_identifier(form),
        name=form.text("名称"),
        measure=form.text("量词"),
        needed=needed,
        wanted=wanted,
        pictures=form.yes("是图片"),
        strong=form.texts("主要词"),
        weak=form.texts("次要词"),
        against=form.texts("排除词"),
        phrases=form.texts("正文用语"),
        headings=form.texts("小标题"),
        writing=tuple(_side(row) for row in form.forms("写法", "方面")),
        compounds=form.texts("整体词"),
        foreign=form.texts("英文和拼音"),
    )
    if not material.strong:
        form.slips.add(
            form.line("主要词"), f"“{material.name}”没有“主要词”，认不出这项材料", f"写上文件名里常见的词，例如“主要词: [{material.name}]”"
        )
    form.done()
    return material


def _side(form: Form) -> Side:
    side = Side(form.text("方面"), form.texts("用语"), form.whole("至少", 1, 1, 100))
    if len(side.words) < side.least:
        form.slips.add(form.line("用语"), f"“{side.name}”的用语比“至少”（{side.least}）还少", "补上用语，或者把“至少”改小")
    form.done()
    return side
