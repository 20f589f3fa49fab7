"""Which links hide material: files in a net disk always, an article (美篇, 公众号) where the letter says that the photos are in it."""

from __future__ import annotations

import re

from mailbot.deciding.once import once_per_rulebook
from mailbot.deciding.plain import squeeze
from mailbot.model import BODY, Facts, Link, PictureKind
from mailbot.rulebook import Rulebook

_SEEN_THERE = r"[^。;!?,]{0,14}(?:见|看|在|通过|点击|打开|放|传|存|链接)[^。;!?]{0,14}(?:美篇|公众号|推文|秀米|链接|网址|https?:)"
_BY_THE_WAY = re.compile(r"供参考|仅供|不作为|另附|同时|还可|也可")


def material_links(facts: Facts, rulebook: Rulebook) -> tuple[Link, ...]:
    """Links behind which the sender himself put material."""
    own = [link for link in facts.links if not link.quoted]
    files = tuple(link for link in own if not link.article)
    articles = tuple(link for link in own if link.article)
    return (*files, *articles) if articles and _holds_material(facts, rulebook) else files


def _holds_material(facts: Facts, rulebook: Rulebook) -> bool:
    """照片见美篇, and no photo came; 另附美篇供参考 is something to read."""
    text = squeeze(facts.message.own)
    for pictures, pattern in _announced(rulebook):
        found = pattern.search(text)
        if found is not None and not _BY_THE_WAY.search(text, max(0, found.start() - 8), found.end() + 20) and not _came(facts, pictures):
            return True
    return False


def _came(facts: Facts, pictures: bool) -> bool:
    if not pictures:
        return any(item.path != BODY and item.kind.is_document for item in facts.items)
    loose = any(item.picture is not None and item.picture.kind is PictureKind.PHOTO for item in facts.items)
    return loose or any(item.reading is not None and item.reading.photos for item in facts.items)


@once_per_rulebook
def _announced(rulebook: Rulebook) -> tuple[tuple[bool, re.Pattern[str]], ...]:
    """For each material, whether it is pictures, and the sentence that says it is behind the link."""
    return tuple(
        (
            material.pictures,
            re.compile(f"(?:{'|'.join(re.escape(squeeze(word)) for word in (material.name, *material.strong))}){_SEEN_THERE}"),
        )
        for material in rulebook.materials.values()
    )
