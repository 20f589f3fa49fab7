"""One sandbox a test module, and a place to put bytes under a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailbot.config import Limits
from mailbot.parsing.sandbox import Examined, Sandbox, Unpacked

Look = Callable[..., Examined]
Open = Callable[..., Unpacked]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Limits()) as sandbox:
        yield sandbox


@pytest.fixture
def look(sandbox: Sandbox, tmp_path: Path) -> Look:
    """Examines bytes that came under a name."""

    def examine(content: bytes, name: str = "x") -> Examined:
        path = tmp_path / "leaf"
        path.write_bytes(content)
        return sandbox.examine(path, name)

    return examine


@pytest.fixture
def unpack(sandbox: Sandbox, tmp_path: Path) -> Open:
    """Unpacks bytes that came under a name into a fresh folder."""

    def opened(content: bytes, name: str = "材料.zip", *passwords: str) -> Unpacked:
        path = tmp_path / "leaf"
        path.write_bytes(content)
        out = tmp_path / f"out{len(list(tmp_path.iterdir()))}"
        out.mkdir()
        return sandbox.unpack(path, name, out, passwords)

    return opened
