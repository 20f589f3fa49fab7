"""imapclient merely downloading INBOX into a folder, nothing durable and nothing read: how fast Python can be at best.

`python -m benchmarks.download PORT USER FOLDER`; as in mailbot, imaplib's debug copies are off and small mails come together.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from imapclient import IMAPClient

TOGETHER = 2 * 1024 * 1024


def main(port: int, user: str, folder: Path) -> None:
    """Fetch everything."""
    with IMAPClient("127.0.0.1", port, ssl=True) as client:
        client._imap.debug = 0
        client.login(user, os.environ["MAILBOT_PASSWORD"])
        client.select_folder("INBOX", readonly=True)
        sizes = client.fetch(client.search("ALL"), ["RFC822.SIZE"])
        group: list[int] = []
        room = TOGETHER
        for uid in sorted(sizes):
            size = sizes[uid][b"RFC822.SIZE"]
            if group and (size > room or len(group) == 200):
                _fetch(client, group, folder)
                group, room = [], TOGETHER
            group.append(uid)
            room -= size
        _fetch(client, group, folder)


def _fetch(client: IMAPClient, uids: list[int], folder: Path) -> None:
    for uid, facts in client.fetch(uids, ["BODY.PEEK[]"]).items():
        (folder / str(uid)).write_bytes(facts[b"BODY[]"])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
