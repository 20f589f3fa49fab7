"""One YAML file as a tree of texts with line numbers: what a clerk types as `012`, `no` or `1:30` stays exactly that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from mailbot.loading.diagnosis import explain_error, explain_line
from mailbot.loading.plaintext import INVISIBLE, read_text
from mailbot.loading.slips import Slips


@dataclass(frozen=True, slots=True)
class Text:
    """One value as it was typed, without its quotes."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One key's value and the line of the key."""

    node: Node
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """Keys and values in the order of the file."""

    entries: Mapping[str, Entry]
    line: int


Node = Text | Listing | Table


def read_table(path: Path, slips: Slips) -> Table | None:
    """The file's top-level keys; None, with the reason in `slips`, when it cannot be read."""
    text = read_text(path, slips)
    if text is None:
        return None
    try:
        node = _Builder(text, slips).document()
    except YAMLError as error:
        for line, wrong, hint in explain_error(text, error):
            slips.add(line, wrong, hint)
        return None
    if node is None or (isinstance(node, Text) and not node.value):
        slips.add(0, "文件是空的", "从原来的文件或样例中恢复内容")
        return None
    if isinstance(node, Table):
        return node
    reason = explain_line(text.splitlines()[node.line - 1])
    slips.add(node.line, *(reason or ("文件应当由“键: 值”组成", "每行写成“键: 值”，冒号用英文冒号，后面空一格")))
    return None


class _Builder:
    """Builds the tree from ruamel's events: no tag is resolved, so nothing is turned into a number, a date or a truth value."""

    def __init__(self, text: str, slips: Slips) -> None:
        self._lines = text.split("\n")
        self._slips = slips
        self._events: Iterator[Event] = iter(YAML(typ="safe", pure=True).parse(text))

    def document(self) -> Node | None:
        """The first document of the file; a second one is a slip."""
        root: Node | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent) and root is not None:
                self._slips.add(event.start_mark.line + 1, "文件里多了一行“---”", "删去这一行")
            elif isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent | AliasEvent):
                node = self._node(event)
                root = node if root is None else root
        return root

    def _node(self, event: Event) -> Node:
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent):
            self._sign(line)
            return Text("", line)
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            self._sign(line)
        if isinstance(event, ScalarEvent):
            return self._text(event, line)
        return self._listing(event, line) if isinstance(event, SequenceStartEvent) else self._table(line)

    def _sign(self, line: int) -> None:
        self._slips.add(line, "值以 & 、* 或 ! 开头，这些符号在这里有特别的含义", "给整个值加上英文双引号")

    def _text(self, event: ScalarEvent, line: int) -> Text:
        first, last = event.start_mark.line, event.end_mark.line
        if event.style in (None, "'", '"') and last > first:
            self._run_on(event.style, first, last)
        return Text(event.value.strip(INVISIBLE) if event.style is None else event.value.strip(), line)

    def _run_on(self, style: str | None, first: int, last: int) -> None:
        """A value that runs on over line ends: to YAML it is one sentence, to the clerk a forgotten colon or quote."""
        if style is not None:
            self._slips.add(first + 1, "引号没有在同一行结束", "在这一行的末尾补上英文引号，开头结尾要一样")
            return
        reasons = [(number + 1, explain_line(self._lines[number])) for number in range(first, last + 1)]
        found = [(number, reason) for number, reason in reasons if reason]
        for number, (wrong, hint) in found:
            self._slips.add(number, wrong, hint)
        if not found:
            self._slips.add(first + 2, "这一行没有“键: 值”，被当成了上一行的延续", "写成“键: 值”，或者接到上一行末尾；注释前面要加 #")

    def _listing(self, start: SequenceStartEvent, line: int) -> Listing:
        items: list[Node] = []
        for event in self._events:
            if isinstance(event, SequenceEndEvent):
                break
            item = self._node(event)
            if start.flow_style and isinstance(event, ScalarEvent) and event.style is None:
                self._commas(item)
            items.append(item)
        return Listing(tuple(items), line)

    def _commas(self, item: Node) -> None:
        for comma in "，、；":
            if isinstance(item, Text) and comma in item.value:
                self._slips.add(
                    item.line,
                    f"方括号里用了中文的“{comma}”，“{item.value}”被当成了一项",
                    f"各项之间用英文逗号 , 分开；如果“{comma}”本来就是内容，给这一项加英文引号",
                )

    def _table(self, line: int) -> Table:
        entries: dict[str, Entry] = {}
        for event in self._events:
            if isinstance(event, MappingEndEvent):
                break
            key, value = self._node(event), self._node(next(self._events))
            if not isinstance(key, Text):
                self._slips.add(key.line, "这里应当是一个键，却是一个列表", "写成“键: 值”")
            elif key.value in entries:
                self._slips.add(key.line, f"“{key.value}”写了两次，第 {entries[key.value].line} 行已经有了", "两处合成一处，删去多余的")
            else:
                entries[key.value] = Entry(value, key.line)
        return Table(entries, line)
