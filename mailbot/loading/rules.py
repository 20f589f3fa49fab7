"""rules/ -> Rulebook, or every slip in all of its files at once."""

from __future__ import annotations

from pathlib import Path

from mailbot.errors import ConfigError, Slip
from mailbot.loading.campaign import load_campaign
from mailbot.loading.collisions import check_roster
from mailbot.loading.letters import load_letters
from mailbot.loading.materials import load_materials
from mailbot.loading.roster import load_roster
from mailbot.loading.slips import Slips, shown
from mailbot.loading.words import load_words, without_materials
from mailbot.rulebook import Rulebook


def load_rules(folder: Path) -> Rulebook:
    """Everything that rules/ says: campaign, materials, units, words and letters.

    Raises ConfigError with every slip of every file, in Chinese, each with file, line and what to write instead.
    """
    if not folder.is_dir():
        raise ConfigError([Slip(shown(folder), 0, "找不到规则文件夹", "检查 config.yaml 里的 rules，或运行 mailbot init 写出一份样例")])
    files = {name: Slips(folder / f"{name}.yaml") for name in ("campaign", "materials", "units", "words")}
    campaign = load_campaign(folder / "campaign.yaml", files["campaign"])
    materials = load_materials(folder / "materials.yaml", files["materials"])
    words = load_words(folder / "words.yaml", files["words"])
    roster = load_roster(folder / "units.yaml", files["units"])
    if roster is not None:
        check_roster(roster, words.public_mail if words else (), files["units"])
    letters, letter_slips = load_letters(folder / "letters", materials or {})
    slips = [slip for own in (*files.values(), *letter_slips) for slip in own.found]
    if slips or campaign is None or materials is None or words is None or roster is None:
        raise ConfigError(slips)
    words = without_materials(words, materials)
    return Rulebook(
        campaign=campaign,
        materials=materials,
        units=roster.units,
        kinds=roster.kinds,
        words=words,
        letters=letters,
        outsiders=tuple(stranger.outsider for stranger in roster.strangers),
        counties=roster.counties,
        lookalikes=roster.lookalikes,
    )
