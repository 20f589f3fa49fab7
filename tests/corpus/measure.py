"""Measures judgement on the corpus; misses are shown of the look part only.

python -m tests.corpus.measure [--part look|measure|all] [--json]
"""

from __future__ import annotations

import argparse
import json
import logging
import queue
import tempfile
import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mailbot.model import BODY, Disposition, Facts, FileVerdict, Intent, Judgement, Letter

from .building import DEADLINE, Mail
from .figures import Figures, Miss
from .generate import corpus
from .ledger import FILING, Ledger
from .pieces import ASK, TAKEN, Want

ROOT = Path(__file__).parents[2]
PARTS = ("look", "measure")


def read_all(mails: Sequence[Mail], work: Path) -> list[Facts]:
    """Every mail's facts, read by two sandboxes side by side."""
    from mailbot.config import Limits
    from mailbot.parsing.gather import gather
    from mailbot.parsing.sandbox import Sandbox

    facts: dict[int, Facts] = {}
    # Without the extra ocr, installed or not: its characters depend on the fonts of the machine that draws the pages.
    limits = Limits(ocr_pages=0)
    todo: queue.SimpleQueue[Mail] = queue.SimpleQueue()
    for mail in mails:
        todo.put(mail)

    def reader() -> None:
        with Sandbox(limits) as sandbox:
            while True:
                try:
                    mail = todo.get_nowait()
                except queue.Empty:
                    return
                raw, folder = work / f"{mail.number}.eml", work / f"{mail.number}"
                raw.write_bytes(mail.raw)
                folder.mkdir()
                facts[mail.number] = gather(raw, folder, sandbox, limits)

    readers = [threading.Thread(target=reader) for _ in range(2)]
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join()
    return [facts[mail.number] for mail in mails]


class Measuring:
    """Goes through the mails in order of arrival, judging with what the earlier ones left, and compares."""

    def __init__(self, rulebook: Any, parts: Sequence[str] = PARTS) -> None:
        self.rulebook = rulebook
        self.ledger = Ledger()
        self.figures = {part: Figures() for part in parts}
        self._truth: dict[tuple[str, str], Mail] = {}  # first arrival of a material of a unit
        self._either: set[tuple[str, str]] = set()
        self._doubtful: set[str] = set()
        self._part: dict[str, str] = {}

    def take(self, mail: Mail, facts: Facts) -> None:
        from mailbot.deciding.judge import judge

        self.ledger.learn(mail)
        judgement = judge(facts, self.rulebook, self.ledger.memory(), mail.received_at)
        self.ledger.record(mail, facts, judgement, self.rulebook)
        self._learn_truth(mail)
        self._compare_mail(mail, judgement)
        self._compare_files(mail, judgement)
        self._compare_letters(mail, facts, judgement)

    def finish(self) -> dict[str, Figures]:
        """Compares the table's rows of every unit that anything came from."""
        for unit, part in self._part.items():
            receipt = self.ledger.receipt(unit, self.rulebook)
            wrong = []
            for material in self.rulebook.materials:
                if (unit, material) in self._either:
                    continue
                first = self._truth.get((unit, material))
                got = receipt.items[material]
                wanted = (True, first.received_at, first.received_at > DEADLINE) if first else (False, None, False)
                if (got.received, got.first_received_at, got.late) != wanted:
                    wrong.append(f"{material}: {_short(wanted)} / {_short((got.received, got.first_received_at, got.late))}")
            self.figures[part].rows.add(not wrong)
            if wrong:
                self._miss("登记行", None, part, unit, "; ".join(wrong), "", "")
        return self.figures

    def _learn_truth(self, mail: Mail) -> None:
        for want in mail.files:
            unit = want.unit
            if unit is None:
                continue
            self._part.setdefault(unit, mail.part)
            taken = TAKEN & set(want.dispositions)
            for material in {name for names in want.materials for name in names} if taken else ():
                sure = set(want.dispositions) <= TAKEN and all(material in names for names in want.materials)
                if sure:
                    self._truth.setdefault((unit, material), mail)
                elif (unit, material) not in self._truth:
                    self._either.add((unit, material))
        if mail.doubt:
            self._doubtful.update(unit for unit in (mail.unit, *mail.units) if unit)

    def _compare_mail(self, mail: Mail, judgement: Judgement) -> None:
        figures, got = self.figures[mail.part], judgement.unit.unit
        figures.mails += 1
        right = {unit for unit in (mail.unit, *mail.units) if unit}
        because = judgement.unit.because + "；" + "；".join(judgement.because)
        shown = (" ".join(sorted(right)) or ("须问" if mail.ask else "无"), str(got))
        if mail.automatic is not True:
            wrong = got is not None and got not in right
            figures.wrong_unit_mails.add(wrong and not mail.ask)
            if wrong and not mail.ask:
                self._miss("错挂单位", mail, mail.part, "", *shown, because)
        if mail.automatic is not None:
            figures.automatic.add((judgement.automatic is not None) is mail.automatic)
            if (judgement.automatic is not None) is not mail.automatic:
                self._miss("自动邮件", mail, mail.part, "", str(mail.automatic), str(judgement.automatic), because)
        if mail.ask:
            rash = got is not None
            figures.rash_mails.add(rash)
            if rash:
                self._miss("该问未问", mail, mail.part, "", *shown, because)
        if mail.needs_person is False:
            figures.timid_mails.add(judgement.needs_person)
            if judgement.needs_person:
                self._miss("不必交人", mail, mail.part, "", *shown, because + "；" + "；".join(judgement.doubts))
        elif mail.needs_person and not mail.ask:
            figures.rash_mails.add(not judgement.needs_person)
            if not judgement.needs_person:
                self._miss("该问未问", mail, mail.part, "", "要人看", "没有交人", because)
        if mail.intents:
            figures.intents.add(judgement.intent.value in mail.intents)
            if judgement.intent.value not in mail.intents:
                self._miss("来意", mail, mail.part, "", "/".join(mail.intents), judgement.intent.value, because)

    def _compare_files(self, mail: Mail, judgement: Judgement) -> None:
        got = {_key(verdict.path): verdict for verdict in judgement.files}
        for want in mail.files:
            verdict = got.pop(_key(want.path), None)
            if verdict is None and want.optional:
                continue
            self._compare_file(mail, want, verdict)
        for verdict in got.values():  # nobody expected them: only harmless when nothing came of them
            if verdict.disposition is not Disposition.IGNORED:
                self._compare_file(mail, Want(verdict.path, ("ignored",), unit=mail.unit), verdict)

    def _compare_file(self, mail: Mail, want: Want, verdict: FileVerdict | None) -> None:
        if (
            want.path.endswith(BODY)
            and want.dispositions == ("ignored",)
            and (verdict is None or verdict.disposition is Disposition.IGNORED)
        ):
            return  # ordinary letter text counts as a file only when something is made of it
        figures = self.figures[mail.part]
        figures.files += 1
        found = verdict.disposition.value if verdict else "没有这个文件"
        materials = verdict.materials if verdict else ()
        unit = verdict.unit if verdict else None
        if found in TAKEN and unit is None:
            found = "unsure"  # known as material, but nobody's yet
        shown = f"{'|'.join(want.dispositions)} {'|'.join('+'.join(names) or '其他' for names in want.materials)} {want.unit or ''}"
        told = f"{found} {'+'.join(materials) or '其他'} ×{verdict.count if verdict else 0} {unit or ''}"
        because = verdict.because if verdict else ""

        def miss(figure: str) -> None:
            self._miss(figure, mail, mail.part, want.path, shown, told, because)

        must_ask = not set(want.dispositions) & (TAKEN | {"ignored"}) or (want.unit is None and mail.ask)
        wrong = found in TAKEN and want.unit is not None and unit != want.unit
        figures.wrong_unit_files.add(wrong)
        if wrong:
            miss("错挂单位")
        if must_ask:
            figures.rash_files.add(found in TAKEN)
            if found in TAKEN:
                miss("该问未问")
            return
        may_ask = set(want.dispositions) & set(ASK)
        if not may_ask:
            figures.timid_files.add(found in ASK)
            if found in ASK:
                miss("不必交人")
        right = found in want.dispositions or (found == "duplicate" and "filed" in want.dispositions and mail.line.startswith("the same"))
        same = found in ("ignored", *ASK) or any(set(materials) == set(names) for names in want.materials) or found == "duplicate"
        if len(want.materials) == 1 and not (may_ask and found in ASK):
            for material in want.materials[0] or ("other",):
                figures.recall[material].add(right and same)
        if found not in ASK and not (right and same):
            miss("材料")

    def _compare_letters(self, mail: Mail, facts: Facts, judgement: Judgement) -> None:
        from mailbot.deciding.answer import answer
        from mailbot.deciding.question import Question
        from mailbot.deciding.recipient import recipient

        for id in judgement.units or (None,):
            unit = self.rulebook.units.get(id) if id else None
            to = recipient(facts, self.rulebook, unit, frozenset(self.rulebook.campaign.mailboxes))
            if to is None:
                continue
            receipt = self.ledger.receipt(id, self.rulebook) if id else None
            arrived = tuple(one for one in self.ledger.filed if one.mail == mail.number and one.unit == id)
            letter = answer(
                Question(judgement, facts, unit, receipt, mail.number, mail.received_at, arrived, self.rulebook, mail.received_at, to)
            )
            if isinstance(letter, Letter):
                self._compare_letter(mail, id, letter, judgement)

    def _compare_letter(self, mail: Mail, unit: str | None, letter: Letter, judgement: Judgement) -> None:
        wrong = [f"收到{name}" for name in letter.received if unit and (unit, name) not in self._truth and (unit, name) not in self._either]
        if letter.missing and unit:
            wrong += [f"缺{name}" for name in letter.missing if (unit, name) in self._truth]
            wrong += [f"有疑而说缺{'、'.join(letter.missing)}"] if unit in self._doubtful else []
            wrong += (
                ["不是报送却说缺"]
                if judgement.intent in (Intent.QUESTION, Intent.THANKS) and not any(v.disposition in FILING for v in judgement.files)
                else []
            )
        if mail.automatic:
            wrong.append("给自动邮件回信")
        self.figures[mail.part].false_letters.add(bool(wrong))
        if wrong:
            self._miss("说错的信", mail, mail.part, str(unit), letter.kind.value, "；".join(wrong), "；".join(judgement.doubts))

    def _miss(self, figure: str, mail: Mail | None, part: str, path: str, expected: str, got: str, because: str) -> None:
        self.figures[part].misses.append(
            Miss(figure, f"{mail.number:04d}" if mail else "", mail.line if mail else "", part, path, expected, got, because)
        )


def measure(rulebook: Any = None) -> dict[str, Figures]:
    """Reads, judges and compares the whole corpus; the figures of both parts."""
    from mailbot.loading.rules import load_rules

    logging.disable(logging.WARNING)
    mails = corpus()
    measuring = Measuring(rulebook or load_rules(ROOT / "rules"))
    with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
        for mail, facts in zip(mails, read_all(mails, Path(folder)), strict=True):
            measuring.take(mail, facts)
    return measuring.finish()


def _key(path: str) -> str:
    return "".join(path.split())


def _short(state: tuple[bool, Any, bool]) -> str:
    received, first, late = state
    return f"{'有' if received else '无'}{f'{first:%m-%d %H:%M}' if first else ''}{'迟' if late else ''}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=(*PARTS, "all"), default="all")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    shown = [part for part in PARTS if options.part in (part, "all")]
    figures = measure()
    if options.json:
        print(json.dumps({part: figures[part].table() for part in shown}, indent=1))
        return
    for part in shown:
        print(f"== {part}", *figures[part].lines(), sep="\n")
    groups: dict[str, list[Miss]] = defaultdict(list)
    for miss in figures["look"].misses if "look" in shown else ():
        groups[miss.figure].append(miss)
    for figure, misses in groups.items():
        print(f"\n-- {figure}（{len(misses)}）")
        for miss in misses:
            print(f"{miss.mail} [{miss.line}] {miss.path}\n     应：{miss.expected}\n     得：{miss.got}\n     因：{miss.because}")


if __name__ == "__main__":
    main()
