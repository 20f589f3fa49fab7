"""Style and script come out of the package, whole and unchanged."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from mailbot.web.assets import FOLDER, assets, hashed
from tests.web.conftest import Office

HTMX = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"


def test_htmx_is_the_published_one_and_has_its_licence() -> None:
    assert hashlib.sha256((FOLDER / "htmx-2.0.11.min.js").read_bytes()).hexdigest() == HTMX
    assert "Zero-Clause BSD" in (FOLDER / "htmx-LICENSE.txt").read_text(encoding="utf-8")
    assert HTMX in (Path(__file__).parents[2] / "docs" / "web.md").read_text(encoding="utf-8")


def test_an_asset_may_be_kept_for_ever_because_its_name_changes_with_it(lasting: Office) -> None:
    client = lasting.client()
    for name in ("desk.css", "desk.js", "icon.svg", "htmx-2.0.11.min.js"):
        answer = client.get(f"/static/{hashed(name)}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert hashlib.sha256(answer.content).hexdigest()[:10] in hashed(name)


def test_nothing_of_ours_names_another_host() -> None:
    for name, asset in assets().items():
        if "htmx" in name:
            continue
        found = re.findall(rb"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"')]*", asset.content)
        assert [url for url in found if b"www.w3.org" not in url] == [], name


def test_templates_hold_no_inline_script_and_no_inline_style() -> None:
    for path in (FOLDER.parent / "templates").iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|<style|\|\s*safe\b|hx-on|autoescape", text), path.name
        assert not re.search(r"<script(?![^>]*src=)", text), path.name
        assert not re.search(r"\s[\w-]+=\{\{", text), f"{path.name}: an attribute without quotes"
