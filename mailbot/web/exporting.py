"""导出: the workbook, and a zip of chosen units and materials that is made while it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from starlette.concurrency import iterate_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response, StreamingResponse

from mailbot.desk import board, export, sheet
from mailbot.desk.board import Show, Wanted
from mailbot.desk.export import WantedFiles
from mailbot.web.asked import Asked
from mailbot.web.table import choice

_MOST_BOXES = 400
"""With more units than this nobody ticks them one by one; state and kind choose."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(asked: Asked) -> Response:
    """What can be taken along."""
    found = board.board(asked.desk, Wanted(per_page=_MOST_BOXES))
    return asked.page("export.html", board=found, boxes=found.found <= _MOST_BOXES)


def workbook(asked: Asked) -> Response:
    """收件登记表.xlsx as the ledger stands now."""
    path = sheet.write(asked.desk.app)
    return FileResponse(path, media_type=_XLSX, filename=sheet.SHEET)


def extent(asked: Asked) -> Response:
    """How much the choice would be."""
    return asked.piece("_extent.html", extent=export.extent(asked.desk, _wanted(asked)))


def files(asked: Asked) -> Response:
    """The zip; viewers may have it as well, but only from a form of ours."""
    wanted = _wanted(asked)
    if not export.extent(asked.desk, wanted).files:
        raise HTTPException(404, "按这样选，没有可以打包的文件。请返回换一个选法。")
    name = quote(export.zip_name(asked.desk), safe="")
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{name}"}
    chunks: Iterator[bytes] = export.zip_chunks(asked.desk, wanted)
    return StreamingResponse(iterate_in_threadpool(chunks), media_type="application/zip", headers=headers)


def _wanted(asked: Asked) -> WantedFiles:
    form, book = asked.form, asked.book
    return WantedFiles(
        units=_units(asked),
        materials=tuple(name for name in map(str, form.getlist("material")) if name in book.materials),
        versions=form.get("versions") == "1",
        mails=form.get("mails") == "1",
    )


def _units(asked: Asked) -> tuple[str, ...]:
    """The units that were ticked, else those of the chosen state and kind; () = all."""
    ticked = tuple(name for name in map(str, asked.form.getlist("unit")) if name in asked.book.units)
    if ticked:
        return ticked
    show, kind = choice(Show, str(asked.form.get("show", "")), Show.ALL), str(asked.form.get("kind", ""))
    if show is Show.ALL and not kind:
        return ()
    found = board.board(asked.desk, Wanted(show=show, kind=kind if kind in asked.book.kinds else ""))
    return tuple(row.unit for group in found.groups for row in group.rows) or ("-",)
