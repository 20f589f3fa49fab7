"""Files by their id: as a download, or as something that we made ourselves and that is safe to look at."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from mailbot.desk import mailpage, previews
from mailbot.desk.mailpage import Download
from mailbot.desk.previews import PicturePreview
from mailbot.web.asked import Asked

_SIDES = (320, 1600)
_PAGE_SIDES = (1000, 1600)


def attachment(download: Download | None) -> Response:
    """Bytes as an attachment under the name it came with, never shown by the browser, whatever they are."""
    if download is None or not Path(download.path).is_file():
        raise HTTPException(404, "这个文件不在了，请联系管理员核对 storage 文件夹。")
    return FileResponse(
        download.path,
        media_type="application/octet-stream",
        filename=Path(download.name.replace("\\", "/")).name.strip() or "download",
        headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
    )


def download(asked: Asked) -> Response:
    """One file as it came."""
    return attachment(mailpage.file_download(asked.desk, asked.path_number()))


def picture(asked: Asked) -> Response:
    """A picture, small for a list or large for looking at."""
    side = asked.count("side", _SIDES[0])
    return _image(asked, previews.picture_of(asked.desk, asked.path_number(), side if side in _SIDES else _SIDES[0]))


def page_image(asked: Asked) -> Response:
    """A page of a PDF as a picture."""
    side = asked.count("side", _PAGE_SIDES[0])
    number = asked.path_number("page")
    return _image(asked, previews.page_of(asked.desk, asked.path_number(), number, side if side in _PAGE_SIDES else _PAGE_SIDES[0]))


def view(asked: Asked) -> Response:
    """The piece of a page that shows a file: text, picture, or page by page."""
    item, kind, number = asked.path_number(), asked.query("kind"), asked.count("page", 1)
    if kind == "pages":
        page = previews.page_of(asked.desk, item, number)
        if page is not None:
            return asked.piece("_page.html", item=item, number=number, pages=page.pages)
    text = previews.text_of(asked.desk, item)
    if text is None:
        raise HTTPException(404, "这个文件看不了，请下载后打开。")
    return asked.piece("_text.html", item=item, text=text)


def _image(asked: Asked, made: PicturePreview | None) -> Response:
    if made is None or not made.path.is_file():
        raise HTTPException(404, "这张图片看不了，请下载后打开。")
    # The id of a file may pass to another when a mail is judged anew: always asked again, seldom sent again.
    mark = f'"{hashlib.sha256(str(made.path).encode()).hexdigest()[:20]}"'
    headers = {"Cache-Control": "private, no-cache", "ETag": mark}
    if asked.request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers=headers)
    return FileResponse(made.path, media_type=made.media_type, headers=headers)
