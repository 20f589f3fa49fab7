"""One act in its open transaction: what it has to work with, and what it says it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from mailbot import leftovers
from mailbot.answering import Case, Manner
from mailbot.app import App
from mailbot.concluding import conclude, write_down
from mailbot.desk.doing import FileMove, FollowUp
from mailbot.filing import keys_of
from mailbot.model import Facts, LetterState, MailState
from mailbot.rulebook import Rulebook
from mailbot.storing.records import Records
from mailbot.storing.rows import ItemRow, LetterRow, MailRow

TOLD = (LetterState.SENT, LetterState.CLAIMED, LetterState.UNCERTAIN)


class NotSoError(Exception):
    """The act cannot be done as asked; the sentence is Chinese."""


class LackingError(Exception):
    """Files must be put before this can be committed; the transaction is given up and tried again."""

    def __init__(self, number: int, puts: Mapping[str, Path]) -> None:
        super().__init__(f"mail {number}: {len(puts)} files")
        self.number = number
        self.puts = puts


@dataclass(frozen=True, slots=True)
class Brought:
    """What a person brings: a mail composed of it, and its facts."""

    path: Path
    facts: Facts


@dataclass
class Stroke:
    """The open transaction of an act. `put` are the keys that are on disk already, None while it is only tried out."""

    app: App
    records: Records
    by: str
    manner: Manner
    facts: Mapping[int, Facts] = field(default_factory=dict)
    brought: Brought | None = None
    put: frozenset[str] | None = None
    sentences: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    moves: list[FileMove] = field(default_factory=list)
    letters: list[FollowUp] = field(default_factory=list)
    units: set[str] = field(default_factory=set)
    then_settle: list[int] = field(default_factory=list)
    act: int = 0
    undoable: bool = True

    @property
    def now(self) -> datetime:
        """The one moment of the whole act."""
        return self.app.now()

    @property
    def book(self) -> Rulebook:
        """The rules."""
        return self.app.rulebook

    def say(self, sentence: str) -> None:
        """What the act does, for the person who decides."""
        self.sentences.append(sentence)

    def note(self, what: str, **detail: object) -> int:
        """The event of the act; the first one is what `undo` takes."""
        keys = {name: detail.pop(name, None) for name in ("mail", "unit", "letter")}
        event = self.records.event(what, self.by, self.now, keys["mail"], keys["unit"], keys["letter"], **detail)  # type: ignore[arg-type]
        self.act = self.act or event
        return event

    def mail(self, number: int) -> MailRow:
        """The mail, or NotSoError."""
        row = self.records.mail(number)
        if row is None:
            raise NotSoError(f"没有第{number}号邮件。")
        return row

    def unit_name(self, unit: str) -> str:
        """The name of a unit of the roster, or NotSoError."""
        if unit not in self.book.units:
            raise NotSoError(f"名录里没有“{unit}”这个单位。")
        return self.book.units[unit].name

    def material_name(self, material: str) -> str:
        """The name of a material, or NotSoError."""
        if material not in self.book.materials:
            raise NotSoError(f"没有“{material}”这项材料。")
        return self.book.materials[material].name

    def settle_anew(self, number: int) -> None:
        """Conclude the mail once more with what has been decided; its files get their places, its letters are written."""
        row = self.mail(number)
        self.units |= _may_be(row) | self.records.units_of_mails((number,))
        if number not in self.facts:
            # Not settled yet, or it could not be: the daemon reads it, with a witness where that is needed.
            self.records.reopen(number)
            self.say(f"运行中的 mailbot 会在下一轮按这个决定处理第{number}号邮件。")
            return
        before = self.records.items(number)
        self.records.reopen(number)
        row = replace(row, state=MailState.KEPT, attempts=0)
        conclusion = conclude(self.app, self.records, row, self.facts[number])
        if self.put is not None and conclusion.plan.puts.keys() - self.put:
            raise LackingError(number, conclusion.plan.puts)
        forgotten = write_down(Case(self.app, self.records, row, self.facts[number], conclusion.judgement, self.manner), conclusion.plan)
        if forgotten:
            leftovers.note(self.records, number, forgotten)
        self.units |= _may_be(self.mail(number)) | set(conclusion.judgement.units)
        self.moves += _moves(self.book, before, self.records.items(number))
        self.letters += [follow_up(letter) for letter in self.records.letters(mail=number) if self._is_new(letter)]

    def told(self, number: int) -> tuple[LetterRow, ...]:
        """The letters of a mail that have left, or may have."""
        return tuple(letter for letter in self.records.letters(mail=number) if letter.state in TOLD)

    def _is_new(self, letter: LetterRow) -> bool:
        return letter.created_at == self.now and letter.attempts == 0 and letter.state is not LetterState.SUPERSEDED


def follow_up(letter: LetterRow) -> FollowUp:
    """A letter as the preview shows it."""
    return FollowUp(letter.kind, letter.unit_id, letter.to_address, letter.subject, letter.text)


def _may_be(row: MailRow) -> set[str]:
    """The units whose receipt speaks of this mail."""
    sure = {row.unit_id} if row.unit_id else set()
    return sure | set(row.units) or set(row.candidates)


def _moves(book: Rulebook, before: tuple[ItemRow, ...], after: tuple[ItemRow, ...]) -> list[FileMove]:
    """Which files lie elsewhere now."""
    old = {item.path: (item, sorted(keys_of(item, book))) for item in before}
    moves = []
    for item in after:
        keys = sorted(keys_of(item, book))
        was = old.get(item.path, (item, []))[1]
        moves += [FileMove(item.name, key, None) for key in was if key not in keys and not keys]
        moves += [FileMove(item.name, was[0] if was else None, key) for key in keys if key not in was]
    return moves
