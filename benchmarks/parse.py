"""Reading mails without server or ledger: `python -m benchmarks.parse [--folder DIR]`, our gathering beside mail-parser alone.

mail-parser alone means parse_from_file and every attachment decoded: less than gathering does (no archives, no text of documents,
no pictures). Each reading is a program of its own, so that memory is its own too; both are given the same raw files.
"""

from __future__ import annotations

import argparse
import base64
import os
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from benchmarks.corpus import PROFILES
from benchmarks.server import corpus
from benchmarks.watching import run

_WAYS = ("gather", "mailparser")


def gather_all(mails: Path) -> None:
    """Gather every mail, its files into a folder that is emptied after each."""
    from mailbot.config import Limits
    from mailbot.parsing.gather import gather
    from mailbot.parsing.sandbox import Sandbox

    with Sandbox(Limits()) as sandbox:
        for mail in sorted(mails.glob("*.eml")):
            with tempfile.TemporaryDirectory() as work:
                gather(mail, Path(work), sandbox, Limits())


def mailparser_all(mails: Path) -> None:
    """mail-parser over the whole file, attachments decoded and hashed."""
    import mailparser

    for mail in sorted(mails.glob("*.eml")):
        for attachment in mailparser.parse_from_file(mail).attachments:
            payload = attachment["payload"]
            sha256(base64.b64decode(payload) if attachment["binary"] else payload.encode("utf-8", "replace")).hexdigest()


def main() -> None:
    """Without `--way` compare; with it do that one thing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the corpus is kept for the next time (default: a temporary folder)")
    parser.add_argument("--way", choices=_WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--mails", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.way:
        (gather_all if chosen.way == "gather" else mailparser_all)(chosen.mails)
        return
    with tempfile.TemporaryDirectory(prefix="mailbot-bench-") as temporary:
        folder = chosen.folder or Path(temporary)
        print(f"{'':10}{'':12}{'wall s':>8}{'CPU s':>8}{'MiB/s':>8}{'own MiB':>9}{'readers':>9}")
        for profile in PROFILES:
            mails = corpus(profile, folder / "corpus")
            size = sum(mail.stat().st_size for mail in mails.glob("*.eml")) / 2**20
            for way in _WAYS:
                words = [sys.executable, "-m", "benchmarks.parse", "--way", way, "--mails", str(mails)]
                cost = run(words, os.environ, folder / "log")
                speed = size / cost.wall
                print(f"{profile:10}{way:12}{cost.wall:8.2f}{cost.cpu:8.2f}{speed:8.0f}{cost.own:9.0f}{cost.others:9.0f}")


if __name__ == "__main__":
    main()
