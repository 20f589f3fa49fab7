"""pip-audit over the pinned dependencies: fails on a known vulnerability, and says plainly when the advisory service told nothing.

pip-audit itself says "no known vulnerabilities" also where it could ask about none of the packages.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCKS = (Path("requirements/run.txt"), Path("requirements/dev.txt"))
SECONDS = 300


def main(locks: tuple[Path, ...] = LOCKS) -> int:
    """Audit every lock file; 1 when something is known to be vulnerable."""
    return max(_audit(lock) for lock in locks)


def _audit(lock: Path) -> int:
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--require-hashes", "--disable-pip"]
    try:
        done = subprocess.run(
            [*command, "--format", "json", "--progress-spinner", "off", "--timeout", "10"],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _not_audited(lock, "the advisory service did not answer in time")
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        words = done.stderr.strip().splitlines() or ["no answer"]
        return _not_audited(lock, words[-1])
    return judge(lock, dependencies)


def judge(lock: Path, dependencies: list[dict[str, Any]]) -> int:
    """Say what was found; 1 for any vulnerability."""
    found = [(one, fault) for one in dependencies for fault in one.get("vulns", [])]
    for one, fault in found:
        print(
            f"{lock}: {one['name']} {one['version']}: {fault['id']}, fixed in {', '.join(fault.get('fix_versions') or ['no version yet'])}"
        )
    skipped = [one["name"] for one in dependencies if "skip_reason" in one]
    asked = len(dependencies) - len(skipped)
    if found:
        return 1
    if not asked:
        return _not_audited(lock, "the advisory service knows none of the packages")
    print(f"{lock}: {asked} packages audited, no known vulnerability" + (f"; not audited: {', '.join(skipped)}" if skipped else ""))
    return 0


def _not_audited(lock: Path, why: str) -> int:
    print(f"{lock}: NOT AUDITED, {why}. Run `make audit` again where the service can be reached.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
