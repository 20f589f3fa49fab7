"""Everything that speaks for or against a document: text, name, folder, mail, what staff taught. Nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailbot.deciding.content import Contents, names_own, read_contents, title_strength
from mailbot.deciding.filename import Naming, read_name, read_title
from mailbot.deciding.lexicon import STRONG, Lexicon, lexicon_of, plain
from mailbot.deciding.photos import folder_of
from mailbot.deciding.writing import FULL, Seen, sides, writing
from mailbot.model import BODY, Disposition, Evidence, Facts, FileVerdict, Item, Memory, PictureKind, Reading
from mailbot.rulebook import FORM, OTHER, Rulebook

_FIRST_LINES = 160  # characters: title and first sentences


@dataclass(slots=True)
class Weighed:
    """One document on the scales: its signs, and for each material what the text and what the name say."""

    item: Item
    facts: Facts
    rulebook: Rulebook
    lexicon: Lexicon
    reading: Reading
    contents: Contents
    name: Naming
    text_says: dict[str, float] = field(default_factory=dict)
    name_says: dict[str, float] = field(default_factory=dict)
    called: str = ""  # the document material that the subject names, where the mail holds this one document
    evidence: list[Evidence] = field(default_factory=list)

    def verdict(self, disposition: Disposition, because: str, materials: tuple[str, ...] = (), count: int = 0) -> FileVerdict:
        """The verdict with all evidence."""
        return FileVerdict(self.item.path, disposition, because, materials=materials, count=count, evidence=tuple(self.evidence))

    @property
    def named(self) -> tuple[str, ...]:
        """The document materials that the file name decides for."""
        return tuple(material for material in self.name.strong() if material in self.lexicon.documents)

    @property
    def photos(self) -> int:
        """How many photos are inside."""
        return len(self.reading.photos)

    @property
    def photos_elsewhere(self) -> bool:
        """Whether other files of the mail are photos."""
        others = (item.picture for item in self.facts.items if item.path != self.item.path)
        return any(picture is not None and picture.kind is PictureKind.PHOTO for picture in others)

    def title_of(self, materials: tuple[str, ...]) -> str:
        """The materials' Chinese names, as a person says them."""
        return "和".join(self.rulebook.materials[material].name for material in materials)


def weigh(item: Item, facts: Facts, rulebook: Rulebook, memory: Memory) -> Weighed:
    """Collect every sign of a document with source and strength; nothing is decided here."""
    lexicon = lexicon_of(rulebook)
    reading = item.reading or Reading()
    weighed = Weighed(
        item,
        facts,
        rulebook,
        lexicon,
        reading,
        read_contents(reading, rulebook, lexicon),
        Naming() if item.path == BODY else read_name(item.name, lexicon),
    )
    _hear_text(weighed)
    _hear_structure(weighed)
    _hear_name(weighed)
    _hear_mail(weighed)
    _hear_memory(weighed, memory)
    return weighed


def _hear_text(weighed: Weighed) -> None:
    contents, says = weighed.contents, weighed.text_says
    for material in weighed.lexicon.documents:
        title = title_strength(contents, material)
        if title and (contents.naming.other_strength or contents.letter):
            title = 6 if _is_long_letter(contents) and len(contents.naming.materials) == 1 else 2
        headings = contents.headings.get(material, ())
        named = sum(bool(weighed.lexicon.document_words.search(heading)) for heading in headings)  # 案例背景 says itself whose it is
        says[material] = title + (5 if material in contents.phrases else 0) + min(6, 2 * len(headings) + named)
        if title:
            word = contents.naming.words[material]
            weighed.evidence.append(Evidence("标题", f"{''.join(contents.title)[:40]}（“{word}”）", material, 3 if title == 6 else 1))
        if material in contents.phrases:
            weighed.evidence.append(Evidence("正文", contents.phrases[material][:40], material, 3))
        if headings:
            weighed.evidence.append(Evidence("小标题", "、".join(headings[:5]), material, min(3, len(headings))))


def _hear_structure(weighed: Weighed) -> None:
    """A report on the whole campaign and the story of one project are written differently, whatever they are called."""
    contents = weighed.contents
    titled = names_own("".join(contents.title), weighed.lexicon)
    opens = names_own(contents.text[:_FIRST_LINES], weighed.lexicon)
    seen = Seen(titled, opens, contents.counts, contents.repeated, contents.persons)
    found = writing(sides(contents.text, weighed.lexicon), seen, weighed.lexicon)
    bare_letter = contents.letter and contents.numbered < 2  # 关于报送材料的函, however long its greetings
    if found is not None and not bare_letter:
        weighed.text_says[found.material] += found.value
        weighed.evidence.append(Evidence("写法", found.because, found.material, 2 if found.value == FULL else 1))


def _is_long_letter(contents: Contents) -> bool:
    """关于报送…总结的函: longer than a page, or with 一、二、三、, it holds the summary itself (vocabulary 9)."""
    return contents.numbered >= 2 or contents.size >= 500


def _hear_name(weighed: Weighed) -> None:
    folder = read_name(folder_of(weighed.item.path), weighed.lexicon)
    for source, naming, most in (("文件名", weighed.name, 4.0), ("文件夹名", folder, 2.0)):
        for material, strength in naming.materials.items():
            value = most if strength >= STRONG else 1.0
            weighed.name_says[material] = max(weighed.name_says.get(material, 0), value)
            weighed.evidence.append(Evidence(source, naming.words[material], material, strength if most > 2 else min(strength, 2)))
        if naming.other:
            weighed.evidence.append(Evidence(source, naming.other, OTHER, naming.other_strength))
        if naming.form:
            weighed.evidence.append(Evidence(source, naming.form, FORM, 2))


def _hear_mail(weighed: Weighed) -> None:
    """The sender's subject helps where it names one document material and the mail holds one document."""
    documents = [item for item in weighed.facts.items if item.kind.is_document and item.path != BODY]
    if weighed.item.path == BODY or len(documents) != 1:
        return
    naming = read_title(weighed.facts.message.subject, weighed.lexicon)
    named = [material for material in naming.strong() if material in weighed.lexicon.documents]
    if len(named) == 1:
        weighed.name_says[named[0]] = max(weighed.name_says.get(named[0], 0), 2.0)
        weighed.called = named[0]
        weighed.evidence.append(Evidence("邮件主题", naming.words[named[0]], named[0], 1))


def _hear_memory(weighed: Weighed, memory: Memory) -> None:
    """A phrase that staff taught decides where it stands in title or name."""
    place = plain(weighed.item.name) + "\n" + "\n".join(weighed.contents.title)
    for phrase, material in memory.phrases.items():
        if material in weighed.rulebook.materials and plain(phrase) in place:
            weighed.text_says[material] = weighed.text_says.get(material, 0) + 6
            weighed.evidence.append(Evidence("人工教过的词", phrase, material, 3))
