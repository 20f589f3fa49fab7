"""What each leaf of a mail is: `what_is` sends it to the one rule that knows its kind, then asks whether its bytes are known."""

from __future__ import annotations

import re
from dataclasses import replace

from mailbot.deciding.body import body_verdict
from mailbot.deciding.documents import document_verdict
from mailbot.deciding.filename import read_name
from mailbot.deciding.lexicon import STRONG, any_of, lexicon_of, plain
from mailbot.deciding.pages import as_one, recognised
from mailbot.deciding.photos import picture_verdict
from mailbot.model import BODY, Disposition, Evidence, Facts, FileKind, FileVerdict, Item, Memory, Problem
from mailbot.rulebook import Rulebook

# What mail programs leave behind; technical, the same in every collection.
_LEFTOVER = re.compile(
    r"(?:^smime\.p7s|^signature\.asc|\.(?:ics|vcf|vcs|p7s|url|webloc|lnk|torrent)|^att\d{3,}\.(?:htm|html|txt)|^thumbs\.db|^desktop\.ini|"
    r"^\.ds_store|^(?:~\$|\._).*)$"
)
_NO_TEXT_KINDS = frozenset(kind for kind in FileKind if not kind.is_document) | {FileKind.ENCRYPTED}
_PROBLEM_OF = {FileKind.EMPTY: Problem.EMPTY, FileKind.ENCRYPTED: Problem.ENCRYPTED, FileKind.OTHER: Problem.UNSUPPORTED}
_WAITS_FOR_PERSON = frozenset({Problem.TOO_LARGE, Problem.READER_FAILED, Problem.UNSUPPORTED})


def what_is(item: Item, facts: Facts, rulebook: Rulebook, memory: Memory) -> FileVerdict:
    """One item of a mail: which materials, how many pieces, what should become of it; the unit is left open.

    FILED means "is material, file it". `count` counts the pictures where a material of pictures is among `materials`, else 1:
    a summary with five photos inside is (summary, photos) with count 5, and one summary.
    """
    verdict = _by_kind(item, facts, rulebook, memory)
    verdict = _salvaged(_known_bytes(verdict, item, facts, rulebook, memory), item, facts)
    if verdict.disposition is not Disposition.FILED:
        return verdict
    return replace(verdict, version=_is_version(item, rulebook))


def _by_kind(item: Item, facts: Facts, rulebook: Rulebook, memory: Memory) -> FileVerdict:
    if item.kind is FileKind.EXECUTABLE or item.problem is Problem.EXECUTABLE:
        return FileVerdict(item.path, Disposition.QUARANTINED, Problem.EXECUTABLE.sentence)
    if _LEFTOVER.search(plain(item.name).strip()):
        return FileVerdict(item.path, Disposition.IGNORED, "邮件软件留下的文件或链接，不是材料")
    if item.kind is FileKind.IMAGE:
        return _picture(item, facts, rulebook, memory)
    if item.problem is not None or (item.path != BODY and item.kind in _NO_TEXT_KINDS):
        return _without_reading(item, rulebook)
    read = body_verdict if item.path == BODY else document_verdict
    return read(item, facts, rulebook, memory)


def _picture(item: Item, facts: Facts, rulebook: Rulebook, memory: Memory) -> FileVerdict:
    """A picture by what it shows; a page of text that leaves doubt by what is written on it, if that was recognised."""
    verdict = picture_verdict(item, facts, rulebook)
    if verdict.disposition is not Disposition.UNSURE or item.reading is None:
        return verdict
    if not recognised(item):
        return replace(verdict, because=f"{verdict.because}（{item.reading.unread}）" if item.reading.unread else verdict.because)
    whole, pages = as_one(item, facts, rulebook)
    read = document_verdict(whole, facts, rulebook, memory)
    return replace(read, because=f"{read.because}（共{pages}页，各页是同一份）") if pages > 1 else read


def _without_reading(item: Item, rulebook: Rulebook) -> FileVerdict:
    if item.kind is FileKind.MESSAGE and item.problem is None:
        return _words(item, rulebook)
    return (_recording if item.kind in (FileKind.VIDEO, FileKind.AUDIO) else _unreadable)(item, rulebook)


def _words(item: Item, rulebook: Rulebook) -> FileVerdict:
    """An enclosed mail that encloses nothing itself: its words were read as what the sender says, unless its name says more."""
    documents = read_name(item.name, lexicon_of(rulebook)).strong()
    if documents:
        name = rulebook.materials[documents[0]].name
        return FileVerdict(item.path, Disposition.UNSURE, f"文件名写的是{name}，却是一封只有文字的邮件，需人工核对")
    return FileVerdict(item.path, Disposition.IGNORED, "附上的邮件，里面没有文件")


def _recording(item: Item, rulebook: Rulebook) -> FileVerdict:
    """Video and sound are none of the materials, unless the name says plainly that one of them is meant."""
    naming = read_name(item.name, lexicon_of(rulebook))
    documents = [material for material in naming.strong() if not naming.other]
    if documents:
        name = rulebook.materials[documents[0]].name
        return FileVerdict(item.path, Disposition.UNSURE, f"文件名写的是{name}，却是视频或录音，需人工核对")
    return FileVerdict(item.path, Disposition.IGNORED, "视频或录音，不是要收的材料")


def _unreadable(item: Item, rulebook: Rulebook) -> FileVerdict:
    """Locked, broken, empty: material perhaps, unless its name says plainly that it is none."""
    naming = read_name(item.name, lexicon_of(rulebook))
    problem = item.problem or _PROBLEM_OF.get(item.kind, Problem.CORRUPT)
    evidence = tuple(Evidence("文件名", word, material, naming.materials[material]) for material, word in naming.words.items())
    if naming.other_strength >= STRONG and not naming.strong():
        return FileVerdict(item.path, Disposition.IGNORED, f"文件名写明是“{naming.other}”，不是要收的材料", evidence=evidence)
    if problem in _WAITS_FOR_PERSON:
        return FileVerdict(item.path, Disposition.UNSURE, f"{problem.sentence}，需人工核对", evidence=evidence)
    return FileVerdict(item.path, Disposition.UNREADABLE, problem.sentence, evidence=evidence)


def _known_bytes(verdict: FileVerdict, item: Item, facts: Facts, rulebook: Rulebook, memory: Memory) -> FileVerdict:
    """The same bytes under two names that say different things are nobody's guess; bytes filed before are what they were."""
    if not item.sha256 or item.path == BODY:
        return verdict
    known = tuple(dict.fromkeys(filed.material for filed in memory.filed.get(item.sha256, ()) if filed.current))
    if known and verdict.disposition is Disposition.UNSURE and all(material in rulebook.materials for material in known):
        count = max(filed.count for filed in memory.filed[item.sha256])
        return replace(verdict, disposition=Disposition.FILED, materials=known, count=count, because="与以前登记过的文件完全相同")
    if verdict.disposition is not Disposition.FILED:
        return verdict
    twins = [other for other in facts.items if other.sha256 == item.sha256 and other.path != item.path]
    lexicon = lexicon_of(rulebook)
    mine = set(read_name(item.name, lexicon).strong())
    for twin in twins:
        theirs = set(read_name(twin.name, lexicon).strong())
        if mine and theirs and mine.isdisjoint(theirs):
            because = f"与“{twin.name}”是同一个文件，文件名却写着不同的材料"
            return replace(verdict, disposition=Disposition.UNSURE, materials=(), count=0, because=because)
    return verdict


def _salvaged(verdict: FileVerdict, item: Item, facts: Facts) -> FileVerdict:
    """What came out of an archive that breaks off may be half of what was sent: a person looks, and the unit sends again."""
    broken = (other for other in facts.items if other.kind is FileKind.ARCHIVE and other.problem in (Problem.TRUNCATED, Problem.CORRUPT))
    archive = next((other for other in broken if item.path.startswith(f"{other.path}/")), None)
    if archive is None or verdict.disposition is not Disposition.FILED:
        return verdict
    because = f"{verdict.because}；压缩包“{archive.name}”不完整，取出的文件需人工核对"
    return replace(verdict, disposition=Disposition.UNSURE, because=because)


def _is_version(item: Item, rulebook: Rulebook) -> bool:
    """修改版, 更正, 最终版 in the file's own name: it takes an older one's place, if there is one."""
    return item.path != BODY and bool(any_of(rulebook.words.correction).search(plain(item.name)))
