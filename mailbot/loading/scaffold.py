"""`mailbot init`: config.yaml and rules/ for a new collection, commented, with a small example to fill in."""

from __future__ import annotations

from pathlib import Path

from mailbot.errors import ConfigError, Slip
from mailbot.loading.shipped import shipped_rules
from mailbot.loading.slips import shown
from mailbot.model import LetterKind
from mailbot.rulebook import BRIEF

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_OWN = ("config.yaml", "rules/campaign.yaml", "rules/materials.yaml", "rules/units.yaml")
_TAKEN_OVER = ("words.yaml", *(f"letters/{kind}.txt" for kind in (*LetterKind, BRIEF)))


def write_collection(folder: Path) -> tuple[Path, ...]:
    """Write the files of a new collection into `folder` and return them.

    Letters and word lists serve any collection and are taken over from the shipped one. Raises ConfigError, before anything is
    written, if one of the files is there already; OSError becomes ConfigError too.
    """
    files = {folder / name: _TEMPLATES / name for name in _OWN}
    files |= {folder / "rules" / name: shipped_rules() / name for name in _TAKEN_OVER}
    there = [path for path in files if path.exists()]
    if there:
        raise ConfigError(Slip(shown(path), 0, "文件已经存在，没有覆盖", "换一个空文件夹，例如 mailbot init 新的收集") for path in there)
    try:
        for path, source in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.read_bytes())
    except OSError as error:
        raise ConfigError([Slip(shown(folder), 0, f"写不进这个文件夹：{error.strerror}", "检查文件夹的权限和磁盘空间")]) from error
    return tuple(files)
