"""rules/letters/*.txt: each letter is looked through as it is read, so that a slip in it shows now and not when a unit waits for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from jinja2 import TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

from mailbot.loading.plaintext import read_text
from mailbot.loading.slips import Slips, did_you_mean
from mailbot.model import LetterKind
from mailbot.rulebook import BRIEF, LetterTemplate, Material

_MAIL = "单位 编号 来信主题 收到时间 来信大小 上限 每封 本次 清单 缺 截止 迟 逾期 迟说明 提示 待核 链接 读不出 候选"
VARIABLES = frozenset(re.findall(r"\S+", f"{_MAIL} 办公室 电话 年份 活动 日期"))
"""What a letter may say between {{ and }}."""

_BRIEFLY = frozenset(re.findall(r"\S+", "单位 编号 种类 缺 截止 迟 办公室 电话 年份 活动 日期"))
"""The same for the one that says any letter in brief: it is made from the letter, when the mail is no longer at hand."""

FIELDS: Mapping[str, frozenset[str]] = {
    "本次": frozenset({"文件", "材料", "说明"}),
    "清单": frozenset({"材料", "状态", "说明"}),
}
"""What each entry of these lists holds."""

_NAMES: Mapping[str, str] = {
    LetterKind.CONFIRM: "材料齐全的回执",
    LetterKind.MISSING: "缺件提醒",
    LetterKind.ASK_UNIT: "询问是哪个单位",
    LetterKind.ASK_AGAIN: "请重发附件",
    LetterKind.ACK: "已收到、正在核对",
    LetterKind.CHASE: "催报",
    BRIEF: "被当作垃圾邮件时改用的短信",
}
_SUBJECT = ("主题：", "主题:")
_TAGS = "对照样例检查 {{ }} 和 {% %}：每个 {% if %} 要有 {% endif %}，每个 {% for %} 要有 {% endfor %}"


def load_letters(folder: Path, materials: Mapping[str, Material]) -> tuple[dict[str, LetterTemplate], tuple[Slips, ...]]:
    """The letters by kind, and the slips of each file."""
    found: dict[str, LetterTemplate] = {}
    slips = []
    for kind, name in _NAMES.items():
        path = folder / f"{kind}.txt"
        own = Slips(path)
        slips.append(own)
        if not path.is_file():
            own.add(0, f"缺少这封信（{name}）", "从备份中恢复，或运行 mailbot init 在别的文件夹里取一份样例")
            continue
        written = read_text(path, own)
        letter = None if written is None else _letter(written, own)
        if written is not None and letter is not None:
            _check(written, _BRIEFLY if kind == BRIEF else VARIABLES, materials, own)
            found[str(kind)] = letter
    return found, tuple(slips)


def _letter(written: str, slips: Slips) -> LetterTemplate | None:
    first, _, text = written.partition("\n")
    opening = next((opening for opening in _SUBJECT if first.startswith(opening)), None)
    if opening is None:
        slips.add(1, "第一行不是主题", "第一行写成“主题：…”，正文从第二行开始")
        return None
    subject = first.removeprefix(opening).strip()
    if not subject:
        slips.add(1, "主题是空的", "在“主题：”后面写上主题")
    if not text.strip():
        slips.add(2, "这封信没有正文", "从第二行起写正文")
    return LetterTemplate(subject, text.strip("\n") + "\n")


def _check(written: str, variables: frozenset[str], materials: Mapping[str, Material], slips: Slips) -> None:
    """Look through the whole file as one template, so that the lines of the slips are the lines of the file."""
    environment = SandboxedEnvironment()
    try:
        tree = environment.parse(written)
        environment.from_string(written)
    except TemplateSyntaxError as error:
        slips.add(error.lineno, f"信的写法有误：{_said(error)}", _TAGS)
        return
    unknown = find_undeclared_variables(tree) - variables
    for name in tree.find_all(nodes.Name):
        if name.name in unknown:
            slips.add(name.lineno, f"没有“{name.name}”可以填", did_you_mean(name.name, sorted(variables)))
    for line, field, known in _unknown_fields(tree):
        slips.add(line, f"这里没有“{field}”可以填", did_you_mean(field, sorted(known)))
    _check_materials(tree, materials, slips)


def _check_materials(tree: nodes.Template, materials: Mapping[str, Material], slips: Slips) -> None:
    names = [material.name for material in materials.values()]
    for line, said in _material_names(tree):
        if said in materials:
            slips.add(line, f"“{said}”是材料的标识，不是名称", f"写成“{materials[said].name}”")
        elif names and said not in names:
            slips.add(line, f"材料里没有“{said}”", did_you_mean(said, names))


_TRANSLATED = (
    ("Unexpected end of template", "有 {% if %} 或 {% for %} 没有结束"),
    ("unexpected '}'", "多了或少了一个花括号"),
    ("expected token 'end of print statement'", "{{ }} 里写了多余的内容"),
    ("expected token 'end of statement block'", "{% %} 里写了多余的内容"),
    ("Encountered unknown tag", "{% %} 里的命令不认识，或者多了一个 {% endif %}、{% endfor %}"),
    ("No filter named", "“|”后面的名称不认识"),
    ("unexpected char", "花括号里用了中文标点或其他特殊符号"),
    ("Missing end of comment tag", "{# 没有用 #} 结束"),
)


def _said(error: TemplateSyntaxError) -> str:
    text = error.message or ""
    for english, chinese in _TRANSLATED:
        if english in text:
            return chinese
    return text


def _unknown_fields(tree: nodes.Template) -> Iterator[tuple[int, str, frozenset[str]]]:
    """Line, field and the known fields, for every `{{ 件.… }}` in a loop over 本次 or 清单 that names no field of them."""
    for loop in tree.find_all(nodes.For):
        if not isinstance(loop.iter, nodes.Name) or not isinstance(loop.target, nodes.Name):
            continue
        known = FIELDS.get(loop.iter.name)
        for use in loop.find_all(nodes.Getattr) if known else ():
            if isinstance(use.node, nodes.Name) and use.node.name == loop.target.name and use.attr not in (known or ()):
                yield use.lineno, use.attr, known or frozenset()


def _material_names(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Line and text of every literal that is compared with a material: `"工作总结" in 缺`, `件.材料 == "工作总结"`."""
    for test in tree.find_all(nodes.Compare):
        for right in test.ops:
            if isinstance(right.expr, nodes.Name) and right.expr.name == "缺":
                literal = test.expr
            elif isinstance(test.expr, nodes.Getattr) and test.expr.attr == "材料":
                literal = right.expr
            else:
                continue
            if isinstance(literal, nodes.Const) and isinstance(literal.value, str):
                yield literal.lineno, literal.value
