"""Why a line is not the YAML its writer meant: the slips of hands that type Chinese all day."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ruamel.yaml.error import MarkedYAMLError, YAMLError

Reason = tuple[str, str]
"""What is wrong and what to write instead."""

_WIDE_SPACES = "\u3000\u00a0\u2002\u2003\u200b\ufeff"
_KEY = r"[^\s:：\"'#\[\]{},，]{1,24}"
_WIDE_COLON = re.compile(rf"^[\s]*(?:-\s+)?(?P<key>{_KEY})\s*：")
_TIGHT_COLON = re.compile(rf"^[\s]*(?:-\s+)?(?P<key>{_KEY}):(?=[^ \t/])")
_GOOD_KEY = re.compile(rf"^[\s]*(?:-\s+)?(?P<key>{_KEY}):(?:[ \t]|$)")
_TIGHT_DASH = re.compile(r"^\s*-(?=[^\s\-])")
_WIDE_DASH = re.compile(r"^\s*[－—–·•]\s*\S")
_SIGN_FIRST = re.compile(r"^[^#\"']*?(?::\s+|-\s+)(?P<sign>[@`%&*!|>])\S")
_BLOCK = re.compile(r"[:\-]\s+[|>][+-]?\d?\s*(?:#.*)?$")
_COMMENT = re.compile(r"(?:^|\s)#.*$")

_TRANSLATED: tuple[tuple[str, str, str], ...] = (
    ("while scanning a quoted scalar", "引号没有配对", "在值的末尾补上英文引号，开头结尾要一样"),
    ("mapping values are not allowed", "缩进没有对齐，或者值里有多余的冒号", "和同级的行对齐；值里有冒号时，给整个值加英文引号"),
    ("could not find expected ':'", "这一行缺少冒号", "写成“键: 值”，用英文冒号，后面空一格"),
    ("expected ',' or", "方括号没有配对，或者两项之间少了逗号", "写成 [甲, 乙, 丙]，用英文的方括号和逗号"),
    ("expected <block end>", "缩进没有对齐", "用空格和同级的行对齐"),
    ("cannot start any token", "值的开头有特殊符号", "给整个值加上英文双引号"),
    ("unknown escape", "双引号里的反斜杠 \\ 有特别的含义", "把这个值外面的双引号换成单引号"),
)


def explain_error(text: str, error: YAMLError) -> Iterator[tuple[int, str, str]]:
    """Line, what is wrong and what to write instead, for every line that may have kept the file from being read.

    The parser stumbles where it can go no further, often lines after the slip; so the lines themselves are looked at first.
    """
    lines = text.split("\n")
    stumbled, began = _places(error)
    keys = {match["key"] for line in lines if (match := _GOOD_KEY.match(line))}
    found = False
    for number, line in _plain_lines(lines):
        near = stumbled - 2 <= number <= stumbled
        reason = _explain(line, keys=None if near else keys)
        if reason and number <= max(stumbled, began):
            found = True
            yield number, *reason
    if not found:
        yield _translated(error, stumbled, began)


def explain_line(line: str) -> Reason | None:
    """What is wrong with this line and what to write instead; None if nothing is seen."""
    return _explain(line, keys=None)


def _explain(line: str, keys: set[str] | None) -> Reason | None:
    """`keys` are those the file writes well elsewhere: far from the place of trouble only they count, `- 总结如下：` is fine."""
    bare = _COMMENT.sub("", line)
    if not bare.strip():
        return None
    lead = bare[: len(bare) - len(bare.lstrip(" \t" + _WIDE_SPACES))]
    if "\t" in lead:
        return "行首用了 Tab 键", "把行首的 Tab 换成空格，和同级的行对齐"
    if any(space in lead for space in _WIDE_SPACES):
        return "行首用了全角空格", "换成英文空格，和同级的行对齐"
    return _explain_key(bare, keys) or _explain_value(bare)


def _explain_key(line: str, keys: set[str] | None) -> Reason | None:
    wide, tight = _WIDE_COLON.match(line), _TIGHT_COLON.match(line)
    if wide and (keys is None or wide["key"] in keys):
        return f"“{wide['key']}”后面用了中文冒号“：”", f"换成英文冒号，后面空一格，写成“{wide['key']}: …”"
    if tight and (keys is None or tight["key"] in keys):
        return f"“{tight['key']}”的冒号后面少了空格", f"冒号后面空一格（英文空格），写成“{tight['key']}: …”"
    if keys is None and _WIDE_DASH.match(line):
        return "列表的短横不是英文的减号", "换成英文减号，后面空一格，写成“- …”"
    if keys is None and _TIGHT_DASH.match(line):
        return "短横后面少了空格", "写成“- …”，短横后面空一格"
    return None


def _explain_value(line: str) -> Reason | None:
    if line.count('"') % 2 and "'" not in line:
        return "引号没有配对", "值的开头和结尾都用英文双引号；中文引号“”不算"
    if line.count("'") % 2 and '"' not in line:
        return "引号没有配对", "值的开头和结尾都用英文单引号"
    sign = _SIGN_FIRST.match(line)
    if sign:
        return f"值以 {sign['sign']} 开头，这个符号在这里有特别的含义", "给整个值加上英文双引号"
    return None


def _plain_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Every line with its number, without the texts after `|` and `>`: there everything is allowed."""
    inside: int | None = None
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip(" "))
        if inside is not None and (not line.strip() or indent > inside):
            continue
        inside = indent if _BLOCK.search(line) else None
        yield number, line


def _places(error: YAMLError) -> tuple[int, int]:
    """The line where the parser stumbled and the line where what it was reading began."""
    if not isinstance(error, MarkedYAMLError):
        return 0, 0
    problem, context = error.problem_mark, error.context_mark
    stumbled = problem.line + 1 if problem else 0
    return stumbled, context.line + 1 if context else stumbled


def _translated(error: YAMLError, stumbled: int, began: int) -> tuple[int, str, str]:
    said = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    for sign, wrong, hint in _TRANSLATED:
        if sign in said:
            return (began if "quoted" in sign or "expected ','" in sign else stumbled), wrong, hint
    return stumbled, "这里的写法读不懂", "对照样例检查这一行的冒号、引号、缩进"
