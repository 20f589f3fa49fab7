"""The journal of events line by line: a rebuild knows only what stands in it, so a hole in its middle matters on the worst day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from mailbot.app import JOURNAL, App
from mailbot.config import Config
from mailbot.operating.findings import Finding, bad, good, note
from mailbot.storing.database import ledger_file
from mailbot.storing.journal import line_ids

_SHOWN = 5
_REWRITE = "停止 mailbot，运行 mailbot doctor --repair，按数据库重写这份记录；不要先 rebuild，它要靠这份记录。"
_FROM_BACKUP = "重建要靠这份记录：先从最近的备份取回完整的 events.jsonl，再恢复或重建数据库。"


@dataclass(frozen=True, slots=True)
class Look:
    """What was found, and whether writing the journal anew out of the ledger would mend it."""

    finding: Finding
    mendable: bool = False


@dataclass
class _Lines:
    """The journal as it was read: `there` are its ids, `holes` what lies between two lines: (line, first id, last id)."""

    there: set[int] = field(default_factory=set)
    unread: list[int] = field(default_factory=list)
    disordered: list[int] = field(default_factory=list)
    holes: list[tuple[int, int, int]] = field(default_factory=list)
    last: int = 0


def look(config: Config, app: App | None, *, sound: bool) -> Look:
    """Whether each line is an event and each event of the ledger has its line, up to the last one.

    `sound`: the ledger is one that mailbot works with, so that the journal may be written anew out of it.
    """
    lines = _read(config)
    ids = _expected(config, app, lines.last)
    faults = [f"第 {line} 行读不出来" for line in lines.unread[:_SHOWN]]
    faults += [f"第 {line} 行的编号重复或不按顺序" for line in lines.disordered[:_SHOWN]]
    missing = list(_missing(lines, ids))
    faults += [f"第 {line} 行以前缺第 {_span(ids_missing)} 条" for line, ids_missing in missing[:_SHOWN]]
    if faults:
        sentence = f"事件记录 {JOURNAL} 有缺损：{'；'.join(faults)}"
        hint = _REWRITE if sound else _FROM_BACKUP
        # Where every event still has its line, a rebuild would lose nothing.
        return Look(bad("journal", sentence, hint) if missing else note("journal", sentence, hint), mendable=sound)
    behind = sum(1 for number in ids if number > lines.last)
    if behind:
        return Look(note("journal", f"事件记录比数据库少 {behind} 条", "下次写入时会自动补齐。"))
    return Look(good("journal", f"事件记录完整（{len(lines.there)} 条）"))


def _read(config: Config) -> _Lines:
    found = _Lines()
    for line, number in enumerate(line_ids(config.storage / JOURNAL), 1):
        if number is None:
            found.unread.append(line)
            continue
        if number <= found.last:
            found.disordered.append(line)
        elif number > found.last + 1:
            found.holes.append((line, found.last + 1, number - 1))
        found.there.add(number)
        found.last = max(found.last, number)
    return found


def _expected(config: Config, app: App | None, last: int) -> Collection[int]:
    """The ids that must be there. PostgreSQL passes over numbers that a rolled back commit had taken, SQLite never does."""
    if app is not None:
        return app.database.event_ids()
    return range(1, last + 1) if ledger_file(config.database) is not None else ()


def _missing(lines: _Lines, ids: Collection[int]) -> Iterator[tuple[int, list[int]]]:
    """Before which line which events are missing."""
    wanted = ids if isinstance(ids, range) else frozenset(ids)
    for line, first, last in lines.holes:
        lost = [number for number in range(first, last + 1) if number in wanted and number not in lines.there]
        if lost:
            yield line, lost


def _span(numbers: list[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}～{numbers[-1]}"
