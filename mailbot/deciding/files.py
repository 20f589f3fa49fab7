"""What becomes of each file of a mail: whose it is, what it counts as, whether it is new, a duplicate or a new version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailbot.deciding.case import Case
from mailbot.deciding.chosen import is_chosen
from mailbot.deciding.documents import ELSEWHERE
from mailbot.deciding.elimination import by_elimination
from mailbot.deciding.material import what_is
from mailbot.deciding.overlooked import not_overlooked
from mailbot.deciding.receipt import near
from mailbot.deciding.unit import file_owner
from mailbot.model import BODY, Disposition, Filed, FileKind, FileVerdict, Intent, Item, ToldFile
from mailbot.rulebook import Rulebook

COUNTED = frozenset({Disposition.FILED, Disposition.REPLACED, Disposition.DUPLICATE})


def judge_files(case: Case) -> tuple[FileVerdict, ...]:
    """One verdict for every item, in the order of the mail."""
    verdicts: list[FileVerdict] = []
    seen: dict[str, FileVerdict] = {}
    for item in case.facts.items:
        verdict = _one(item, case)
        if verdict.disposition in COUNTED and item.sha256:
            verdict = _within_mail(verdict, seen.get(item.sha256))
            seen.setdefault(item.sha256, verdict)
        verdicts.append(verdict)
    verdicts = _noticing_near(_not_of_another_activity(verdicts, case), case)
    if (decided := by_elimination(verdicts, case)) is not None:
        item = next(item for item in case.facts.items if item.path == decided.path)
        decided = _against_memory(decided, item, case)
    return not_overlooked([decided if decided and verdict.path == decided.path else verdict for verdict in verdicts], case)


def _not_of_another_activity(verdicts: Sequence[FileVerdict], case: Case) -> list[FileVerdict]:
    """Photos that came with nothing but another activity's report are most likely that activity's."""
    papers = [verdict for verdict, item in zip(verdicts, case.facts.items, strict=True) if item.kind.is_document and item.path != BODY]
    elsewhere = any(sign.source == ELSEWHERE for verdict in papers for sign in verdict.evidence)
    if not elsewhere or any(verdict.disposition in COUNTED for verdict in papers):
        return list(verdicts)
    because = "同一封邮件里的文件像是另一项活动的，照片是不是本次活动的需人工核对"
    return [
        replace(verdict, disposition=Disposition.UNSURE, because=f"{verdict.because}；{because}")
        if verdict.disposition is Disposition.FILED and item.picture is not None and item.path not in case.told.files
        else verdict
        for verdict, item in zip(verdicts, case.facts.items, strict=True)
    ]


def _noticing_near(verdicts: Sequence[FileVerdict], case: Case) -> list[FileVerdict]:
    """A gentle word about a photo that is another of the mail, scaled or saved once more: the receipt counts both once."""
    noticed: list[FileVerdict] = []
    seen: list[Item] = []
    for verdict, item in zip(verdicts, case.facts.items, strict=True):
        fingerprint = item.picture.fingerprint if item.picture and verdict.disposition is Disposition.FILED else ""
        twin = next((other for other in seen if fingerprint and other.picture and near(other.picture.fingerprint, fingerprint)), None)
        if twin is not None:
            hint = f"照片“{item.name}”与“{twin.name}”看来是同一张，只计一张"
            noticed.append(replace(verdict, hints=(*verdict.hints, hint)))
            continue
        if fingerprint:
            seen.append(item)
        noticed.append(verdict)
    return noticed


def _one(item: Item, case: Case) -> FileVerdict:
    told = case.told.files.get(item.path, ToldFile())
    silence = None if told.materials is not None else _says_nothing(item, case)
    if silence is not None:
        return FileVerdict(item.path, Disposition.IGNORED, silence)
    verdict = what_is(item, case.facts, case.rulebook, case.memory)
    if told.materials is not None:
        verdict = _as_told(verdict, told.materials, case.rulebook)
    elif case.told.unit == "" or (verdict.disposition is Disposition.UNSURE and (case.unrelated or _of_advert(case))):
        return replace(verdict, disposition=Disposition.IGNORED, materials=(), count=0, because="与本次收集无关的邮件")
    if verdict.disposition is Disposition.IGNORED:
        return verdict
    verdict = _owned(verdict, item, told, case)
    return _against_memory(verdict, item, case) if verdict.disposition is Disposition.FILED else verdict


def _of_advert(case: Case) -> bool:
    return case.automatic is not None and case.automatic.advert


def _says_nothing(item: Item, case: Case) -> str | None:
    """Why an item of an automatic mail is no material: bounces bring back our letters, an automatic reply's text is no one's."""
    if case.automatic is None:
        return None
    if case.automatic.empty:
        return f"{case.automatic.because}，里面没有要收的材料"
    if case.automatic.speechless and (item.path == BODY or (item.inside and item.kind in (FileKind.TXT, FileKind.HTML))):
        return f"{case.automatic.because}，不是来信人写的内容"
    return None


def _as_told(verdict: FileVerdict, materials: tuple[str, ...], rulebook: Rulebook) -> FileVerdict:
    known = tuple(material for material in materials if material in rulebook.materials)
    if not known:
        return replace(verdict, disposition=Disposition.IGNORED, materials=(), count=0, because="工作人员已确定不是要收的材料")
    names = "、".join(rulebook.materials[material].name for material in known)
    return replace(verdict, disposition=Disposition.FILED, materials=known, count=max(1, verdict.count), because=f"工作人员已确定是{names}")


def _owned(verdict: FileVerdict, item: Item, told: ToldFile, case: Case) -> FileVerdict:
    """The verdict with its unit; material of nobody sure becomes unsure, with what it seems to be kept for the person who decides."""
    told_unit = told.unit if told.unit is not None else case.told.unit
    if told_unit:
        return replace(verdict, unit=told_unit if told_unit in case.rulebook.units else None)
    owner = file_owner(item, case.unit, case.signs, case.rulebook, chosen=is_chosen(verdict.materials, item, case))
    evidence = (*verdict.evidence, *owner.evidence)
    if owner.unit is None and verdict.disposition is Disposition.FILED:
        return replace(verdict, disposition=Disposition.UNSURE, because=f"{verdict.because}；{owner.because}", evidence=evidence)
    return replace(verdict, unit=owner.unit, evidence=evidence)


def _within_mail(verdict: FileVerdict, earlier: FileVerdict | None) -> FileVerdict:
    """The same bytes a second time in one mail: a duplicate, or a contradiction if they are to be two different materials."""
    if earlier is None or earlier.unit != verdict.unit:
        return verdict
    if set(earlier.materials) != set(verdict.materials):
        because = f"与“{earlier.path}”内容完全相同，却像是不同的材料"
        return replace(verdict, disposition=Disposition.UNSURE, because=because)
    return replace(verdict, disposition=Disposition.DUPLICATE, because=f"与本邮件中的“{earlier.path}”完全相同，不重复计数")


def _against_memory(verdict: FileVerdict, item: Item, case: Case) -> FileVerdict:
    """Known bytes are a duplicate; a correction takes the place of what is filed; everything else counts beside it."""
    known = [filed for filed in case.memory.filed.get(item.sha256, ()) if filed.current]
    own = [filed for filed in known if filed.unit == verdict.unit]
    if own:
        if not set(verdict.materials) <= {filed.material for filed in own}:
            because = f"同样的文件已作为{_material_names(own, case.rulebook)}登记（第{own[0].mail}号），请核实"
            return replace(verdict, disposition=Disposition.UNSURE, because=because)
        because = f"与第{own[0].mail}号邮件中的“{own[0].name}”完全相同，不重复计数"
        return replace(verdict, disposition=Disposition.DUPLICATE, because=because)
    if known and known[0].unit in case.rulebook.units:
        other = case.rulebook.units[known[0].unit].name
        because = f"同样的文件已登记在“{other}”名下（第{known[0].mail}号），请核实是哪个单位的"
        return replace(verdict, disposition=Disposition.UNSURE, because=because)
    if (verdict.version or case.intent is Intent.CORRECT) and (older := _older(verdict, item, case)) is not None:
        because = f"{verdict.because}；来信说明是更正，代替第{older.mail}号邮件中的“{older.name}”"
        return replace(verdict, disposition=Disposition.REPLACED, version=True, because=because)
    return verdict


def _material_names(filings: Sequence[Filed], rulebook: Rulebook) -> str:
    known = (filed.material for filed in filings if filed.material in rulebook.materials)
    return "、".join(dict.fromkeys(rulebook.materials[material].name for material in known))


def _older(verdict: FileVerdict, item: Item, case: Case) -> Filed | None:
    """The newest earlier filing that a correction replaces. Pictures only by their name: new photos stand beside old ones."""
    pictures = all(case.rulebook.materials[material].pictures for material in verdict.materials if material in case.rulebook.materials)
    candidates = [
        filed
        for filings in case.memory.filed.values()
        for filed in filings
        if filed.current
        and filed.unit == verdict.unit
        and filed.material in verdict.materials
        and filed.received_at <= case.received_at
        and (not pictures or filed.name == item.name)
    ]
    return max(candidates, key=lambda filed: (filed.received_at, filed.mail), default=None)
