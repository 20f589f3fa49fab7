"""What a file says of whose it is: its name and folders, title, letterhead, 落款, the unit line of a form, its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from mailbot.deciding.context import reader_of
from mailbot.deciding.once import once_per_rulebook
from mailbot.deciding.plain import squeeze
from mailbot.deciding.roster import Sort
from mailbot.deciding.signs import Place, Sign, Spot, field_like, signs_of, strongest
from mailbot.model import BODY, FileKind, Item, Reading
from mailbot.rulebook import Rulebook

LETTER_LENGTH = 300
"""A mail text shorter than this is a covering note, not a document with a title and a 落款."""

_SENTENCE = re.compile(r"[。;!?]|,.*,|:$|^[一二三四五六七八九十]+、|^\([一二三四五六七八九十]+\)|^\d+[.、]")
_TITLE_LENGTH = 60
_LETTERHEAD = re.compile(r"(?:文件|公文|\(函\)|函|便笺|办公室|处|部|学院|中心|科|\(盖章\)|:)*$")
_DAY = (
    r"(?:[12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日|[12][0-9]{3}[./-][0-9]{1,2}[./-][0-9]{1,2}"
    r"|[二一〇○零o0-9]{4}年[一二三四五六七八九十0-9]{1,3}月[一二三四五六七八九十0-9]{1,3}日?)"
)
_DATE_LINE = re.compile(rf"^(?:日期:?|时间:?)?{_DAY}$")
_DATED_END = re.compile(rf"{_DAY}$")
_UNIT_CELL = re.compile(
    r"(?<!办)(?<!合作)(?<!支持)(?<!指导)(?<!推荐)(?<!共建)(?<!联合)(?<!协作)"
    r"(?:单位|学校|院校|地区)(?:名称|全称)?(?:\((?:盖章|公章|全称|章)\))?[:|]{0,3}(?:吉林省)?$"
)
_OUR_CITY = re.compile("我[市州]|全[市州]")
_TEXT_WINDOW = 2500
_TAIL_LINES = 6
_LINES_AT_TOP, _LINES_AT_END = 80, 60
_SEAL_LENGTH = 40


def file_signs(item: Item, rulebook: Rulebook) -> tuple[Sign, ...]:
    """Every sign in one item, the strongest of each place. The mail's own short text counts as a letter, not here."""
    if item.path == BODY and len(item.reading.text if item.reading else "") < LETTER_LENGTH:
        return ()
    soft = _side_paper(rulebook).search(squeeze(_title_text(item))) is not None
    found = list(_from_path(item, rulebook, soft)) if item.path != BODY else []
    if item.reading is not None:
        found += _from_reading(item, item.reading, rulebook, soft)
    if item.kind is FileKind.IMAGE:
        found = [_of_picture(sign, item, rulebook) for sign in found if sign.place is Place.FOLDER or sign.sort not in _PLACES]
    return strongest(found)


_PLACES = (Sort.COUNTY_PLACE, Sort.PLACE)  # 朝阳区社区讲座.jpg tells where the picture was taken, not who sends it


def _of_picture(sign: Sign, item: Item, rulebook: Rulebook) -> Sign:
    """A caption may name whom the picture shows (长春大学志愿者教书法.jpg): only a name that stands apart is the sender's."""
    if sign.place is not Place.NAME:
        return sign
    line = squeeze(_stem(item.name))
    apart = any(field_like(line, mention, rulebook) for mention in reader_of(rulebook).own(line) if mention.named.units == sign.units)
    return sign if apart else replace(sign, strength=min(sign.strength, 2), soft=True)


@once_per_rulebook
def _side_paper(rulebook: Rulebook) -> re.Pattern[str]:
    """Titles of notices, plans and forms: they may name a unit that is not the sender."""
    words = (*rulebook.words.other_documents, *rulebook.words.other_forms)
    listed = "|".join(re.escape(squeeze(word)) for word in sorted(words, key=len, reverse=True) if word)
    return re.compile(rf"(?:{listed})(?:[(\[].*|\d*)$" if listed else "$^")


def _title_text(item: Item) -> str:
    title = "".join(item.reading.head[:2]) if item.reading is not None else ""
    return title or PurePosixPath(item.name).stem


def _from_path(item: Item, rulebook: Rulebook, soft: bool) -> Iterator[Sign]:
    *folders, _ = item.path.split("/")
    for folder in folders:
        yield from signs_of(squeeze(_stem(folder)), Spot(Place.FOLDER, 3, item.path, soft), rulebook)
    yield from signs_of(squeeze(_stem(item.name)), Spot(Place.NAME, 3, item.path, soft), rulebook)


_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def _stem(name: str) -> str:
    return _EXTENSION.sub("", name)


def _from_reading(item: Item, reading: Reading, rulebook: Rulebook, soft: bool) -> list[Sign]:
    where = item.path if item.path != BODY else "邮件正文"
    title = _title_lines(reading.head)
    raw = reading.text.splitlines()
    if len(raw) > _LINES_AT_TOP + _LINES_AT_END:
        raw = raw[:_LINES_AT_TOP] + raw[-_LINES_AT_END:]
    lines = [line for line in map(squeeze, raw) if line]
    found = list(_headed(title, rulebook, where, soft))
    for line in reading.header.splitlines():
        found += signs_of(squeeze(line), Spot(Place.LETTERHEAD, 3, where, soft), rulebook)
    found += _sealed(lines, rulebook, where, soft)
    found += _in_cells(lines, rulebook, where, soft)
    found += _in_sentences(lines[len(title) :], rulebook, where)
    if _OUR_CITY.search(reading.text[:_TEXT_WINDOW]):
        # 松原市2022年…总结 that goes on with 我市…: the city speaks, not a school that lies in it.
        found += [replace(sign, place=Place.TEXT, seen="我市", strength=1) for sign in found if sign.sort is Sort.PLACE]
    return _recognised(found) if reading.scanned else found


def _recognised(found: Sequence[Sign]) -> list[Sign]:
    """Signs in recognised text count one step less, and short forms not at all: one misread character makes them another's."""
    full = (sign for sign in found if sign.sort not in (Sort.WEAK, *_PLACES) and not sign.shaky)
    return [replace(sign, strength=max(1, sign.strength - 1)) for sign in full]


def _title_lines(head: Sequence[str]) -> list[str]:
    """The lines before the first sentence, squeezed."""
    lines: list[str] = []
    for line in map(squeeze, head):
        if len(line) > _TITLE_LENGTH or _SENTENCE.search(line):
            break
        lines.append(line)
    return lines


def _headed(lines: Sequence[str], rulebook: Rulebook, where: str, soft: bool) -> Iterator[Sign]:
    crossing = list(_across_lines(lines, rulebook))
    for number, line in enumerate(lines):
        for sign in signs_of(line, Spot(Place.TITLE, 3, where, soft), rulebook):
            if any(number in span and sign.seen in text for span, text, _ in crossing):
                continue
            alone = _LETTERHEAD.match(line[line.find(sign.seen) + len(sign.seen) :]) is not None
            yield Sign(
                Place.LETTERHEAD if alone and len(lines) > 1 else Place.TITLE,
                sign.seen, sign.units, sign.strength, sign.sort, where, soft, sign.shaky,
            )  # fmt: skip
    for _, text, units in crossing:
        yield Sign(Place.TITLE, text, units, 3, Sort.NAME, where, soft)


def _across_lines(lines: Sequence[str], rulebook: Rulebook) -> Iterator[tuple[tuple[int, int], str, tuple[str, ...]]]:
    """Names broken over two title lines: 长春工业大学 // 人文信息学院 must not be read as 长春工业大学."""
    for number in range(len(lines) - 1):
        edge = len(lines[number])
        for mention in reader_of(rulebook).own(lines[number] + lines[number + 1]):
            if mention.start < edge < mention.end and mention.named.sort is Sort.NAME:
                yield (number, number + 1), mention.named.text, mention.named.units


def _sealed(lines: Sequence[str], rulebook: Rulebook, where: str, soft: bool) -> Iterator[Sign]:
    """落款: a line that is a name, above (rarely below) a line that is a date; or a name among the last lines."""
    for number, line in enumerate(lines):
        if _DATE_LINE.match(line):
            for beside in (number - 1, number - 2, number + 1):
                if 0 < beside < len(lines):
                    yield from _name_line(lines[beside], rulebook, where, soft)
        elif number and len(line) <= _SEAL_LENGTH and (dated := _DATED_END.search(line)):
            yield from _name_line(line[: dated.start()], rulebook, where, soft)
    for line in lines[max(3, len(lines) - _TAIL_LINES) :]:
        yield from _name_line(line, rulebook, where, soft)


def _name_line(line: str, rulebook: Rulebook, where: str, soft: bool) -> Iterator[Sign]:
    if not line or len(line) > _SEAL_LENGTH or _SENTENCE.search(line):
        return
    for sign in signs_of(line, Spot(Place.SEAL, 3, where, soft), rulebook):
        after = line[line.find(sign.seen) + len(sign.seen) :]
        if (line.startswith(sign.seen) and _LETTERHEAD.match(after)) or _UNIT_CELL.search(line[: line.find(sign.seen)]):
            yield sign


def _in_cells(lines: Sequence[str], rulebook: Rulebook, where: str, soft: bool) -> Iterator[Sign]:
    text = "|".join(lines)[:_TEXT_WINDOW]
    if "单位" not in text and "校" not in text:
        return
    for mention in reader_of(rulebook).own(text):
        if mention.named.sort is Sort.NAME and _UNIT_CELL.search(text[max(0, mention.start - 24) : mention.start]):
            yield Sign(Place.FORM, mention.named.text, mention.named.units, 3, Sort.NAME, where, soft)


def _in_sentences(lines: Sequence[str], rulebook: Rulebook, where: str) -> Iterator[Sign]:
    """A unit that the sentences name as the doer; only when they name no other."""
    text = "\n".join(lines)[:_TEXT_WINDOW]
    found: dict[tuple[str, ...], Sign] = {}
    for mention in reader_of(rulebook).own(text, running=True):
        if mention.named.sort is not Sort.NAME:
            continue
        begins = mention.start == 0 or text[mention.start - 1] in "\n。;!?,"
        sign = Sign(Place.TEXT, mention.named.text, mention.named.units, 2 if begins else 1, where=where, soft=True)
        held = found.get(sign.units)
        if held is None or held.strength < sign.strength:
            found[sign.units] = sign
    if len(found) == 1:
        yield from found.values()
