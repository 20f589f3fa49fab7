"""The section web of config.yaml: defaults, and slips that a clerk understands."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.config import Web
from mailbot.errors import ConfigError
from mailbot.loading.configfile import load_config
from tests.loading.test_config_file import MINIMAL, SECRET


def load(folder: Path, section: str) -> Web:
    path = folder / "config.yaml"
    path.write_text(MINIMAL + section, encoding="utf-8")
    return load_config(path, SECRET).web


def slip(folder: Path, section: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, section)
    return str(caught.value)


def test_without_the_section_only_this_machine_can_open_it(tmp_path: Path) -> None:
    assert load(tmp_path, "") == Web(with_run=False, host="127.0.0.1", port=8126, names=(), proxies=(), session_hours=12)


def test_a_page_behind_a_proxy(tmp_path: Path) -> None:
    web = load(
        tmp_path,
        "web:\n  with_run: 是\n  port: 9000\n  names: [Desk.example.cn]\n  proxies: [127.0.0.1]\n  session: 8h\n  max_upload: 50MB\n",
    )
    assert web == Web(True, "127.0.0.1", 9000, ("desk.example.cn",), ("127.0.0.1",), 8.0, 50 * 1024 * 1024)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("web:\n  host: desk.example.cn\n", ("host", "IP 地址", "names")),
        ("web:\n  host: 0.0.0.0\n", ("所有网络地址", "names: [")),
        ("web:\n  names: [https://desk.example.cn/]\n", ("不是主机名", "不写 https://")),
        ("web:\n  proxies: [nginx]\n", ("不是 IP 地址", "127.0.0.1")),
        ("web:\n  port: 99999\n", ("65535",)),
        ("web:\n  with_run: 开\n", ("是”或“否",)),
        ("web:\n  prot: 80\n", ("prot", "port")),
    ],
)
def test_a_slip_says_what_to_write(tmp_path: Path, section: str, words: tuple[str, ...]) -> None:
    said = slip(tmp_path, section)
    assert all(word in said for word in words), said
    assert "config.yaml" in said
