"""The pictures inside a document: photos pasted into Word, PowerPoint or PDF are photos delivered."""

from __future__ import annotations

from mailbot.deciding.lexicon import plain_word
from mailbot.deciding.photos import PAPER
from mailbot.deciding.weighing import Weighed
from mailbot.model import PictureKind

_DELIVERED = 3
"""Embedded photos from which on they were delivered inside; one or two decorate (vocabulary 8)."""

_CAPTION_LENGTH = 120  # Chinese characters of text for each photo: more is an article with pictures


def pictures_inside(weighed: Weighed, materials: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """The material of pictures that the document holds, and how many pieces; ((), 0) if none. `materials`: what its text is."""
    pictures = weighed.lexicon.pictures
    named = [material for material in pictures if names_photos(weighed, material)]
    if named:
        unclear = sum(picture.kind is PictureKind.UNKNOWN for picture in weighed.reading.pictures)
        if weighed.photos + unclear:
            return (named[0],), weighed.photos + unclear
        return _pages(weighed, named[0])
    if weighed.photos < _DELIVERED or len(pictures) != 1:
        return (), 0
    captions = weighed.contents.size <= _CAPTION_LENGTH * weighed.photos and max(weighed.text_says.values(), default=0) < 4
    if materials or (captions and not weighed.named):
        return (pictures[0],), weighed.photos
    return (), 0


def names_photos(weighed: Weighed, material: str) -> bool:
    """Name, folder or title speak of photos, be it only 含照片."""
    return material in weighed.name.materials or material in weighed.contents.naming.materials or weighed.name_says.get(material, 0) >= 2


def is_captioned_album(weighed: Weighed) -> bool:
    """照片说明 is support, unless the photos are in it."""
    words = [plain_word(word) for material in weighed.lexicon.pictures for word in weighed.rulebook.materials[material].strong]
    return weighed.photos > 0 and any(word in weighed.contents.naming.other for word in words)


def _pages(weighed: Weighed, material: str) -> tuple[tuple[str, ...], int]:
    """A material of pictures that consists of pages (获奖证书): the word for it is a kind of paper, or a page name in the rules."""
    words = {weighed.name.words.get(material, ""), weighed.contents.naming.words.get(material, "")}
    pages = [plain_word(name) for name in weighed.rulebook.words.page_names]
    if any(page in word for word in words for page in pages) or any(map(PAPER.search, words)):
        return (material,), max(1, weighed.reading.pages or 1)
    return (), 0
