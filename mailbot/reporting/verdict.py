"""A verdict with its evidence, for the terminal: what was seen, where, for whom it speaks, how strongly, and what decided."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import chop_cells
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from mailbot.model import BODY, Disposition, Evidence, Facts, Judgement
from mailbot.reporting.shown import DISPOSITIONS, INTENTS, MAIL_STATES, called, harmless
from mailbot.rulebook import NO_MATERIAL, Rulebook

STRENGTHS = ("线索", "旁证", "有力", "足以决定")


def print_verdict(facts: Facts, judgement: Judgement, rulebook: Rulebook, console: Console) -> None:
    """Print the decision over one mail with every sign that led to it."""
    sender = facts.message.from_[0] if facts.message.from_ else None
    console.print(f"发件人  {_said(f'{sender.name} <{sender.address}>' if sender else '（没有）')}", highlight=False)
    console.print(f"主题    {_said(facts.message.subject)}", highlight=False)
    stands = f"{MAIL_STATES[judgement.state]}，来信是{INTENTS[judgement.intent]}"
    console.print(f"判断    [bold]{_unit(judgement.unit.unit, rulebook)}[/]，{stands}", highlight=False)
    for reason in (*judgement.because, *(f"疑点：{doubt}" for doubt in judgement.doubts)):
        _print_reason(console, reason)
    if judgement.unit.candidates and judgement.unit.unit is None:
        console.print("  可能是：" + "、".join(_unit(unit, rulebook) for unit in judgement.unit.candidates), highlight=False)
    if judgement.automatic:
        console.print(f"  不自动回信：{_said(judgement.automatic)}", highlight=False)
    console.print(_signs("单位的依据", judgement.unit.evidence, rulebook))
    for file in judgement.files:
        if file.path == BODY and file.disposition is Disposition.IGNORED:
            continue
        names = "、".join(rulebook.materials[name].name for name in file.materials if name in rulebook.materials)
        outcome = f"{names or '其他'}（{DISPOSITIONS[file.disposition]}{f'，{file.count}' if file.count else ''}）"
        console.print(f"\n[bold]{_said(called(file.path))}[/]：{outcome}", highlight=False)
        _print_reason(console, file.because)
        if file.evidence:
            console.print(_signs("", file.evidence, rulebook))


def _print_reason(console: Console, reason: str) -> None:
    """Broken anywhere, as Chinese text has no blanks to be broken at."""
    for place, line in enumerate(chop_cells(harmless(reason), console.width - 4)):
        console.print(Text(f"{'  · ' if place == 0 else '    '}{line}"))


def _signs(title: str, evidence: Iterable[Evidence], rulebook: Rulebook) -> Grid:
    grid = Grid(title=title or None, title_justify="left", show_edge=False, pad_edge=False)
    for heading in ("看到什么", "在哪里", "支持", "分量"):
        grid.add_column(heading, overflow="fold")
    for sign in evidence:
        strength = STRENGTHS[max(0, min(sign.strength, len(STRENGTHS) - 1))]
        grid.add_row(_said(sign.text), _said(sign.source), _said(_speaks_for(sign.speaks_for, rulebook)), strength)
    return grid


def _speaks_for(name: str, rulebook: Rulebook) -> str:
    if name in rulebook.units:
        return rulebook.units[name].name
    return rulebook.materials[name].name if name in rulebook.materials else NO_MATERIAL.get(name, name)


def _unit(unit: str | None, rulebook: Rulebook) -> str:
    return escape(rulebook.units[unit].name if unit in rulebook.units else unit) if unit else "单位待定"


def _said(text: str) -> str:
    return escape(harmless(text))
