"""Style, script and icons out of the package, under names that hold their hash: a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of `static/`."""

    content: bytes
    media_type: str


@cache
def assets() -> Mapping[str, Asset]:
    """Every asset by its name with hash: `desk.1a2b3c4d5e.css`."""
    return {hashed(path.name): Asset(path.read_bytes(), _TYPES[path.suffix]) for path in sorted(FOLDER.iterdir())}


@cache
def hashed(name: str) -> str:
    """The name under which a file of `static/` is served."""
    path = FOLDER / name
    return f"{path.stem}.{hashlib.sha256(path.read_bytes()).hexdigest()[:10]}{path.suffix}"


def address(name: str) -> str:
    """The address of a file of `static/`, for templates."""
    return f"/static/{hashed(name)}"


async def serve(request: Request) -> Response:
    """One asset; the name is looked up, never joined to a path."""
    asset = assets().get(request.path_params["name"])
    if asset is None:
        return Response("没有这个文件。", 404, media_type="text/plain")
    return Response(asset.content, media_type=asset.media_type, headers={"Cache-Control": "public, max-age=31536000, immutable"})
