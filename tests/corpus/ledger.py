"""A ledger in memory: what has been judged so far becomes the memory for the next mail, as the real one does in its database."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from mailbot.model import Disposition, Facts, Filed, Judgement, MailState, Memory, Receipt

from .building import Mail

FILING = (Disposition.FILED, Disposition.REPLACED)


class Ledger:
    """Filings and unsure items per unit, and what staff has taught."""

    def __init__(self) -> None:
        self.filed: list[Filed] = []
        self.unsure: dict[str, int] = defaultdict(int)
        self._addresses: dict[str, str] = {}
        self._seen: dict[str, str] = {}
        self._letters: dict[str, tuple[str, str, int]] = {}

    def learn(self, mail: Mail) -> None:
        """What staff confirmed, and which letter of ours was sent, before this mail came."""
        self._addresses.update(mail.teach)
        if mail.letter:
            message_id, unit, kind = mail.letter
            self._letters[message_id] = (unit, kind, max(1, mail.number - 1))

    def memory(self) -> Memory:
        filed: dict[str, list[Filed]] = defaultdict(list)
        for one in self.filed:
            filed[one.sha256].append(one)
        return Memory(
            addresses=dict(self._addresses),
            filed={key: tuple(rows) for key, rows in filed.items()},
            letters=dict(self._letters),
            seen=dict(self._seen),
        )

    def record(self, mail: Mail, facts: Facts, judgement: Judgement, rulebook: Any) -> None:
        items = {item.path: item for item in facts.items}
        self._wait(judgement)
        if judgement.unit.unit and judgement.unit.new_address and judgement.state is MailState.SETTLED and facts.message.from_:
            self._seen[facts.message.from_[0].address] = judgement.unit.unit
        for verdict in judgement.files:
            item = items[verdict.path]
            if verdict.disposition not in FILING or verdict.unit is None:
                continue
            for material in verdict.materials:
                pictures = rulebook.materials[material].pictures
                if verdict.disposition is Disposition.REPLACED:
                    self._retire(verdict.unit, material, item.name, pictures, mail.number)
                text = "".join(item.reading.text.split()) if item.reading else ""
                key = sha256(text.encode("utf-8", "replace")).hexdigest()[:32] if len(text) >= 200 else ""
                self.filed.append(
                    Filed(
                        verdict.unit,
                        material,
                        verdict.count if pictures else 1,
                        mail.received_at,
                        mail.number,
                        item.name,
                        item.sha256,
                        fingerprint=item.picture.fingerprint if item.picture else "",
                        text_key=key,
                    )
                )

    def _wait(self, judgement: Judgement) -> None:
        """What waits for a person counts for every unit that it may be."""
        whose = set(judgement.units) or set(judgement.unit.candidates)
        covered: set[str] = set()
        for verdict in judgement.files if judgement.automatic is None else ():
            if verdict.disposition.needs_person:
                covered |= {verdict.unit} if verdict.unit else whose
        for unit in covered | (whose if judgement.needs_person else set()):
            self.unsure[unit] += 1

    def receipt(self, unit: str, rulebook: Any) -> Receipt:
        from mailbot.deciding.receipt import receipt

        return receipt(unit, self.filed, rulebook, unsure=self.unsure[unit])

    def _retire(self, unit: str, material: str, name: str, pictures: bool, number: int) -> None:
        """The old version: the filing of the same name, else the latest mail's."""
        older = [
            at
            for at, one in enumerate(self.filed)
            if (one.unit, one.material, one.current) == (unit, material, True) and one.mail != number
        ]
        same = [at for at in older if _stem(self.filed[at].name) == _stem(name)]
        if not same and older and not pictures:
            latest = max(self.filed[at].mail for at in older)
            same = [at for at in older if self.filed[at].mail == latest]
        for at in same:
            self.filed[at] = replace(self.filed[at], current=False)


def _stem(name: str) -> str:
    return "".join(character for character in PurePosixPath(name).stem.casefold() if character.isalnum())
