"""Measures a folder of mails that somebody else wrote, on the whole road: rehearsed at each mail's arrival, compared file by file.

python -m tests.corpus.heldout FOLDER [--json FILE] [--again FILE]

FOLDER holds *.eml, arrivals.json (name -> moment), expected.json (name -> kind, unit, state, may_ask, either_ok, files) and table.json
(unit -> material -> received, first_received_at, late, unsure_allowed). `may_ask`/`ask`: a careful clerk would ask; `either_ok`: both are
right; `unit_any`: whose it is matters not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from .building import CHINA
from .figures import Figures, Miss

ROOT = Path(__file__).parents[2]
MATERIALS = ("summary", "photos", "case")
TAKEN = frozenset({"filed", "replaced", "duplicate"})
WAITING = frozenset({"unsure", "unreadable", "quarantined"})
BODY = "(body)"
PART = "held out"


def rehearse(folder: Path) -> dict[str, Any]:
    """What the road makes of the folder: the rehearsal's document, with each mail under the name of its file and its evidence."""
    from mailbot import rehearsal
    from mailbot.app import read_config

    arrivals = _read(folder / "arrivals.json")
    with tempfile.TemporaryDirectory(prefix="heldout-") as work:
        names: dict[str, list[str]] = defaultdict(list)
        for name, moment in sorted(arrivals.items(), key=lambda pair: _moment(pair[1])):
            copy = Path(work) / name
            shutil.copyfile(folder / name, copy)
            arrived = _moment(moment).timestamp()
            os.utime(copy, (arrived, arrived))
            names[hashlib.sha256(copy.read_bytes()).hexdigest()].append(name)
        config = read_config(ROOT / "config.yaml", need_password=False)
        with rehearsal.rehearsed(Path(work), config) as app:
            told = rehearsal.document(app)
            mails: dict[str, Any] = {}
            for mail in told["mails"]:
                mails |= dict.fromkeys(names[mail["sha256"]], mail)
    return {"mails": mails, "units": {unit["id"]: unit for unit in told["units"]}}


class Comparing:
    """Holds what was made of the mails against what was expected of them."""

    def __init__(self, folder: Path, told: Mapping[str, Any]) -> None:
        self.expected: dict[str, Any] = _read(folder / "expected.json")
        self.table: dict[str, Any] = _read(folder / "table.json")
        self.told = told
        self.figures = Figures()

    def compare(self) -> Figures:
        """All mails, files, letters and rows."""
        for name, want in sorted(self.expected.items()):
            mail = self.told["mails"].get(name)
            if mail is None:
                self._miss("没有处理", name, want, "", "", "", "")
                continue
            self._mail(name, want, mail)
            self._files(name, want, mail)
            self._letters(name, want, mail)
        for unit, row in self.table.items():
            self._row(unit, row)
        return self.figures

    def _mail(self, name: str, want: dict[str, Any], mail: dict[str, Any]) -> None:
        figures = self.figures
        figures.mails += 1
        right = _units(want)
        got = {unit["id"] for unit in (mail["unit"], *mail["units"]) if unit}
        asks, either = bool(want.get("may_ask")), bool(want.get("either_ok"))
        state, wanted = mail["state"], want.get("state", "settled")
        shown = (f"{wanted} {'、'.join(sorted(right)) or '无'}{' 可问' if asks else ''}", f"{state} {'、'.join(sorted(got)) or '无'}")
        because = "；".join(mail["because"])
        # Where nobody's name is right (a person is to ask), deciding for somebody is rash, and counted so below.
        wrong = bool(got - right) and bool(right) and not want.get("unit_any")
        figures.wrong_unit_mails.add(wrong and not either)
        if wrong and not either:
            self._miss("错挂单位", name, want, "", *shown, because)
        figures.automatic.add((state == "automatic") is (wanted == "automatic") or either)
        if (state == "automatic") is not (wanted == "automatic") and not either:
            self._miss("自动邮件", name, want, "", *shown, because)
        if either:
            return
        asked = bool(mail["needs_person"]) or state == "unsure"
        if wanted == "unsure" or (asks and wanted != "settled"):
            figures.rash_mails.add(not asked)
            if not asked:
                self._miss("该问未问", name, want, "", *shown, because)
        elif not asks:
            figures.timid_mails.add(asked)
            if asked:
                self._miss("不必交人", name, want, "", *shown, because)

    def _files(self, name: str, want: dict[str, Any], mail: dict[str, Any]) -> None:
        got = {_key(file["path"]): file for file in mail["files"]}
        unmatched = []
        for path, wanted in want.get("files", {}).items():
            if _key(path) in got:
                self._file((name, path), want, wanted, got.pop(_key(path)))
            else:
                unmatched.append((path, wanted))
        for path, wanted in unmatched:  # a name read differently, or one that comes twice
            same = next((key for key, file in got.items() if file["sha256"] == wanted.get("sha256")), "")
            self._file((name, path), want, wanted, got.pop(same, None))
        for path, file in got.items():  # what nobody expected must not count
            if file["disposition"] in TAKEN:
                self._miss("多出文件", name, want, path, "", _shown(file), file["because"])
                self.figures.wrong_unit_files.add(bool(_units(want)) and bool(file["unit"]) and file["unit"]["id"] not in _units(want))

    def _file(self, at: tuple[str, str], mail: dict[str, Any], want: dict[str, Any], file: dict[str, Any] | None) -> None:
        figures, (name, path) = self.figures, at
        materials = tuple(want.get("materials") or ())
        if not materials and not want.get("ask") and (file is None or (path == BODY and file["disposition"] == "ignored")):
            return  # the letter's own text, and what mail programs leave behind
        figures.files += 1
        found = file["disposition"] if file else "ignored" if path == BODY else "没有这个文件"
        unit = file["unit"]["id"] if file and file["unit"] else None
        right = want.get("unit", mail.get("unit"))
        shown = f"{'、'.join(materials) or '其他'} ×{want.get('count', '')} {right or ''}{' 问' if want.get('ask') else ''}"
        told = _shown(file) if file else found
        because = file["because"] if file else ""

        def miss(figure: str) -> None:
            self._miss(figure, name, mail, path, shown, told, because)

        either, ask = bool(want.get("either_ok")), bool(want.get("ask"))
        wrong = found in TAKEN and unit is not None and right is not None and unit != right
        figures.wrong_unit_files.add(wrong)
        if wrong:
            miss("错挂单位")
        if either and not (ask and found in TAKEN):
            return
        if ask:
            figures.rash_files.add(found in TAKEN)
            if found in TAKEN:
                miss("该问未问")
            return
        figures.timid_files.add(found in WAITING)
        if found in WAITING:
            miss("不必交人")
        got = set(file["materials"]) if file and found in TAKEN else set()
        hit = got == set(materials) and (found in TAKEN) is bool(materials)
        for material in materials or ("other",):
            figures.recall[material].add(hit if material == "other" else material in got)
        if found not in WAITING and not hit:
            miss("材料")
        elif hit and materials and want.get("count") and file and file["count"] != want["count"] and found != "duplicate":
            miss("张数")

    def _letters(self, name: str, want: dict[str, Any], mail: dict[str, Any]) -> None:
        """Letters that went out: `received` only what had come for the unit by then, `missing` nothing that had."""
        for letter in mail["letters"]:
            if letter["state"] != "sent":
                continue
            wrong = list(self._false(name, want, letter))
            self.figures.false_letters.add(bool(wrong))
            if wrong:
                self._miss("说错的信", name, want, "", letter["kind"], "；".join(wrong), "")

    def _false(self, name: str, want: dict[str, Any], letter: dict[str, Any]) -> Iterator[str]:
        if want.get("state") == "automatic":
            yield "给自动邮件回信"
        unit = letter["unit"]
        if not unit:
            return
        if unit not in _units(want) and not want.get("either_ok"):
            yield f"写给了{unit}"
        until = _moment(self.told["mails"][name]["received_at"])
        sure, perhaps = self._came(unit, until)
        yield from (f"收到{material}" for material in letter["received"] if material not in sure | perhaps)
        yield from (f"缺{material}" for material in letter["missing"] if material in sure)

    def _came(self, unit: str, until: datetime) -> tuple[set[str], set[str]]:
        """The materials that had surely, and perhaps, come from a unit up to a moment."""
        sure: set[str] = set()
        perhaps: set[str] = set()
        for name, want in self.expected.items():
            mail = self.told["mails"].get(name)
            if mail is None or _moment(mail["received_at"]) > until:
                continue
            for wanted in want.get("files", {}).values():
                if wanted.get("unit", want.get("unit")) != unit and unit not in _units(want):
                    continue
                doubtful = wanted.get("ask") or wanted.get("either_ok") or want.get("may_ask") or want.get("either_ok")
                (perhaps if doubtful or wanted.get("unit", want.get("unit")) != unit else sure).update(wanted.get("materials") or ())
        return sure, perhaps

    def _row(self, unit: str, row: dict[str, Any]) -> None:
        got = self.told["units"].get(unit)
        if got is None:
            self._miss("登记行", "", {}, unit, "", "不在名录", "")
            return
        wrong = []
        for material in MATERIALS:
            want = row.get(material)
            item = got["items"][material]
            if want is None or want.get("unsure_allowed"):
                continue
            first = _moment(want["first_received_at"]) if want.get("first_received_at") else None
            told = _moment(item["first_received_at"]) if item["first_received_at"] else None
            waits = got["unsure"] > 0 and row.get("unsure_allowed") and first is not None and (told is None or told > first)
            if waits:
                continue  # what came first still lies with a person
            apart = first is not None and told is not None and abs((first - told).total_seconds()) > 1
            if bool(want.get("received")) != item["received"] or apart or (item["received"] and bool(want.get("late")) != item["late"]):
                wrong.append(f"{material}: {bool(want.get('received'))} {first} / {item['received']} {told} {'迟' if item['late'] else ''}")
        self.figures.rows.add(not wrong)
        if wrong:
            self._miss("登记行", "", {}, unit, "", "；".join(wrong), "")

    def _miss(self, figure: str, mail: str, want: Mapping[str, Any], path: str, expected: str, got: str, because: str) -> None:
        self.figures.misses.append(Miss(figure, mail, str(want.get("kind", "")), PART, path, expected, got, because))


def _units(want: Mapping[str, Any]) -> set[str]:
    """The unit of the mail and those of its files."""
    named = [want.get("unit"), *want.get("units", ()), *(file.get("unit") for file in want.get("files", {}).values())]
    return {unit for unit in named if unit}


def _shown(file: Mapping[str, Any]) -> str:
    unit = file["unit"]["id"] if file["unit"] else ""
    return f"{file['disposition']} {'+'.join(file['materials']) or '其他'} ×{file['count']} {unit}"


def _key(path: str) -> str:
    return "".join(path.split())


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _read(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return read


def show(figures: Figures) -> None:
    """The table, then every miss with its reason."""
    print(*figures.lines(), sep="\n")
    groups: dict[str, list[Miss]] = defaultdict(list)
    for miss in figures.misses:
        groups[miss.figure].append(miss)
    for figure, misses in groups.items():
        print(f"\n-- {figure}（{len(misses)}）")
        for miss in misses:
            print(f"{miss.mail} [{miss.line}] {miss.path}\n     应：{miss.expected}\n     得：{miss.got}\n     因：{miss.because}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path, help="keep the rehearsal's document here")
    parser.add_argument("--again", type=Path, help="compare a document that --json kept instead of rehearsing")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    told = _read(options.again) if options.again else rehearse(options.folder)
    if options.json:
        options.json.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    show(Comparing(options.folder, told).compare())


if __name__ == "__main__":
    main()
