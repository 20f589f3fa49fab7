"""Writes roster.json from the project's registry of units (once, by hand): the generator's own list, apart from rules/."""

import json
import sys
from pathlib import Path

from ruamel.yaml import YAML

WEAK = "weak"

if __name__ == "__main__":
    text = Path(sys.argv[1]).read_text("utf-8")
    units = YAML(typ="safe").load(text)["units"]
    weak = {line.strip()[2:].split()[0] for line in text.splitlines() if line.strip().startswith("- ") and "# the whole" in line}
    rows = [
        {
            "id": unit["id"],
            "name": unit["name"],
            "kind": unit["kind"],
            "addressed": unit["addressed"],
            "aliases": unit.get("aliases") or [],
            "weak": unit.get("weak_aliases") or [],
            "domains": [
                domain for domain in unit.get("domains") or [] if domain not in weak and unit.get("domains_ok") in ("high", "medium")
            ],
        }
        for unit in units
    ]
    Path(__file__).with_name("roster.json").write_text(json.dumps(rows, ensure_ascii=False, indent=0) + "\n", "utf-8")
