"""Files in which other files lie, as Office, WPS, Acrobat, mail programs and copy /b make them."""

from __future__ import annotations

import base64
import ctypes
import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

import pypdfium2
import pypdfium2.raw as pdfium

from tests.parsing_files.making import compound, docx, photo, rar5, repacked, saved, scene, zipped

TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

MOTION = struct.pack(">I", 24) + b"ftypisom" + bytes(4) + b"isommp42" + bytes(4000)
"""The video that phones hang behind a photo."""


def relations(*lines: tuple[str, str]) -> bytes:
    """A part's relations: (type, target) as r1, r2 …"""
    inner = "".join(f'<Relationship Id="r{n}" Type="{TYPES}{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(lines, 1))
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'.encode()


def with_object(name: str, content: bytes, *, icon: bool = False) -> bytes:
    """A Word document with the file as an object, shown as a symbol or as it looks."""
    aspect = "Icon" if icon else "Content"
    text = (
        f'<w:document xmlns:w="{W}" xmlns:r="{R}" xmlns:o="urn:schemas-microsoft-com:office:office"><w:body>'
        "<w:p><w:r><w:t>测试大学工作总结</w:t></w:r></w:p><w:p><w:r><w:object>"
        f'<o:OLEObject Type="Embed" DrawAspect="{aspect}" r:id="r1"/></w:object></w:r></w:p></w:body></w:document>'
    )
    members: Mapping[str, bytes] = {
        "word/document.xml": text.encode(),
        "word/_rels/document.xml.rels": relations(("package", f"embeddings/{name}")),
        f"word/embeddings/{name}": content,
    }
    return repacked(docx(), members)


def with_chart(workbook: bytes) -> bytes:
    """A Word document with a chart, whose figures Word keeps as a workbook."""
    return repacked(
        docx(),
        {
            "word/charts/chart1.xml": b"<chartSpace/>",
            "word/charts/_rels/chart1.xml.rels": relations(("package", "../embeddings/Microsoft_Excel_Sheet.xlsx")),
            "word/embeddings/Microsoft_Excel_Sheet.xlsx": workbook,
        },
    )


def packaged(content: bytes, label: str = "典型案例.docx") -> bytes:
    """What the Packager of Windows writes as the stream Ole10Native."""
    name = label.encode("gb18030") + b"\0"
    path = b"C:\\Temp\\" + name
    body = b"\x02\0" + name + path + b"\0\0\x03\0" + struct.pack("<I", len(path)) + path + struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(body)) + body


def with_squeezed_object(content: bytes) -> bytes:
    """A ppt whose records hold an object the way PowerPoint squeezes it."""
    inner = compound({"Package": content})
    squeezed = struct.pack("<I", len(inner)) + zlib.compress(inner)
    return compound({"PowerPoint Document": bytes(8) + b"\x10\x00\x11\x10" + struct.pack("<I", len(squeezed)) + squeezed})


def pdf(attachments: Mapping[str, bytes], pinned: Mapping[str, bytes] | None = None) -> bytes:
    """A PDF of one page with files attached to the document, and to a note on the page."""
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(300, 300)
    for name, content in attachments.items():
        document.new_attachment(name).set_data(content)
    for name, content in (pinned or {}).items():
        note = pdfium.FPDFPage_CreateAnnot(page, pdfium.FPDF_ANNOT_FILEATTACHMENT)
        wide = [*map(ord, name), 0]
        raw = pdfium.FPDFAnnot_AddFileAttachment(note, (ctypes.c_ushort * len(wide))(*wide))
        pypdfium2.PdfAttachment(raw, document).set_data(content)
        pdfium.FPDFPage_CloseAnnot(note)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def rtf(objects: bytes, name: bytes) -> bytes:
    """An rtf with one object of the class `name` (MS-OLEDS 2.2.5)."""
    head = struct.pack("<III", 0x501, 2, len(name) + 1) + name + b"\0" + bytes(8) + struct.pack("<I", len(objects))
    digits = (head + objects).hex().encode()
    lines = b"\n".join(digits[at : at + 128] for at in range(0, len(digits), 128))
    return b"{\\rtf1\\ansi A report.\\par{\\object\\objemb{\\*\\objclass " + name + b"}{\\*\\objdata " + lines + b"}}}"


def page(content: bytes) -> bytes:
    return b'<html><body><p>x</p><a href="data:application/octet-stream;base64,' + base64.b64encode(content) + b'">x</a></body></html>'


def saved_page(content: bytes, name: bytes = b"case.docx") -> bytes:
    return (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="m"\r\n\r\n--m\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n'
        b"--m\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Location: file:///C:/"
        + name
        + b"\r\n\r\n"
        + base64.encodebytes(content)
        + b"\r\n--m--\r\n"
    )


def mail(content: bytes) -> bytes:
    return (
        b'From: a@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="q"\n\n'
        b'--q\nContent-Type: application/octet-stream; name="case.docx"\nContent-Transfer-Encoding: base64\n\n'
        + base64.encodebytes(content)
        + b"\n--q--\n"
    )


def mbox(content: bytes) -> bytes:
    """Two mails in one file; the second holds the content."""
    mark = b"From a@example.com Sat Dec 10 09:00:00 2022\n"
    return mark + b"From: a@example.com\nSubject: x\n\nFrom now on we meet at 09:00 in 2022\n\n" + mark + mail(content)


def archive(content: bytes) -> bytes:
    return zipped({b"case.docx": content})


def in_package(folder: str) -> Callable[[bytes], bytes]:
    return lambda content: repacked(docx(), {f"{folder}/case.docx": content})


def gif() -> bytes:
    return saved(scene().convert("P"), "GIF")


CONTAINERS: Mapping[str, tuple[str, Callable[[bytes], bytes]]] = {
    "an object in Word": ("总结.docx", lambda inner: with_object("Microsoft_Word_Document1.docx", inner)),
    "an object that no relation leads to": ("总结.docx", in_package("word/embeddings")),
    "an object in PowerPoint": ("总结.pptx", lambda inner: repacked(docx(), {"ppt/presentation.xml": b"<p/>", "ppt/embeddings/a": inner})),
    "a file put into the package": ("总结.docx", in_package("材料")),
    "a chunk in Word": (
        "总结.docx",
        lambda inner: repacked(docx(), {"word/_rels/document.xml.rels": relations(("aFChunk", "/word/afchunk1")), "word/afchunk1": inner}),
    ),
    "an OLE object of the Packager": (
        "总结.docx",
        lambda inner: with_object("oleObject1.bin", compound({"\x01Ole10Native": packaged(inner)}), icon=True),
    ),
    "an OLE object with a package": ("总结.docx", lambda inner: with_object("oleObject1.bin", compound({"Package": inner}))),
    "an OLE object that is broken": ("总结.docx", lambda inner: with_object("oleObject1.bin", compound({})[:512] + inner)),
    "an object in a ppt": ("总结.ppt", with_squeezed_object),
    "a file attached to a PDF": ("总结.pdf", lambda inner: pdf({"case.docx": inner})),
    "a file pinned to a page of a PDF": ("总结.pdf", lambda inner: pdf({}, {"case.docx": inner})),
    "a package in rtf": ("总结.rtf", lambda inner: rtf(packaged(inner)[4:], b"Package")),
    "an OLE object in rtf": ("总结.rtf", lambda inner: rtf(compound({"Package": inner}), b"Word.Document.12")),
    "a data: address in a page": ("总结.html", page),
    "a part of a saved page": ("总结.mht", saved_page),
    "the second mail of a mailbox": ("邮件.mbox", mbox),
    "the second mail of a mailbox named .eml": ("邮件.eml", mbox),
    "a zip behind a JPEG": ("照片.jpg", lambda inner: photo() + archive(inner)),
    "a zip behind what a phone adds to a JPEG": ("照片.jpg", lambda inner: photo() + MOTION + archive(inner)),
    "a zip behind a PNG": ("照片.png", lambda inner: saved(scene(), "PNG") + archive(inner)),
    "a zip behind a GIF": ("照片.gif", lambda inner: gif() + archive(inner)),
    "a rar behind a JPEG": ("照片.jpg", lambda inner: photo() + rar5({"case.docx": inner})),
    "a document behind a JPEG": ("照片.jpg", lambda inner: photo() + inner),
    "a zip behind a PDF": ("总结.pdf", lambda inner: pdf({}) + archive(inner)),
    "a zip behind a video": ("活动.mp4", lambda inner: MOTION + archive(inner)),
    "a zip behind a doc": ("总结.doc", lambda inner: compound({"WordDocument": bytes(600)}) + archive(inner)),
    "a zip in front of another": ("材料.zip", lambda inner: archive(inner) + zipped({b"a.txt": b"x"})),
    "a document in front of a zip": ("材料.zip", lambda inner: inner + zipped({b"a.txt": b"x"})),
    "a zip in front of a document": ("总结.docx", lambda inner: archive(inner) + docx(["测试大学工作总结"])),
    "a rar behind a zip": ("材料.zip", lambda inner: zipped({b"a.txt": b"x"}) + rar5({"case.docx": inner})),
    "a zip behind a rar": ("材料.rar", lambda inner: rar5({"a.txt": b"x"}) + archive(inner)),
    "a gzip behind a JPEG": ("照片.jpg", lambda inner: photo() + gzip.compress(archive(inner))),
    "the comment of a zip": ("材料.zip", lambda inner: commented(zipped({b"a.txt": b"x"}), archive(inner))),
    "a second gzip in one file": ("材料.gz", lambda inner: gzip.compress(archive(inner)) + gzip.compress(zipped({b"a.txt": b"x"}))),
}
"""How the file is called, and how what it holds is put into it."""


def commented(content: bytes, comment: bytes) -> bytes:
    sink = io.BytesIO(content)
    with zipfile.ZipFile(sink, "a") as opened:
        opened.comment = comment[:65_000]
    return sink.getvalue()
