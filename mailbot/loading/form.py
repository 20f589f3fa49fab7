"""Typed reading of one table: every wrong, missing or unknown key becomes a slip, and reading goes on to find the next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from mailbot.loading.slips import Slips, did_you_mean
from mailbot.loading.yamlfile import Listing, Node, Table, Text

T = TypeVar("T")

_YES_NO: Mapping[str, bool] = {"是": True, "否": False, "yes": True, "no": False, "true": True, "false": False}


class Form:
    """One table of a file and what was asked of it; `about` names it in the slips (“长春大学”)."""

    def __init__(self, table: Table, slips: Slips, about: str = "") -> None:
        self.table = table
        self.slips = slips
        self.about = about
        self._asked: dict[str, None] = {}
        self._refused: set[str] = set()

    def line(self, key: str = "") -> int:
        """The line of a key, of the table itself where the key is missing."""
        entry = self.table.entries.get(key)
        return entry.line if entry else self.table.line

    def has(self, key: str) -> bool:
        """Whether the key stands there with a value."""
        return self._node(key) is not None

    def text(self, key: str, default: str | None = None) -> str:
        """One text; with no default the key must be there."""
        node = self._node(key)
        if node is None:
            if default is None:
                self._missing(key)
            return default or ""
        if isinstance(node, Text):
            return node.value
        self._wrong_kind(key, "一个值", f"写成“{key}: …”，只写一个值")
        return default or ""

    def items(self, key: str) -> tuple[Text, ...]:
        """A list of texts with their lines; one text alone is a list of one, nothing is an empty list."""
        node = self._node(key)
        if node is None:
            return ()
        if isinstance(node, Text):
            return self._single(key, node)
        if isinstance(node, Table):
            self._wrong_kind(key, "一个列表", f"写成“{key}: [甲, 乙]”，或者每行一项、以“- ”开头")
            return ()
        found = []
        for item in node.items:
            if isinstance(item, Text):
                found.append(item)
            else:
                self.slips.add(item.line, f"“{key}”的这一项不是一个词", "每项只写一个词或一句话；其中有冒号的，给整项加英文引号")
        return tuple({item.value: item for item in reversed(found) if item.value}.values())[::-1]

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.value for item in self.items(key))

    def whole(self, key: str, default: int | None, low: int = 0, high: int = 1_000_000) -> int:
        """A whole number between `low` and `high`; with no default the key must be there."""
        said = self.text(key, None if default is None else "")
        if not said:
            return default or low
        if not re.fullmatch(r"\d+", said):
            self.slips.add(self.line(key), f"“{key}”应当是整数，写的是“{said}”", f"只写数字，例如“{key}: {default or max(low, 1)}”")
        elif len(said) > 1 and said.startswith("0"):
            self.slips.add(self.line(key), f"“{key}”的数字前面多了 0：{said}", f"写成“{key}: {int(said)}”")
        elif not low <= int(said) <= high:
            self.slips.add(self.line(key), f"“{key}”写的是 {said}，应当在 {low} 和 {high} 之间", "改成这个范围内的数字")
        else:
            return int(said)
        return default or low

    def choice(self, key: str, choices: Mapping[str, T], default: T) -> T:
        """One of the given words (capital or small letters); the default where the key is missing."""
        said = self.text(key, "")
        if not said:
            return default
        if said.lower() in choices:
            return choices[said.lower()]
        self.slips.add(self.line(key), f"“{key}”不能写“{said}”", did_you_mean(said, choices))
        return default

    def yes(self, key: str, default: bool = False) -> bool:
        """是 or 否."""
        said = self.text(key, "")
        if said and said.lower() not in _YES_NO:
            self.slips.add(self.line(key), f"“{key}”只能写“是”或“否”，写的是“{said}”", f"写成“{key}: 是”或“{key}: 否”")
        return _YES_NO.get(said.lower(), default)

    def form(self, key: str, *, needed: bool = False) -> Form | None:
        """The table below a key; None where there is none."""
        node = self._node(key)
        if isinstance(node, Table):
            return Form(Table(node.entries, self.line(key)), self.slips, key)
        if node is not None:
            self._wrong_kind(key, "几行“键: 值”", f"“{key}:”后面换行，每行写一个“键: 值”，行首比“{key}”多空两格")
        elif needed:
            self._missing(key)
        return None

    def forms(self, key: str, naming: str, *, needed: bool = False) -> tuple[Form, ...]:
        """The tables listed below a key; each is called in the slips by its value of `naming`."""
        node = self._node(key)
        if node is None:
            if needed:
                self._missing(key)
            return ()
        if not isinstance(node, Listing):
            self._wrong_kind(key, "一个列表", f"“{key}:”后面换行，每一条以“- {naming}: …”开头")
            return ()
        found = []
        for item in node.items:
            if isinstance(item, Table):
                name = item.entries.get(naming)
                about = name.node.value if name and isinstance(name.node, Text) else ""
                found.append(Form(item, self.slips, about))
            else:
                self.slips.add(item.line, f"“{key}”的这一条没有写成“键: 值”", f"以“- {naming}: …”开头，下面每行一个“键: 值”，冒号后空一格")
        return tuple(found)

    def lists(self, key: str) -> Mapping[str, tuple[Text, ...]]:
        """A table whose keys are free and whose values are lists of texts."""
        form = self.form(key)
        return {} if form is None else {name: form.items(name) for name in form.table.entries}

    def refuse(self, key: str, wrong: str, hint: str) -> None:
        """Note a key that must not be written here, for a reason worth telling."""
        if key in self.table.entries:
            self._refused.add(key)
            self.slips.add(self.line(key), wrong, hint)

    def done(self) -> None:
        """Note every key that was never asked for."""
        for key, entry in self.table.entries.items():
            if key not in self._asked and key not in self._refused:
                self.slips.add(entry.line, f"{self._of()}没有“{key}”这个键", did_you_mean(key, self._asked))

    def _node(self, key: str) -> Node | None:
        self._asked[key] = None
        entry = self.table.entries.get(key)
        return None if entry is None or entry.node == Text("", entry.node.line) else entry.node

    def _of(self) -> str:
        return f"“{self.about}”" if self.about else "这里"

    def _missing(self, key: str) -> None:
        wrong = f"{self._of()}的“{key}”是空的" if key in self.table.entries else f"{self._of()}缺少“{key}”"
        self.slips.add(self.line(key), wrong, f"补上“{key}: …”")

    def _wrong_kind(self, key: str, wanted: str, hint: str) -> None:
        self.slips.add(self.line(key), f"“{key}”应当是{wanted}", hint)

    def _single(self, key: str, node: Text) -> tuple[Text, ...]:
        if re.search("[,，、；;]", node.value):
            self.slips.add(node.line, f"“{key}”写了几项，却没有方括号：{node.value}", f"写成“{key}: [甲, 乙]”，用英文的方括号和逗号")
        return (node,)
