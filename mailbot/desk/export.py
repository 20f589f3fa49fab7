"""导出: a zip of chosen units and materials in readable folders with a manifest, made while it is sent."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mailbot.desk.desk import Desk
from mailbot.storing.naming import FILE_BYTES, filed_key, safe_name
from mailbot.storing.rows import FilingRow, ItemRow, MailRow

_HEADINGS = ("单位", "材料", "文件名", "数量", "收到时间", "邮件编号", "版本", "SHA-256", "说明")
_BLOCK = 1024 * 1024
_LARGE = 2**31 - 1
"""From this size on zip needs its 64-bit fields; said beforehand, since the sizes stand in front of the bytes."""


@dataclass(frozen=True, slots=True)
class WantedFiles:
    """What goes into the zip; () = all units, all materials. `versions`: older versions too. `mails`: the raw mails too."""

    units: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    versions: bool = False
    mails: bool = False


@dataclass(frozen=True, slots=True)
class Extent:
    """How much it would be, told before it is downloaded."""

    units: int
    files: int
    bytes: int


def extent(desk: Desk, wanted: WantedFiles) -> Extent:
    """Count it."""
    chosen = _chosen(desk, wanted)
    return Extent(len({one.unit for one in chosen if one.unit}), len(chosen), sum(one.size for one in chosen))


def zip_name(desk: Desk) -> str:
    """A file name for the download."""
    campaign = desk.app.rulebook.campaign
    return safe_name(f"{campaign.name}材料 {desk.app.now().astimezone(campaign.timezone):%Y-%m-%d %H%M}.zip", FILE_BYTES)


def zip_chunks(desk: Desk, wanted: WantedFiles) -> Iterator[bytes]:
    """The zip in chunks, never whole in memory; its last member is 清单.csv (UTF-8 with BOM), which also names what was missing."""
    out = _Chunks()
    manifest = io.StringIO()
    lines = csv.writer(manifest)
    lines.writerow(_HEADINGS)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for one in _chosen(desk, wanted):
            path = desk.app.files.path(one.key)
            lacking = not path.is_file()
            if not lacking:
                yield from _member(archive, out, one, path)
            lines.writerow([_harmless(cell) for cell in (*one.line, "文件不在存储里，请联系管理员" if lacking else "")])
        archive.writestr("清单.csv", b"\xef\xbb\xbf" + manifest.getvalue().encode("utf-8", "replace"))
    yield out.taken()


@dataclass(frozen=True, slots=True)
class _Chosen:
    """One member: where its bytes lie, where it goes, what the manifest says."""

    key: str
    name: str
    size: int
    unit: str
    at: datetime
    line: tuple[str, ...]


class _Chunks(io.RawIOBase):
    """A file that cannot be rewound: what zipfile writes is taken away piece by piece."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        """zipfile asks."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401  # whatever buffer zipfile hands over
        """Keep it until it is taken."""
        self._written += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        chunk = bytes(self._written)
        self._written.clear()
        return chunk


def _member(archive: zipfile.ZipFile, out: _Chunks, one: _Chosen, path: Path) -> Iterator[bytes]:
    """One file, stored as it is: documents and pictures are compressed already."""
    head = zipfile.ZipInfo(one.name, one.at.timetuple()[:6])
    head.external_attr = 0o600 << 16
    with path.open("rb") as source, archive.open(head, "w", force_zip64=one.size >= _LARGE) as member:
        while block := source.read(_BLOCK):
            member.write(block)
            yield out.taken()
    yield out.taken()


def _chosen(desk: Desk, wanted: WantedFiles) -> list[_Chosen]:
    """In roster order, then by material and arrival."""
    book = desk.app.rulebook
    units = [unit for unit in book.units if not wanted.units or unit in wanted.units]
    materials = {name for name in book.materials if not wanted.materials or name in wanted.materials}
    found: list[_Chosen] = []
    with desk.app.database.reading() as records:
        for unit in units:
            filings = [row for row in records.filings_of(unit) if row.material in materials and (row.current or wanted.versions)]
            items = {item.id: item for item in records.items_of(dict.fromkeys(row.mail_number for row in filings))}
            found += [_filed(desk, items[row.item_id], row) for row in filings]
        if wanted.mails:
            numbers = dict.fromkeys(mail.number for unit in units for mail in records.mails_of_unit(unit))
            found += [_mail(desk, row) for number in numbers if (row := records.mail(number)) is not None]
    return found


def _filed(desk: Desk, item: ItemRow, row: FilingRow) -> _Chosen:
    book, zone = desk.app.rulebook, desk.app.rulebook.campaign.timezone
    unit, material = book.units[row.unit_id].name, book.materials[row.material].name
    key = filed_key(unit, material, row.mail_number, item.position, item.name)
    folder, version = ("", "现行") if row.current else ("旧版本/", "旧版本")
    arrived, number = row.received_at.astimezone(zone), f"第{row.mail_number}号"
    line = (unit, material, item.name, str(row.count), f"{arrived:%Y-%m-%d %H:%M}", number, version, row.sha256)
    return _Chosen(key, folder + key.removeprefix("filed/"), item.size, row.unit_id, arrived, line)


def _mail(desk: Desk, row: MailRow) -> _Chosen:
    arrived = row.received_at.astimezone(desk.app.rulebook.campaign.timezone)
    known = desk.app.rulebook.units.get(row.unit_id or "")
    unit = known.name if known else ""
    name = f"原始邮件/{row.number:04d} {safe_name(row.subject, 120)}.eml"
    line = (unit, "原始邮件", row.subject, "1", f"{arrived:%Y-%m-%d %H:%M}", f"第{row.number}号", "", row.sha256)
    return _Chosen(f"raw/{row.sha256}.eml", name, row.size, row.unit_id or "", arrived, line)


def _harmless(cell: str) -> str:
    """What a spreadsheet would take for a formula is shown as text (OWASP CSV injection)."""
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r")) else cell
