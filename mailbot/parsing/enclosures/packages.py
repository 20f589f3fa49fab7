"""Files inside docx, pptx, xlsx, OpenDocument and OFD: inserted objects, chunks of other documents, and what was packed in beside them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from mailbot.model import FileKind
from mailbot.parsing.documents.package import Package, attribute, local
from mailbot.parsing.enclosures.compound import OLE, object_in
from mailbot.parsing.enclosures.found import Found, is_sent, named

_FOREIGN = re.compile(
    r"\.(?:docx|docm|dotx|doc|wps|pdf|pptx|pptm|ppsx|ppt|dps|rtf|odt|odp|ofd|zip|rar|7z|tar|gz|tgz|eml|msg|mbox|mht|mhtml)", re.I
)
_RELATIONS = re.compile(r"((?:[^/]+/)*)_rels/([^/]+)\.rels")
_ICON_MARKS = (("DrawAspect", "Icon"), ("showAsIcon", "1"), ("showAsIcon", "true"), ("dvAspect", "DVASPECT_ICON"))


def files_in(path: Path, kind: FileKind) -> Iterator[Found]:
    """What lies in the package at `path`; raises UnreadableError, or what zipfile and lxml raise over broken parts."""
    with Package(path) as package:
        if kind is FileKind.ODF:
            documents = list(_subdocuments(package))
            yield from documents
            inserted = {name for name in package.names if "/" not in name and "." not in name and name != "mimetype"}
            # Beside what LibreOffice took over as its own it keeps the form in which that came.
            originals = {name for name in inserted if re.fullmatch(r"Obj\d+", name)}
            inserted -= originals if len(originals) <= len(documents) else set()
        else:
            inserted = {name for name in package.names if "embeddings/" in name.lower()}
        chunks, icons = _chunks(package), _icons(package, inserted)
        for name in package.names:
            base = PurePosixPath(name).name
            if name in chunks:
                yield Found(base, package.read(name))
            elif name in inserted:
                yield from _inserted(base, package.read(name), icon=name in icons)
            elif _FOREIGN.fullmatch(PurePosixPath(base).suffix) and is_sent(content := package.read(name), base):
                yield Found(base, content)


def _inserted(name: str, content: bytes, *, icon: bool) -> Iterator[Found]:
    if content.startswith(OLE):
        yield from object_in(content, icon=icon)
    elif content and (icon or is_sent(content, name)):
        yield Found(named(name.partition(".")[0], content), content)


def _sources(package: Package) -> Iterator[str]:
    """The parts that have relations to others."""
    for name in package.names:
        if match := _RELATIONS.fullmatch(name):
            yield match[1] + match[2]


def _chunks(package: Package) -> set[str]:
    """Documents that Word shows as if their text were its own (altChunk)."""
    related = (relation for source in _sources(package) for relation in package.relations(source))
    return {relation.target for relation in related if relation.type.rpartition("/")[2] == "aFChunk"}


def _icons(package: Package, inserted: set[str]) -> set[str]:
    """The inserted files that are shown as a symbol; the others (tables, charts, equations, drawings) can be seen where they stand."""
    icons: set[str] = set()
    for source in _sources(package) if inserted else ():
        targets = package.related(source)
        for event, element in package.walk(source) if inserted & set(targets.values()) else ():
            # OLEObject in Word, oleObj in PowerPoint, oleObject in Excel.
            is_object = event == "start" and local(element).lower().startswith("oleobj")
            if is_object and any(attribute(element, name) == value for name, value in _ICON_MARKS):
                icons.add(targets.get(attribute(element, "id"), ""))
    return icons


def _subdocuments(package: Package) -> Iterator[Found]:
    """Texts and presentations that OpenDocument keeps as folders of parts, each packed as the file it was."""
    for event, element in package.walk("META-INF/manifest.xml"):
        folder, media = attribute(element, "full-path").removeprefix("./"), attribute(element, "media-type")
        if event == "start" and re.fullmatch(r"[^/]+/", folder) and re.search(r"opendocument\.(?:text|presentation)", media):
            yield Found(f"{folder[:-1]}.{'odt' if '.text' in media else 'odp'}", _packed(package, folder, media))


def _packed(package: Package, folder: str, media: str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as whole:
        whole.writestr("mimetype", media)
        for name in package.names:
            if name.startswith(folder) and not name.endswith("/"):
                whole.writestr(name.removeprefix(folder), package.read(name))
    return sink.getvalue()
