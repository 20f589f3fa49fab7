"""Makes the files that the tests read: real ones by real libraries, hostile ones byte by byte.

`fixtures/` holds what only LibreOffice 7.4 can write: one report of python-docx (title, number, a line with rare characters, a
table, two pictures, a page header; the rtf without pictures) and one workbook of openpyxl, each converted with `soffice --convert-to`;
a flat odt of two lines with one object in a frame, a text of its own (holds), a chart or a formula (math), converted likewise.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from docx import Document
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FIXTURES = Path(__file__).parent / "fixtures"
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


def saved(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    sink = io.BytesIO()
    image.save(sink, form, **options)
    return sink.getvalue()


def scene(seed: int = 0, width: int = 640, height: int = 480) -> Image.Image:
    """What a photo of people in a hall has: light, depth, many colours, soft edges, noise."""
    rng = random.Random(seed)
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for y in range(height):
        draw.line((0, y, width, y), fill=(150 + 60 * y // height, 170 + 30 * y // height, 200 - 50 * y // height))
    for _ in range(30):
        x, y, side = rng.randrange(width), rng.randrange(height), rng.randrange(width // 30, width // 6)
        draw.ellipse((x, y, x + side, y + side * 2), fill=(rng.randrange(20, 240), rng.randrange(20, 240), rng.randrange(20, 240)))
    noise = Image.frombytes("L", (width, height), rng.randbytes(width * height)).convert("RGB")
    return Image.blend(image.filter(ImageFilter.GaussianBlur(2)), noise, 0.08)


def photo(seed: int = 0, width: int = 640, height: int = 480, quality: int = 70) -> bytes:
    return saved(scene(seed, width, height), quality=quality)


def page(width: int = 1240, background: tuple[int, int, int] = (250, 250, 247), lines: int = 28) -> Image.Image:
    """An A4 page of text with a red stamp; strokes stand in for letters where the machine has no Chinese font."""
    height = int(width * 1.414)
    image = Image.new("RGB", (width, height), background)
    draw = ImageDraw.Draw(image)
    size = width // 42
    for row in range(lines):
        top = int(height * 0.15) + row * size * 7 // 4
        if FONT.is_file():
            text = "为深入贯彻落实上级文件精神，我局高度重视，精心组织，周密部署，认真开展活动"[:34]
            draw.text((width // 10, top), text, font=ImageFont.truetype(FONT, size), fill=(30, 30, 30))
        else:
            for column in range(34):
                left = width // 10 + column * size
                draw.rectangle((left, top, left + size * 2 // 3, top + size), outline=(30, 30, 30), width=2)
    draw.ellipse((width * 0.6, height * 0.75, width * 0.8, height * 0.75 + width * 0.2), outline=(215, 30, 30), width=8)
    return image


def shaded(image: Image.Image) -> Image.Image:
    """The same under a lamp: darker and yellower to one side."""
    light = Image.linear_gradient("L").resize(image.size).point(lambda value: 130 + value * 120 // 255)
    return Image.composite(image, Image.new("RGB", image.size, (60, 52, 40)), light)


def on_desk(sheet: Image.Image, desk: tuple[int, int, int], angle: float, share: float = 0.75) -> Image.Image:
    """A page photographed on a desk: askew, in warm light that falls off to one side, a little out of focus."""
    grain = Image.effect_noise((1200, 1600), 12)
    scene = Image.merge("RGB", [grain.point(lambda value, base=base: max(0, min(255, value - 128 + base))) for base in desk])
    height = int(1600 * share)
    lying = sheet.resize((height * sheet.width // sheet.height, height), Image.Resampling.LANCZOS).convert("RGBA")
    lying = lying.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    scene.paste(lying, ((1200 - lying.width) // 2, (1600 - lying.height) // 2), lying)
    light = Image.linear_gradient("L").resize(scene.size).point(lambda value: 150 + value * 105 // 255)
    scene = Image.composite(scene, Image.new("RGB", scene.size), light)
    warm = Image.merge(
        "RGB", [band.point(lambda value, by=by: int(value * by)) for band, by in zip(scene.split(), (1, 0.95, 0.82), strict=True)]
    )
    return warm.filter(ImageFilter.GaussianBlur(0.7))


def code(modules: int = 29, scale: int = 10) -> Image.Image:
    rng = random.Random(1)
    image = Image.new("1", (modules + 8, modules + 8), 1)
    for x in range(modules):
        for y in range(modules):
            image.putpixel((x + 4, y + 4), rng.getrandbits(1))
    return image.resize(((modules + 8) * scale, (modules + 8) * scale)).convert("RGB")


def emblem(side: int = 400) -> Image.Image:
    image = Image.new("RGB", (side, side), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 20, side - 20, side - 20), fill=(20, 60, 160))
    draw.ellipse((80, 80, side - 80, side - 80), fill="white")
    return image


def stamp() -> Image.Image:
    image = Image.new("RGBA", (500, 500), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((10, 10, 490, 490), outline=(220, 20, 20, 255), width=16)
    draw.regular_polygon((250, 250, 90), 5, fill=(220, 20, 20, 255))
    return image


def lecture() -> Image.Image:
    """A screenshot of an online lecture: a white slide, a strip of cameras."""
    image = Image.new("RGB", (1366, 768), (245, 246, 248))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1366, 40), fill=(40, 44, 52))
    draw.rectangle((20, 60, 980, 690), fill="white")
    for row in range(7):
        draw.rectangle((90, 120 + row * 70, 600 + row * 30, 150 + row * 70), fill=(60, 60, 60))
    for row in range(5):
        image.paste(scene(row, 320, 180).resize((320, 120)), (1010, 60 + row * 130))
    return image


def docx(
    paragraphs: Sequence[str] = ("测试大学工作总结", "一年来，我校认真组织活动。"), pictures: Sequence[bytes] = (), header: str = ""
) -> bytes:
    document = Document()
    if header:
        document.sections[0].header.paragraphs[0].text = header
    for text in paragraphs:
        document.add_paragraph(text)
    for picture in pictures:
        document.add_picture(io.BytesIO(picture))
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def repacked(content: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """An office file with some members replaced, added, or (None) taken out."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, member in changes.items():
            if member is not None:
                new.writestr(name, member)
    return sink.getvalue()


def document_xml(body: str, prolog: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'<?xml version="1.0"?>{prolog}<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'.encode()


def zipped(members: Mapping[bytes, bytes], flags: int = 0, extra: Mapping[bytes, bytes] | None = None) -> bytes:
    """A zip whose names are exactly these bytes, with exactly these general purpose flags; members are deflated."""
    local, central = io.BytesIO(), io.BytesIO()
    for name, content in members.items():
        field = (extra or {}).get(name, b"")
        packer = zlib.compressobj(wbits=-15)
        packed = packer.compress(content) + packer.flush()
        common = struct.pack("<HHHHIIIHH", flags, 8, 0, 0x5500, zlib.crc32(content), len(packed), len(content), len(name), len(field))
        central.write(b"PK\x01\x02\x14\x00\x14\x00" + common + struct.pack("<HHHII", 0, 0, 0, 0, local.tell()) + name + field)
        local.write(b"PK\x03\x04\x14\x00" + common + name + field + packed)
    directory = central.getvalue()
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(members), len(members), len(directory), local.tell(), 0)
    return local.getvalue() + directory + end


def rar5(members: Mapping[str, bytes]) -> bytes:
    """A RAR 5.0 archive of stored members, written by the published format notes (WinRAR makes the same with -m0)."""

    def block(kind: int, fields: bytes, content: bytes = b"", flags: int = 0) -> bytes:
        body = vint(kind) + vint(flags | (2 if content else 0)) + (vint(len(content)) if content else b"") + fields
        sized = vint(len(body)) + body
        return struct.pack("<I", zlib.crc32(sized)) + sized + content

    archive = b"Rar!\x1a\x07\x01\x00" + block(1, vint(0))
    for name, content in members.items():
        shown = name.encode()
        fields = vint(4) + vint(len(content)) + vint(0o100644) + struct.pack("<I", zlib.crc32(content)) + vint(0) + vint(1)
        archive += block(2, fields + vint(len(shown)) + shown, content)
    return archive + block(5, vint(0))


def vint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE compound file (MS-CFB, version 3) with these top-level streams, each padded to at least 4096 bytes."""
    sectors: list[bytes] = []
    chains: list[int] = []
    entries = [_entry("Root Entry", 5, 1 if streams else 0xFFFFFFFF, 0xFFFFFFFE, 0)]
    directory_sectors = (len(streams) + 4) // 4
    first = 1 + directory_sectors
    names = list(streams)
    for number, name in enumerate(names):
        content = streams[name].ljust(4096, b"\x00")
        pieces = [content[at : at + 512].ljust(512, b"\x00") for at in range(0, len(content), 512)]
        start = first + len(sectors)
        chains += [*range(start + 1, start + len(pieces)), 0xFFFFFFFE]
        sectors += pieces
        entries.append(_entry(name, 2, 0xFFFFFFFF, start, len(content), right=number + 2 if number + 1 < len(names) else 0xFFFFFFFF))
    directory = b"".join(entries).ljust(512 * directory_sectors, b"\x00")
    table = [0xFFFFFFFD, *range(2, first), 0xFFFFFFFE, *chains]
    allocation = b"".join(struct.pack("<I", value) for value in table).ljust(512, b"\xff")
    assert len(allocation) == 512, "one FAT sector holds 128 sectors"
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0).ljust(436 + 40, b"\xff")
    return header[:512] + allocation + directory + b"".join(sectors)


def _entry(name: str, kind: int, child: int, start: int, size: int, right: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\x00\x00"
    head = text.ljust(64, b"\x00") + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def tnef(attachments: Mapping[bytes, bytes]) -> bytes:
    """A winmail.dat with these attachments (MS-OXTNEF 2.1)."""

    def attribute(level: int, kind: int, body: bytes) -> bytes:
        return struct.pack("<BII", level, kind, len(body)) + body + struct.pack("<H", sum(body) & 0xFFFF)

    out = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x00089006, struct.pack("<I", 0x10000))
    out += attribute(1, 0x00069007, struct.pack("<II", 936, 0))
    for name, content in attachments.items():
        out += attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x00018010, name + b"\x00") + attribute(2, 0x0006800F, content)
    return out
