"""Where the collection that comes with mailbot lies: inside the wheel, or at the root of a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_rules() -> Path:
    """The folder rules/ of the collection that mailbot was first made for."""
    return _shipped("rules")


def shipped_config() -> Path:
    """Its config.yaml."""
    return _shipped("config.yaml")


def _shipped(name: str) -> Path:
    """pyproject.toml puts rules/ and config.yaml into the wheel as mailbot/collection/; a checkout has them beside mailbot/."""
    inside = _PACKAGE / "collection" / name
    return inside if inside.exists() else _PACKAGE.parent / name
