"""Full durable ingest beside programs that merely download: `python -m benchmarks.ingest [--profile office] [--runs 3]`.

Every round runs each program once, one after the other, over the same mailbox; medians are compared within this run only. After
each mailbot run every attachment is looked for in the ledger by its sha256, and every filed file is read back.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from hashlib import file_digest
from pathlib import Path

from benchmarks.corpus import PROFILES
from benchmarks.server import Account, corpus, deliver, mailbox
from benchmarks.watching import Cost, run
from mailbot.loading.shipped import shipped_rules

Program = Callable[[Account, Path], Cost]


def mbsync(way_in: Account, home: Path) -> Cost:
    """isync as Debian has it, with its default fsync: the C program that we want to be level with."""
    return run(["mbsync", "-q", "-c", str(way_in.mbsync_config(home)), "all"], way_in.environ(), home / "log")


def download(way_in: Account, home: Path) -> Cost:
    """imapclient, download only."""
    words = [sys.executable, "-m", "benchmarks.download", str(way_in.port), way_in.user, str(home)]
    return run(words, way_in.environ(), home / "log")


def mailbot(way_in: Account, home: Path, checkout: Path | None = None) -> Cost:
    """`mailbot run --once` into an empty storage: received, settled, letters held, table made."""
    config = way_in.mailbot_config(home, shipped_rules())
    return run([sys.executable, "-m", "mailbot", "--config", str(config), "run", "--once"], way_in.environ(), home / "log", checkout)


def verify(way_in: Account, home: Path, mails: Path) -> str:
    """Compare ledger and files with the manifest; AssertionError when an attachment is missing or a filed file is another."""
    out = home / "mails.json"
    run([sys.executable, "-m", "mailbot", "--config", str(home / "config.yaml"), "mails", "--format", "json"], way_in.environ(), out)
    ledger = {mail["sha256"]: mail for mail in json.loads(out.read_text("utf-8"))["mails"]}
    wanted = [json.loads(line) for line in (mails / "manifest.jsonl").read_text("utf-8").splitlines()]
    found = stored = 0
    for line in wanted:
        mail = ledger[line["sha256"]]
        have = {file["sha256"] for file in mail["files"]}
        missing = [file["name"] for file in line["files"] if file["sha256"] not in have]
        assert not missing, f"{line['mail']}: {missing} not in the ledger"
        found += len(line["files"])
        for file in mail["files"]:
            if file["stored_as"]:
                with (home / "storage" / file["stored_as"]).open("rb") as stream:
                    assert file_digest(stream, "sha256").hexdigest() == file["sha256"], file["stored_as"]
                stored += 1
    assert len(ledger) == len(wanted), f"{len(ledger)} mails of {len(wanted)}"
    letters = sum(len(mail["letters"]) for mail in ledger.values())
    return f"{len(wanted)} mails, {found}/{found} attachments right by sha256, {stored} filed files read back, {letters} letters held"


def measure(profile: str, runs: int, programs: dict[str, Program], folder: Path) -> None:
    """Run the rounds of one profile and print its table."""
    mails = corpus(profile, folder / "corpus")
    costs: dict[str, list[Cost]] = {name: [] for name in programs}
    said = ""
    with mailbox() as (server, way_in):
        size = deliver(server, mails)
        for _ in range(runs):
            for name, program in programs.items():
                home = folder / "run"
                shutil.rmtree(home, ignore_errors=True)
                home.mkdir()
                costs[name].append(program(way_in, home))
                if name.startswith("mailbot"):
                    said = verify(way_in, home, mails)
                shutil.rmtree(home)
    print(f"\n{profile}: {PROFILES[profile].mails} mails, {size / 2**20:.0f} MiB, {runs} interleaved runs, medians, TLS")
    _table(costs)
    print(f"  {said}")


def _table(costs: dict[str, list[Cost]]) -> None:
    print(f"  {'':24}{'wall s':>8}{'CPU s':>8}{'own MiB':>9}{'readers':>9}{'x mbsync':>10}{'x download':>12}")
    walls = {name: statistics.median(cost.wall for cost in every) for name, every in costs.items()}
    for name, every in costs.items():
        ratios = [f"{walls[name] / walls[base]:.2f}" if base in walls else "-" for base in ("mbsync", "imapclient download")]
        cpu = statistics.median(cost.cpu for cost in every)
        own, others = max(cost.own for cost in every), max(cost.others for cost in every)
        print(f"  {name:24}{walls[name]:8.2f}{cpu:8.2f}{own:9.0f}{others:9.0f}{ratios[0]:>10}{ratios[1]:>12}")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", choices=[*PROFILES, "all"], default="all")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the corpus is kept for the next time (default: a temporary folder)")
    parser.add_argument("--against", type=Path, help="another checkout of mailbot, run as one more program of the same rounds")
    chosen = parser.parse_args()
    programs: dict[str, Program] = {"mbsync": mbsync, "imapclient download": download, "mailbot": mailbot}
    if chosen.against:
        # Python finds the package in the folder it is started in before the installed one.
        programs["mailbot there"] = partial(mailbot, checkout=chosen.against.resolve())
    if shutil.which("mbsync") is None:
        print("mbsync is not installed (apt-get install isync): measured without it.")
        del programs["mbsync"]
    with tempfile.TemporaryDirectory(prefix="mailbot-bench-") as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for profile in PROFILES if chosen.profile == "all" else [chosen.profile]:
            measure(profile, chosen.runs, programs, folder)


if __name__ == "__main__":
    main()
