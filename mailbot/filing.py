"""From verdicts to files and filings: where each item's bytes go, what it counts as, and which older version it takes the place of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from mailbot.model import Disposition, Facts, FileVerdict, Item, Judgement
from mailbot.rulebook import Material, Rulebook
from mailbot.storing.files import Files
from mailbot.storing.naming import filed_key, review_key
from mailbot.storing.records import Records
from mailbot.storing.rows import FilingRow, ItemRow, MailRow, NewFiling, NewItem

_FILED = (Disposition.FILED, Disposition.REPLACED)


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be written down for one mail: its items, and the bytes to put under each key before that."""

    items: tuple[NewItem, ...] = ()
    puts: Mapping[str, Path] = field(default_factory=dict)


def plan(mail: MailRow, facts: Facts, judgement: Judgement, rulebook: Rulebook, records: Records) -> Plan:
    """The items of the mail with their filings, and which file goes under which key (a function of number, position and name)."""
    verdicts = {verdict.path: verdict for verdict in judgement.files}
    items: list[NewItem] = []
    puts: dict[str, Path] = {}
    for item in facts.items:
        verdict = verdicts.get(item.path)
        if verdict is None:
            continue
        position = len(items) + 1  # as the ledger counts
        keys = _keys(mail.number, position, item, verdict, rulebook)
        if item.file is not None:
            puts.update(dict.fromkeys(keys, item.file))
        filed = _filings(mail, item, verdict, rulebook, records)
        items.append(_new_item(item, verdict, keys, filed))
    return Plan(tuple(items), puts)


def put_files(files: Files, puts: Mapping[str, Path], *, copied: bool = False) -> None:
    """Put every file under its key, fsynced; harmless to repeat. TryLater when the disk refuses.

    `copied`: the sources are read again later, so none of them may become the filed file itself.
    """
    taken: set[Path] = set(puts.values()) if copied else set()
    for key, source in puts.items():
        # What is filed twice becomes two files: who edits one of them in place must not change the other.
        put = files.put if source in taken else files.take
        put(key, source)
        taken.add(source)
    files.sync()


def keys_of(row: ItemRow, rulebook: Rulebook) -> frozenset[str]:
    """The keys under which an item that is written down has its bytes."""
    verdict = FileVerdict(row.path, row.disposition, row.because, row.unit_id, row.materials)
    item = Item(path=row.path, name=row.name, sha256=row.sha256, size=row.size, kind=row.kind)
    return frozenset(_keys(row.mail_number, row.position, item, verdict, rulebook))


def _keys(number: int, position: int, item: Item, verdict: FileVerdict, rulebook: Rulebook) -> list[str]:
    name = item.name
    if not item.sha256:
        return []  # a locked or broken member of an archive: it has a name and no bytes, the archive itself is kept
    if verdict.disposition in _FILED and verdict.unit is not None:
        unit = rulebook.units[verdict.unit].name if verdict.unit in rulebook.units else verdict.unit
        names = [rulebook.materials[material].name for material in verdict.materials if material in rulebook.materials]
        return [filed_key(unit, material, number, position, name) for material in names]
    if verdict.disposition in (Disposition.UNSURE, Disposition.UNREADABLE):
        return [review_key(number, position, name)]
    return []


def _new_item(item: Item, verdict: FileVerdict, keys: Sequence[str], filed: tuple[NewFiling, ...]) -> NewItem:
    return NewItem(
        path=item.path,
        name=item.name,
        original_name=item.original_name,
        sha256=item.sha256,
        size=item.size,
        kind=item.kind,
        problem=item.problem,
        disposition=verdict.disposition,
        because=verdict.because,
        unit_id=verdict.unit,
        materials=verdict.materials,
        count=verdict.count,
        stored_as=keys[0] if filed and keys else None,
        evidence=verdict.evidence,
        fingerprint=item.picture.fingerprint if item.picture else "",
        text_key=text_key(item),
        filings=filed,
    )


def _filings(mail: MailRow, item: Item, verdict: FileVerdict, rulebook: Rulebook, records: Records) -> tuple[NewFiling, ...]:
    if verdict.disposition not in _FILED or verdict.unit is None:
        return ()
    return tuple(_filing(mail, item, verdict, rulebook.materials[name], records) for name in verdict.materials)


def _filing(mail: MailRow, item: Item, verdict: FileVerdict, material: Material, records: Records) -> NewFiling:
    assert verdict.unit is not None
    replaces: tuple[int, ...] = ()
    if verdict.disposition is Disposition.REPLACED:
        older = [
            row
            for row in records.filings_of(verdict.unit)
            if row.material == material.id and row.current and (row.received_at, row.mail_number) < (mail.received_at, mail.number)
        ]
        replaces = tuple(row.id for row in _predecessors(item.name, older, material))
    return NewFiling(verdict.unit, material.id, verdict.count if material.pictures else 1, replaces)


def _predecessors(name: str, older: Sequence[FilingRow], material: Material) -> list[FilingRow]:
    """Which filings a new version takes the place of: those of the same name, else (no picture) everything of the latest mail."""
    same = [row for row in older if _stem(row.name) == _stem(name)]
    if same or material.pictures or not older:
        return same
    latest = max(row.mail_number for row in older)
    return [row for row in older if row.mail_number == latest]


def _stem(name: str) -> str:
    stem = PurePosixPath(name).stem.casefold()
    for mark in "（）()【】[] _-—·.：:":
        stem = stem.replace(mark, "")
    return stem


def text_key(item: Item) -> str:
    """A hash of the normalised text, so that the Word and the PDF of one text are known as one; "" when there is too little text."""
    from hashlib import sha256

    text = "".join(item.reading.text.split()) if item.reading else ""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32] if len(text) >= 200 else ""
