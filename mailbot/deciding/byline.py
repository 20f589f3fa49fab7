"""Where a news item says that it is one: at its dateline, in short lines of credit, at its end; elsewhere 记者 is a person in a story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailbot.deciding.lexicon import plain_word

_CREDIT = 40  # characters: 撰稿：张三 摄影：李四 审核：王五 stands in a line of its own
_OPENING = 60  # 本报讯（记者 张三 通讯员 李四）近日，……
_CLOSING = 40  # ……深受好评。（通讯员 李四）


def news_signs(lines: Sequence[str], listed: tuple[str, ...]) -> tuple[str, ...]:
    """The listed signs (rules/words.yaml, 新闻稿的标志) that stand where a news item has its credits; `lines` are not empty."""
    told = "\n".join(_frame(lines))
    return tuple(word for word in listed if plain_word(word) in told)


def _frame(lines: Sequence[str]) -> Iterator[str]:
    paragraphs = [number for number, line in enumerate(lines) if len(line) > _CREDIT]
    for number, line in enumerate(lines):
        if len(line) <= _CREDIT:
            yield line
        elif number == paragraphs[0]:
            yield line[:_OPENING]
        if number in paragraphs[-1:]:
            yield line[-_CLOSING:]
